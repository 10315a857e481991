"""Limits that sales must keep, whichever source they come from."""

import datetime as dt
import re

import pandas as pd

#: Name of the request's field that violations of sales name: the caller chooses the source of the sales with it.
SALES_FIELD = "sales_data_source"

#: Characters that no name of a dish may have, as a regular expression: a terminal or a log would obey them. Tabs and
#: ends of lines do no harm.
CONTROL_CHARACTERS = r"[\x00-\x08\x0b-\x1f\x7f-\x9f]"

#: First hour of the morning. What is sold between midnight and this hour may belong to the evening before.
MORNING_HOUR = 6

#: First day that sales may have; an earlier day comes from a wrong clock or a wrong format of dates.
_EARLIEST = pd.Timestamp("1990-01-01")


def is_too_early(dates: pd.Series) -> "pd.Series[bool]":
    """Tells for each day whether the day lies before 1990.

    Args:
        dates: Days, datetime64.
    """
    return dates < _EARLIEST


def is_future(dates: pd.Series) -> "pd.Series[bool]":
    """Tells for each day whether the day has not come yet anywhere on earth: whether it lies after tomorrow in UTC.

    Args:
        dates: Days, datetime64.
    """
    return dates > pd.Timestamp(dt.datetime.now(dt.UTC).date()) + pd.Timedelta(days=1)


def has_control_characters(name: str) -> bool:
    """Tells whether the name of a dish has characters that a terminal or a log would obey.

    Args:
        name: Name of a dish.
    """
    return re.search(CONTROL_CHARACTERS, name) is not None

"""Turns the rows of the query of events into a table of texts, as a file of events has them."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from training_service.sources.database.query_days import query_days
from training_service.sources.event_table import NEEDED, OPTIONAL

#: Columns of days.
_DAYS = ("date", "last_date")


def event_texts(rows: Sequence[Mapping[Any, Any]]) -> pd.DataFrame:
    """The texts of the columns of events, empty where a value is NULL, indexed by the number of the row.

    Args:
        rows: Rows with the columns of `events_of`. A day may be a date, a moment or ISO text.

    Raises:
        ValueError: A date is none.
    """
    wanted = [name for name in (*NEEDED, *OPTIONAL) if rows and name in rows[0]]
    values = {name: [row[name] for row in rows] for name in wanted}
    for name in set(_DAYS) & set(wanted):
        days = query_days(values[name])
        values[name] = [day if isinstance(day, str) else None for day in days.strftime("%Y-%m-%d")]
    texts = {name: ["" if value is None else str(value) for value in column] for name, column in values.items()}
    return pd.DataFrame(texts, index=range(1, len(rows) + 1), columns=wanted or [*NEEDED], dtype=str)

"""Turns the dates and moments that a query gives into days."""

import datetime as dt
from collections.abc import Iterable
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd

#: Characters of a wrong value that a message quotes at most.
_QUOTED_CHARACTERS = 40


def query_days(values: Iterable[Any], time_zone: str | None = None, night_hours: int = 0) -> pd.DatetimeIndex:
    """The day of each value: datetime64[s] at midnight, NaT for None.

    Args:
        values: Dates, moments, ISO texts of dates or moments, or None.
        time_zone: IANA name of the store's time zone, in which a moment with an offset from UTC is assigned to a day.
            None where the time zone is not known: such a moment then belongs to the day that is written.

        night_hours: Hours after midnight whose moments belong to the day before; a moment at exactly midnight does not.

    Raises:
        ValueError: A value is none of these. A text such as 05/02 is refused and not guessed: it may be a day in May
            or in February.
    """
    zone = ZoneInfo(time_zone) if time_zone else None
    listed = list(values)
    days = {value: _day(value, zone, night_hours) for value in set(listed)}
    return pd.DatetimeIndex([days[value] for value in listed]).as_unit("s")


def _day(value: Any, zone: ZoneInfo | None, night_hours: int) -> dt.date | None:
    moment = value
    if isinstance(value, str):
        try:
            moment = dt.datetime.fromisoformat(value.strip())
        except ValueError:
            moment = value
    if isinstance(moment, dt.datetime):
        local = moment.astimezone(zone) if zone and moment.tzinfo else moment
        is_night = local.hour < night_hours and local.time() != dt.time()
        return local.date() - dt.timedelta(days=1) if is_night else local.date()
    if moment is None or isinstance(moment, dt.date):
        return moment
    raise ValueError(f"expected dates as date, or text like 2026-11-23, got {repr(value)[:_QUOTED_CHARACTERS]}")

"""Days as queries of a database give them."""

import datetime as dt
from collections.abc import Iterable
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd


def query_days(values: Iterable[Any], time_zone: str | None = None) -> pd.DatetimeIndex:
    """The day of each value: datetime64[s] at midnight, NaT for None.

    Args:
        values: dates, moments, ISO text of either, or None.
        time_zone: of the store, whose day counts where a moment has an offset from UTC; None where it is not known:
            then the day counts that is written.

    Raises:
        ValueError: another value. It is not guessed at: 05/02 is a day in May or in February.
    """
    zone = ZoneInfo(time_zone) if time_zone else None
    listed = list(values)
    days = {value: _day(value, zone) for value in set(listed)}
    return pd.DatetimeIndex([days[value] for value in listed]).as_unit("s")


def _day(value: Any, zone: ZoneInfo | None) -> dt.date | None:
    moment = value
    if isinstance(value, str):
        try:
            moment = dt.datetime.fromisoformat(value.strip())
        except ValueError:
            moment = value
    if isinstance(moment, dt.datetime):
        return (moment.astimezone(zone) if zone and moment.tzinfo else moment).date()
    if moment is None or isinstance(moment, dt.date):
        return moment
    raise ValueError(f"expected dates as date, or text like 2026-11-23, got {repr(value)[:40]}")

"""Turns the dates and moments that a query gives into days."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from shared.arrays import IntArray
from training_service.sources.sales_limits import MORNING_HOUR

#: Characters of a wrong value that a message quotes at most.
_QUOTED_CHARACTERS = 40


class MomentsFound(Exception):
    """Moments were taken for days, and are moments: the query must be read again."""


@dataclass(frozen=True, slots=True)
class MomentsToDays:
    """How moments become days.

    Args:
        time_zone: IANA name of the store's time zone, in which a moment with an offset from UTC is assigned to a day.
            None where the time zone is not known: such a moment then belongs to the day that is written.
        night_hours: Hours after midnight whose moments belong to the day before; a moment at exactly midnight does not.
        midnights_are_days: True where moments at midnight in UTC are days, until a moment of another time is found.
    """

    time_zone: str | None = None
    night_hours: int = 0
    midnights_are_days: bool = False

    def read(self, values: Iterable[Any]) -> tuple[pd.DatetimeIndex, IntArray]:
        """The day of each of n values, and its hour where it was sold in the night.

        Args:
            values: Dates, moments, ISO texts of dates or moments, or None.

        Returns:
            The days (datetime64[s] at midnight, NaT for None), and for each value its hour where it lies before the
            morning, after midnight and after `night_hours`, else -1; both of shape (n,).

        Raises:
            ValueError: A value is none of these. A text such as 05/02 is refused and not guessed: it may be a day in
                May or in February.
            MomentsFound: Moments at midnight in UTC are no days, as a moment of another time was found.
        """
        zone = ZoneInfo(self.time_zone) if self.time_zone else None
        listed = list(values)
        read = {value: self._read(value, zone) for value in set(listed)}
        days = pd.DatetimeIndex([read[value][0] for value in listed]).as_unit("s")
        return days, np.array([read[value][1] for value in listed], dtype=np.int64)

    def _read(self, value: Any, zone: ZoneInfo | None) -> tuple[dt.date | None, int]:
        moment = value
        if isinstance(value, str):
            try:
                moment = dt.datetime.fromisoformat(value.strip())
            except ValueError:
                moment = value
        if isinstance(moment, dt.datetime):
            return self._day(moment, zone)
        if moment is None or isinstance(moment, dt.date):
            return moment, -1
        raise ValueError(f"expected dates as date, or text like 2026-11-23, got {repr(value)[:_QUOTED_CHARACTERS]}")

    def _day(self, moment: dt.datetime, zone: ZoneInfo | None) -> tuple[dt.date, int]:
        if moment.tzinfo and self.midnights_are_days:
            in_utc = moment.astimezone(dt.UTC)
            if in_utc.time() != dt.time():
                raise MomentsFound
            return in_utc.date(), -1
        local = moment.astimezone(zone) if zone and moment.tzinfo else moment
        if local.time() == dt.time() or local.hour >= MORNING_HOUR:
            return local.date(), -1
        if local.hour < self.night_hours:
            return local.date() - dt.timedelta(days=1), -1
        return local.date(), local.hour


def query_days(values: Iterable[Any]) -> pd.DatetimeIndex:
    """The day that is written in each value: datetime64[s] at midnight, NaT for None.

    Args:
        values: Dates, moments, ISO texts of dates or moments, or None.

    Raises:
        ValueError: A value is none of these.
    """
    return MomentsToDays().read(values)[0]

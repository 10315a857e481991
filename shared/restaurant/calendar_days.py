"""Keeps what the calendar says of each day, by country, subdivision and year; a span is cut out of the years."""

import datetime as dt
import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from shared.arrays import FloatArray, IntArray
from shared.restaurant.calendar import HolidayCalendar, time_feature
from shared.restaurant.seasons import seasons_on

#: Number of years that are kept, over all countries. A year takes about 100 kB, and a forecast needs two at most.
_YEARS_KEPT = 256

#: Number of pairs of a year and a date feature that are kept, 3 kB each.
_FEATURES_KEPT = 2048


@dataclass(frozen=True, slots=True)
class CalendarDays:
    """What the calendar says of n consecutive days.

    Args:
        holidays: Names of the public holidays of each day, length n.
        occasions: See `HolidayCalendar.occasions`, length n.
        returning: See `HolidayCalendar.returning`, length n.
        seasons: See `seasons_on`, length n.
        usual_weekdays: See `HolidayCalendar.usual_weekday`, shape (n,).
        holiday_features: See `HolidayCalendar.holiday_features`, by name, each of shape (n,).
    """

    holidays: Sequence[tuple[str, ...]]
    occasions: Sequence[tuple[str, ...]]
    returning: Sequence[str]
    seasons: Sequence[tuple[str, ...]]
    usual_weekdays: IntArray
    holiday_features: Mapping[str, FloatArray]


def calendar_days(calendar: HolidayCalendar, dates: pd.DatetimeIndex) -> CalendarDays:
    """What the calendar says of days, from the years that are kept.

    Args:
        calendar: Public holidays of the place.
        dates: Consecutive days, at least one.
    """
    parts = [(_year(calendar, year), part) for year, part in _years(dates)]
    return CalendarDays(
        holidays=[names for days, part in parts for names in days.holidays[part]],
        occasions=[names for days, part in parts for names in days.occasions[part]],
        returning=[name for days, part in parts for name in days.returning[part]],
        seasons=[names for days, part in parts for names in days.seasons[part]],
        usual_weekdays=np.concatenate([days.usual_weekdays[part] for days, part in parts]),
        holiday_features={
            name: np.concatenate([days.holiday_features[name][part] for days, part in parts])
            for name in parts[0][0].holiday_features
        },
    )


def time_features(names: Sequence[str], dates: pd.DatetimeIndex) -> dict[str, FloatArray]:
    """Date features of days, from the years that are kept.

    Args:
        names: Keys of TIME_FEATURES.
        dates: Consecutive days, at least one.

    Returns:
        The values by name, each of shape (len(dates),).
    """
    years = _years(dates)
    return {name: np.concatenate([_time_feature(name, year)[part] for year, part in years]) for name in names}


def _years(dates: pd.DatetimeIndex) -> list[tuple[int, slice]]:
    """The years of consecutive days, each with the positions of the days in it."""
    first, last = dates[0].date(), dates[-1].date()
    found = []
    for year in range(first.year, last.year + 1):
        begin, end = max(first, dt.date(year, 1, 1)), min(last, dt.date(year, 12, 31))
        found.append((year, slice(begin.timetuple().tm_yday - 1, end.timetuple().tm_yday)))
    return found


@functools.lru_cache(maxsize=_YEARS_KEPT)
def _year(calendar: HolidayCalendar, year: int) -> CalendarDays:
    dates = _days_of(year)
    days = [date.date() for date in dates]
    return CalendarDays(
        holidays=[calendar.names(day) for day in days],
        occasions=[calendar.occasions(day) for day in days],
        returning=[calendar.returning(day) for day in days],
        seasons=[seasons_on(calendar, day) for day in days],
        usual_weekdays=np.array([calendar.usual_weekday(day) for day in days], dtype=np.int64),
        holiday_features=calendar.holiday_features(dates),
    )


@functools.lru_cache(maxsize=_FEATURES_KEPT)
def _time_feature(name: str, year: int) -> FloatArray:
    return time_feature(name, _days_of(year))


def _days_of(year: int) -> pd.DatetimeIndex:
    return pd.date_range(dt.date(year, 1, 1), dt.date(year, 12, 31), freq="D", unit="s")

"""Computes the date features and the public holidays of days."""

import datetime as dt
import functools
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import holidays
import numpy as np
import pandas as pd
from dateutil.easter import EASTER_ORTHODOX, EASTER_WESTERN, easter

from shared.arrays import FloatArray, IntArray
from shared.restaurant.school_holidays import SchoolHoliday
from shared.restaurant.special_days import special_days

#: The date features that a configuration may name, each with the function that computes the feature of any days.
TIME_FEATURES: Mapping[str, Callable[[pd.DatetimeIndex], Any]] = {
    "day_of_week": lambda dates: dates.day_of_week,
    "month": lambda dates: dates.month,
    "day": lambda dates: dates.day,
    "dayofyear": lambda dates: dates.day_of_year,
    "is_weekend": lambda dates: dates.day_of_week >= 5,
    "quarter": lambda dates: dates.quarter,
    "week_of_year": lambda dates: pd.Index(dates.isocalendar().week),
    "day_of_month_from_end": lambda dates: dates.days_in_month - dates.day,
}

#: Those date features that are made of the weekday alone, each with the function that computes the feature of weekdays.
WEEKDAY_FEATURES: Mapping[str, Callable[[IntArray], FloatArray]] = {
    "day_of_week": lambda weekdays: weekdays.astype(np.float64),
    "is_weekend": lambda weekdays: (weekdays >= 5).astype(np.float64),
}

#: Date features that tell the time of the year. In a history shorter than a year they only number the days.
SEASON_FEATURES = ("month", "dayofyear", "quarter", "week_of_year")

#: Features of holidays: a day is a public holiday, the day before or after one, or a working day between two free days.
HOLIDAY_FEATURES = ("is_public_holiday", "is_day_before_holiday", "is_day_after_holiday", "is_bridge_day")

_DAY = pd.Timedelta(days=1)
_ONE_DAY = dt.timedelta(days=1)
_MONDAY, _FRIDAY, _SATURDAY = 0, 4, 5

#: Countries in which most churches keep Easter by the Julian calendar.
_ORTHODOX = frozenset({"BG", "BY", "CY", "ET", "GE", "GR", "MD", "ME", "MK", "RO", "RS", "RU", "UA"})

# The `holidays` package adds the reason of a moved day in brackets ("Day off (substituted from 01/26/2025)"). With the
# reason, the holiday would have another name every year, and its effect could not be learnt from earlier years.
_MOVED = re.compile(r"\s*\((substitute|observed|estimated|in lieu)[^)]*\)", re.IGNORECASE)

# A moved day off names the day that is worked instead, such as "Day off (substituted from 01/26/2025)".
_WORKED_INSTEAD = re.compile(r"substituted from (\d\d)/(\d\d)/(\d{4})")

#: Occasion of a day of the weekend that the country works on.
_WORKED_WEEKEND = "working day of a weekend"


def time_feature(name: str, dates: pd.DatetimeIndex) -> FloatArray:
    """Computes one date feature.

    Args:
        name: Key of TIME_FEATURES.
        dates: Any days.

    Returns:
        The values, shape (len(dates),).
    """
    return np.asarray(TIME_FEATURES[name](dates), dtype=np.float64)


@dataclass(frozen=True, slots=True)
class HolidayCalendar:
    """The public holidays of a country or of one of its subdivisions.

    Args:
        country: ISO 3166-1 alpha-2 code that the `holidays` package knows.
        subdivision: Code of the subdivision in the `holidays` package; empty for the national holidays.
        school_holidays: School holidays of the place, ascending; empty where nobody has told them. They are no public
            holidays.
    """

    country: str
    subdivision: str = ""
    # Calendars are keys of caches and are looked up for every day: many school holidays would be hashed anew each time.
    school_holidays: tuple[SchoolHoliday, ...] = field(default=(), hash=False)

    def with_school_holidays(self, school_holidays: tuple[SchoolHoliday, ...]) -> "HolidayCalendar":
        """The same calendar with other school holidays."""
        return replace(self, school_holidays=school_holidays)

    def names(self, date: dt.date) -> tuple[str, ...]:
        """The English names of the holidays of a day; most days have none."""
        return self.of_year(date.year).get(date, ())

    def special_names(self, date: dt.date) -> tuple[str, ...]:
        """The names of the special days of a day, such as Mother's Day, that are no public holidays on or beside it."""
        special = special_days(self.country, self.subdivision, date.year).get(date, ())
        if not special:
            return ()
        public = {name for day in (date - _ONE_DAY, date, date + _ONE_DAY) for name in self.names(day)}
        return tuple(name for name in special if name not in public)

    def of_year(self, year: int) -> Mapping[dt.date, tuple[str, ...]]:
        """The English names of the holidays of a year, by day."""
        return _holidays_of_year(self.country, self.subdivision, year)

    def is_worked_weekend(self, date: dt.date) -> bool:
        """Whether the country works on this day of a weekend, to make up for a day off near a holiday."""
        return date in _worked_weekends(self.country, self.subdivision, date.year)

    def usual_weekday(self, date: dt.date) -> int:
        """Weekday whose usual sales a day has, 0 for Monday: on a worked weekend the one of the day off instead."""
        replaced = _worked_weekends(self.country, self.subdivision, date.year).get(date)
        return date.weekday() if replaced is None else replaced

    def occasions(self, date: dt.date) -> tuple[str, ...]:
        """The occasions of a day: its holidays, its special days, and "before …" and "after …" the holidays beside it.

        A worked weekend is an occasion as well.
        """
        own = self.names(date)
        before = (f"before {name}" for name in self.names(date + _ONE_DAY) if name not in own)
        after = (f"after {name}" for name in self.names(date - _ONE_DAY) if name not in own)
        worked = (_WORKED_WEEKEND,) if self.is_worked_weekend(date) else ()
        return (*own, *self.special_names(date), *before, *after, *worked)

    def returning(self, date: dt.date) -> str:
        """The name under which the day returns every year: the first of its `occasions`; empty on an ordinary day.

        Where a holiday lasts for several days, the name of the second and each later day has the number of the day.
        """
        occasion = next(iter(self.occasions(date)), "")
        day = 1
        while occasion and occasion in self.occasions(date - day * _ONE_DAY):
            day += 1
        return f"{occasion}, day {day}" if day > 1 else occasion

    def easter(self, year: int) -> dt.date:
        """The date of Easter Sunday: the Orthodox one in the countries that keep Easter by the Julian calendar."""
        sunday: dt.date = easter(year, EASTER_ORTHODOX if self.country in _ORTHODOX else EASTER_WESTERN)
        return sunday

    def is_holiday(self, dates: pd.DatetimeIndex) -> FloatArray:
        """1.0 for each day that is a public holiday, else 0.0; shape (len(dates),)."""
        return np.array([bool(self.names(date.date())) for date in dates], dtype=np.float64)

    def holiday_features(self, dates: pd.DatetimeIndex) -> dict[str, FloatArray]:
        """Computes the features of HOLIDAY_FEATURES.

        Args:
            dates: Consecutive days.

        Returns:
            By name of the feature, shape (len(dates),), 1.0 for yes and 0.0 for no.
        """
        around = pd.date_range(dates[0] - _DAY, dates[-1] + _DAY, freq="D", unit="s")
        holiday = self.is_holiday(around)
        worked = np.array([self.is_worked_weekend(date.date()) for date in around], dtype=np.bool_)
        free = np.maximum(holiday, (around.day_of_week >= _SATURDAY) & ~worked)
        before, after = holiday[2:], holiday[:-2]
        bridge = (free[1:-1] == 0) * free[2:] * free[:-2]
        return dict(zip(HOLIDAY_FEATURES, (holiday[1:-1], before, after, bridge), strict=True))


def country_is_known(country: str) -> bool:
    """Whether the `holidays` package knows the country of an ISO 3166-1 alpha-2 code."""
    return len(country) == 2 and country in holidays.list_supported_countries()


def known_subdivisions(country: str) -> tuple[str, ...]:
    """The codes of the subdivisions of a known country that have holidays of their own."""
    return tuple(holidays.list_supported_countries(include_aliases=False).get(country, ()))


@functools.lru_cache(maxsize=4096)
def _worked_weekends(country: str, subdivision: str, year: int) -> Mapping[dt.date, int]:
    """The worked weekends of a year, each with the weekday of the day that is off instead, 0 for Monday."""
    # The day off may lie in the year before or after.
    years = range(year - 1, year + 2)
    days = holidays.country_holidays(country, subdiv=subdivision or None, years=years, language="en_US")
    worked = [day for day in getattr(days, "weekend_workdays", ()) if day.year == year]
    if not worked:
        return {}
    instead: dict[dt.date, int] = {}
    for day_off, names in days.items():
        for match in _WORKED_INSTEAD.finditer(names):
            month, day, of_year = map(int, match.groups())
            instead[dt.date(of_year, month, day)] = day_off.weekday()
    # Where no day off names the worked day, it is taken for the nearest working day.
    return {day: instead.get(day, _FRIDAY if day.weekday() == _SATURDAY else _MONDAY) for day in worked}


@functools.lru_cache(maxsize=4096)
def _holidays_of_year(country: str, subdivision: str, year: int) -> Mapping[dt.date, tuple[str, ...]]:
    days = holidays.country_holidays(country, subdiv=subdivision or None, years=year, language="en_US")
    return {
        date: tuple(dict.fromkeys(_MOVED.sub("", name).strip() for name in names.split("; ")))
        for date, names in days.items()
    }

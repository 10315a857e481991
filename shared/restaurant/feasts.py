"""Dates of feasts that move through the year, and days of the year from which a yearly closure is counted."""

import calendar as calendar_rules
import datetime as dt
import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

from shared.payloads import require_keys
from shared.restaurant.calendar import HolidayCalendar

#: Feasts that restaurants keep also where the feast is no public holiday: the calendar that has the dates, and the name
#: of the feast in that calendar. The `holidays` package computes the dates of years to come.
_FEASTS: Mapping[str, tuple[HolidayCalendar, str]] = {
    "Lunar New Year": (HolidayCalendar("SG"), "Chinese New Year"),
    "Ramadan": (HolidayCalendar("MV"), "First Day of Ramadan"),
    "Eid al-Fitr": (HolidayCalendar("MV"), "Eid al-Fitr"),
    "Eid al-Adha": (HolidayCalendar("MV"), "Eid al-Adha"),
    "Diwali": (HolidayCalendar("SG"), "Diwali"),
    "Rosh Hashanah": (HolidayCalendar("IL"), "Rosh Hashanah"),
    "Passover": (HolidayCalendar("IL"), "Pesach"),
}

#: A holiday moves if its dates in several years lie further apart, in days. The fourth Thursday of November moves by 6.
_LEAST_MOVE = 8

#: Days of one holiday that lie further apart than so many days are two occasions of it. The feasts of the Islamic
#: calendar come twice in some years.
ONE_OCCASION = 60


class AnchorKind(StrEnum):
    """What a yearly closure moves with."""

    DATE = "date"
    WEEK = "week"
    EASTER = "easter"
    HOLIDAY = "holiday"
    SCHOOL = "school holiday"
    FEAST = "feast"


@dataclass(frozen=True, slots=True)
class Anchor:
    """A day that returns every year, and from which the days of a closure are counted.

    Args:
        kind: What the day moves with: the date; the weekday nearest to the date; Easter Sunday; the first day of a
            public holiday of the place; the first day of a school holiday; a feast that is known everywhere.
        name: Name of the holiday, school holiday or feast; empty for the other kinds.
        month: Month of the date, 1 to 12; 0 for Easter, holidays and feasts.
        day: Day of the month, 1 to 31; 0 likewise.
        weekday: Weekday of the kind WEEK, 0 for Monday; 0 for the other kinds.
    """

    kind: AnchorKind
    name: str = ""
    month: int = 0
    day: int = 0
    weekday: int = 0

    @classmethod
    def of_date(cls, day: dt.date) -> Self:
        """The date of a day, which returns every year."""
        return cls(AnchorKind.DATE, month=day.month, day=day.day)

    @classmethod
    def of_week(cls, day: dt.date) -> Self:
        """The weekday of a day, in the week that returns every year."""
        return cls(AnchorKind.WEEK, month=day.month, day=day.day, weekday=day.weekday())

    @property
    def moves(self) -> bool:
        """Whether the anchor moves through the year by weeks."""
        return self.kind in (AnchorKind.EASTER, AnchorKind.HOLIDAY, AnchorKind.SCHOOL, AnchorKind.FEAST)

    @property
    def text(self) -> str:
        """The anchor in words; empty for a date or week."""
        return "Easter Sunday" if self.kind is AnchorKind.EASTER else self.name

    def days(self, calendar: HolidayCalendar, first_year: int, last_year: int) -> tuple[dt.date, ...]:
        """The days of the anchor, ascending.

        Args:
            calendar: Public holidays of the place.
            first_year: First year.
            last_year: Last year, included.
        """
        years = range(first_year, last_year + 1)
        match self.kind:
            case AnchorKind.DATE:
                return tuple(_date(year, self.month, self.day) for year in years)
            case AnchorKind.WEEK:
                return tuple(_nearest(_date(year, self.month, self.day), self.weekday) for year in years)
            case AnchorKind.EASTER:
                return tuple(calendar.easter(year) for year in years)
            case AnchorKind.HOLIDAY:
                return tuple(day for year in years for day in _first_days(calendar, self.name, year))
            case AnchorKind.SCHOOL:
                return _first_days_of_school_holiday(calendar, self.name, years)
            case AnchorKind.FEAST:
                of_feast, name = _FEASTS[self.name]
                return tuple(day for year in years for day in _first_days(of_feast, name, year))

    def to_payload(self) -> dict[str, Any]:
        """Plain values, to be stored."""
        return {
            "kind": self.kind.value,
            "name": self.name,
            "month": self.month,
            "day": self.day,
            "weekday": self.weekday,
        }

    @classmethod
    def from_payload(cls, payload: Mapping[str, Any]) -> Self:
        """The inverse of `to_payload`.

        Raises:
            UnservableVersion: a key is missing or unknown.
        """
        require_keys(payload, ("kind", "name", "month", "day", "weekday"), "day that a yearly closure moves with")
        return cls(**{**payload, "kind": AnchorKind(payload["kind"])})


def moving_anchors(calendar: HolidayCalendar, years: Sequence[int]) -> tuple[Anchor, ...]:
    """What moves through the year and a closure may move with: Easter, public holidays, school holidays and feasts.

    Args:
        calendar: Public holidays of the place.
        years: Years in which the holidays are looked up, at least one.
    """
    holidays = (Anchor(AnchorKind.HOLIDAY, name) for name in _moving_names(calendar, years[0], years[-1]))
    feasts = (Anchor(AnchorKind.FEAST, name) for name in _FEASTS)
    # A school holiday of which the next year is not told yet would leave the closure without a day.
    told = {holiday.name for holiday in calendar.school_holidays if holiday.first.year >= years[-1]}
    schools = (Anchor(AnchorKind.SCHOOL, name) for name in sorted(told))
    return (Anchor(AnchorKind.EASTER), *holidays, *schools, *feasts)


@functools.lru_cache(maxsize=256)
def _moving_names(calendar: HolidayCalendar, first_year: int, last_year: int) -> tuple[str, ...]:
    """The holidays that move through the year. A holiday that some year has not would leave the closure without a day.

    Args:
        calendar: Public holidays of the place.
        first_year: First year.
        last_year: Last year, included.
    """
    years = range(first_year, last_year + 1)
    in_all_years = set.intersection(
        *({name for names in calendar.of_year(year).values() for name in names} for year in years)
    )
    places = {
        name: [_first_days(calendar, name, year)[0].timetuple().tm_yday for year in years] for name in in_all_years
    }
    return tuple(sorted(name for name, days in places.items() if max(days) - min(days) >= _LEAST_MOVE))


def _first_days_of_school_holiday(calendar: HolidayCalendar, name: str, years: range) -> tuple[dt.date, ...]:
    """The first days of a school holiday. A holiday of several parts within two months begins with its first part."""
    result: list[dt.date] = []
    for holiday in calendar.school_holidays:
        is_new = not result or (holiday.first - result[-1]).days > ONE_OCCASION
        if holiday.name == name and holiday.first.year in years and is_new:
            result.append(holiday.first)
    return tuple(result)


@functools.lru_cache(maxsize=4096)
def _first_days(calendar: HolidayCalendar, name: str, year: int) -> tuple[dt.date, ...]:
    result: list[dt.date] = []
    for day in sorted(day for day, names in calendar.of_year(year).items() if name in names):
        if not result or (day - result[-1]).days > ONE_OCCASION:
            result.append(day)
    return tuple(result)


def _date(year: int, month: int, day: int) -> dt.date:
    if (month, day) == (2, 29) and not calendar_rules.isleap(year):
        return dt.date(year, 2, 28)
    return dt.date(year, month, day)


def _nearest(day: dt.date, weekday: int) -> dt.date:
    return day + dt.timedelta(days=(weekday - day.weekday() + 3) % 7 - 3)

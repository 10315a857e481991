"""Seasons that move through the year: with a feast, such as Ramadan or Lent, and school holidays."""

import datetime as dt
import functools
from collections.abc import Mapping
from dataclasses import dataclass

from shared.restaurant.calendar import HolidayCalendar
from shared.restaurant.feasts import Anchor, AnchorKind

_ONE_DAY = dt.timedelta(days=1)

_RAMADAN = Anchor(AnchorKind.FEAST, "Ramadan")
_EID = Anchor(AnchorKind.FEAST, "Eid al-Fitr")
_LUNAR_NEW_YEAR = Anchor(AnchorKind.FEAST, "Lunar New Year")
_EASTER = Anchor(AnchorKind.EASTER)
_DIWALI = Anchor(AnchorKind.FEAST, "Diwali")

#: A country keeps a feast that has a public holiday within so many days, in more than this share of the years around.
#: In single years, other holidays lie beside a feast.
_NEAR_FEAST, _LEAST_SHARE_KEPT, _YEARS_AROUND = 2, 0.7, 2

#: The season of all school holidays; that of one school holiday has its name besides.
SCHOOL_HOLIDAYS = "school holidays"

#: The season in which many restaurants of the countries that keep it close.
_FAST = "Ramadan"

#: A season is shorter than so many days.
_LONGEST = 60


@dataclass(frozen=True, slots=True)
class _Season:
    """The days of a season.

    Args:
        begin: Day from which the first day is counted.
        first: First day, in days after `begin`.
        end: Day from which the last day is counted. A country that keeps the feast tells it.
        last: Last day, in days after `end`.
    """

    begin: Anchor
    first: int
    end: Anchor
    last: int


_SEASONS: Mapping[str, _Season] = {
    _FAST: _Season(_RAMADAN, 0, _EID, -1),
    "weeks before Lunar New Year": _Season(_LUNAR_NEW_YEAR, -14, _LUNAR_NEW_YEAR, -1),
    "weeks after Lunar New Year": _Season(_LUNAR_NEW_YEAR, 1, _LUNAR_NEW_YEAR, 14),
    "Lent": _Season(_EASTER, -46, _EASTER, -1),
    "week before Diwali": _Season(_DIWALI, -7, _DIWALI, -1),
}


def seasons_on(calendar: HolidayCalendar, day: dt.date) -> tuple[str, ...]:
    """The seasons that a day belongs to: those whose feast the country keeps, and school holidays.

    A school holiday is two seasons: one of its name, and one that all school holidays share.

    Args:
        calendar: Public holidays of the place.
        day: Any day.
    """
    return _days_of_year(calendar, day.year).get(day, ())


def fast_around(calendar: HolidayCalendar, day: dt.date) -> tuple[dt.date, dt.date] | None:
    """First and last day of the Ramadan that a day lies in; None outside Ramadan, or where the country keeps none.

    Args:
        calendar: Public holidays of the place.
        day: Any day.
    """
    ranges = _ranges(calendar, _SEASONS[_FAST], day.year)
    return next(((first, last) for first, last in ranges if first <= day <= last), None)


@functools.lru_cache(maxsize=1024)
def _days_of_year(calendar: HolidayCalendar, year: int) -> Mapping[dt.date, tuple[str, ...]]:
    found: dict[dt.date, tuple[str, ...]] = {}
    for name, season in _SEASONS.items():
        for first, last in _ranges(calendar, season, year):
            for number in range((last - first).days + 1):
                day = first + number * _ONE_DAY
                found[day] = (*found.get(day, ()), name)
    for holiday in calendar.school_holidays:
        for number in range((holiday.last - holiday.first).days + 1):
            day = holiday.first + number * _ONE_DAY
            names = (SCHOOL_HOLIDAYS, f"{SCHOOL_HOLIDAYS}: {holiday.name}")
            found[day] = tuple(dict.fromkeys((*found.get(day, ()), *names)))
    return {day: names for day, names in found.items() if day.year == year}


def _ranges(calendar: HolidayCalendar, season: _Season, year: int) -> list[tuple[dt.date, dt.date]]:
    """First and last day of the seasons of a year and of those around it; none where the feast is not kept."""
    if not _keeps(calendar, season.end, year):
        return []
    ends = season.end.days(calendar, year - 1, year + 1)
    return [
        (begin + season.first * _ONE_DAY, _own_day(calendar, season.end, end) + season.last * _ONE_DAY)
        for begin in season.begin.days(calendar, year - 1, year + 1)
        for end in ends
        if 0 <= (end - begin).days < _LONGEST
    ]


def _keeps(calendar: HolidayCalendar, feast: Anchor, year: int) -> bool:
    """Whether the country has a public holiday on or beside a feast, in most years."""
    days = feast.days(calendar, year - _YEARS_AROUND, year + _YEARS_AROUND)
    kept = [any(calendar.names(near) for near in _near(day)) for day in days]
    return sum(kept) > _LEAST_SHARE_KEPT * len(kept)


def _own_day(calendar: HolidayCalendar, feast: Anchor, day: dt.date) -> dt.date:
    """The day on which the country keeps a feast. Countries see the moon on different days.

    Args:
        calendar: Public holidays of the place.
        feast: The feast.
        day: Day of the feast in the calendar of `feasts.py`.
    """
    named = (near for near in _near(day) if feast.name and any(feast.name in name for name in calendar.names(near)))
    return next(named, day)


def _near(day: dt.date) -> list[dt.date]:
    return [day + number * _ONE_DAY for number in range(-_NEAR_FEAST, _NEAR_FEAST + 1)]

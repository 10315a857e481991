"""Learns single days of the year on which a restaurant closes: dates, and days that move with Easter."""

import datetime as dt
from collections.abc import Sequence
from typing import TypeVar

from shared.arrays import BoolArray
from shared.restaurant.calendar import HolidayCalendar

#: A place in the year: (month, day), or a number of days after Easter Sunday.
_Place = TypeVar("_Place")

#: A place in the year of one past day, and whether the restaurant was closed on the day.
_Occasion = tuple[_Place, bool]

#: Number of past years that must agree before a day of the year counts as closed.
_YEARS = 2

#: First and last day that move with Easter, in days after Easter Sunday: from carnival to Corpus Christi.
_EASTER_RANGE = (-60, 70)


def learn_closed_dates(
    days: Sequence[dt.date], closed: BoolArray, telling: BoolArray, calendar: HolidayCalendar
) -> tuple[tuple[tuple[int, int], ...], tuple[int, ...]]:
    """Learns on which days of the year the restaurant closes.

    Args:
        days: Consecutive days of the history, n of them.
        closed: Whether the restaurant was closed on each day, shape (n,).
        telling: Whether a day shows a habit of its date, shape (n,). A weekly closing day shows none.
        calendar: Calendar that has the date of Easter.

    Returns:
        Dates as (month, day), and days that move with Easter in days after Easter Sunday; both sorted.
    """
    by_date: list[_Occasion[tuple[int, int]]] = []
    by_easter: list[_Occasion[int]] = []
    for day, was_closed, is_telling in zip(days, closed.tolist(), telling.tolist(), strict=True):
        if not is_telling:
            continue
        by_date.append(((day.month, day.day), was_closed))
        offset = (day - calendar.easter(day.year)).days
        if _EASTER_RANGE[0] <= offset <= _EASTER_RANGE[1]:
            by_easter.append((offset, was_closed))
    return _explained_once(_every_year(by_date), _every_year(by_easter), days[-1], calendar)


def _every_year(occasions: Sequence[_Occasion[_Place]]) -> set[_Place]:
    """The places in the year at which the restaurant was closed on each of the last `_YEARS` occasions.

    Args:
        occasions: Places in the year, each with whether the restaurant was closed; oldest first.
    """
    past: dict[_Place, list[bool]] = {}
    for place, was_closed in occasions:
        past.setdefault(place, []).append(was_closed)
    return {place for place, closed in past.items() if len(closed) >= _YEARS and all(closed[-_YEARS:])}


def _explained_once(
    dates: set[tuple[int, int]], offsets: set[int], last: dt.date, calendar: HolidayCalendar
) -> tuple[tuple[tuple[int, int], ...], tuple[int, ...]]:
    """Removes the places in the year that a habit of the other kind explains.

    A closure in the same two weeks of every April covers some days after Easter each year. A closure around Easter
    covers some dates each year.

    Args:
        dates: Closed dates, as (month, day).
        offsets: Closed days, in days after Easter Sunday.
        last: Last day of the history.
        calendar: Calendar that has the date of Easter.

    Returns:
        The remaining dates and the remaining days after Easter, sorted.
    """
    years = range(last.year - _YEARS, last.year + 1)
    easters = [calendar.easter(year) for year in years]

    def on_dates(offset: int) -> bool:
        days = [easter + dt.timedelta(days=offset) for easter in easters]
        return all((day.month, day.day) in dates for day in days if day <= last)

    own_offsets = {offset for offset in offsets if not on_dates(offset)}

    def on_offsets(month: int, day: int) -> bool:
        if (month, day) == (2, 29):
            return False  # no two years in a row have this date
        found = [(dt.date(easter.year, month, day), easter) for easter in easters]
        return all((date - easter).days in own_offsets for date, easter in found if date <= last)

    own_dates = {date for date in dates if not on_offsets(*date)}
    return tuple(sorted(own_dates)), tuple(sorted(own_offsets))

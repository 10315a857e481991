"""Learns on which days a restaurant closes by habit: weekdays, public holidays, and days that return every year."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from shared.arrays import BoolArray, IntArray
from shared.payloads import require_keys
from shared.restaurant.calendar import HolidayCalendar

#: A place in the year: (month, day), or a number of days after Easter Sunday.
_Place = TypeVar("_Place")

#: A place in the year of one past day, and whether the restaurant was closed on the day.
_Occasion = tuple[_Place, bool]

#: Number of past occasions of a holiday that must all be closed before the restaurant counts as closed on the holiday.
_HOLIDAY_OCCASIONS = 3

#: Number of past years that must agree before a day of the year counts as closed.
_YEARS = 2

#: Longest closure that counts as a habit, in days; a longer closure is a renovation or a calamity.
LONGEST_HABIT = 28

#: Number of days from which on a closure is not short any more.
_SHORT_CLOSURE = 3

#: Largest share of days in short closures, holidays aside, with which days of the year are learnt. At 3 %, one day in
#: three years falls on the same date twice by chance: above that, closures are too irregular to show a habit.
_MOST_STRAY_DAYS = 0.03

#: Number of weeks before and after a closed day in which its weekday is compared.
_WEEKS_AROUND = 4

#: First and last day that move with Easter, in days after Easter Sunday: from carnival to Corpus Christi.
_EASTER_RANGE = (-60, 70)


@dataclass(frozen=True, slots=True)
class ClosingHabits:
    """Days on which a restaurant is expected to stay closed.

    Args:
        weekdays: Weekdays, 0 for Monday.
        holidays: Names of public holidays.
        dates: Dates that return every year, as (month, day).
        easter_offsets: Days that move with Easter, in days after Easter Sunday; negative before it.
    """

    weekdays: tuple[int, ...] = ()
    holidays: tuple[str, ...] = ()
    dates: tuple[tuple[int, int], ...] = ()
    easter_offsets: tuple[int, ...] = ()

    @classmethod
    def learn(
        cls, dates: pd.DatetimeIndex, closed: BoolArray, calendar: HolidayCalendar, weekday_weeks: int
    ) -> "ClosingHabits":
        """Learns the habits from a history.

        Args:
            dates: Consecutive days of the history.
            closed: Whether the restaurant was closed on each day, shape (len(dates),).
            calendar: Public holidays of the place.
            weekday_weeks: Number of weeks; a weekday is a habit if it was closed in each of the last `weekday_weeks`
                weeks. Weeks in a closure that is too long to be a habit do not count.
        """
        days = [date.date() for date in dates]
        names = [calendar.names(day) for day in days]
        lengths = _lengths(closed)
        out_of_line = _out_of_line(closed, lengths)
        # A day that was closed for its weekday, or within a long closure, does not show a habit of its date.
        telling = [bool(is_telling) for is_telling in ~closed | out_of_line]
        holidays = _holidays(names, closed, telling)
        by_date: list[_Occasion[tuple[int, int]]] = []
        by_easter: list[_Occasion[int]] = []
        if not _is_irregular(out_of_line, lengths, np.array([bool(each) for each in names])):
            for day, was_closed, is_telling in zip(days, closed, telling, strict=True):
                offset = (day - calendar.easter(day.year)).days
                if is_telling:
                    by_date.append(((day.month, day.day), bool(was_closed)))
                if is_telling and _EASTER_RANGE[0] <= offset <= _EASTER_RANGE[1]:
                    by_easter.append((offset, bool(was_closed)))
        on_dates, on_offsets = _explained_once(_every_year(by_date), _every_year(by_easter), days[-1], calendar)
        return cls(_weekdays(dates, closed, lengths, weekday_weeks), holidays, on_dates, on_offsets)

    def expected(self, dates: pd.DatetimeIndex, calendar: HolidayCalendar) -> BoolArray:
        """Whether the restaurant is expected to be closed by habit.

        Args:
            dates: Days to come.
            calendar: Public holidays of the place.

        Returns:
            True for each day that is expected to be closed, shape (len(dates),).
        """
        return np.array([self._is_expected(date.date(), calendar) for date in dates], dtype=np.bool_)

    def to_payload(self) -> dict[str, Any]:
        """Plain values, to be stored."""
        return {
            "weekdays": list(self.weekdays),
            "holidays": list(self.holidays),
            "dates": [list(date) for date in self.dates],
            "easter_offsets": list(self.easter_offsets),
        }

    @classmethod
    def from_payload(cls, payload: Mapping[str, Any]) -> "ClosingHabits":
        """The inverse of `to_payload`.

        Raises:
            UnservableVersion: a key is missing or unknown.
        """
        require_keys(payload, ("weekdays", "holidays", "dates", "easter_offsets"), "closing habits")
        return cls(
            weekdays=tuple(payload["weekdays"]),
            holidays=tuple(payload["holidays"]),
            dates=tuple((month, day) for month, day in payload["dates"]),
            easter_offsets=tuple(payload["easter_offsets"]),
        )

    def _is_expected(self, day: dt.date, calendar: HolidayCalendar) -> bool:
        return (
            day.weekday() in self.weekdays
            or (day.month, day.day) in self.dates
            or (day - calendar.easter(day.year)).days in self.easter_offsets
            or any(name in self.holidays for name in calendar.names(day))
        )


def _weekdays(dates: pd.DatetimeIndex, closed: BoolArray, lengths: IntArray, weeks: int) -> tuple[int, ...]:
    """The weekdays that were closed in each of the last `weeks` weeks outside of long closures."""
    telling = lengths <= LONGEST_HABIT
    weekdays = dates.day_of_week.to_numpy()
    past = (closed[telling & (weekdays == day)][-weeks:] for day in range(7))
    return tuple(day for day, was_closed in enumerate(past) if len(was_closed) == weeks and was_closed.all())


def _holidays(holidays: Sequence[tuple[str, ...]], closed: BoolArray, telling: Sequence[bool]) -> tuple[str, ...]:
    """The holidays on whose last `_HOLIDAY_OCCASIONS` telling occasions the restaurant was closed every time."""
    occasions: dict[str, list[bool]] = {}
    for names, was_closed, is_telling in zip(holidays, closed, telling, strict=True):
        for name in names if is_telling else ():
            occasions.setdefault(name, []).append(bool(was_closed))
    return tuple(sorted(name for name, past in occasions.items() if all(past[-_HOLIDAY_OCCASIONS:])))


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


def _is_irregular(out_of_line: BoolArray, lengths: IntArray, is_holiday: BoolArray) -> bool:
    """Whether short closures are so frequent that some fall on the same day of two years by chance."""
    stray = out_of_line & ~is_holiday & (lengths < _SHORT_CLOSURE)
    return bool(stray.mean() > _MOST_STRAY_DAYS)


def _out_of_line(closed: BoolArray, lengths: IntArray) -> BoolArray:
    """Whether a day was closed although its weekday was mostly open in the weeks around; shape of `closed`.

    Days of a closure that is too long to be a habit are False.
    """
    result = np.zeros(len(closed), dtype=np.bool_)
    around = 7 * np.array([week for week in range(-_WEEKS_AROUND, _WEEKS_AROUND + 1) if week])
    for day in np.flatnonzero(closed & (lengths <= LONGEST_HABIT)):
        neighbours = day + around
        neighbours = neighbours[(neighbours >= 0) & (neighbours < len(closed))]
        result[day] = len(neighbours) > 0 and bool((~closed[neighbours]).mean() >= 0.5)
    return result


def _lengths(closed: BoolArray) -> IntArray:
    """The length of the closure that each day belongs to, in days; 0 for an open day; shape of `closed`."""
    result = np.zeros(len(closed), dtype=np.int64)
    changes = np.flatnonzero(np.diff(np.concatenate([[False], closed, [False]]).astype(np.int8)))
    for first, end in zip(changes[::2], changes[1::2], strict=True):
        result[first:end] = end - first
    return result

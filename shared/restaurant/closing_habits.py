"""When a restaurant closes by habit: weekdays, public holidays, and days that return every year."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from shared.arrays import BoolArray, IntArray
from shared.payloads import require_keys
from shared.restaurant.calendar import HolidayCalendar

#: A place in the year: (month, day), or days after Easter Sunday.
_Place = TypeVar("_Place")

#: A day at such a place, and whether the restaurant was closed on it.
_Occasion = tuple[_Place, bool]

#: Past occasions of a holiday that tell whether the restaurant closes on it.
_HOLIDAY_OCCASIONS = 3

#: Past years that must agree before a day of the year counts as closed.
_YEARS = 2

#: Longest closure that may return every year, in days; a longer one is a calamity or a renovation, no habit.
LONGEST_HABIT = 28

#: Closures of fewer days are short.
_SHORT_CLOSURE = 3

#: Share of days in short closures, holidays aside, above which a restaurant closes too irregularly to have habits of
#: the year: at 3 %, one day in three years falls on the same date twice by chance.
_MOST_STRAY_DAYS = 0.03

#: Weeks before and after a closed day in which its weekday is looked at.
_WEEKS_AROUND = 4

#: Days before and after Easter Sunday that move with it: from carnival to Corpus Christi.
_EASTER_RANGE = (-60, 70)


@dataclass(frozen=True, slots=True)
class ClosingHabits:
    """Days on which a restaurant is expected to stay closed.

    Args:
        weekdays: 0 is Monday.
        holidays: by name.
        dates: (month, day).
        easter_offsets: days after Easter Sunday, below 0 before it.
    """

    weekdays: tuple[int, ...] = ()
    holidays: tuple[str, ...] = ()
    dates: tuple[tuple[int, int], ...] = ()
    easter_offsets: tuple[int, ...] = ()

    @classmethod
    def learn(
        cls, dates: pd.DatetimeIndex, closed: BoolArray, calendar: HolidayCalendar, weekday_weeks: int
    ) -> "ClosingHabits":
        """Learns from a history.

        Args:
            dates: its consecutive days.
            closed: on which the restaurant sold nothing, shape (len(dates),).
            calendar: of its public holidays.
            weekday_weeks: a weekday counts as closed that was so in each of the last so many weeks; those of a closure
                too long to be a habit do not count.
        """
        days = [date.date() for date in dates]
        names = [calendar.names(day) for day in days]
        lengths = _lengths(closed)
        out_of_line = _out_of_line(closed, lengths)
        # A closed day that is not out of line (of the week, or of a long closure) tells nothing of its date.
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
        """Whether the restaurant will be closed, as far as its habits tell, shape (len(dates),).

        Args:
            dates: days to come.
            calendar: of their public holidays.
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
    """Weekdays closed in each of the last weeks, those of long closures not counted; none after a shorter past."""
    telling = lengths <= LONGEST_HABIT
    weekdays = dates.day_of_week.to_numpy()
    past = (closed[telling & (weekdays == day)][-weeks:] for day in range(7))
    return tuple(day for day, was_closed in enumerate(past) if len(was_closed) == weeks and was_closed.all())


def _holidays(holidays: Sequence[tuple[str, ...]], closed: BoolArray, telling: Sequence[bool]) -> tuple[str, ...]:
    """Holidays on whose last telling occasions the restaurant was closed every time."""
    occasions: dict[str, list[bool]] = {}
    for names, was_closed, is_telling in zip(holidays, closed, telling, strict=True):
        for name in names if is_telling else ():
            occasions.setdefault(name, []).append(bool(was_closed))
    return tuple(sorted(name for name, past in occasions.items() if all(past[-_HOLIDAY_OCCASIONS:])))


def _every_year(occasions: Sequence[_Occasion[_Place]]) -> set[_Place]:
    """Places in the year at which the restaurant was closed on each of the last occasions.

    Args:
        occasions: place in the year, and whether the restaurant was closed, oldest first.
    """
    past: dict[_Place, list[bool]] = {}
    for place, was_closed in occasions:
        past.setdefault(place, []).append(was_closed)
    return {place for place, closed in past.items() if len(closed) >= _YEARS and all(closed[-_YEARS:])}


def _explained_once(
    dates: set[tuple[int, int]], offsets: set[int], last: dt.date, calendar: HolidayCalendar
) -> tuple[tuple[tuple[int, int], ...], tuple[int, ...]]:
    """The same places in the year, sorted, without those of one kind that only come from an overlap with the other.

    A fortnight of every April covers some of the days after Easter each year, and a fortnight around Easter some dates.

    Args:
        dates: (month, day).
        offsets: days after Easter.
        last: day of the history.
        calendar: knows Easter.
    """
    years = range(last.year - _YEARS, last.year + 1)
    easters = [calendar.easter(year) for year in years]

    def on_dates(offset: int) -> bool:
        days = [easter + dt.timedelta(days=offset) for easter in easters]
        return all((day.month, day.day) in dates for day in days if day <= last)

    own_offsets = {offset for offset in offsets if not on_dates(offset)}

    def on_offsets(month: int, day: int) -> bool:
        if (month, day) == (2, 29):
            return False  # it lies in no two years in a row
        found = [(dt.date(easter.year, month, day), easter) for easter in easters]
        return all((date - easter).days in own_offsets for date, easter in found if date <= last)

    own_dates = {date for date in dates if not on_offsets(*date)}
    return tuple(sorted(own_dates)), tuple(sorted(own_offsets))


def _is_irregular(out_of_line: BoolArray, lengths: IntArray, is_holiday: BoolArray) -> bool:
    """Whether short closures are so frequent that some would fall on the same days of two years by chance."""
    stray = out_of_line & ~is_holiday & (lengths < _SHORT_CLOSURE)
    return bool(stray.mean() > _MOST_STRAY_DAYS)


def _out_of_line(closed: BoolArray, lengths: IntArray) -> BoolArray:
    """Closed days in a short closure whose weekday was mostly open in the weeks around them, shape of `closed`."""
    result = np.zeros(len(closed), dtype=np.bool_)
    around = 7 * np.array([week for week in range(-_WEEKS_AROUND, _WEEKS_AROUND + 1) if week])
    for day in np.flatnonzero(closed & (lengths <= LONGEST_HABIT)):
        neighbours = day + around
        neighbours = neighbours[(neighbours >= 0) & (neighbours < len(closed))]
        result[day] = len(neighbours) > 0 and bool((~closed[neighbours]).mean() >= 0.5)
    return result


def _lengths(closed: BoolArray) -> IntArray:
    """Closed days in a row that each day belongs to, shape of `closed`."""
    result = np.zeros(len(closed), dtype=np.int64)
    changes = np.flatnonzero(np.diff(np.concatenate([[False], closed, [False]]).astype(np.int8)))
    for first, end in zip(changes[::2], changes[1::2], strict=True):
        result[first:end] = end - first
    return result

"""When a restaurant closes by habit: weekdays, public holidays, and days that return every year."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd
from dateutil.easter import easter

from shared.calendar import HolidayCalendar

BoolArray = npt.NDArray[np.bool_]

#: A place in the year: (month, day), or days after Easter Sunday.
_Place = TypeVar("_Place")

#: Past occasions of a holiday that tell whether the restaurant closes on it.
_HOLIDAY_OCCASIONS = 3

#: Past years that must agree before a day of the year counts as closed.
_YEARS = 2

#: Longest closure that may return every year, in days; a longer one is a calamity or a renovation, no habit.
_LONGEST_CLOSURE = 28

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
            weekday_weeks: a weekday counts as closed that was so in each of the last so many weeks.
        """
        days = [date.date() for date in dates]
        once = [day for day, is_out_of_line in zip(days, _out_of_line(closed), strict=True) if is_out_of_line]
        return cls(
            _weekdays(dates, closed, weekday_weeks),
            _holidays([calendar.names(day) for day in days], closed),
            _every_year([(day.year, (day.month, day.day)) for day in days], {(d.year, (d.month, d.day)) for d in once}),
            _every_year(_after_easter(days), set(_after_easter(once))),
        )

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
        """The inverse of `to_payload`."""
        return cls(
            tuple(payload["weekdays"]),
            tuple(payload["holidays"]),
            tuple((month, day) for month, day in payload["dates"]),
            tuple(payload["easter_offsets"]),
        )

    def _is_expected(self, day: dt.date, calendar: HolidayCalendar) -> bool:
        return (
            day.weekday() in self.weekdays
            or (day.month, day.day) in self.dates
            or (day - easter(day.year)).days in self.easter_offsets
            or any(name in self.holidays for name in calendar.names(day))
        )


def _weekdays(dates: pd.DatetimeIndex, closed: BoolArray, weeks: int) -> tuple[int, ...]:
    """Weekdays closed in each of the last weeks; none after a shorter past, or after one in which all were."""
    if len(dates) < 7 * weeks:
        return ()
    recent = closed[-7 * weeks :]
    if recent.all():
        return ()
    weekdays = dates[-7 * weeks :].day_of_week.to_numpy()
    return tuple(day for day in range(7) if recent[weekdays == day].all())


def _holidays(holidays: Sequence[tuple[str, ...]], closed: BoolArray) -> tuple[str, ...]:
    """Holidays on whose last occasions the restaurant was closed every time; those in a long closure tell nothing."""
    occasions: dict[str, list[bool]] = {}
    for names, was_closed, is_usual in zip(holidays, closed, ~_in_long_closure(closed), strict=True):
        for name in names if is_usual else ():
            occasions.setdefault(name, []).append(bool(was_closed))
    return tuple(sorted(name for name, past in occasions.items() if all(past[-_HOLIDAY_OCCASIONS:])))


def _every_year(days: Sequence[tuple[int, _Place]], closed: set[tuple[int, _Place]]) -> tuple[_Place, ...]:
    """Places in the year at which the restaurant was closed in each of the last years that have them.

    Args:
        days: year and place of each day of the history.
        closed: those of them that were closed.
    """
    years: dict[_Place, list[int]] = {}
    for year, place in days:
        years.setdefault(place, []).append(year)
    candidates = sorted({place for _, place in closed}, key=repr)
    return tuple(
        place
        for place in candidates
        if len(years[place]) >= _YEARS and all((year, place) in closed for year in years[place][-_YEARS:])
    )


def _after_easter(days: Sequence[dt.date]) -> list[tuple[int, int]]:
    """Year, and days after Easter Sunday, of the days that may move with it."""
    placed = [(day.year, (day - easter(day.year)).days) for day in days]
    first, last = _EASTER_RANGE
    return [(year, offset) for year, offset in placed if first <= offset <= last]


def _out_of_line(closed: BoolArray) -> BoolArray:
    """Closed days in a short closure whose weekday was mostly open in the weeks around them, shape of `closed`."""
    result = np.zeros(len(closed), dtype=np.bool_)
    around = 7 * np.array([week for week in range(-_WEEKS_AROUND, _WEEKS_AROUND + 1) if week])
    for day in np.flatnonzero(closed & ~_in_long_closure(closed)):
        neighbours = day + around
        neighbours = neighbours[(neighbours >= 0) & (neighbours < len(closed))]
        result[day] = len(neighbours) > 0 and bool((~closed[neighbours]).mean() >= 0.5)
    return result


def _in_long_closure(closed: BoolArray) -> BoolArray:
    """Whether a day belongs to more closed days in a row than a habit has, shape of `closed`."""
    result = np.zeros(len(closed), dtype=np.bool_)
    changes = np.flatnonzero(np.diff(np.concatenate([[False], closed, [False]]).astype(np.int8)))
    for first, end in zip(changes[::2], changes[1::2], strict=True):
        result[first:end] = end - first > _LONGEST_CLOSURE
    return result

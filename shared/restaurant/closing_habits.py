"""Tells on which days a restaurant closes by habit, and which habit closes a day."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import numpy as np
import pandas as pd

from shared.arrays import BoolArray, IntArray
from shared.payloads import require_keys
from shared.restaurant.calendar import HolidayCalendar
from shared.restaurant.closing_dates import learn_closed_dates
from shared.restaurant.closing_holidays import ClosedHolidays, learn_closed_holidays
from shared.restaurant.closing_weekdays import ClosedWeekday, learn_closed_weekdays
from shared.restaurant.past_closures import closure_lengths, out_of_line
from shared.restaurant.yearly_closures import YearlyClosure, learn_yearly_closures

#: Longest closure that counts as a habit after one year, in days; a longer closure may be a renovation or a calamity.
LONGEST_HABIT = 28

#: Number of days from which on a closure is not short any more.
_SHORT_CLOSURE = 3

#: Largest share of days in short closures, holidays aside, with which days of the year are learnt. At 3 %, one day in
#: three years falls on the same date twice by chance: above that, closures are too irregular to show a habit.
_MOST_STRAY_DAYS = 0.03

#: Number of last worked weekends of which most must have been open.
_WORKED_WEEKENDS = 3

#: Keys of a payload.
_KEYS = (
    "weekdays",
    "holidays",
    "holidays_in_succession",
    "dates",
    "easter_offsets",
    "yearly_closures",
    "opens_on_worked_weekends",
)


class ClosingKind(StrEnum):
    """Kinds of closing habits."""

    YEARLY_CLOSURE = "yearly closure"
    HOLIDAY = "holiday"
    PUBLIC_HOLIDAYS = "public holidays"
    WEEKDAY = "weekday"
    DATE = "date"
    EASTER = "Easter"


@dataclass(frozen=True, slots=True)
class ClosingReason:
    """The habit for which a restaurant is expected to be closed on a day.

    Args:
        kind: Kind of the habit.
        text: The habit in words, such as "closed on Mondays (7 of 7 so far)".
        is_guess: Whether the history is too short to be sure, or the restaurant has not met the holiday before.
    """

    kind: ClosingKind
    text: str
    is_guess: bool = False


@dataclass(frozen=True, slots=True)
class ClosingHabits:
    """Days on which a restaurant is expected to stay closed.

    Args:
        weekdays: Weekly closing days.
        holidays: Public holidays.
        dates: Single dates that return every year, as (month, day).
        easter_offsets: Single days that move with Easter, in days after Easter Sunday; negative before it.
        yearly_closures: Closures of several days that return every year.
        opens_on_worked_weekends: Whether the restaurant opens on a weekly closing day that the country works on, to
            make up for a holiday.
    """

    weekdays: tuple[ClosedWeekday, ...] = ()
    holidays: ClosedHolidays = field(default_factory=ClosedHolidays)
    dates: tuple[tuple[int, int], ...] = ()
    easter_offsets: tuple[int, ...] = ()
    yearly_closures: tuple[YearlyClosure, ...] = ()
    opens_on_worked_weekends: bool = False

    @classmethod
    def learn(
        cls, dates: pd.DatetimeIndex, closed: BoolArray, calendar: HolidayCalendar, weekday_weeks: int
    ) -> "ClosingHabits":
        """Learns the habits from a history.

        A closed day counts for one habit only. A weekly closing day tells nothing of its date. A holiday on which the
        restaurant closes tells nothing of its date, because many holidays fall on other dates next year.

        Args:
            dates: Consecutive days of the history, n of them.
            closed: Whether the restaurant was closed on each day, shape (n,).
            calendar: Public holidays of the place.
            weekday_weeks: Number of last weeks in which a weekday must have been closed to be a habit for certain.
        """
        days = [date.date() for date in dates]
        names = [calendar.names(day) for day in days]
        is_holiday = np.array([bool(each) for each in names], dtype=np.bool_)
        lengths = closure_lengths(closed)
        stands_out = out_of_line(closed, lengths)
        telling = ~closed | (stands_out & (lengths <= LONGEST_HABIT))
        holidays = learn_closed_holidays(names, closed, telling)
        unexplained = stands_out & ~np.array([holidays.explain(each) for each in names], dtype=np.bool_)
        is_irregular = _is_irregular(stands_out, lengths, is_holiday)
        yearly, is_part = learn_yearly_closures(days[0], closed, unexplained, calendar, is_irregular=is_irregular)
        own_date = ~closed | (unexplained & ~is_part & (lengths <= LONGEST_HABIT))
        on_dates, on_offsets = ((), ()) if is_irregular else learn_closed_dates(days, closed, own_date, calendar)
        is_worked = np.array([calendar.is_worked_weekend(day) for day in days], dtype=np.bool_)
        weekdays = learn_closed_weekdays(dates, closed, lengths, is_holiday | is_worked, weekday_weeks)
        would_be_closed = np.isin(dates.day_of_week, [each.weekday for each in weekdays])
        opened = ~closed[is_worked & would_be_closed][-_WORKED_WEEKENDS:]
        return cls(
            weekdays=weekdays,
            holidays=holidays,
            dates=on_dates,
            easter_offsets=on_offsets,
            yearly_closures=yearly,
            opens_on_worked_weekends=bool(len(opened) and opened.mean() > 0.5),
        )

    def expected(self, dates: pd.DatetimeIndex, calendar: HolidayCalendar, reopens: dt.date | None = None) -> BoolArray:
        """Whether the restaurant is expected to be closed by habit.

        Args:
            dates: Days to come.
            calendar: Public holidays of the place.
            reopens: Day on which the restaurant opens again within a yearly closure, which is over from then on; None
                where yearly closures end on their usual days.

        Returns:
            True for each day that is expected to be closed, shape (len(dates),).
        """
        return np.array([self.reason(date.date(), calendar, reopens) is not None for date in dates], dtype=np.bool_)

    def reason(self, day: dt.date, calendar: HolidayCalendar, reopens: dt.date | None = None) -> ClosingReason | None:
        """The habit for which the restaurant is expected to be closed on a day; None if it is expected to be open.

        Where several habits close the day, the weekly closing day is told first, then the holiday.

        Args:
            day: Day to come.
            calendar: Public holidays of the place.
            reopens: Day on which the restaurant opens again within a yearly closure; None as in `expected`.
        """
        for weekday in self.weekdays:
            if weekday.weekday == day.weekday() and not (
                self.opens_on_worked_weekends and calendar.is_worked_weekend(day)
            ):
                return ClosingReason(ClosingKind.WEEKDAY, weekday.text, weekday.is_guess)
        if names := calendar.names(day):
            for name in names:
                if name in self.holidays.names:
                    return ClosingReason(ClosingKind.HOLIDAY, f"closed on {name}")
            if self.holidays.explain(names):
                seen = self.holidays.in_succession
                text = f"closed on public holidays (the last {seen} of {seen}), and so on {names[0]}"
                return ClosingReason(ClosingKind.PUBLIC_HOLIDAYS, text, is_guess=True)
        for closure in self.yearly_closures:
            if closure.covers(day, calendar) and not closure.is_over(day, reopens, calendar):
                return ClosingReason(ClosingKind.YEARLY_CLOSURE, closure.text(day, calendar))
        if (day.month, day.day) in self.dates:
            return ClosingReason(ClosingKind.DATE, f"closed on {day:%-d %B}, as in the years before")
        offset = (day - calendar.easter(day.year)).days
        if offset in self.easter_offsets:
            return ClosingReason(ClosingKind.EASTER, f"closed {_from_easter(offset)}, as in the years before")
        return None

    def end_of_yearly_closure(self, day: dt.date, calendar: HolidayCalendar) -> dt.date | None:
        """The last day of the yearly closure that covers a day; None if none does.

        Args:
            day: Any day.
            calendar: Public holidays of the place.
        """
        found = (closure.range_around(day, calendar) for closure in self.yearly_closures)
        return max((last for _, last in filter(None, found)), default=None)

    def to_payload(self) -> dict[str, Any]:
        """Plain values, to be stored."""
        return {
            "weekdays": [weekday.to_payload() for weekday in self.weekdays],
            "holidays": list(self.holidays.names),
            "holidays_in_succession": self.holidays.in_succession,
            "dates": [list(date) for date in self.dates],
            "easter_offsets": list(self.easter_offsets),
            "yearly_closures": [closure.to_payload() for closure in self.yearly_closures],
            "opens_on_worked_weekends": self.opens_on_worked_weekends,
        }

    @classmethod
    def from_payload(cls, payload: Mapping[str, Any]) -> "ClosingHabits":
        """The inverse of `to_payload`.

        Raises:
            UnservableVersion: a key is missing or unknown, here or in a part.
        """
        require_keys(payload, _KEYS, "closing habits")
        return cls(
            weekdays=tuple(map(ClosedWeekday.from_payload, payload["weekdays"])),
            holidays=ClosedHolidays(tuple(payload["holidays"]), payload["holidays_in_succession"]),
            dates=tuple((month, day) for month, day in payload["dates"]),
            easter_offsets=tuple(payload["easter_offsets"]),
            yearly_closures=tuple(map(YearlyClosure.from_payload, payload["yearly_closures"])),
            opens_on_worked_weekends=payload["opens_on_worked_weekends"],
        )


def _from_easter(offset: int) -> str:
    if not offset:
        return "on Easter Sunday"
    return f"{abs(offset)} {'day' if abs(offset) == 1 else 'days'} {'after' if offset > 0 else 'before'} Easter Sunday"


def _is_irregular(stands_out: BoolArray, lengths: IntArray, is_holiday: BoolArray) -> bool:
    """Whether short closures are so frequent that some fall on the same day of two years by chance."""
    stray = stands_out & ~is_holiday & (lengths < _SHORT_CLOSURE)
    return bool(stray.mean() > _MOST_STRAY_DAYS)

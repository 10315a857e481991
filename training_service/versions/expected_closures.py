"""Learns from a history on which days the restaurant will be closed."""

import datetime as dt
from dataclasses import dataclass

import pandas as pd

from shared.config import PipelineConfig
from shared.restaurant.calendar import HolidayCalendar
from shared.restaurant.closing_habits import ClosingHabits
from shared.restaurant.ongoing_closure import OngoingClosure
from shared.restaurant.seasons import fast_around
from training_service.learning.store_history import StoreHistory


@dataclass(frozen=True, slots=True)
class ExpectedClosedDay:
    """A day on which the restaurant is expected to be closed.

    Args:
        date: The day.
        habit: The habit that says so, in words.
        is_guess: Whether the history is too short to be sure.
    """

    date: dt.date
    habit: str
    is_guess: bool


@dataclass(frozen=True, slots=True)
class ExpectedClosures:
    """What a history tells of closed days to come.

    Args:
        habits: Days on which the restaurant closes by habit.
        ongoing: Closure in which the history ends; None where the restaurant is open.
        calendar: Public holidays and school holidays of the store.
    """

    habits: ClosingHabits
    ongoing: OngoingClosure | None
    calendar: HolidayCalendar

    def days(self, first: dt.date, count: int) -> tuple[ExpectedClosedDay, ...]:
        """The days on which the restaurant is expected to be closed.

        Args:
            first: First day that is looked at.
            count: Number of days that are looked at.
        """
        dates = pd.date_range(first, periods=count, freq="D", unit="s")
        in_closure = self.ongoing.expected(dates, None) if self.ongoing else [False] * count
        found = []
        for date, is_in_closure in zip((date.date() for date in dates), in_closure, strict=True):
            reason = self.habits.reason(date, self.calendar)
            if reason:
                found.append(ExpectedClosedDay(date, reason.text, reason.is_guess))
            elif is_in_closure and self.ongoing:
                text = f"closed since {self.ongoing.since}, probably until {self.ongoing.until}"
                found.append(ExpectedClosedDay(date, text, is_guess=True))
        return tuple(found)


def expected_closures(history: StoreHistory, calendar: HolidayCalendar, config: PipelineConfig) -> ExpectedClosures:
    """Learns the closing habits of a store, and whether the history ends in a long closure.

    Args:
        history: Days of the store.
        calendar: Public holidays of the place.
        config: Number of weeks that make a weekday a closing day.
    """
    habits = history.closing_habits(calendar, config)
    calendar = history.calendar(calendar)
    usual_end = habits.end_of_yearly_closure(history.end, calendar)
    fast = fast_around(calendar, history.end)
    ongoing = OngoingClosure.of_history(history.end, history.closed, usual_end, fast)
    return ExpectedClosures(habits, ongoing, calendar)

"""Made histories of closures, and the closed days that habits learnt from them expect."""

import numpy as np
import pandas as pd

from shared.arrays import BoolArray
from shared.restaurant.calendar import HolidayCalendar
from shared.restaurant.closing_habits import ClosingHabits

DE = HolidayCalendar("DE")

#: Number of last weeks in which a weekday must have been closed to be a habit for certain.
WEEKS = 8

#: First and last day of a closure.
Period = tuple[str, str]


def is_closed(dates: pd.DatetimeIndex, *closures: Period, weekdays: tuple[int, ...] = ()) -> BoolArray:
    """Whether days lie in closures or fall on weekly closing days, shape (len(dates),)."""
    result: BoolArray = np.isin(dates.day_of_week, weekdays)
    for first, last in closures:
        result |= (dates >= pd.Timestamp(first)) & (dates <= pd.Timestamp(last))
    return result


def learnt(
    first: str, last: str, *closures: Period, weekdays: tuple[int, ...] = (), calendar: HolidayCalendar = DE
) -> ClosingHabits:
    """The habits learnt from a history from `first` to `last`, with closures and weekly closing days."""
    dates = pd.date_range(first, last, unit="s")
    return ClosingHabits.learn(dates, is_closed(dates, *closures, weekdays=weekdays), calendar, WEEKS)


def expected(habits: ClosingHabits, first: str, last: str, calendar: HolidayCalendar = DE) -> list[str]:
    """The days from `first` to `last` on which the restaurant is expected to be closed."""
    dates = pd.date_range(first, last, unit="s")
    return [str(date.date()) for date in dates[habits.expected(dates, calendar)]]


def days(first: str, last: str) -> list[str]:
    """All days from `first` to `last`."""
    return [str(date.date()) for date in pd.date_range(first, last, unit="s")]

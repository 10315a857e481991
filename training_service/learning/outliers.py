"""Limits days on which a dish sold far more than ever before, so that one strange day does not move its forecasts.

The day takes the largest sale of ordinary days of its weekday (winsorising, after Dixon, "Simplified estimation from
censored normal samples", 1960). Days that come in runs or come back are events and keep what was sold.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from shared.arrays import BoolArray, FloatArray, IntArray
from shared.restaurant.calendar import HolidayCalendar
from training_service.learning.store_history import LimitedDay, StoreHistory

#: Multiple of the largest earlier sale beyond which a day is strange, on an ordinary day and on an occasion. An
#: occasion may sell six times as much, as `learn_occasions` allows.
_FACTOR, _FACTOR_OF_OCCASION = 2.0, 6.0

#: Added to the multiple, divided by the number of earlier days with a sale: few days show little of what may come.
_FACTOR_OF_FEW_DAYS = 20.0

#: Standard deviations of a count above the usual that a strange day exceeds as well; at least so many units.
_DEVIATIONS = 8.0

#: Days before a day in which its largest earlier sale is looked for: a year.
_YEAR = 365

#: Open days of a dish that judge a day: days before it, or for the first days of a dish the days around them.
_LEAST_DAYS = 7

#: Latest days of the same weekday that tell what is usual, and how many of them are needed.
_SAME_WEEKDAYS, _LEAST_SAME_WEEKDAYS = 8, 3

#: Latest days that tell what is usual where too few have the same weekday.
_RECENT_DAYS = 28

#: Share of the excess of a strange day from which another day counts as a day of its kind.
_ALIKE = 0.5

#: Days between a strange day and one of its kind that begin a new peak of the week.
_WEEK = 7

#: Days between a strange day and one of its kind that make both an event that returns every year.
_YEAR_LATER = (357, 372)

#: Further days of its kind within a year of a strange day that make such days a habit of the dish.
_HABIT = 2

#: Rank among the latest days, from the least, of a day whose double a strange day exceeds; the test spares most days.
_QUICK_RANK = 21


def limit_outliers(store: StoreHistory, calendar: HolidayCalendar) -> StoreHistory:
    """The history with its strange days limited. Sales that are strangely low stay as they are.

    What a day is limited to depends on days before it; whether it is limited depends on no day after the end of the
    history. `StoreHistory.until` decides again for an earlier end.

    Args:
        store: The history as it was sold.
        calendar: Tells the occasions. A day with an occasion may sell more.
    """
    occasions = np.array([bool(calendar.returning(date.date())) for date in store.dates], dtype=np.bool_)
    found = [
        day
        for dish, values in store.sales.items()
        for day in limited_days(dish, values, occasions, store.start.weekday())
    ]
    return replace(store, limited=tuple(found)).until(len(store.closed)) if found else store


def limited_days(dish: str, sales: FloatArray, occasions: BoolArray, first_weekday: int) -> list[LimitedDay]:
    """The days of a dish that are limited at some end of the history.

    Args:
        dish: Name of the dish.
        sales: Units sold, NaN before the first sale and on closed days, shape (n,).
        occasions: Whether each day has an occasion, shape (n,).
        first_weekday: Weekday of the first day, 0 is Monday.
    """
    days = np.flatnonzero(np.isfinite(sales))
    dish_days = _DishDays(days, sales[days], (first_weekday + days) % 7, occasions[days])
    found: dict[int, LimitedDay] = {}
    for position in dish_days.candidates():
        judged = dish_days.judge(int(position), found)
        if judged is not None:
            limit, first, last = judged
            day = int(days[position])
            found[int(position)] = LimitedDay(dish, day, float(sales[day]), limit, known_from=first, known_until=last)
    return list(found.values())


@dataclass(frozen=True, slots=True)
class _DishDays:
    """The k open days of a dish since its first sale; every array has the shape (k,).

    Args:
        days: Positions of the days in the history, ascending.
        sold: Units sold.
        weekdays: Weekday of each day, 0 is Monday.
        occasions: Whether each day has an occasion.
    """

    days: IntArray
    sold: FloatArray
    weekdays: IntArray
    occasions: BoolArray

    def candidates(self) -> IntArray:
        """Positions of the days that may be strange, ascending."""
        count = len(self.sold)
        if count <= _LEAST_DAYS:
            return np.empty(0, dtype=np.int64)
        padded = np.concatenate([np.full(_RECENT_DAYS, -np.inf), self.sold])
        before = np.lib.stride_tricks.sliding_window_view(padded, _RECENT_DAYS)[_LEAST_DAYS:count]
        usual = np.partition(before, _QUICK_RANK, axis=1)[:, _QUICK_RANK]
        first = np.full(_LEAST_DAYS, np.median(self.sold[: _LEAST_DAYS + 1]))
        quick = _FACTOR * np.concatenate([first, usual])
        may_be: IntArray = np.flatnonzero(self.sold > np.maximum(quick, _DEVIATIONS))
        return may_be

    def judge(self, position: int, found: dict[int, LimitedDay]) -> tuple[float, int, int | None] | None:
        """Whether a day is strange.

        Args:
            position: Position of the day among the open days.
            found: The strange days before it, by position.

        Returns:
            The units that the day is limited to, the length of the history from which the day counts as strange, and
            the length from which it does not any more, None for never. None for a day that is not strange.
        """
        day = int(self.days[position])
        if position >= _LEAST_DAYS:
            known_from = day + 1
            a_year_ago = int(np.searchsorted(self.days, day - _YEAR))
            earlier = np.arange(min(a_year_ago, position - _LEAST_DAYS), position)
        else:
            known_from = int(self.days[_LEAST_DAYS]) + 1
            earlier = np.delete(np.arange(_LEAST_DAYS + 1), position)
        is_strange = [each for each, limited in found.items() if limited.is_known(known_from)]
        earlier = earlier[~np.isin(earlier, is_strange)]
        sold_days = int((self.sold[earlier] > 0).sum())
        if not sold_days:
            return None
        same = earlier[self.weekdays[earlier] == self.weekdays[position]][-_SAME_WEEKDAYS:]
        like = same if len(same) >= _LEAST_SAME_WEEKDAYS else earlier[-_RECENT_DAYS:]
        usual, largest = float(np.median(self.sold[like])), float(self.sold[earlier].max())
        factor = _FACTOR_OF_OCCASION if self.occasions[position] else _FACTOR
        threshold = (factor + _FACTOR_OF_FEW_DAYS / sold_days) * largest
        threshold = max(threshold, usual + _DEVIATIONS * max(1.0, usual**0.5))
        if self.sold[position] <= threshold:
            return None
        known_until = self._end_of_doubt(position, usual)
        if known_until is not None and known_until <= known_from:
            return None
        limit = float(self.sold[like].max()) or largest
        return limit, known_from, known_until

    def _end_of_doubt(self, position: int, usual: float) -> int | None:
        """Length of the history from which days like this one make it an event; None where there are none.

        Args:
            position: Position of the strange day among the open days.
            usual: Units that the day would usually have sold.
        """
        excess = self.sold - usual
        alike = excess >= _ALIKE * excess[position]
        alike[position] = False
        day = int(self.days[position])
        distance = np.abs(self.days - day)
        is_next = np.abs(np.arange(len(self.days)) - position) == 1
        is_a_year_away = (_YEAR_LATER[0] <= distance) & (distance <= _YEAR_LATER[1])
        alone = alike & (is_next | (distance == _WEEK) | is_a_year_away)
        several = self.days[alike & (distance <= _YEAR)]
        ends = [*_first(self.days[alone], day, 1), *_first(several, day, _HABIT)]
        return min(ends, default=None)


def _first(days: IntArray, day: int, count: int) -> Iterable[int]:
    """The length of the history at which a day and `count` of other days are known, if there are as many."""
    known = np.sort(np.maximum(days, day))
    return [int(known[count - 1]) + 1] if len(known) >= count else []

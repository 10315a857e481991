"""Learns closures of several days that return every year: on the same dates, or around a feast that moves."""

import datetime as dt
import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from shared.arrays import BoolArray
from shared.payloads import require_keys
from shared.restaurant.calendar import HolidayCalendar
from shared.restaurant.feasts import ONE_OCCASION, Anchor, AnchorKind, moving_anchors
from shared.restaurant.school_holidays import SchoolHoliday

#: Shortest yearly closure, in days.
_SHORTEST = 3

#: Shortest yearly closure of a restaurant that often closes on single days, in days that stand out. Shorter closures
#: come together by chance there.
SHORTEST_OF_IRREGULAR = 10

#: Longest yearly closure, in days. A restaurant that is open for a shorter part of the year opens by season.
_LONGEST = 300

#: Number of open days that may lie within one closure, such as a weekend in the middle of a holiday.
_OPEN_DAYS_WITHIN = 2

#: A closure begins and ends within so many days of the closure of the year before, and within half of its length.
_MOST_SHIFT = 14

#: Largest sum of the shifts of begin and end of a closure that moves with a feast, in days.
_MOST_SHIFT_OF_FEAST = 3

#: A closure that moves with a feast lies within so many days of the feast.
_NEAR_FEAST = 14

#: The same for Easter: carnival, Ascension and Pentecost lie within so many days.
_NEAR_EASTER = 60

#: Length from which on a closure around Ramadan may be the month itself, in days.
_MOST_OF_A_MONTH = 20

#: Feasts between which Ramadan lies.
_ENDS_OF_RAMADAN = (Anchor(AnchorKind.FEAST, "Ramadan"), Anchor(AnchorKind.FEAST, "Eid al-Fitr"))

#: Number of years without a telling day of the closure that are passed over.
_YEARS_PASSED_OVER = 2

#: Number of past years that are compared.
_MOST_YEARS = 3

#: By kind of anchor, days of shift by which the anchor must explain a closure better than the date does.
_RELUCTANCE: Mapping[AnchorKind, int] = {
    AnchorKind.DATE: 0,
    AnchorKind.WEEK: 1,
    AnchorKind.EASTER: 1,
    AnchorKind.SCHOOL: 1,
    AnchorKind.HOLIDAY: 2,
    AnchorKind.FEAST: 3,
}


@dataclass(frozen=True, slots=True)
class YearlyClosure:
    """A closure that returns every year.

    Args:
        anchor: Day that returns every year, and from which the days are counted.
        first: First closed day, in days after the anchor; negative before it.
        last: Last closed day, in days after the anchor.
        years: Number of past years in which the closure was seen.
        open_weekdays: Weekdays that were open within the closure every year, 0 for Monday.
    """

    anchor: Anchor
    first: int
    last: int
    years: int
    open_weekdays: tuple[int, ...] = ()

    def range_around(self, day: dt.date, calendar: HolidayCalendar) -> tuple[dt.date, dt.date] | None:
        """First and last day of the closure that covers a day; None if none does.

        Args:
            day: Any day.
            calendar: Public holidays of the place.
        """
        for anchor in self.anchor.days(calendar, day.year - 1, day.year + 1):
            last = min(self.last, self._last_within_holiday(anchor, calendar))
            if self.first <= (day - anchor).days <= last:
                return anchor + dt.timedelta(days=self.first), anchor + dt.timedelta(days=last)
        return None

    def _last_within_holiday(self, anchor: dt.date, calendar: HolidayCalendar) -> int:
        """Last day of the school holiday that the closure lies in, in days after its first; else that of the closure.

        A school holiday may be shorter than those of the years before. A closure that outlasts the holiday is its own.

        Args:
            anchor: First day of the holiday.
            calendar: School holidays of the store.
        """
        if self.anchor.kind is not AnchorKind.SCHOOL:
            return self.last
        own = [holiday for holiday in calendar.school_holidays if holiday.name == self.anchor.name]
        lengths = {
            each.first: max((part.last - each.first).days for part in own if _is_part(part, each.first)) for each in own
        }
        return lengths[anchor] if self.last <= max(lengths.values()) else self.last

    def covers(self, day: dt.date, calendar: HolidayCalendar) -> bool:
        """Whether the restaurant is closed on a day for the closure.

        Args:
            day: Any day.
            calendar: Public holidays of the place.
        """
        return day.weekday() not in self.open_weekdays and self.range_around(day, calendar) is not None

    def is_over(self, day: dt.date, reopens: dt.date | None, calendar: HolidayCalendar) -> bool:
        """Whether the restaurant has opened again within the closure, before or on a day that the closure covers.

        Args:
            day: Day that the closure covers.
            reopens: Day on which the restaurant opens again; None if unknown.
            calendar: Public holidays of the place.
        """
        covering = self.range_around(day, calendar)
        return reopens is not None and covering is not None and covering[0] <= reopens <= day

    def text(self, day: dt.date, calendar: HolidayCalendar) -> str:
        """The closure in words, such as "closed from 1 to 14 August, as in 2 years".

        Args:
            day: Day that the closure covers.
            calendar: Public holidays of the place.
        """
        first, last = self.range_around(day, calendar) or (day, day)
        around = f" around {self.anchor.text}" if self.anchor.text else ""
        return f"closed{around} from {first:%-d %B} to {last:%-d %B}, as in {self.years} years before"

    def to_payload(self) -> dict[str, Any]:
        """Plain values, to be stored."""
        return {
            "anchor": self.anchor.to_payload(),
            "first": self.first,
            "last": self.last,
            "years": self.years,
            "open_weekdays": list(self.open_weekdays),
        }

    @classmethod
    def from_payload(cls, payload: Mapping[str, Any]) -> Self:
        """The inverse of `to_payload`.

        Raises:
            UnservableVersion: a key is missing or unknown, here or in the anchor.
        """
        require_keys(payload, ("anchor", "first", "last", "years", "open_weekdays"), "yearly closure")
        return cls(
            anchor=Anchor.from_payload(payload["anchor"]),
            first=payload["first"],
            last=payload["last"],
            years=payload["years"],
            open_weekdays=tuple(payload["open_weekdays"]),
        )


@dataclass(frozen=True, slots=True)
class _Closure:
    """A past closure, as days counted from the first day of the history.

    The closure began between `outer_first` and `first`, and ended between `last` and `outer_last`: on the days between,
    the restaurant was closed anyway, for a weekly closing day or a public holiday.
    """

    first: int
    last: int
    outer_first: int
    outer_last: int
    open_weekdays: frozenset[int]

    @property
    def length(self) -> int:
        """Number of days from the first to the last day that stands out."""
        return self.last - self.first + 1

    def shift(self, other: "_Closure", days: int) -> tuple[int, int]:
        """How far the begin and the end lie at least from those of another closure, in days.

        Args:
            other: Closure of another year.
            days: Number of days between the anchors of both.
        """
        begin = _distance(self.outer_first, self.first, other.outer_first + days, other.first + days)
        end = _distance(self.last, self.outer_last, other.last + days, other.outer_last + days)
        return begin, end

    def visible_shift(self, other: "_Closure", days: int) -> int:
        """Sum of the distances between the first days that stand out, and between the last, in days.

        Args:
            other: Closure of another year.
            days: Number of days between the anchors of both.
        """
        return abs(self.first - other.first - days) + abs(self.last - other.last - days)


def learn_yearly_closures(
    start: dt.date, closed: BoolArray, unexplained: BoolArray, calendar: HolidayCalendar, *, is_irregular: bool
) -> tuple[tuple[YearlyClosure, ...], BoolArray]:
    """Learns the closures that return every year.

    A closure returns if the restaurant was closed at the same place of the last two years, by its date, its week, or
    the distance from a feast. The days that were closed both times are expected to be closed again.

    Args:
        start: First day of the history.
        closed: Whether the restaurant was closed on each of the n days of the history, shape (n,).
        unexplained: Whether a day was closed neither for its weekday nor for a public holiday, shape (n,).
        calendar: Public holidays of the place.
        is_irregular: Whether the restaurant often closes on single days.

    Returns:
        The closures, and whether a past day belongs to one of them, shape (n,).
    """
    is_part = np.zeros(len(closed), dtype=np.bool_)
    closures = _past_closures(start, closed, unexplained, SHORTEST_OF_IRREGULAR if is_irregular else 1)
    if len(closures) < 2:
        return (), is_part
    learner = _Learner(start, closed, closures, calendar)
    found: list[YearlyClosure] = []
    used: set[_Closure] = set()
    for closure in reversed(closures):
        if closure in used:
            continue
        yearly, occasions = learner.best(closure)
        found.extend(reversed(yearly))
        used.update(occasions)
        for each in occasions:
            is_part[each.outer_first : each.outer_last + 1] = True
    return tuple(reversed(found)), is_part


@dataclass(frozen=True, slots=True)
class _Learner:
    """Compares the past closures of a history with each other. Days are counted from the first day of the history."""

    start: dt.date
    closed: BoolArray
    closures: Sequence[_Closure]
    calendar: HolidayCalendar

    def best(self, last: _Closure) -> tuple[list[YearlyClosure], list[_Closure]]:
        """The yearly closure of which a past closure was the last occasion, with its occasions; empty if there is none.

        A closure of the month of Ramadan is counted from both ends, as the month has 29 or 30 days.

        Args:
            last: Past closure.
        """
        first_day = self.start + dt.timedelta(days=last.first)
        anchors = (Anchor.of_date(first_day), Anchor.of_week(first_day), *moving_anchors(self.calendar, self._years()))
        candidates = [found for anchor in anchors if (found := self._with_anchor(last, anchor))]
        if not candidates:
            return [], []
        cost, yearly, occasions = min(candidates, key=lambda candidate: candidate[0])
        other_end = [
            other
            for other_cost, other, _ in candidates
            if other.anchor in _ENDS_OF_RAMADAN and other != yearly and other_cost <= cost + _MOST_SHIFT_OF_FEAST
        ]
        if yearly.anchor.moves and last.length >= _MOST_OF_A_MONTH:
            return [yearly, *other_end], occasions
        return [yearly], occasions

    def _with_anchor(self, last: _Closure, anchor: Anchor) -> tuple[int, YearlyClosure, list[_Closure]] | None:
        """The yearly closure that moves with an anchor, with a cost to compare anchors by, and its occasions."""
        years = self._years()
        days = [(day - self.start).days for day in anchor.days(self.calendar, years[0] - 1, years[-1] + 1)]
        if not days:
            return None
        own = min(range(len(days)), key=lambda index: _outside(days[index], last))
        if _outside(days[own], last) > self._reach(last, anchor):
            return None
        if own + 1 < len(days) and self._was_open(last, days[own + 1] - days[own]):
            return None
        occasions, cost = self._occasions(last, anchor, days[: own + 1])
        yearly = _common(occasions, anchor) if len(occasions) > 1 else None
        if yearly is None:
            return None
        return cost + _RELUCTANCE[anchor.kind] - 2 * len(occasions), yearly, [closure for closure, _ in occasions]

    def _occasions(self, last: _Closure, anchor: Anchor, days: Sequence[int]) -> tuple[list[tuple[_Closure, int]], int]:
        """The occasions of a closure, latest first, each with the day of its anchor, and the largest cost in days."""
        most = _MOST_SHIFT_OF_FEAST if anchor.moves else 2 * _MOST_SHIFT
        occasions, cost, passed_over = [(last, days[-1])], 0, 0
        for day in reversed(days[:-1]):
            move = days[-1] - day
            match = self._match(last, move)
            if match and match[0] <= (most if last.length >= _SHORTEST else 0):
                # Where the shift is uncertain, days that stand out at the same places speak for the anchor.
                cost = max(cost, match[0] + last.visible_shift(match[1], move))
                occasions.append((match[1], day))
            elif passed_over < _YEARS_PASSED_OVER and self._tells_nothing(last, move):
                passed_over += 1
            else:
                break
            if len(occasions) == _MOST_YEARS:
                break
        return occasions, cost

    def _match(self, last: _Closure, move: int) -> tuple[int, _Closure] | None:
        """The closure most like `last`, which lies `move` days before it, after the sum of its shifts; None if none."""
        most = min(_MOST_SHIFT, last.length // 2)
        shifts = ((last.shift(other, move), other) for other in self.closures if other is not last)
        matches = [(begin + end, other) for (begin, end), other in shifts if max(begin, end) <= most]
        return min(matches, key=lambda match: match[0], default=None)

    def _reach(self, closure: _Closure, anchor: Anchor) -> int:
        """Largest distance of a closure from a day that it moves with, in days; negative if it cannot move with it."""
        if closure.length >= _SHORTEST:
            return _NEAR_EASTER if anchor.kind is AnchorKind.EASTER else _NEAR_FEAST
        # A day of every year is learnt from single days. A holiday or feast must be a neighbour of such a day.
        return 1 if anchor.kind in (AnchorKind.HOLIDAY, AnchorKind.FEAST) else -1

    def _was_open(self, closure: _Closure, later: int) -> bool:
        """Whether most days of a closure were open when the closure should have returned, `later` days later."""
        known = self.closed[closure.first + later : closure.last + later + 1]
        return 2 * int((~known).sum()) > closure.length

    def _tells_nothing(self, closure: _Closure, earlier: int) -> bool:
        """Whether all days of the place of a closure were closed, `earlier` days before, or lie before the history."""
        first = closure.first - earlier
        return first >= 0 and bool(self.closed[first : closure.last - earlier + 1].all())

    def _years(self) -> range:
        end = self.start + dt.timedelta(days=len(self.closed))  # the day after the history
        return range(self.start.year, end.year + 1)


def _common(occasions: Sequence[tuple[_Closure, int]], anchor: Anchor) -> YearlyClosure | None:
    """The days that were closed on both last occasions; None if there are none.

    Args:
        occasions: Closures, latest first, each with the day of its anchor.
        anchor: What the closures move with.
    """
    (one, one_anchor), (other, other_anchor) = occasions[:2]
    first = max(one.outer_first - one_anchor, other.outer_first - other_anchor)
    last = min(one.outer_last - one_anchor, other.outer_last - other_anchor)
    # On days that were closed anyway both times, the closure is not known to have begun or to have gone on.
    first = max(first, min(one.first - one_anchor, other.first - other_anchor))
    last = min(last, max(one.last - one_anchor, other.last - other_anchor))
    if first > last:
        return None
    open_weekdays = tuple(sorted(one.open_weekdays & other.open_weekdays))
    return YearlyClosure(anchor, first, last, len(occasions), open_weekdays)


def _past_closures(start: dt.date, closed: BoolArray, unexplained: BoolArray, least: int) -> list[_Closure]:
    """The closures that have begun and ended within the history, in their order.

    Days that were closed anyway do not divide a closure. Up to `_OPEN_DAYS_WITHIN` open days do not divide two parts
    of three days or more.

    Args:
        start: First day of the history.
        closed: Whether the restaurant was closed on each day, shape (n,).
        unexplained: Whether a day was closed neither for its weekday nor for a public holiday, shape (n,).
        least: Least number of unexplained days of a closure.
    """
    parts: list[list[int]] = []
    for day in map(int, np.flatnonzero(unexplained)):
        if parts and bool(closed[parts[-1][-1] : day].all()):
            parts[-1].append(day)
        else:
            parts.append([day])
    joined: list[list[list[int]]] = []
    for part in parts:
        before = joined[-1][-1] if joined else None
        if (
            before is not None
            and min(_span(before), _span(part)) >= _SHORTEST
            and int((~closed[before[-1] : part[0]]).sum()) <= _OPEN_DAYS_WITHIN
        ):
            joined[-1].append(part)
        else:
            joined.append([part])
    found = []
    for each in joined:
        first, last = each[0][0], each[-1][-1]
        outer_first, outer_last = (
            _run_start(closed, first),
            len(closed) - 1 - _run_start(closed[::-1], len(closed) - 1 - last),
        )
        is_whole = outer_first > 0 and outer_last < len(closed) - 1
        if is_whole and sum(map(len, each)) >= least and last - first < _LONGEST:
            within = itertools.chain.from_iterable(range(one[-1], two[0]) for one, two in itertools.pairwise(each))
            weekdays = frozenset((start + dt.timedelta(days=day)).weekday() for day in within if not closed[day])
            found.append(_Closure(first, last, outer_first, outer_last, weekdays))
    return found


def _is_part(holiday: SchoolHoliday, first: dt.date) -> bool:
    """Whether a school holiday is, or is a later part of, the one that begins on a day."""
    return 0 <= (holiday.first - first).days <= ONE_OCCASION


def _span(part: Sequence[int]) -> int:
    return part[-1] - part[0] + 1


def _run_start(closed: BoolArray, day: int) -> int:
    """The first day of the closed days in succession that end on a closed day."""
    open_days = np.flatnonzero(~closed[:day])
    return int(open_days[-1]) + 1 if len(open_days) else 0


def _outside(day: int, closure: _Closure) -> int:
    """Number of days by which a day lies before or after a closure; 0 within it."""
    return max(closure.first - day, day - closure.last, 0)


def _distance(first: int, last: int, other_first: int, other_last: int) -> int:
    """Number of days between two ranges of days; 0 where they overlap."""
    return max(first - other_last, other_first - last, 0)

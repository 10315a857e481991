"""Learns the weekly closing days of a restaurant."""

import calendar
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import pandas as pd

from shared.arrays import BoolArray, IntArray
from shared.payloads import require_keys
from shared.restaurant.past_closures import WHOLE_WEEK

#: Number of weeks from which on a weekday that was always closed is guessed to be a weekly closing day.
_LEAST_WEEKS = 4

#: Greatest probability with which fewer closed weeks in a row may come about by chance in a restaurant that was open on
#: the weekday before. At 0.1 %, four weeks are enough where one in six was closed before.
_LEAST_CHANCE = 1e-3

#: Number of last weeks in which a weekly closing day may have been open by exception.
_WEEKS_WITH_EXCEPTIONS = 28

#: Least number of weeks that must be known before an exception is accepted.
_LEAST_WEEKS_WITH_EXCEPTIONS = 14

#: Least share of those weeks in which the weekday was closed. Above 10 % of open weeks, the weekday is no closing day.
_LEAST_SHARE_CLOSED = 0.9

#: Number of last weeks that must not all be open: a weekday that opens twice in succession is a new opening day.
_NEW_OPENING_WEEKS = 2


@dataclass(frozen=True, slots=True)
class ClosedWeekday:
    """A weekly closing day.

    Args:
        weekday: Weekday, 0 for Monday.
        closed: Number of the last `seen` weeks in which the weekday was closed.
        seen: Number of last weeks that were looked at.
        is_guess: Whether the weekday has been closed for fewer weeks than the habit normally needs.
    """

    weekday: int
    closed: int
    seen: int
    is_guess: bool = False

    @property
    def text(self) -> str:
        """The habit in words, such as "closed on Mondays (7 of 7 so far)"."""
        so_far = f"{self.closed} of {self.seen} so far" if self.is_guess else f"{self.closed} of the last {self.seen}"
        return f"closed on {calendar.day_name[self.weekday]}s ({so_far})"

    def to_payload(self) -> dict[str, Any]:
        """Plain values, to be stored."""
        return {"weekday": self.weekday, "closed": self.closed, "seen": self.seen, "is_guess": self.is_guess}

    @classmethod
    def from_payload(cls, payload: Mapping[str, Any]) -> Self:
        """The inverse of `to_payload`.

        Raises:
            UnservableVersion: a key is missing or unknown.
        """
        require_keys(payload, ("weekday", "closed", "seen", "is_guess"), "weekly closing day")
        return cls(payload["weekday"], payload["closed"], payload["seen"], payload["is_guess"])


def learn_closed_weekdays(
    dates: pd.DatetimeIndex, closed: BoolArray, lengths: IntArray, is_special: BoolArray, weeks: int
) -> tuple[ClosedWeekday, ...]:
    """Learns the weekly closing days.

    A weekday is a closing day if the weekday was closed in each of the last `weeks` weeks, or if the weekday was open
    by rare exception. In a history of fewer weeks, a weekday that was always closed is guessed to be a closing day. So
    is a weekday that was open before and has been closed in too many weeks in a row for chance, four at least.
    Closures of a whole week or longer and special days tell nothing.

    Args:
        dates: Consecutive days of the history, n of them.
        closed: Whether the restaurant was closed on each day, shape (n,).
        lengths: Length of the closure that each day belongs to, in days, shape (n,).
        is_special: Whether a day is unlike other days of its weekday, such as a public holiday, shape (n,).
        weeks: Number of weeks that make a weekday a closing day without exceptions.
    """
    telling = (lengths < WHOLE_WEEK) & ~is_special
    weekdays = dates.day_of_week.to_numpy()
    found = (_closed_weekday(day, closed[telling & (weekdays == day)], weeks) for day in range(7))
    return tuple(each for each in found if each)


def _closed_weekday(weekday: int, past: BoolArray, weeks: int) -> ClosedWeekday | None:
    """The habit of one weekday.

    Args:
        weekday: Weekday, 0 for Monday.
        past: Whether the weekday was closed in each telling week, oldest first.
        weeks: Number of weeks that make a weekday a closing day without exceptions.
    """
    last = past[-_WEEKS_WITH_EXCEPTIONS:]
    number_closed, seen = int(last.sum()), len(last)
    if len(past) < weeks:
        is_guess = _LEAST_WEEKS <= seen == number_closed
        return ClosedWeekday(weekday, number_closed, seen, is_guess=True) if is_guess else _begun(weekday, past)
    if past[-weeks:].all():
        # Weeks before the weekday became a closing day would make the habit look weak.
        return ClosedWeekday(weekday, number_closed, seen) if number_closed == seen else _since(weekday, past)
    has_exceptions = (
        len(past) >= _LEAST_WEEKS_WITH_EXCEPTIONS
        and number_closed >= _LEAST_SHARE_CLOSED * seen
        and past[-weeks:].sum() >= weeks - 1
        and past[-_NEW_OPENING_WEEKS:].any()
    )
    return ClosedWeekday(weekday, number_closed, seen) if has_exceptions else _begun(weekday, past)


def _since(weekday: int, past: BoolArray) -> ClosedWeekday:
    in_row = _closed_in_row(past)
    return ClosedWeekday(weekday, in_row, in_row)


def _begun(weekday: int, past: BoolArray) -> ClosedWeekday | None:
    """The habit of a weekday that has begun to close; None where chance explains the closed weeks at the end."""
    in_row = _closed_in_row(past)
    before = past[: len(past) - in_row][-_WEEKS_WITH_EXCEPTIONS:]
    # One closed and one open week are added (Laplace's rule of succession): few weeks before tell little.
    share = (before.sum() + 1) / (len(before) + 2)
    is_guess = in_row >= _LEAST_WEEKS and share**in_row < _LEAST_CHANCE
    return ClosedWeekday(weekday, in_row, in_row, is_guess=True) if is_guess else None


def _closed_in_row(past: BoolArray) -> int:
    """Number of closed weeks at the end of a history with an open week, or of an empty history."""
    return int((~past[::-1]).argmax()) if len(past) else 0

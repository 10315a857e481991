"""Decides how long the closure goes on in which a history ends: to its usual end, or as long again."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import pandas as pd

from shared.arrays import BoolArray
from shared.payloads import require_keys
from shared.restaurant.closing_habits import LONGEST_HABIT

#: A closure is that of a fast if it began within so many days of it, and has lasted for so many days. Countries see the
#: moon on different days, and the day before may be a weekly closing day.
_NEAR_BEGIN, _LEAST_OF_FAST = 2, 5


@dataclass(frozen=True, slots=True)
class OngoingClosure:
    """A closure that is expected to end when it ends every year, or with a fast that it began with.

    Any other closure is expected to last as long again as it has lasted.

    Where no habit tells the end, the present is equally likely to be at any point of the closure, so half of the
    closure is expected to be over.
    Source: Gott, "Implications of the Copernican principle for our future prospects", 1993.

    Args:
        since: First closed day.
        until: Last day that is expected to be closed.
    """

    since: dt.date
    until: dt.date

    @classmethod
    def of_history(
        cls,
        end: dt.date,
        closed: BoolArray,
        usual_end: dt.date | None = None,
        fast: tuple[dt.date, dt.date] | None = None,
    ) -> Self | None:
        """The closure in which a history ends; None where there is none, or none longer than a habit can be.

        A closure that began with the fast is expected to end with it, however long it has lasted.

        Args:
            end: Last day of the history.
            closed: Whether the restaurant was closed on each day of the history, shape (n,).
            usual_end: Last day of the yearly closure in which the history ends; None where it ends in none.
            fast: First and last day of the fast in which the history ends, see `fast_around`; None where it ends in
                none.
        """
        open_days = np.flatnonzero(~closed)
        length = len(closed) - 1 - int(open_days[-1]) if len(open_days) else 0
        since = end - dt.timedelta(days=length - 1)
        if fast and usual_end is None and length >= _LEAST_OF_FAST and abs((since - fast[0]).days) <= _NEAR_BEGIN:
            return cls(since, fast[1])
        if length <= LONGEST_HABIT:
            return None
        return cls(since, end + dt.timedelta(days=length) if usual_end is None else usual_end)

    def expected(self, dates: pd.DatetimeIndex, reopens: dt.date | None) -> BoolArray:
        """Whether days belong to the closure.

        Args:
            dates: Any days.
            reopens: Day on which the restaurant opens again; None where that is unknown, and `until` counts.

        Returns:
            True for each day of the closure, shape (len(dates),).
        """
        before = self.until + dt.timedelta(days=1) if reopens is None else reopens
        closed: BoolArray = np.asarray((dates >= pd.Timestamp(self.since)) & (dates < pd.Timestamp(before)))
        return closed

    def to_payload(self) -> dict[str, Any]:
        """Plain values, to be stored."""
        return {"since": self.since.isoformat(), "until": self.until.isoformat()}

    @classmethod
    def from_payload(cls, payload: Mapping[str, Any]) -> Self:
        """The inverse of `to_payload`.

        Raises:
            UnservableVersion: A key is missing or unknown.
        """
        require_keys(payload, ("since", "until"), "days of the closure")
        return cls(dt.date.fromisoformat(payload["since"]), dt.date.fromisoformat(payload["until"]))

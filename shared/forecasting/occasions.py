"""Applies the effects that occasions had in earlier years to forecasts.

An occasion is a holiday, or a day before or after a holiday.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from shared.arrays import BoolArray, FloatArray, IntArray
from shared.payloads import require_keys

#: How many times as large as on an ordinary day the error of a forecast is, on an occasion that the history has and on
#: one that it has not. Measured in backtests of the real data sets.
_SEEN_WIDTH, _UNSEEN_WIDTH = 1.4, 1.8


@dataclass(frozen=True, slots=True)
class OccasionEffects:
    """Factors by which occasions change the sales of D dishes, relative to level and weekday.

    Args:
        occasions: Names of the k occasions that were learnt; see `HolidayCalendar.returning`.
        factors: Factor of each occasion on each weekday (0 is Monday) for each dish, shape (k, 7, D).
    """

    occasions: tuple[str, ...]
    factors: FloatArray

    @classmethod
    def unknown(cls, dishes: int) -> Self:
        """The effects of a history without occasions.

        Args:
            dishes: Number of dishes, D.
        """
        return cls((), np.empty((0, 7, dishes)))

    def on(self, returning: Sequence[str], weekdays: IntArray) -> FloatArray:
        """The factors of n days, shape (D, n): 1 on ordinary days, NaN on occasions that were not learnt.

        Args:
            returning: Occasion of each day, empty for an ordinary day, length n.
            weekdays: Weekday of each day, 0 is Monday, shape (n,).
        """
        factors = np.ones((self.factors.shape[2], len(returning)))
        for day, (occasion, weekday) in enumerate(zip(returning, weekdays, strict=True)):
            if occasion:
                is_learnt = occasion in self.occasions
                factors[:, day] = self.factors[self.occasions.index(occasion), weekday] if is_learnt else np.nan
        return factors

    def of(self, dish: int) -> Self:
        """The effects of one dish alone.

        Args:
            dish: Position of the dish among the D dishes.
        """
        return type(self)(self.occasions, self.factors[:, :, dish : dish + 1])

    def to_state(self) -> dict[str, Any]:
        """Plain values and arrays, to be stored."""
        # One array of all factors: an array for each occasion would take a millisecond of each dish to load.
        return {"occasions": list(self.occasions), "factors": self.factors}

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> Self:
        """The inverse of `to_state`.

        Raises:
            UnservableVersion: The state is of another release.
        """
        require_keys(state, ("occasions", "factors"), "effects of occasions")
        return cls(occasions=tuple(state["occasions"]), factors=state["factors"])


def multiplier(effects: FloatArray) -> FloatArray:
    """Factors to multiply forecasts with: the effects, and 1 where an effect is NaN; shape of `effects`."""
    factors: FloatArray = np.nan_to_num(effects, nan=1.0)
    return factors


def error_widths(returning: Sequence[str], is_seen: BoolArray) -> FloatArray:
    """How many times as large as on ordinary days the errors of n forecasts are, shape (n,).

    Args:
        returning: Occasion of each day, empty for an ordinary day, length n.
        is_seen: Whether the history has the occasion of each day, shape (n,).
    """
    is_occasion = np.array([bool(occasion) for occasion in returning], dtype=np.bool_)
    return np.where(is_occasion, np.where(is_seen, _SEEN_WIDTH, _UNSEEN_WIDTH), 1.0)

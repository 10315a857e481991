"""Computes the quantiles of a forecast from the stored spread of a dish, for every forecaster and for the blend.

`training_service/learning/spreads.py` estimates spreads from the errors of the backtest.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import numpy as np

from shared.arrays import FloatArray
from shared.forecasting.occasions import error_widths
from shared.payloads import require_keys

#: Levels at which the shape of a spread is stored. Other levels are interpolated.
SHAPE_LEVELS = np.round(np.arange(0.01, 1.0, 0.01), 2)

_NORMAL = NormalDist()

#: Power of the demand with which errors grow: more slowly than the demand (1), faster than those of counts (0.5).
_LEVEL_POWER = 0.75

#: Demand, in units, below which errors do not shrink further.
_LEAST_LEVEL = 1.0

#: Days ahead from which errors are taken to grow no further: the longest horizon.
_LONGEST = 30


@dataclass(frozen=True, slots=True)
class Spread:
    """The distribution of one dish's sales around their forecast.

    Args:
        scale: Root mean square of the errors, after level, days ahead and occasions have been taken out.
        growth: Power of the days ahead with which errors grow.
        shape: Quantiles at SHAPE_LEVELS of errors whose root mean square is 1, ascending, shape (99,).
        seen: Occasions that the history of the store has, see `HolidayCalendar.returning`.
    """

    scale: float
    growth: float
    shape: FloatArray
    seen: tuple[str, ...]

    def widths(self, returning: Sequence[str]) -> FloatArray:
        """How many times as large as on ordinary days the errors of n days are, shape (n,).

        Args:
            returning: Occasion of each day, empty for an ordinary day, length n.
        """
        return error_widths(returning, np.array([occasion in self.seen for occasion in returning], dtype=np.bool_))

    def quantiles(self, yhat: FloatArray, ahead: FloatArray, widths: FloatArray, levels: Sequence[float]) -> FloatArray:
        """Quantiles of the demand, never below zero, never crossing.

        Args:
            yhat: Expected demand of each day, units, shape (n,).
            ahead: Days from the last known sale to each day, >= 1, shape (n,).
            widths: Width of each day for its occasion, see `widths`, shape (n,).
            levels: Levels strictly between 0 and 1, ascending.

        Returns:
            Units, shape (n, len(levels)).
        """
        width = self.scale * error_scale(yhat) * horizon_scale(ahead, self.growth) * widths
        at_levels = np.array([self._shape_at(level) for level in levels])
        quantiles: FloatArray = np.maximum(0.0, yhat[:, None] + width[:, None] * at_levels)
        return quantiles

    def _shape_at(self, level: float) -> float:
        """The shape at a level. Beyond the stored levels it grows as the normal distribution does."""
        nearest = float(np.clip(level, SHAPE_LEVELS[0], SHAPE_LEVELS[-1]))
        shape, median = np.interp([nearest, 0.5], SHAPE_LEVELS, self.shape)
        if nearest == level:
            return float(shape)
        return float(median + (shape - median) * _NORMAL.inv_cdf(level) / _NORMAL.inv_cdf(nearest))

    def to_state(self) -> dict[str, Any]:
        """Plain values and arrays, to be stored."""
        return {"scale": self.scale, "growth": self.growth, "shape": self.shape, "seen": list(self.seen)}

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> "Spread":
        """The inverse of `to_state`.

        Raises:
            UnservableVersion: The state is of another release.
        """
        require_keys(state, ("scale", "growth", "shape", "seen"), "spread")
        return cls(scale=state["scale"], growth=state["growth"], shape=state["shape"], seen=tuple(state["seen"]))


def error_scale(yhat: FloatArray) -> FloatArray:
    """What errors are divided by to be comparable across levels of demand, shape of `yhat`.

    Args:
        yhat: Expected demand, units.
    """
    scale: FloatArray = np.maximum(yhat, _LEAST_LEVEL) ** _LEVEL_POWER
    return scale


def horizon_scale(ahead: FloatArray, growth: float) -> FloatArray:
    """How many times as large as one day ahead errors are, shape of `ahead`.

    Args:
        ahead: Days ahead, >= 1.
        growth: Power with which errors grow.
    """
    scale: FloatArray = np.clip(ahead, 1, _LONGEST).astype(np.float64) ** growth
    return scale

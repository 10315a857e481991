"""How far sales lie from their forecast: quantiles from the errors of the backtest, by days ahead and occasion."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import numpy as np

from shared.arrays import FloatArray
from shared.forecasting.occasions import error_widths
from shared.payloads import require_keys

#: Levels at which the shape of a spread is stored; requested ones lie between them.
SHAPE_LEVELS = np.round(np.arange(0.01, 1.0, 0.01), 2)

_NORMAL = NormalDist()

#: Errors grow with this power of the demand: more slowly than the demand, faster than those of counts do (0.5).
_LEVEL_POWER = 0.75

#: Demand under which errors grow no smaller, in units.
_LEAST_LEVEL = 1.0

#: Days ahead after which nothing is known of how errors grow.
_LONGEST = 30


@dataclass(frozen=True, slots=True)
class Spread:
    """The distribution of one dish's sales around their forecast.

    Args:
        scale: root mean square of the scaled errors; level, days ahead and occasions taken out.
        growth: power of the days ahead with which errors grow.
        shape: quantiles at SHAPE_LEVELS of errors whose root mean square is 1; ascending.
        seen: occasions that the store has seen before; see `HolidayCalendar.returning`.
    """

    scale: float
    growth: float
    shape: FloatArray
    seen: tuple[str, ...]

    def widths(self, returning: Sequence[str]) -> FloatArray:
        """How many times as large as on ordinary days errors are on days with these occasions, length n, shape (n,)."""
        return error_widths(returning, np.array([occasion in self.seen for occasion in returning], dtype=np.bool_))

    def quantiles(self, yhat: FloatArray, ahead: FloatArray, widths: FloatArray, levels: Sequence[float]) -> FloatArray:
        """Quantiles of the demand, never below zero, never crossing.

        Args:
            yhat: expected demand, shape (n,).
            ahead: days from the last known sale to each day, >= 1, shape (n,).
            widths: of each day for its occasion, see `widths`, shape (n,).
            levels: strictly between 0 and 1, ascending.

        Returns:
            Shape (n, len(levels)).
        """
        width = self.scale * error_scale(yhat) * horizon_scale(ahead, self.growth) * widths
        at_levels = np.array([self._shape_at(level) for level in levels])
        quantiles: FloatArray = np.maximum(0.0, yhat[:, None] + width[:, None] * at_levels)
        return quantiles

    def _shape_at(self, level: float) -> float:
        """The shape at a level; beyond those that are stored its distance from the median grows as the normal one's."""
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
    """What errors at this level of demand are divided by to be comparable, shape of `yhat`."""
    scale: FloatArray = np.maximum(yhat, _LEAST_LEVEL) ** _LEVEL_POWER
    return scale


def horizon_scale(ahead: FloatArray, growth: float) -> FloatArray:
    """How much larger errors are so many days ahead than one day ahead, shape of `ahead`."""
    scale: FloatArray = np.clip(ahead, 1, _LONGEST).astype(np.float64) ** growth
    return scale

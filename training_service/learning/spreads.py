"""Estimates how far sales lie from their forecasts, from the errors of the backtest."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from statistics import NormalDist
from typing import Any

import numpy as np

from shared.arrays import FloatArray, IntArray
from shared.config import PipelineConfig
from shared.forecasting.spread import SHAPE_LEVELS, Spread, error_scale, horizon_scale

#: Errors of a store under which quantiles would be guesses.
_LEAST_ERRORS = 28

#: Errors at which the shape that they show counts as much as the normal distribution's.
_NORMAL_WEIGHT = 20.0

#: Errors at which a dish's own width counts as much as that of its store.
_STORE_WEIGHT = 10.0

#: Quantiles at SHAPE_LEVELS of the standard normal distribution.
_NORMAL_SHAPE = np.array([NormalDist().inv_cdf(level) for level in SHAPE_LEVELS])

#: Keeps logarithms and ratios of errors finite.
_TINY = 0.05


@dataclass(frozen=True, slots=True)
class Errors:
    """Errors of forecasts, each array of shape (m,).

    Args:
        error: sales - forecast.
        forecast: units.
        ahead: days from the cutoff to the day.
        widths: of the day for its occasion, see `error_widths`.
    """

    error: FloatArray
    forecast: FloatArray
    ahead: IntArray
    widths: FloatArray

    @classmethod
    def joined(cls, parts: Sequence["Errors"]) -> "Errors":
        """All of several; may be none."""
        if not parts:
            return cls(np.empty(0), np.empty(0), np.empty(0, dtype=np.int64), np.empty(0))
        return cls(*(np.concatenate(each) for each in zip(*map(_arrays, parts), strict=True)))

    def scaled(self, growth: float) -> FloatArray:
        """Errors without what level, days ahead and occasions explain of them."""
        explained = error_scale(self.forecast) * horizon_scale(self.ahead.astype(np.float64), growth) * self.widths
        scaled: FloatArray = self.error / explained
        return scaled


def _arrays(errors: Errors) -> tuple[FloatArray, FloatArray, IntArray, FloatArray]:
    return errors.error, errors.forecast, errors.ahead, errors.widths


@dataclass(frozen=True, slots=True)
class StoreSpread:
    """What the errors of all dishes of a store have in common.

    Args:
        mean_square: of the scaled errors.
        growth: see `Spread`.
        shape: see `Spread`.
        seen: see `Spread`.
    """

    mean_square: float
    growth: float
    shape: FloatArray
    seen: tuple[str, ...]

    def of_dish(self, errors: Errors) -> Spread:
        """The spread of a dish: its own width, drawn to that of the store where its errors are few.

        Args:
            errors: of what serves it; may be none.
        """
        count = len(errors.error)
        squares = float(np.sum(errors.scaled(self.growth) ** 2))
        mean_square = (squares + _STORE_WEIGHT * self.mean_square) / (count + _STORE_WEIGHT)
        return Spread(float(np.sqrt(mean_square)), self.growth, self.shape, self.seen)

    def to_payload(self) -> dict[str, Any]:
        """Plain values and arrays, to be stored."""
        return asdict(self)


def store_spread(by_dish: Mapping[str, Errors], seen: tuple[str, ...], config: PipelineConfig) -> StoreSpread | None:
    """Learns from the errors of all dishes.

    Args:
        by_dish: errors of one forecaster.
        seen: occasions that the store has seen; see `Spread`.
        config: has the allowance for what a backtest does not show.

    Returns:
        None where there are too few errors.
    """
    found = [errors for errors in by_dish.values() if len(errors.error)]
    if sum(len(errors.error) for errors in found) < _LEAST_ERRORS:
        return None
    growth = _growth(found)
    scaled = [errors.scaled(growth) for errors in found]
    everything = np.concatenate(scaled)
    mean_square = float(np.mean(everything**2))
    # The widths of dishes differ: what is left after each has been divided by its own is the shape that they share.
    widths = [np.sqrt((np.sum(each**2) + _STORE_WEIGHT * mean_square) / (len(each) + _STORE_WEIGHT)) for each in scaled]
    alike = np.concatenate([each / max(width, 1e-9) for each, width in zip(scaled, widths, strict=True)])
    own = len(alike) / (len(alike) + _NORMAL_WEIGHT)
    shape = own * np.quantile(alike, SHAPE_LEVELS) + (1 - own) * np.std(alike) * _NORMAL_SHAPE
    return StoreSpread(mean_square, growth, shape * (1 + config.interval_allowance), seen)


def _growth(found: list[Errors]) -> float:
    """The power of the days ahead with which errors grow; errors that shrink are an accident of few folds."""
    ahead = np.concatenate([errors.ahead for errors in found]).astype(np.float64)
    sizes = []
    for errors in found:
        scaled = np.abs(errors.scaled(0.0))
        sizes.append(np.log(scaled / max(float(np.sqrt(np.mean(scaled**2))), 1e-9) + _TINY))
    if len(np.unique(ahead)) < 2:
        return 0.0
    slope = np.polyfit(np.log(ahead), np.concatenate(sizes), 1)[0]
    return float(np.clip(slope, 0.0, 0.3))

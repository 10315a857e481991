"""Estimates the spread of a store and of each dish from the errors that `spread_errors.py` collects.

`shared/forecasting/spread.py` computes quantiles from a spread.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from statistics import NormalDist
from typing import Any

import numpy as np

from shared.arrays import FloatArray, IntArray
from shared.config import PipelineConfig
from shared.forecasting.spread import SHAPE_LEVELS, Spread, error_scale, horizon_scale

#: Number of errors below which a store gets no quantiles, because they would be guesses.
_LEAST_ERRORS = 28

#: Number of errors at which their own shape counts as much as the shape of the normal distribution.
_NORMAL_WEIGHT = 20.0

#: Number of errors at which the own width of a dish counts as much as the width of its store.
_STORE_WEIGHT = 10.0

#: Quantiles at SHAPE_LEVELS of the standard normal distribution.
_NORMAL_SHAPE = np.array([NormalDist().inv_cdf(level) for level in SHAPE_LEVELS])

#: Least level of an error, as a share of what was sold. One day that was forecast near zero, such as the first day of a
#: season, would otherwise count for more than all other days together.
_LEAST_SHARE = 0.4

#: Added to relative errors before the logarithm is taken, because some errors are zero.
_TINY = 0.05

#: Least width by which scaled errors are divided, so that a dish without errors divides by no zero.
_LEAST_WIDTH = 1e-9

#: Largest power of the days ahead with which errors may grow; a steeper growth is an accident of few folds.
_MOST_GROWTH = 0.3


@dataclass(frozen=True, slots=True)
class Errors:
    """Errors of the forecasts of m open days; every array has the shape (m,).

    Args:
        error: Sales minus forecast, in units.
        forecast: Forecast, in units.
        ahead: Days from the cutoff to the day, 1 for the first day after the cutoff.
        widths: Factor by which the occasion of the day widens errors, see `error_widths`.
    """

    error: FloatArray
    forecast: FloatArray
    ahead: IntArray
    widths: FloatArray

    @classmethod
    def joined(cls, parts: Sequence["Errors"]) -> "Errors":
        """The errors of several parts in one record; no parts give an empty record."""
        if not parts:
            return cls(np.empty(0), np.empty(0), np.empty(0, dtype=np.int64), np.empty(0))
        return cls(*(np.concatenate(each) for each in zip(*map(_arrays, parts), strict=True)))

    def scaled(self, growth: float) -> FloatArray:
        """Errors divided by what level, days ahead and occasions explain, shape (m,).

        Args:
            growth: Power of the days ahead with which errors grow.
        """
        level = np.maximum(self.forecast, _LEAST_SHARE * (self.forecast + self.error))
        explained = error_scale(level) * horizon_scale(self.ahead.astype(np.float64), growth) * self.widths
        scaled: FloatArray = self.error / explained
        return scaled


def _arrays(errors: Errors) -> tuple[FloatArray, FloatArray, IntArray, FloatArray]:
    return errors.error, errors.forecast, errors.ahead, errors.widths


@dataclass(frozen=True, slots=True)
class StoreSpread:
    """What the errors of all dishes of a store have in common.

    Args:
        mean_square: Mean square of the scaled errors.
        growth: Power of the days ahead with which errors grow.
        shape: Quantiles at SHAPE_LEVELS of errors whose root mean square is 1, ascending.
        seen: Occasions that the store has seen before.
    """

    mean_square: float
    growth: float
    shape: FloatArray
    seen: tuple[str, ...]

    def of_dish(self, errors: Errors) -> Spread:
        """The spread of a dish. Its width is drawn towards the width of the store where its errors are few.

        Args:
            errors: Errors of the champion of the dish; may be empty.
        """
        count = len(errors.error)
        squares = float(np.sum(errors.scaled(self.growth) ** 2))
        mean_square = (squares + _STORE_WEIGHT * self.mean_square) / (count + _STORE_WEIGHT)
        return Spread(scale=float(np.sqrt(mean_square)), growth=self.growth, shape=self.shape, seen=self.seen)

    def to_payload(self) -> dict[str, Any]:
        """The record as plain values and arrays, to be stored."""
        return asdict(self)


def store_spread(by_dish: Mapping[str, Errors], seen: tuple[str, ...], config: PipelineConfig) -> StoreSpread | None:
    """Learns the spread of a store from the errors of all its dishes.

    Args:
        by_dish: Errors of one forecaster, by name of the dish.
        seen: Occasions that the store has seen before.
        config: Allowance by which quantiles are widened, because a backtest sees fewer surprises than the future.

    Returns:
        None where the store has fewer than 28 errors.
    """
    found = [errors for errors in by_dish.values() if len(errors.error)]
    if sum(len(errors.error) for errors in found) < _LEAST_ERRORS:
        return None
    growth = _growth(found)
    scaled = [errors.scaled(growth) for errors in found]
    everything = np.concatenate(scaled)
    mean_square = float(np.mean(everything**2))
    # Dishes share a shape, not a width. The shape is what is left after each dish was divided by its own width.
    widths = [np.sqrt((np.sum(each**2) + _STORE_WEIGHT * mean_square) / (len(each) + _STORE_WEIGHT)) for each in scaled]
    alike = np.concatenate([each / max(width, _LEAST_WIDTH) for each, width in zip(scaled, widths, strict=True)])
    own = len(alike) / (len(alike) + _NORMAL_WEIGHT)
    shape = own * np.quantile(alike, SHAPE_LEVELS) + (1 - own) * np.std(alike) * _NORMAL_SHAPE
    widened = shape * (1 + config.interval_allowance)
    return StoreSpread(mean_square=mean_square, growth=growth, shape=widened, seen=seen)


def _growth(found: list[Errors]) -> float:
    """Power of the days ahead with which errors grow, from 0 to `_MOST_GROWTH`.

    The power is the slope of the logarithm of relative errors over the logarithm of the days ahead. A negative slope
    is an accident of few folds and counts as 0.
    """
    ahead = np.concatenate([errors.ahead for errors in found]).astype(np.float64)
    sizes = []
    for errors in found:
        scaled = np.abs(errors.scaled(0.0))
        sizes.append(np.log(scaled / max(float(np.sqrt(np.mean(scaled**2))), _LEAST_WIDTH) + _TINY))
    if len(np.unique(ahead)) < 2:
        return 0.0
    slope = np.polyfit(np.log(ahead), np.concatenate(sizes), 1)[0]
    return float(np.clip(slope, 0.0, _MOST_GROWTH))

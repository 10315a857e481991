"""Chooses what serves a dish: the weights of the blend, or a single forecaster that is clearly better."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from shared.arrays import FloatArray, IntArray
from shared.config import PipelineConfig
from shared.forecasting.baseline import BaselineForecaster
from shared.forecasting.blend import BlendForecaster
from shared.forecasting.hybrid import HybridForecaster
from shared.forecasting.pooled import PooledForecaster
from shared.forecasting.prophet import ProphetForecaster
from shared.registry.manifest import FiguresEntry
from training_service.learning.backtest import Fold, score
from training_service.learning.spreads import Errors

#: Sum of absolute errors over all dishes of a store, by cutoff and forecaster.
StoreErrors = Mapping[int, Mapping[str, float]]

#: Weight of each forecaster before any backtest.
Prior = Mapping[str, float]

#: Weights below this are noise that would cost a fit and a forecast.
_LEAST_WEIGHT = 0.02

#: Keeps ratios of errors finite, in units.
_TINY = 1e-6


@dataclass(frozen=True, slots=True)
class ChampionFold:
    """What the champion forecast in one fold; every array has the shape of its m open days.

    Args:
        cutoff: days known of the store.
        ahead: days from the cutoff, 1 for the first after it.
        actual: units sold.
        widths: see `Fold`.
        forecast: units.
        naive_mae: see `Fold`.
    """

    cutoff: int
    ahead: IntArray
    actual: FloatArray
    widths: FloatArray
    forecast: FloatArray
    naive_mae: float

    @property
    def errors(self) -> Errors:
        """Sales - forecast."""
        return Errors(self.actual - self.forecast, self.forecast, self.ahead, self.widths)


@dataclass(frozen=True, slots=True)
class Selection:
    """What serves a dish.

    Args:
        champion: "blend", or the name of a single forecaster.
        weights: of those that take part, adding up to 1.
        figures: of every candidate and the blend, the champion's first; empty without a backtest.
        folds: the champion's own forecasts in the backtest.
    """

    champion: str
    weights: Mapping[str, float]
    figures: Sequence[FiguresEntry]
    folds: Sequence[ChampionFold]


def prior_weights(dish_days: int, config: PipelineConfig) -> Prior:
    """What forecasters weigh before any backtest: the pooled trees by how much they have to learn from.

    Args:
        dish_days: open days of all dishes of the store together.
        config: the weights, and how many days are much.
    """
    trust = dish_days / max(dish_days + config.pooled_half_weight_days, 1.0)
    return {
        name: weight * (trust if name == PooledForecaster.name else 1.0) for name, weight in config.blend_prior.items()
    }


def select(
    names: Sequence[str], folds: Sequence[Fold], store_errors: StoreErrors, prior: Prior, config: PipelineConfig
) -> Selection:
    """Weighs the candidates by their backtest errors, those of the dish and those of its store.

    The blend's own figures are honest: each fold is forecast with weights from the other folds.

    Args:
        names: of the candidates, from simple to complex.
        folds: of the dish; may be none.
        store_errors: of the forecasters for which they are known.
        prior: see `prior_weights`.
        config: power, tolerance and shrinkage of the weights, and the champion's margin.
    """
    weights = blend_weights(names, folds, store_errors, prior, config)
    if not folds:
        champion = next(iter(weights)) if len(weights) == 1 else BlendForecaster.name
        return Selection(champion, weights, (), ())
    forecasts = {name: [fold.forecasts[name] for fold in folds] for name in names}
    figures = [score(name, folds, forecasts[name]) for name in names]
    best = min(figures, key=lambda f: f.mae)
    if len(weights) > 1:
        forecasts[BlendForecaster.name] = _cross_fitted(names, folds, store_errors, prior, config)
        blend = score(BlendForecaster.name, folds, forecasts[BlendForecaster.name])
        figures.append(blend)
        if best.mae < blend.mae * (1 - config.champion_margin):
            weights = {best.forecaster: 1.0}
    champion = next(iter(weights)) if len(weights) == 1 else BlendForecaster.name
    ordered = sorted(figures, key=lambda f: f.forecaster != champion)
    served = [
        ChampionFold(fold.cutoff, fold.ahead, fold.actual, fold.widths, forecast, fold.naive_mae)
        for fold, forecast in zip(folds, forecasts[champion], strict=True)
    ]
    return Selection(champion, weights, ordered, served)


def blend_weights(
    names: Sequence[str], folds: Sequence[Fold], store_errors: StoreErrors, prior: Prior, config: PipelineConfig
) -> dict[str, float]:
    """Weights of the candidates that take part, adding up to 1.

    Args:
        names, folds, store_errors, prior, config: see `select`.
    """
    before = np.array([prior.get(name, 0.0) * _has_earned(name, folds) for name in names])
    of_store = np.array([sum((e.get(name, np.nan) for e in store_errors.values()), 0.0) for name in names])
    if not store_errors or not np.isfinite(of_store).any():
        # No fold anywhere: what is known to be safe.
        of_store = np.where([name == BaselineForecaster.name for name in names], 1.0, np.nan)
    weights = _weigh(before, of_store, config)
    if folds:
        of_dish = np.array([_absolute_error(name, folds) for name in names])
        # What fails all over the store does not serve a dish by luck.
        trusted = before * (np.isnan(of_store) | (weights > 0))
        own_share = len(folds) / (len(folds) + config.blend_store_folds)
        weights = own_share * _weigh(trusted, of_dish, config) + (1 - own_share) * weights
    weights = np.where(weights >= _LEAST_WEIGHT, weights, 0.0)
    weights /= weights.sum()
    return {name: float(weight) for name, weight in zip(names, weights, strict=True) if weight > 0}


def _has_earned(name: str, folds: Sequence[Fold]) -> bool:
    """Whether a candidate may take part at all: the hybrid only where its residual trees make Prophet better."""
    prophet = ProphetForecaster.name
    if name != HybridForecaster.name or not folds or not all(prophet in fold.forecasts for fold in folds):
        return True
    return _absolute_error(name, folds) < _absolute_error(prophet, folds)


def _absolute_error(name: str, folds: Sequence[Fold]) -> float:
    return sum(float(np.abs(fold.actual - fold.forecasts[name]).sum()) for fold in folds)


def _weigh(prior: FloatArray, errors: FloatArray, config: PipelineConfig) -> FloatArray:
    """Weights that fall with the errors; none for unknown errors and for the clearly worse. They add up to 1."""
    ratio = (errors + _TINY) / (np.nanmin(np.where(prior > 0, errors, np.nan)) + _TINY)
    usable = np.isfinite(ratio) & (ratio <= 1 + config.blend_tolerance)
    weights = np.where(usable, prior * np.where(usable, ratio, 1.0) ** -config.blend_power, 0.0)
    total: FloatArray = weights / weights.sum()
    return total


def _cross_fitted(
    names: Sequence[str], folds: Sequence[Fold], store_errors: StoreErrors, prior: Prior, config: PipelineConfig
) -> list[FloatArray]:
    """The blend's forecasts of each fold, with the weights that the other folds give."""
    result = []
    for left_out, fold in enumerate(folds):
        others = [other for position, other in enumerate(folds) if position != left_out]
        elsewhere = {cutoff: errors for cutoff, errors in store_errors.items() if cutoff != fold.cutoff}
        weights = blend_weights(names, others, elsewhere, prior, config)
        parts = [weight * fold.forecasts[name] for name, weight in weights.items()]
        result.append(np.sum(parts, axis=0))
    return result

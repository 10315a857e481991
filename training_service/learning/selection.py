"""Chooses the champion of a dish: a blend of the candidates, or a single candidate that is clearly better."""

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

#: Sum of absolute errors over all dishes of a store in units, by cutoff and name of the forecaster.
StoreErrors = Mapping[int, Mapping[str, float]]

#: Weight of each forecaster before any backtest, by name of the forecaster.
Prior = Mapping[str, float]

#: Least weight of a member of a blend. Smaller weights change no forecast by much, and each costs a fit and a forecast.
_LEAST_WEIGHT = 0.02

#: Added to errors before they are divided, in units, because an error may be zero.
_TINY = 1e-6


@dataclass(frozen=True, slots=True)
class ChampionFold:
    """Forecasts of the champion in one fold; every array has the shape (m,) of the m open days of the fold.

    Args:
        cutoff: Number of days of the store's history that are known at the cutoff.
        ahead: Days from the cutoff to each day, 1 for the first day after the cutoff.
        actual: Units sold.
        widths: Factor by which the occasion of each day widens errors, see `error_widths`.
        forecast: Forecast of the champion, in units.
        naive_mae: In-sample MAE of the seasonal naive forecast (7 days), in units; NaN where unknown.
    """

    cutoff: int
    ahead: IntArray
    actual: FloatArray
    widths: FloatArray
    forecast: FloatArray
    naive_mae: float

    @property
    def errors(self) -> Errors:
        """Sales minus forecast of each day, with what scales them."""
        error = self.actual - self.forecast
        return Errors(error=error, forecast=self.forecast, ahead=self.ahead, widths=self.widths)


@dataclass(frozen=True, slots=True)
class Selection:
    """The champion of a dish.

    Args:
        champion: "blend", or the name of a single forecaster.
        weights: Weight of each forecaster that takes part, adding up to 1.
        figures: Figures of every candidate, the blend among them, the champion first; empty without a backtest.
        folds: Forecasts of the champion in each fold; empty without a backtest.
    """

    champion: str
    weights: Mapping[str, float]
    figures: Sequence[FiguresEntry]
    folds: Sequence[ChampionFold]


def prior_weights(dish_days: int, config: PipelineConfig) -> Prior:
    """Weights of the forecasters before any backtest.

    The weight of the pooled trees grows with the days that they learn from: with d days it is multiplied by
    d / (d + `pooled_half_weight_days`).

    Args:
        dish_days: Open days of the store, summed over all dishes.
        config: Weights of the forecasters, and days at which the pooled trees have half of their weight.
    """
    trust = dish_days / max(dish_days + config.pooled_half_weight_days, 1.0)
    return {
        name: weight * (trust if name == PooledForecaster.name else 1.0) for name, weight in config.blend_prior.items()
    }


def select(
    names: Sequence[str], folds: Sequence[Fold], store_errors: StoreErrors, prior: Prior, config: PipelineConfig
) -> Selection:
    """Chooses the champion by backtest errors, those of the dish and those of its store.

    The champion is the blend, unless the best single candidate is better by `champion_margin`. The blend is scored with
    weights that come from the other folds, because weights from the same fold would flatter it.

    Args:
        names: Names of the candidates, from simple to complex.
        folds: Folds of the dish; may be empty.
        store_errors: Errors of the store, for the forecasters for which they are known.
        prior: Weights before any backtest.
        config: Power, tolerance and shrinkage of the weights, and the margin of a single champion.
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
        ChampionFold(
            cutoff=fold.cutoff,
            ahead=fold.ahead,
            actual=fold.actual,
            widths=fold.widths,
            forecast=forecast,
            naive_mae=fold.naive_mae,
        )
        for fold, forecast in zip(folds, forecasts[champion], strict=True)
    ]
    return Selection(champion, weights, ordered, served)


def blend_weights(
    names: Sequence[str], folds: Sequence[Fold], store_errors: StoreErrors, prior: Prior, config: PipelineConfig
) -> dict[str, float]:
    """Weights of the candidates that take part in the blend, adding up to 1.

    Weights from the errors of the dish and weights from the errors of the store are averaged. The share of the dish
    grows with its folds: with f folds it is f / (f + `blend_store_folds`).

    Args:
        names: Names of the candidates, from simple to complex.
        folds: Folds of the dish; may be empty.
        store_errors: Errors of the store, for the forecasters for which they are known.
        prior: Weights before any backtest.
        config: Power, tolerance and shrinkage of the weights.
    """
    before = np.array([prior.get(name, 0.0) * _has_earned(name, folds) for name in names])
    of_store = np.array([sum((e.get(name, np.nan) for e in store_errors.values()), 0.0) for name in names])
    if not store_errors or not np.isfinite(of_store).any():
        # The store has no fold yet: the baseline serves, which needs no judgement.
        of_store = np.where([name == BaselineForecaster.name for name in names], 1.0, np.nan)
    weights = _weigh(before, of_store, config)
    if folds:
        of_dish = np.array([_absolute_error(name, folds) for name in names])
        # A forecaster that fails for the whole store has beaten the others on one dish by luck.
        trusted = before * (np.isnan(of_store) | (weights > 0))
        own_share = len(folds) / (len(folds) + config.blend_store_folds)
        weights = own_share * _weigh(trusted, of_dish, config) + (1 - own_share) * weights
    weights = np.where(weights >= _LEAST_WEIGHT, weights, 0.0)
    weights /= weights.sum()
    return {name: float(weight) for name, weight in zip(names, weights, strict=True) if weight > 0}


def _has_earned(name: str, folds: Sequence[Fold]) -> bool:
    """Whether a candidate may take part. The hybrid may only where its error is below the error of Prophet alone."""
    prophet = ProphetForecaster.name
    if name != HybridForecaster.name or not folds or not all(prophet in fold.forecasts for fold in folds):
        return True
    return _absolute_error(name, folds) < _absolute_error(prophet, folds)


def _absolute_error(name: str, folds: Sequence[Fold]) -> float:
    return sum(float(np.abs(fold.actual - fold.forecasts[name]).sum()) for fold in folds)


def _weigh(prior: FloatArray, errors: FloatArray, config: PipelineConfig) -> FloatArray:
    """Weights that fall with the errors and add up to 1; zero for unknown errors and for clearly larger ones.

    Each weight is prior * (error / least error) ** -`blend_power`, and zero where the ratio is above
    1 + `blend_tolerance`.
    """
    ratio = (errors + _TINY) / (np.nanmin(np.where(prior > 0, errors, np.nan)) + _TINY)
    usable = np.isfinite(ratio) & (ratio <= 1 + config.blend_tolerance)
    weights = np.where(usable, prior * np.where(usable, ratio, 1.0) ** -config.blend_power, 0.0)
    total: FloatArray = weights / weights.sum()
    return total


def _cross_fitted(
    names: Sequence[str], folds: Sequence[Fold], store_errors: StoreErrors, prior: Prior, config: PipelineConfig
) -> list[FloatArray]:
    """Forecasts of the blend in each fold, with the weights that the other folds give."""
    result = []
    for left_out, fold in enumerate(folds):
        others = [other for position, other in enumerate(folds) if position != left_out]
        elsewhere = {cutoff: errors for cutoff, errors in store_errors.items() if cutoff != fold.cutoff}
        weights = blend_weights(names, others, elsewhere, prior, config)
        parts = [weight * fold.forecasts[name] for name, weight in weights.items()]
        result.append(np.sum(parts, axis=0))
    return result

"""Collects the errors that the spread of a store is learnt from.

The errors of the folds are taken. Where the folds have too few errors, errors of the smoothing in earlier weeks are
added. `spreads.py` estimates the spread from these errors.
"""

from collections.abc import Mapping

import numpy as np

from shared.arrays import FloatArray
from shared.config import PipelineConfig
from shared.forecasting.pooled import PooledForecaster
from shared.forecasting.smoothing import SETTLED_AFTER_DAYS, SmoothingForecaster
from training_service.learning.fitting.smoothing import SmoothingHistory
from training_service.learning.spreads import Errors
from training_service.learning.store_history import StoreHistory, first_days

#: Number of errors of a store from which on no errors of earlier weeks are added.
_ENOUGH = 200

#: Days between the cutoffs from which the smoothing forecasts the earlier weeks.
_STEP = 7


def errors_by_dish(
    store: StoreHistory,
    smoothed: SmoothingHistory,
    forecasts: Mapping[int, Mapping[str, FloatArray]],
    widths: FloatArray,
    season_factors: FloatArray,
    config: PipelineConfig,
) -> dict[str, Errors]:
    """Errors of the forecasts of each dish, by name of the dish; dishes without errors are left out.

    The forecasts of a fold are those of the pooled trees, or those of the smoothing where the fold had no trees. While
    the store has fewer than 200 errors, forecasts of the smoothing from earlier cutoffs are added, latest first.

    Args:
        store: The whole history, n days.
        smoothed: The smoothing of all D dishes, day by day, without seasons.
        forecasts: Forecasts of the folds in units, by cutoff and name of the forecaster, each of shape
            (D, test_window_days).
        widths: Factor by which the occasion of each day of the history widens errors, see `error_widths`, shape (n,).
        season_factors: Factor of the seasons of each day on each dish, shape (D, n).
        config: Days of a window.
    """
    found: dict[str, list[Errors]] = {dish: [] for dish in store.sales}
    for cutoff, by_name in forecasts.items():
        forecast = by_name.get(PooledForecaster.name, by_name[SmoothingForecaster.name])
        _add(found, store, cutoff, forecast, widths)
    first = first_days(np.array(list(store.sales.values())))
    cutoff = min(forecasts, default=len(store.closed)) - _STEP
    while cutoff > 0 and _count(found) < _ENOUGH:
        window = min(config.test_window_days, len(store.closed) - cutoff)
        forecast = smoothed.forecast_from(cutoff, window) * season_factors[:, cutoff : cutoff + window]
        forecast[cutoff - first < SETTLED_AFTER_DAYS] = np.nan
        _add(found, store, cutoff, forecast, widths)
        cutoff -= _STEP
    return {dish: Errors.joined(parts) for dish, parts in found.items() if parts}


def _add(
    found: Mapping[str, list[Errors]], store: StoreHistory, cutoff: int, forecasts: FloatArray, widths: FloatArray
) -> None:
    """Adds the errors of forecasts from a cutoff, shape (D, days), to the errors of each dish."""
    for (dish, sales), forecast in zip(store.sales.items(), forecasts, strict=True):
        actual = sales[cutoff : cutoff + len(forecast)]
        within = forecast[: len(actual)]  # the history may end before the window does
        scored = np.isfinite(actual) & np.isfinite(within)
        ahead = np.flatnonzero(scored) + 1
        found[dish].append(Errors(actual[scored] - within[scored], within[scored], ahead, widths[cutoff + ahead - 1]))


def _count(found: Mapping[str, list[Errors]]) -> int:
    return sum(len(part.error) for parts in found.values() for part in parts)

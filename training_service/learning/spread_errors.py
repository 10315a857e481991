"""The errors that tell how far sales lie from their forecasts: of the backtest's folds, and where those are few, of
what the smoothing would have forecast in the weeks before them."""

from collections.abc import Mapping

import numpy as np

from shared.arrays import FloatArray
from shared.config import PipelineConfig
from shared.forecasting.pooled import PooledForecaster
from shared.forecasting.smoothing import SETTLED_AFTER_DAYS, SmoothingForecaster, SmoothingHistory
from training_service.learning.spreads import Errors
from training_service.learning.store_history import StoreHistory, first_days

#: Errors of a store with which its folds suffice.
_ENOUGH = 200

#: Days between the cutoffs of the smoothing.
_STEP = 7


def errors_by_dish(
    store: StoreHistory,
    smoothed: SmoothingHistory,
    forecasts: Mapping[int, Mapping[str, FloatArray]],
    widths: FloatArray,
    config: PipelineConfig,
) -> dict[str, Errors]:
    """Errors of the pooled trees in all folds, or of the smoothing where there were no trees yet; a restaurant of few
    dishes or days has too few of them, and those of the smoothing before the folds are added.

    Args:
        store: the whole history.
        smoothed: the smoothing of all its dishes, day by day.
        forecasts: of the folds, by cutoff and forecaster, shape (D, test_window_days).
        widths: of each day of the history for its occasion, see `error_widths`, shape (n,).
        config: the window.
    """
    found: dict[str, list[Errors]] = {dish: [] for dish in store.sales}
    for cutoff, by_name in forecasts.items():
        forecast = by_name.get(PooledForecaster.name, by_name[SmoothingForecaster.name])
        _add(found, store, cutoff, forecast, widths)
    first = first_days(np.array(list(store.sales.values())))
    cutoff = min(forecasts, default=len(store.closed)) - _STEP
    while cutoff > 0 and _count(found) < _ENOUGH:
        window = np.arange(cutoff, min(cutoff + config.test_window_days, len(store.closed)))
        weekdays = (store.start.weekday() + window) % 7
        expected = smoothed.expected(cutoff, weekdays)
        expected[cutoff - first < SETTLED_AFTER_DAYS] = np.nan
        _add(found, store, cutoff, expected, widths)
        cutoff -= _STEP
    return {dish: Errors.joined(parts) for dish, parts in found.items() if parts}


def _add(
    found: Mapping[str, list[Errors]], store: StoreHistory, cutoff: int, forecasts: FloatArray, widths: FloatArray
) -> None:
    """Adds the errors of forecasts from a cutoff, shape (D, days), to those of each dish."""
    for (dish, sales), forecast in zip(store.sales.items(), forecasts, strict=True):
        actual = sales[cutoff : cutoff + len(forecast)]
        known = forecast[: len(actual)]
        scored = np.isfinite(actual) & np.isfinite(known)
        ahead = np.flatnonzero(scored) + 1
        found[dish].append(Errors(actual[scored] - known[scored], known[scored], ahead, widths[cutoff + ahead - 1]))


def _count(found: Mapping[str, list[Errors]]) -> int:
    return sum(len(part.error) for parts in found.values() for part in parts)

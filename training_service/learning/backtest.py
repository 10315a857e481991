"""Backtests one dish: every candidate forecasts the days after past cutoffs, from what was known at each cutoff.

Several cutoffs lie one window apart (a rolling origin). Each fold forecasts the whole window, as serving does.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from shared.arrays import FloatArray, IntArray
from shared.config import PipelineConfig
from shared.registry.manifest import FiguresEntry
from shared.restaurant.calendar import HolidayCalendar
from training_service.learning.fitting.fits import DishHistory, fit_forecasters, is_of_whole_store
from training_service.learning.folds import cutoffs, fold_days, trim_to_first_sale
from training_service.learning.store_fit import StoreFit
from training_service.learning.store_history import StoreHistory

#: Days of the season that the naive forecast repeats: sales follow the week.
_SEASON_DAYS = 7


@dataclass(frozen=True, slots=True)
class Fold:
    """One cutoff and the open days after it that were forecast as open; every array has their shape (m,).

    Args:
        cutoff: Number of days of the store's history that are known at the cutoff.
        ahead: Days from the cutoff to each day, 1 for the first day after the cutoff.
        actual: Units sold.
        widths: Factor by which the occasion of each day widens errors, see `error_widths`.
        forecasts: Forecasts in units, by name of the forecaster.
        naive_mae: In-sample MAE of the seasonal naive forecast (7 days), in units; NaN where unknown.
    """

    cutoff: int
    ahead: IntArray
    actual: FloatArray
    widths: FloatArray
    forecasts: Mapping[str, FloatArray]
    naive_mae: float


def backtest(
    dish: str,
    names: Sequence[str],
    store: StoreHistory,
    store_fit: StoreFit,
    calendar: HolidayCalendar,
    config: PipelineConfig,
    min_days: int,
) -> list[Fold]:
    """Forecasts the last folds of a dish with every candidate.

    A fold is left out where the dish has fewer than `min_days` open days before the cutoff, or no open day after it.
    Days that the closing habits of a fold called closed are not scored: they are no errors of the demand.

    Args:
        dish: Name of a dish of the store.
        names: Names of the candidates.
        store: The whole history. A fold sees sales and closed days before its cutoff only, and of the weather after
            its cutoff what a weather service would have forecast.
        store_fit: What was fitted to the history for all dishes, with its forecasts of each fold.
        calendar: Public holidays, which are known in advance.
        config: Folds, and settings of the forecasters.
        min_days: Number of open days that the dish must have before a cutoff.
    """
    folds = []
    for cutoff in cutoffs(store, config):
        actual = store.sales[dish][cutoff : cutoff + config.test_window_days]
        ahead = fold_days(store, cutoff, calendar, config)
        scored = np.isfinite(actual) & ~ahead.closed[: len(actual)]
        if np.isfinite(store.sales[dish][:cutoff]).sum() < min_days or not scored.any():
            continue
        past = store.until(cutoff)
        sales, days = trim_to_first_sale(past.sales[dish], past.days(calendar, config))
        usual = sales / store_fit.season_factors(dish, days, cutoff)
        seasons = store_fit.season_factors(dish, ahead, cutoff)
        unknown = np.full(len(ahead), np.nan)
        of_dish = [name for name in names if not is_of_whole_store(name)]
        fitted = fit_forecasters(of_dish, DishHistory(dish, usual, days, config))
        forecasts = {
            name: forecaster.forecast(usual, ahead, unknown).yhat * seasons for name, forecaster in fitted.items()
        }
        forecasts |= {name: values for name, values in store_fit.fold(cutoff, dish).items() if name in names}
        chosen = {name: values[: len(actual)][scored] for name, values in forecasts.items()}
        days_ahead = np.flatnonzero(scored) + 1
        folds.append(
            Fold(
                cutoff=cutoff,
                ahead=days_ahead,
                actual=actual[scored],
                widths=store_fit.widths[cutoff + days_ahead - 1],
                forecasts=chosen,
                naive_mae=_seasonal_naive_mae(sales),
            )
        )
    return folds


def score(name: str, folds: Sequence[Fold], forecasts: Sequence[FloatArray]) -> FiguresEntry:
    """Figures of one forecaster over all folds.

    MASE is the MAE divided by the in-sample MAE of the seasonal naive forecast (7 days), after Hyndman and Koehler
    (2006). WAPE and bias are None where nothing was sold, MASE where the naive MAE is zero or unknown.

    Args:
        name: Name of the forecaster, or "blend".
        folds: Folds of the dish, at least one.
        forecasts: Forecasts of each fold in units, each of the shape (m,) of the fold.
    """
    actual = np.concatenate([fold.actual for fold in folds])
    errors = np.concatenate(forecasts) - actual
    absolute, sold = float(np.abs(errors).sum()), float(actual.sum())
    scale = sum(fold.naive_mae * len(fold.actual) for fold in folds)
    return FiguresEntry(
        forecaster=name,
        mae=absolute / len(actual),
        wape=absolute / sold if sold > 0 else None,
        mase=absolute / scale if scale > 0 else None,
        bias=float(errors.sum()) / sold if sold > 0 else None,
        folds=len(folds),
        days=len(actual),
    )


def _seasonal_naive_mae(sales: FloatArray) -> float:
    """Mean absolute change of the sales within seven days, in units; NaN where no such pair of open days is known."""
    changes = np.abs(sales[_SEASON_DAYS:] - sales[:-_SEASON_DAYS])
    changes = changes[np.isfinite(changes)]
    return float(changes.mean()) if len(changes) else float("nan")

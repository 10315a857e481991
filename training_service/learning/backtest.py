"""Rolling-origin backtest of one dish: each fold forecasts several days ahead, as served, from what was known at its
cutoff."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from shared.arrays import FloatArray, IntArray
from shared.config import PipelineConfig
from shared.registry.manifest import FiguresEntry
from shared.restaurant.calendar import HolidayCalendar
from training_service.learning.fitting.candidates import fit_candidates
from training_service.learning.folds import cutoffs, fold_days, trim_to_first_sale
from training_service.learning.store_fit import StoreFit
from training_service.learning.store_history import StoreHistory


@dataclass(frozen=True, slots=True)
class Fold:
    """One cutoff; every array has the shape of the m open days that were forecast.

    Args:
        cutoff: days known of the store.
        ahead: days from the cutoff, 1 for the first after it.
        actual: units sold.
        widths: of each day for its occasion, see `error_widths`.
        forecasts: by forecaster.
        naive_mae: in-sample MAE of the seasonal naive forecast (7 days); NaN where unknown.
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
    """Forecasts the last folds of a dish with every candidate; folds with too little before them are left out.

    Args:
        dish: a dish of the store.
        names: the candidates.
        store: the whole history; a fold sees only what lies before its cutoff, of closed days too, and of the weather
            after it what would have been forecast.
        store_fit: what the forecasters that dishes share forecast.
        calendar: public holidays, which are known in advance.
        config: folds and forecasters.
        min_days: open days that the dish must have before a cutoff.
    """
    folds = []
    for cutoff in cutoffs(store, config):
        actual = store.sales[dish][cutoff : cutoff + config.test_window_days]
        scored = np.isfinite(actual)
        if np.isfinite(store.sales[dish][:cutoff]).sum() < min_days or not scored.any():
            continue
        past = store.until(cutoff)
        sales, days = trim_to_first_sale(past.sales[dish], past.days(calendar, config))
        ahead = fold_days(store, cutoff, calendar, config)
        unknown = np.full(len(ahead), np.nan)
        fitted = fit_candidates(names, sales, days, config)
        forecasts = {name: forecaster.forecast(sales, ahead, unknown).yhat for name, forecaster in fitted.items()}
        forecasts |= {name: values for name, values in store_fit.fold(cutoff, dish).items() if name in names}
        chosen = {name: values[: len(actual)][scored] for name, values in forecasts.items()}
        days_ahead = np.flatnonzero(scored) + 1
        widths = store_fit.widths[cutoff + days_ahead - 1]
        folds.append(Fold(cutoff, days_ahead, actual[scored], widths, chosen, _seasonal_naive_mae(sales)))
    return folds


def score(name: str, folds: Sequence[Fold], forecasts: Sequence[FloatArray]) -> FiguresEntry:
    """Figures of one forecaster over all folds.

    MASE is the MAE divided by the in-sample MAE of the seasonal naive forecast (7 days), after Hyndman and Koehler
    (2006). WAPE and bias are None where nothing was sold, MASE where the naive MAE is zero or unknown.

    Args:
        name: of it.
        folds: at least one.
        forecasts: its own for each fold, shape (m,).
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
    changes = np.abs(sales[7:] - sales[:-7])
    changes = changes[np.isfinite(changes)]
    return float(changes.mean()) if len(changes) else float("nan")

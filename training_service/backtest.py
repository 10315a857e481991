"""Rolling-origin backtest: each fold forecasts several days ahead, as served, from what was known at its cutoff."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from shared.calendar import HolidayCalendar
from shared.config import PipelineConfig
from shared.forecasting.days import Days, build_days
from shared.forecasting.dish_model import error_scale
from shared.weather import fill_weather
from training_service.fitting.candidates import fit_candidates
from training_service.store_history import StoreHistory

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Figures:
    """How far one forecaster was off over all folds of one dish.

    Args:
        forecaster: its name.
        mae: mean absolute error, units per day.
        wape: sum of absolute errors / sum of sales; None where nothing was sold.
        mase: MAE / in-sample MAE of the seasonal naive forecast (7 days), after Hyndman and Koehler (2006);
            None where that is zero or unknown.
        folds: cutoffs that were forecast.
        days: open days that were scored.
    """

    forecaster: str
    mae: float
    wape: float | None
    mase: float | None
    folds: int
    days: int


@dataclass(frozen=True, slots=True)
class Backtest:
    """Figures of every candidate, and each one's errors scaled by `error_scale`, in the order of the days scored."""

    figures: Sequence[Figures]
    scaled_errors: dict[str, FloatArray]


@dataclass(frozen=True, slots=True)
class _Fold:
    actual: FloatArray
    forecasts: dict[str, FloatArray]
    naive_mae: float


def backtest(
    dish: str,
    names: tuple[str, ...],
    store: StoreHistory,
    calendar: HolidayCalendar,
    config: PipelineConfig,
    min_days: int,
) -> Backtest:
    """Forecasts the last folds of a dish with every candidate.

    Args:
        dish: a dish of the store.
        names: the candidates.
        store: the whole history; a fold sees only what lies before its cutoff, of weather and closed days too.
        calendar: public holidays, which are known in advance.
        config: folds and forecasters.
        min_days: open days that the dish must have before a cutoff.
    """
    length = len(store.closed)
    folds = []
    for k in range(config.n_cv_folds, 0, -1):
        cutoff = length - k * config.test_window_days
        if cutoff > 0 and np.isfinite(store.sales[dish][:cutoff]).sum() >= min_days:
            fold = _forecast_fold(dish, names, store, cutoff, calendar, config)
            if len(fold.actual):
                folds.append(fold)
    if not folds:
        return Backtest((), {})
    actual = np.concatenate([fold.actual for fold in folds])
    errors = {name: actual - np.concatenate([fold.forecasts[name] for fold in folds]) for name in names}
    naive = np.concatenate([np.full(len(fold.actual), fold.naive_mae) for fold in folds])
    return Backtest(
        tuple(_figures(name, errors[name], actual, naive, len(folds)) for name in names),
        {name: errors[name] / error_scale(actual - errors[name]) for name in names},
    )


def future_days(store: StoreHistory, horizon: int, calendar: HolidayCalendar, config: PipelineConfig) -> Days:
    """The days after a history with what can be known of them at its end: holidays, climatology, closed weekdays."""
    dates = pd.date_range(store.dates[-1] + pd.Timedelta(days=1), periods=horizon, freq="D", unit="s")
    weather, _ = fill_weather(dates, None, store.climatology())
    closed = np.isin(dates.day_of_week, store.closed_weekdays(config))
    return build_days(dates, calendar, weather, closed, config)


def _forecast_fold(
    dish: str,
    names: tuple[str, ...],
    store: StoreHistory,
    cutoff: int,
    calendar: HolidayCalendar,
    config: PipelineConfig,
) -> _Fold:
    past = store.until(cutoff)
    sales, days = trim_to_first_sale(past.sales[dish], past.days(calendar, config))
    ahead = future_days(past, config.test_window_days, calendar, config)
    actual = store.sales[dish][cutoff : cutoff + config.test_window_days]
    scored = np.isfinite(actual)
    unknown = np.full(len(ahead), np.nan)
    fitted = fit_candidates(names, sales, days, config)
    tail = sales[-config.lookback_days :]
    forecasts = {name: f.forecast(tail, ahead, unknown).yhat[scored] for name, f in fitted.items()}
    return _Fold(actual[scored], forecasts, _seasonal_naive_mae(sales))


def trim_to_first_sale(sales: FloatArray, days: Days) -> tuple[FloatArray, Days]:
    """A dish's history from its first sale on."""
    known = np.flatnonzero(np.isfinite(sales))
    first = int(known[0]) if len(known) else 0
    return sales[first:], days[first:]


def _seasonal_naive_mae(sales: FloatArray) -> float:
    changes = np.abs(sales[7:] - sales[:-7])
    changes = changes[np.isfinite(changes)]
    return float(changes.mean()) if len(changes) else float("nan")


def _figures(name: str, errors: FloatArray, actual: FloatArray, naive: FloatArray, folds: int) -> Figures:
    absolute = np.abs(errors)
    sold, scale = float(actual.sum()), float(naive.sum())
    return Figures(
        forecaster=name,
        mae=float(absolute.mean()),
        wape=float(absolute.sum()) / sold if sold > 0 else None,
        mase=float(absolute.sum()) / scale if scale > 0 else None,
        folds=folds,
        days=len(actual),
    )

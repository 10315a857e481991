"""The backtest: as served, from what was known at each cutoff, and nothing later."""

import numpy as np
import pytest

from shared.calendar import HolidayCalendar
from shared.config import PipelineConfig
from shared.forecasting.days import closed_weekdays
from tests.support.stores import noisy_store, simple_store
from training_service.backtest import Figures, backtest, future_days
from training_service.fitting.candidates import CANDIDATES
from training_service.store_history import StoreHistory
from training_service.train_dish import choose_champion, train_dish

DE = HolidayCalendar("DE")
CONFIG = PipelineConfig(n_cv_folds=1)


def changed_after(store: StoreHistory, cutoff: int) -> StoreHistory:
    """The same store, with another future after the cutoff."""
    sales = {dish: values.copy() for dish, values in store.sales.items()}
    weather = {name: values.copy() for name, values in store.weather.items()}
    for values in sales.values():
        values[cutoff:] = np.where(np.isfinite(values[cutoff:]), values[cutoff:] * 3 + 50, np.nan)
    for values in weather.values():
        values[cutoff:] += 25
    return StoreHistory(store.start, sales, store.closed, weather)


def test_nothing_after_the_cutoff_changes_a_forecast() -> None:
    store = noisy_store(200)
    cutoff = len(store.closed) - CONFIG.test_window_days
    other = changed_after(store, cutoff)

    results = [backtest("soup", tuple(CANDIDATES), each, DE, CONFIG, 60) for each in (store, other)]

    actual = [each.sales["soup"][cutoff:] for each in (store, other)]
    open_days = np.isfinite(actual[0])
    for name in CANDIDATES:
        forecasts = []
        for result, sales in zip(results, actual, strict=True):
            errors = result.scaled_errors[name]
            # error = (actual - yhat) / sqrt(max(yhat, 1)), solved for yhat >= 1
            root = (-errors + np.sqrt(errors**2 + 4 * sales[open_days])) / 2
            forecasts.append(root**2)
        np.testing.assert_allclose(forecasts[0], forecasts[1], rtol=1e-9)


def test_a_forecaster_that_repeats_the_week_is_perfect_on_sales_that_repeat() -> None:
    result = backtest("soup", ("baseline",), simple_store(120), DE, PipelineConfig(), 60)

    (figures,) = result.figures
    assert figures.mae == pytest.approx(0)
    assert figures.folds == 3
    assert figures.days == 3 * 14


def test_folds_without_enough_history_before_them_are_left_out() -> None:
    result = backtest("soup", ("baseline",), simple_store(80), DE, PipelineConfig(), 60)

    assert result.figures[0].folds == 1


def test_closed_days_are_not_scored() -> None:
    result = backtest("soup", ("baseline",), noisy_store(200), DE, CONFIG, 60)

    assert result.figures[0].days == 12  # two Mondays of fourteen days


def test_figures_are_scaled_by_the_seasonal_naive_error_of_the_days_before() -> None:
    store = noisy_store(200)
    cutoff = len(store.closed) - CONFIG.test_window_days
    past = store.sales["soup"][:cutoff]
    naive = np.nanmean(np.abs(past[7:] - past[:-7]))

    (figures,) = backtest("soup", ("baseline",), store, DE, CONFIG, 60).figures

    assert figures.mase == pytest.approx(figures.mae / naive)
    sold = np.nansum(store.sales["soup"][cutoff:])
    assert figures.wape == pytest.approx(figures.mae * figures.days / sold)


def test_weather_of_future_days_is_climatology_and_closed_weekdays_are_expected() -> None:
    store = noisy_store(200)
    days = future_days(store, 14, DE, CONFIG)

    expected = store.climatology().values("temperature_2m_mean", days.dates)
    np.testing.assert_array_equal(days.columns["temperature_2m_mean"], expected)
    np.testing.assert_array_equal(days.closed, days.weekdays == 0)


def test_a_weekday_counts_as_closed_only_after_weeks_of_being_closed() -> None:
    store = noisy_store(200)

    assert closed_weekdays(store.dates, store.closed, weeks=8) == (0,)
    assert closed_weekdays(store.dates[:30], store.closed[:30], weeks=8) == ()


def figures(name: str, mae: float) -> Figures:
    return Figures(name, mae, None, None, 3, 42)


def test_the_champion_is_the_best_by_more_than_noise_else_the_simplest() -> None:
    clear = [figures("baseline", 2.0), figures("prophet", 1.9), figures("hybrid", 1.5)]
    close = [figures("baseline", 2.0), figures("prophet", 1.99), figures("hybrid", 1.98)]

    assert choose_champion(clear, margin=0.02) == "hybrid"
    assert choose_champion(close, margin=0.02) == "baseline"
    assert choose_champion([], margin=0.02) == "baseline"


def test_a_short_history_gets_the_baseline() -> None:
    trained = train_dish("soup", simple_store(40), DE, PipelineConfig())

    assert trained.model.forecaster.name == "baseline"
    assert trained.history_days == 40


def test_a_dish_of_a_single_sale_is_trained() -> None:
    trained = train_dish("soup", simple_store(1), DE, PipelineConfig())

    assert trained.model.forecaster.name == "baseline"
    assert trained.figures == []

"""The backtest forecasts as serving does, from what was known at each cutoff and nothing later."""

import datetime as dt
import itertools

import numpy as np
import pytest

from shared.config import PipelineConfig
from shared.forecasters import FORECASTERS
from shared.restaurant.calendar import HolidayCalendar
from tests.support.stores import noisy_store, simple_store
from training_service.learning.backtest import Fold, backtest, score
from training_service.learning.folds import cutoffs, future_days
from training_service.learning.store_fit import fit_store
from training_service.learning.store_history import StoreHistory

DE = HolidayCalendar("DE")
CONFIG = PipelineConfig(n_cv_folds=1)


def folds_of(store: StoreHistory, *names: str, config: PipelineConfig = CONFIG) -> list[Fold]:
    """The backtest of the soup with these candidates."""
    return backtest("soup", names, store, fit_store(store, DE, config), DE, config, config.min_train_days)


def changed_after(store: StoreHistory, cutoff: int) -> StoreHistory:
    """The same store, with another future after the cutoff: other sales and weather, and closed on Thursdays."""
    closed = store.closed.copy()
    closed[cutoff:] |= store.days(DE, CONFIG).weekdays[cutoff:] == 3
    sales = {dish: values.copy() for dish, values in store.sales.items()}
    weather = {name: values.copy() for name, values in store.weather.items()}
    for values in sales.values():
        values[cutoff:] = np.where(closed[cutoff:], np.nan, values[cutoff:] * 3 + 50)
    for values in weather.values():
        values[cutoff:] += 25
    return StoreHistory(store.start, sales, closed, weather)


def test_sales_weather_and_closures_after_the_cutoff_change_no_forecast() -> None:
    store = noisy_store(200)
    (cutoff,) = cutoffs(store, CONFIG)
    other = changed_after(store, cutoff)

    ((fold,), (of_other,)) = (folds_of(each, *FORECASTERS) for each in (store, other))

    assert set(fold.forecasts) == set(FORECASTERS)
    common = np.isin(fold.ahead, of_other.ahead)
    assert 0 < common.sum() < len(common)
    for name in FORECASTERS:
        np.testing.assert_array_equal(fold.forecasts[name][common], of_other.forecasts[name])
    assert (of_other.actual > fold.actual[common]).all()


def test_the_baseline_has_no_error_on_sales_that_repeat_every_week() -> None:
    folds = folds_of(simple_store(120), "baseline", config=PipelineConfig())

    figures = score("baseline", folds, [fold.forecasts["baseline"] for fold in folds])

    assert figures.mae == pytest.approx(0)
    assert figures.bias == pytest.approx(0)
    assert figures.folds == 3
    assert figures.days == sum(len(fold.actual) for fold in folds)


def test_trainings_of_consecutive_days_have_the_same_folds() -> None:
    dates = []
    for days in range(200, 215):
        store = simple_store(days)
        found = cutoffs(store, PipelineConfig())
        dates.append([store.start + dt.timedelta(days=cutoff) for cutoff in found])
        assert 7 <= days - found[-1] < 21
        assert all(after - before == 14 for before, after in itertools.pairwise(found))

    assert len({date for each in dates for date in each}) <= 5
    assert len(set(map(tuple, dates))) == 2


def test_a_last_fold_of_half_a_window_is_scored() -> None:
    shortest = min(range(200, 214), key=lambda days: days - cutoffs(simple_store(days), CONFIG)[0])
    (fold,) = folds_of(simple_store(shortest), *FORECASTERS)

    assert fold.ahead.tolist() == [*range(1, 8)]
    assert {len(values) for values in fold.forecasts.values()} == {7}


def test_a_fold_with_too_few_open_days_before_it_is_left_out() -> None:
    assert len(folds_of(simple_store(80), "baseline", config=PipelineConfig())) == 1


def test_closed_days_are_not_scored() -> None:
    (fold,) = folds_of(noisy_store(200), "baseline")

    assert fold.actual.shape == (12,)  # two Mondays of fourteen days
    assert fold.forecasts["baseline"].shape == (12,)


def test_mase_is_the_mae_over_the_seasonal_naive_error_before_the_cutoff() -> None:
    store = noisy_store(200)
    (cutoff,) = cutoffs(store, CONFIG)
    past = store.sales["soup"][:cutoff]
    naive = np.nanmean(np.abs(past[7:] - past[:-7]))

    folds = folds_of(store, "baseline")
    figures = score("baseline", folds, [fold.forecasts["baseline"] for fold in folds])

    assert figures.mase == pytest.approx(figures.mae / naive)
    sold = np.nansum(store.sales["soup"][cutoff : cutoff + CONFIG.test_window_days])
    assert figures.wape == pytest.approx(figures.mae * figures.days / sold)


@pytest.mark.parametrize("reopened_for", [0, 1, 5])
def test_folds_lie_before_a_long_closure_and_not_in_it(reopened_for: int) -> None:
    before = simple_store(300)
    closed = np.concatenate([before.closed, np.ones(60, np.bool_), np.zeros(reopened_for, np.bool_)])
    sales = np.concatenate([before.sales["soup"], np.full(60, np.nan), np.full(reopened_for, 30.0)])
    store = StoreHistory(before.start, {"soup": sales}, closed, {})

    found = cutoffs(store, PipelineConfig())

    assert len(found) == 3
    assert all((~closed[cutoff : cutoff + 14]).sum() >= 7 for cutoff in found)
    assert found[-1] > 300 - 28


def test_a_restaurant_that_opens_two_days_a_week_has_the_folds_of_any_other() -> None:
    open_always = simple_store(300)
    closed = np.arange(300) % 7 < 5
    sales = np.where(closed, np.nan, open_always.sales["soup"])

    found = cutoffs(StoreHistory(open_always.start, {"soup": sales}, closed, {}), PipelineConfig())

    assert found == cutoffs(open_always, PipelineConfig())


def test_bias_is_the_share_of_sales_that_was_forecast_too_much() -> None:
    fold = Fold(100, np.array([1, 2]), np.array([10.0, 10.0]), np.ones(2), {}, 1.0)

    assert score("any", [fold], [np.array([11.0, 13.0])]).bias == pytest.approx(0.2)


def test_future_days_have_the_usual_weather_and_the_usual_closed_weekday() -> None:
    store = noisy_store(200)
    days = future_days(store, 14, DE, CONFIG)

    expected = store.climatology().values("temperature_2m_mean", days.dates)
    np.testing.assert_array_equal(days.columns["temperature_2m_mean"], expected)
    assert not days.measured["temperature_2m_mean"].any()
    np.testing.assert_array_equal(days.closed, days.weekdays == 0)

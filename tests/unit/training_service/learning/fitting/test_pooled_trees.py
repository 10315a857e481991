"""The pooled trees see the same features in training and in serving, and nothing after their origin."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from shared.arrays import FloatArray
from shared.config import PipelineConfig
from shared.forecasting.days import Days
from shared.forecasting.forecaster import FeatureGroup
from shared.forecasting.pooled import PooledForecaster, dishes_to_forecast, forecast_all
from shared.forecasting.pooled_features import SalesWindows
from shared.forecasting.pooled_trees import PooledTrees
from shared.restaurant.calendar import HolidayCalendar
from tests.support.stores import noisy_store
from training_service.learning.fitting.pooled import fit_pooled
from training_service.learning.fitting.pooled_trees import Chosen, SmoothedStore, fit_trees_together, training_matrix
from training_service.learning.fitting.smoothing import smooth_days
from training_service.learning.folds import future_days, trim_to_first_sale
from training_service.learning.store_fit import StoreFit, fit_store
from training_service.learning.store_history import StoreHistory, build_store_history

DE = HolidayCalendar("DE")
CONFIG = PipelineConfig(n_cv_folds=1)
WINDOWS = SalesWindows.of(CONFIG)
ORIGIN, HORIZON = 420, 14
DISHES = ("fish", "soup")


def rows_of(dish: int, first_sale: int) -> Chosen:
    """The rows of one origin, one for each day ahead."""
    ahead = np.arange(1, HORIZON + 1)
    return Chosen(np.full(HORIZON, dish), np.full(HORIZON, ORIGIN), ahead, np.full(HORIZON, float(ORIGIN - first_sale)))


def learnt_matrix(sales: FloatArray, days: Days, chosen: Chosen, config: PipelineConfig = CONFIG) -> FloatArray:
    """The model matrix that training computes."""
    smoothed = smooth_days(sales, days)
    return training_matrix(sales, days, smoothed, chosen, config)[1]


def pooled_trees(store: StoreHistory) -> PooledTrees | None:
    """The pooled trees, fitted to a whole history."""
    days = store.days(DE, CONFIG)
    smoothed = smooth_days(np.array(list(store.sales.values())), days)
    return fit_trees_together([SmoothedStore(store, days, smoothed)], CONFIG)[0]


def served_matrix(store: StoreHistory, dish: str, config: PipelineConfig = CONFIG) -> FloatArray:
    """The model matrix that serving computes for the days after the origin."""
    past = store.until(ORIGIN + 1)
    store_fit: StoreFit = fit_store(past, DE, config)
    first_sale = int(np.flatnonzero(np.isfinite(past.sales[dish]))[0])
    forecaster = fit_pooled(store_fit.dish_history(dish, past.sales[dish][first_sale:], past.days(DE, config), config))
    days = store.days(DE, config)[ORIGIN + 1 : ORIGIN + 1 + HORIZON]
    wanted = dishes_to_forecast([forecaster], [past.sales[dish]], days, np.full((1, HORIZON), np.nan))
    return np.asarray(forecaster.trees.matrix(wanted.rows(forecaster.trees, days), days, [dish]))


def pooled_forecasters(store: StoreHistory, store_fit: StoreFit) -> tuple[list[PooledForecaster], list[FloatArray]]:
    """The forecasters of all dishes, and the histories of the dishes."""
    forecasters, histories = [], []
    for dish, sales in store.sales.items():
        since, days = trim_to_first_sale(sales, store.days(DE, CONFIG))
        forecasters.append(fit_pooled(store_fit.dish_history(dish, since, days, CONFIG)))
        histories.append(since)
    return forecasters, histories


def test_serving_and_training_compute_the_same_model_matrix() -> None:
    store = noisy_store(450)
    sales = np.array([store.sales[dish] for dish in DISHES])
    assert tuple(store.sales) == DISHES

    for position, dish in enumerate(DISHES):
        first_sale = int(np.flatnonzero(np.isfinite(store.sales[dish]))[0])
        learnt = learnt_matrix(sales, store.days(DE, CONFIG), rows_of(position, first_sale))

        np.testing.assert_allclose(served_matrix(store, dish), learnt, rtol=1e-12, equal_nan=True)
        assert np.isfinite(learnt[:, -len(WINDOWS.features) :]).mean() > 0.9


def test_lags_and_windows_of_the_configuration_reach_the_pooled_trees_in_training_and_in_serving() -> None:
    config = PipelineConfig(
        n_cv_folds=1,
        lags=(1, 2, 21, 350),
        roll_windows=(5, 14),
        pooled_further_windows=(200,),
        pooled_omitted_features=("month", "day", "mean_5"),
        pooled_tree_rounds=5,
    )
    store = noisy_store(450)
    sales = np.array([store.sales[dish] for dish in DISHES])
    soup = sales[1]

    learnt = learnt_matrix(sales, store.days(DE, config), rows_of(1, 0), config)

    windows = SalesWindows.of(config)
    assert {"same_weekday_3", "same_weekday_50", "lag_1", "lag_2", "mean_14", "mean_200"} <= set(windows.features)
    assert not {"same_weekday_1", "mean_5", "mean_7", "mean_112", "spread_28"} & set(windows.features)
    np.testing.assert_allclose(served_matrix(store, DISHES[1], config), learnt, rtol=1e-12, equal_nan=True)
    column = {name: learnt[0, i - len(windows.features)] for i, name in enumerate(windows.features)}
    three_weeks, fifty_weeks = soup[ORIGIN + 1 - 21], soup[ORIGIN + 1 - 350]
    assert column["same_weekday_3"] / column["same_weekday_50"] == pytest.approx(three_weeks / fifty_weeks)


def test_the_default_lags_and_windows_give_the_documented_features() -> None:
    assert WINDOWS.features[:2] == ("same_weekday_1", "same_weekday_2")
    assert [name for name in WINDOWS.features if name.startswith(("mean_", "spread_", "zero_share_", "lag_"))] == [
        "mean_7",
        "mean_28",
        "mean_112",
        "spread_28",
        "zero_share_28",
        "lag_1",
    ]


def test_the_effect_of_a_holiday_a_year_ago_is_a_feature_in_training_and_serving_and_a_contribution() -> None:
    store = noisy_store(450)
    days = store.days(DE, CONFIG)
    labour_days = [day for day, names in enumerate(days.holidays) if "Labor Day" in names]
    assert len(labour_days) == 2
    assert ORIGIN < labour_days[1] <= ORIGIN + HORIZON
    store.sales["soup"][labour_days[0]] *= 3
    store.sales["fish"][labour_days[0]] *= 3
    sales = np.array(list(store.sales.values()))

    learnt = learnt_matrix(sales, days, rows_of(1, 0))

    served = served_matrix(store, DISHES[1])
    np.testing.assert_allclose(served, learnt, rtol=1e-12, equal_nan=True)
    effects = served[:, -len(WINDOWS.features) + WINDOWS.features.index("occasion")]
    assert np.exp(effects[labour_days[1] - ORIGIN - 1]) == pytest.approx(3.0, rel=0.3)
    past = store.until(ORIGIN + 1)
    store_fit = fit_store(past, DE, CONFIG)
    forecasters, histories = pooled_forecasters(past, store_fit)
    ahead = future_days(past, HORIZON, DE, CONFIG)
    for forecast in forecast_all(forecasters, histories, ahead, np.full((2, HORIZON), np.nan), explain=True):
        np.testing.assert_allclose(sum(forecast.contributions.values()), forecast.yhat, atol=1e-9)
        holiday = forecast.contributions[FeatureGroup.HOLIDAY]
        assert holiday.argmax() == labour_days[1] - ORIGIN - 1
        assert holiday.max() > forecast.yhat.max() / 2


def test_sales_after_the_origin_change_no_feature() -> None:
    store = noisy_store(450)
    days = store.days(DE, CONFIG)
    sales = np.array([store.sales[dish] for dish in DISHES])
    other = sales.copy()
    other[:, ORIGIN + 1 :] = 1000.0

    as_it_was = learnt_matrix(sales, days, rows_of(0, 0))
    otherwise = learnt_matrix(other, days, rows_of(0, 0))
    other[:, ORIGIN] = 1000.0
    last_day_changed = learnt_matrix(other, days, rows_of(0, 0))

    np.testing.assert_array_equal(otherwise, as_it_was)
    assert not np.array_equal(last_day_changed, as_it_was, equal_nan=True)


def test_dishes_that_are_forecast_together_get_the_forecasts_that_each_gets_alone() -> None:
    store = noisy_store(450)
    store_fit = fit_store(store, DE, CONFIG)
    ahead = future_days(store, HORIZON, DE, CONFIG)
    forecasters, histories = pooled_forecasters(store, store_fit)
    known = np.full((len(DISHES), HORIZON), np.nan)
    known[1, :3] = [20.0, np.nan, 90.0]

    together = forecast_all(forecasters, histories, ahead, known, explain=True)

    for position, forecaster in enumerate(forecasters):
        alone = forecaster.forecast(histories[position], ahead, known[position], explain=True)
        np.testing.assert_allclose(together[position].yhat, alone.yhat, rtol=1e-12)
        assert together[position].contributions.keys() == alone.contributions.keys()
        for group, units in alone.contributions.items():
            np.testing.assert_allclose(together[position].contributions[group], units, atol=1e-9)


def test_sales_of_a_public_holiday_change_no_feature_of_the_days_after_it() -> None:
    store = noisy_store(450)
    days = store.days(DE, CONFIG)
    holiday = max(day for day, names in enumerate(days.holidays) if "Labor Day" in names and not days.closed[day])
    store = store.until(holiday + 3)
    festive = StoreHistory(store.start, {d: v.copy() for d, v in store.sales.items()}, store.closed, store.weather)
    for values in festive.sales.values():
        values[holiday] = 1000.0
    store_fit = fit_store(store, DE, CONFIG)

    def matrix(history: StoreHistory) -> FloatArray:
        """The model matrix that serving computes after this history, with the same trees."""
        smoothing = fit_store(history, DE, CONFIG).smoothing
        forecasters, histories = pooled_forecasters(history, replace(store_fit, smoothing=smoothing))
        ahead = future_days(history, HORIZON, DE, CONFIG)
        wanted = dishes_to_forecast(forecasters, histories, ahead, np.full((len(DISHES), HORIZON), np.nan))
        trees = forecasters[0].trees
        return np.asarray(trees.matrix(wanted.rows(trees, ahead), ahead, DISHES))

    np.testing.assert_allclose(matrix(festive), matrix(store), rtol=1e-12, equal_nan=True)


def test_the_time_of_the_year_is_a_feature_from_one_year_of_history() -> None:
    for length, is_learnt in ((360, False), (370, True)):
        store = noisy_store(length)
        trees = pooled_trees(store)

        assert trees is not None
        assert ("dayofyear" in trees.calendar) is is_learnt


def test_dishes_that_sell_one_portion_in_three_days_are_forecast_at_their_mean() -> None:
    units = np.random.default_rng(3).negative_binomial(1.0, 1.0 / 1.3, (12, 300)).astype(float)  # 0.3 a day on average
    store = store_of(units)

    sold = np.nanmean(np.array(list(store.sales.values())))
    assert mean_forecasts(store).mean() == pytest.approx(sold, rel=0.1)


def skewed_store() -> StoreHistory:
    """Three dishes that sell 20 a day, and three that sell five times as much on one day in twelve."""
    rng = np.random.default_rng(5)
    mean = np.full((6, 300), 20.0)
    mean[3:][rng.random((3, 300)) < 1 / 12] = 100.0
    return store_of(rng.poisson(mean).astype(float))


def store_of(units: FloatArray) -> StoreHistory:
    """A history made of units of shape (dishes, days)."""
    dishes, days = units.shape
    dates = pd.date_range("2025-01-06", periods=days, unit="s")
    names = np.repeat([f"dish-{i:02}" for i in range(dishes)], days)
    rows = pd.DataFrame({"date": np.tile(dates, dishes), "dish": names, "sales": units.ravel(), "rows": 1})
    return build_store_history(rows, None, CONFIG)


def mean_forecasts(store: StoreHistory) -> FloatArray:
    """Mean forecast of the pooled trees for each dish."""
    store_fit = fit_store(store, DE, CONFIG)
    forecasters, histories = pooled_forecasters(store, store_fit)
    ahead = future_days(store, HORIZON, DE, CONFIG)
    unknown = np.full((len(forecasters), HORIZON), np.nan)
    return np.array([forecast.yhat.mean() for forecast in forecast_all(forecasters, histories, ahead, unknown)])


def test_dishes_with_rare_great_days_are_forecast_at_their_mean() -> None:
    store = skewed_store()

    found = mean_forecasts(store)

    sold = np.array([np.nanmean(values) for values in store.sales.values()])
    assert found[:3].mean() == pytest.approx(sold[:3].mean(), rel=0.05)
    # A loss that shrugs at such days would answer a fifth too little.
    assert found[3:].mean() == pytest.approx(sold[3:].mean(), rel=0.1)


def test_a_wrong_figure_of_one_day_changes_no_forecast_of_another_dish() -> None:
    units = np.random.default_rng(5).poisson(20.0, (5, 200)).astype(float)
    wrong = units.copy()
    wrong[0, 60] = 20_000.0

    plain, found = mean_forecasts(store_of(units)), mean_forecasts(store_of(wrong))

    assert found[1:] == pytest.approx(plain[1:], rel=0.05)


def test_a_history_of_twenty_days_has_no_trees() -> None:
    store = noisy_store(20)

    assert pooled_trees(store) is None


def test_a_forecast_of_one_column_of_weather_moves_the_trees() -> None:
    dates = pd.date_range("2024-01-01", periods=400, unit="s")
    rng = np.random.default_rng(3)
    weather = pd.DataFrame(
        {"temperature_2m_mean": rng.normal(15, 8, 400), "relative_humidity_2m_mean": rng.uniform(40, 90, 400)},
        index=dates,
    )
    units = np.maximum(0.0, 40 + weather["temperature_2m_mean"].to_numpy())
    sales = pd.DataFrame({"date": dates, "dish": "ice", "sales": units})
    store = build_store_history(sales, weather, CONFIG)
    store_fit = fit_store(store, DE, CONFIG)
    forecaster = fit_pooled(store_fit.dish_history("ice", store.sales["ice"], store.days(DE, CONFIG), CONFIG))
    ahead = pd.date_range(dates[-1] + pd.Timedelta(days=1), periods=7, unit="s")

    def in_weather(temperature: float) -> float:
        told = pd.DataFrame({"temperature_2m_mean": temperature}, index=ahead)
        days = future_days(store, 7, DE, CONFIG, told)
        return float(forecaster.forecast(store.sales["ice"], days, np.full(7, np.nan)).yhat.mean())

    assert in_weather(30.0) > in_weather(0.0) + 5

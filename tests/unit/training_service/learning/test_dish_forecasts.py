"""Dishes that are forecast together get the forecasts that each gets alone."""

import datetime as dt
from dataclasses import replace

import numpy as np

from shared.config import PipelineConfig
from shared.forecasting.dish_forecasts import forecast_dishes
from shared.restaurant.calendar import HolidayCalendar
from tests.support.stores import noisy_store
from training_service.learning.folds import future_days
from training_service.learning.store_fit import fit_store
from training_service.learning.train_dish import train_dish

DE = HolidayCalendar("DE")
CONFIG = PipelineConfig(n_cv_folds=1)
HORIZON = 14


def test_dishes_forecast_together_get_the_forecasts_that_each_gets_alone() -> None:
    store = noisy_store(200)
    store_fit = fit_store(store, DE, CONFIG)
    models = [train_dish(dish, store, store_fit, DE, CONFIG).model for dish in store.sales]
    assert all("pooled" in model.weights for model in models)
    ahead = future_days(store, HORIZON, DE, CONFIG)
    recent = {"fish": {store.end: 3.0, store.end + dt.timedelta(days=2): 40.0}}

    for explain in (False, True):
        together = forecast_dishes(models, ahead, recent, explain=explain)
        alone = [model.forecast(ahead, recent.get(model.dish), explain=explain) for model in models]
        for one, other in zip(together, alone, strict=True):
            np.testing.assert_allclose(one.yhat, other.yhat, rtol=1e-12)
            assert one.prophet_yhat is not None
            assert other.prophet_yhat is not None
            np.testing.assert_allclose(one.prophet_yhat, other.prophet_yhat, rtol=1e-12)
            assert bool(one.contributions) is explain
            assert one.contributions.keys() == other.contributions.keys()
            for group, units in other.contributions.items():
                np.testing.assert_allclose(one.contributions[group], units, atol=1e-9)
            assert one.members.keys() == other.members.keys()
            for name, yhat in other.members.items():
                np.testing.assert_allclose(one.members[name], yhat, rtol=1e-12)


def test_the_weighted_members_of_a_blend_add_up_to_its_forecast_on_open_and_on_closed_days() -> None:
    store = noisy_store(200)
    shared = fit_store(store, DE, CONFIG)
    [model, *_] = [
        model for dish in store.sales if len((model := train_dish(dish, store, shared, DE, CONFIG).model).weights) > 1
    ]
    ahead = future_days(store, HORIZON, DE, CONFIG)
    ahead = replace(ahead, closed=np.arange(HORIZON) % 5 == 0)

    forecast = model.forecast(ahead, explain=True)

    assert forecast.members.keys() == model.weights.keys()
    weighted = sum(model.weights[name] * yhat for name, yhat in forecast.members.items())
    np.testing.assert_allclose(weighted, forecast.yhat, rtol=1e-12)
    assert all((yhat[ahead.closed] == 0).all() for yhat in forecast.members.values())
    assert all(len(yhat) == HORIZON - 3 for yhat in forecast.from_day(3).members.values())
    assert not model.forecast(ahead).members


def test_each_dish_is_forecast_by_the_trees_of_its_own_training() -> None:
    store = noisy_store(200)
    models = []
    for dish, seed in zip(store.sales, (1, 2), strict=True):
        config = CONFIG.model_copy(update={"random_seed": seed})
        models.append(train_dish(dish, store, fit_store(store, DE, config), DE, config).model)
    ahead = future_days(store, HORIZON, DE, CONFIG)

    together = forecast_dishes(models, ahead, {})

    for one, model in zip(together, models, strict=True):
        np.testing.assert_allclose(one.yhat, model.forecast(ahead).yhat, rtol=1e-12)


def test_recent_sales_of_one_dish_change_the_forecast_of_no_other_dish() -> None:
    store = noisy_store(200)
    store_fit = fit_store(store, DE, CONFIG)
    models = [train_dish(dish, store, store_fit, DE, CONFIG).model for dish in store.sales]
    ahead = future_days(store, HORIZON, DE, CONFIG)
    fish = [model.dish for model in models].index("fish")

    plain = forecast_dishes(models, ahead, {})
    told = forecast_dishes(models, ahead, {"fish": {store.end + dt.timedelta(days=1): 400.0}})

    for position in range(len(models)):
        assert np.array_equal(told[position].yhat, plain[position].yhat) is (position != fish)

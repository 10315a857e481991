"""The level of a season that moves is learnt from earlier seasons or from the present one, and ends with the season."""

import datetime as dt
from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
import pandas as pd
import pytest

from shared.arrays import FloatArray
from shared.config import PipelineConfig
from shared.forecasters import FORECASTERS
from shared.forecasting.dish_model import DishModel
from shared.forecasting.forecaster import FeatureGroup
from shared.forecasting.seasons import SeasonEffects
from shared.restaurant.calendar import HolidayCalendar
from shared.restaurant.seasons import seasons_on
from training_service.learning.fitting.fits import fit_forecasters
from training_service.learning.fitting.seasons import learn_seasons
from training_service.learning.folds import future_days
from training_service.learning.store_fit import fit_store
from training_service.learning.store_history import StoreHistory, build_store_history
from training_service.learning.train_dish import train_dish

TURKEY = HolidayCalendar("TR")
CONFIG = PipelineConfig(n_cv_folds=2)

#: A day in Ramadan, which ends on 19 March.
LAST_DAY = "2026-03-12"
LEVELS = {"kebab": 80.0, "soup": 40.0, "tea": 60.0}
IN_RAMADAN = 0.45


def lunch(first: str, last: str = LAST_DAY, in_ramadan: Mapping[str, float] = MappingProxyType({})) -> StoreHistory:
    """A lunch restaurant in Turkey.

    Args:
        first: First day.
        last: Last day.
        in_ramadan: Level of a dish in Ramadan, relative to its usual level; 0.45 for all others.
    """
    rng = np.random.default_rng(11)
    dates = pd.date_range(first, last, unit="s")
    within = np.array(["Ramadan" in seasons_on(TURKEY, date.date()) for date in dates])
    week = np.array([1.0, 1.0, 1.05, 1.0, 1.2, 0.9, 0.8])[dates.day_of_week]
    frames = []
    for dish, level in LEVELS.items():
        factor = np.where(within, in_ramadan.get(dish, IN_RAMADAN), 1.0)
        frames.append(pd.DataFrame({"date": dates, "dish": dish, "sales": rng.poisson(level * week * factor)}))
    return build_store_history(pd.concat(frames).astype({"sales": float}), None, CONFIG)


def learnt(store: StoreHistory) -> dict[str, FloatArray]:
    """Factors of all dishes, by name of the season."""
    effects = learn_seasons(np.array(list(store.sales.values())), store.days(TURKEY, CONFIG))
    return dict(zip(effects.names, effects.factors, strict=True))


@pytest.mark.parametrize("first", ["2024-01-03", "2025-06-01"], ids=["seen twice before", "the first one"])
@pytest.mark.parametrize("name", FORECASTERS)
def test_a_lunch_place_returns_to_its_level_after_ramadan(name: str, first: str) -> None:
    store = lunch(first)
    store_fit = fit_store(store, TURKEY, CONFIG)
    days, ahead = store.days(TURKEY, CONFIG), future_days(store, 21, TURKEY, CONFIG)
    sales = store.sales["kebab"]
    forecaster = fit_forecasters([name], store_fit.dish_history("kebab", sales, days, CONFIG))[name]
    model = DishModel("kebab", forecaster, store.end, sales, None, store_fit.seasons_of("kebab", days))

    yhat = model.forecast(ahead).yhat

    within = np.array(["Ramadan" in names for names in ahead.seasons])
    after = np.asarray(ahead.dates >= pd.Timestamp("2026-03-24"))
    assert yhat[within].mean() == pytest.approx(IN_RAMADAN * LEVELS["kebab"], rel=0.12)
    assert yhat[after].mean() == pytest.approx(LEVELS["kebab"], rel=0.12)


def test_a_season_to_come_has_the_level_of_the_seasons_before() -> None:
    store = lunch("2023-06-01", "2026-02-12")
    model = train_dish("soup", store, fit_store(store, TURKEY, CONFIG), TURKEY, CONFIG).model

    yhat = model.forecast(future_days(store, 14, TURKEY, CONFIG)).yhat

    assert yhat[:5].mean() == pytest.approx(LEVELS["soup"], rel=0.15)
    assert yhat[6:].mean() == pytest.approx(IN_RAMADAN * LEVELS["soup"], rel=0.15)


def test_a_dish_of_the_season_keeps_its_own_factor() -> None:
    factors = learnt(lunch("2023-06-01", in_ramadan={"tea": 2.0}))["Ramadan"]

    assert factors == pytest.approx([IN_RAMADAN, IN_RAMADAN, 2.0], rel=0.2)


def test_a_dish_of_the_season_alone_has_a_factor() -> None:
    factors = learnt(lunch("2023-06-01", in_ramadan={"kebab": 1.0, "tea": 1.0, "soup": 2.5}))["Ramadan"]

    assert factors == pytest.approx([1.0, 2.5, 1.0], rel=0.2)


def test_a_season_that_changes_nothing_has_no_effect() -> None:
    unchanged = dict.fromkeys(LEVELS, 1.0)

    assert learnt(lunch("2023-06-01", in_ramadan=unchanged)) == {}
    assert learnt(lunch("2025-06-01", in_ramadan=unchanged)) == {}


def test_the_level_of_a_restaurant_that_moves_all_year_is_no_season() -> None:
    store = lunch("2025-06-01", in_ramadan=dict.fromkeys(LEVELS, 1.0))
    steps = np.exp(np.random.default_rng(2).normal(0.0, 0.3, 60)).repeat(21)[: len(store.closed)]
    moving = {dish: sales * steps for dish, sales in store.sales.items()}

    effects = learn_seasons(np.array(list(moving.values())), store.days(TURKEY, CONFIG))

    assert effects.names == ()


def test_a_few_days_of_a_first_season_teach_nothing() -> None:
    assert learnt(lunch("2025-06-01", "2026-02-21")) == {}


def test_sales_that_are_told_in_a_season_do_not_lower_the_level_after_it() -> None:
    store = lunch("2024-01-03")
    model = train_dish("kebab", store, fit_store(store, TURKEY, CONFIG), TURKEY, CONFIG).model
    ahead = future_days(store, 21, TURKEY, CONFIG)
    tomorrow = store.end + dt.timedelta(days=1)
    told = {tomorrow + dt.timedelta(days=day): IN_RAMADAN * LEVELS["kebab"] for day in range(-3, 4)}

    with_news, without = model.forecast(ahead, told).yhat, model.forecast(ahead).yhat

    assert with_news[14:] == pytest.approx(without[14:], rel=0.06)


def test_contributions_of_a_season_add_up_to_the_forecast() -> None:
    store = lunch("2024-01-03")
    model = train_dish("kebab", store, fit_store(store, TURKEY, CONFIG), TURKEY, CONFIG).model

    forecast = model.forecast(future_days(store, 14, TURKEY, CONFIG), explain=True)

    np.testing.assert_allclose(np.sum(list(forecast.contributions.values()), axis=0), forecast.yhat, rtol=1e-6)
    assert forecast.contributions[FeatureGroup.SEASON][0] < -0.4 * LEVELS["kebab"]
    blended = sum(weight * forecast.members[name] for name, weight in model.weights.items())
    np.testing.assert_allclose(blended, forecast.yhat, rtol=1e-6)


def test_a_stored_model_forecasts_as_the_trained_one() -> None:
    store = lunch("2024-01-03")
    store_fit = fit_store(store, TURKEY, CONFIG)
    model = train_dish("kebab", store, store_fit, TURKEY, CONFIG).model
    ahead = future_days(store, 21, TURKEY, CONFIG)

    stored = DishModel.from_payload(model.to_payload(), CONFIG, store_fit.trees)

    np.testing.assert_array_equal(stored.forecast(ahead).yhat, model.forecast(ahead).yhat)


def test_seasons_of_one_day_multiply() -> None:
    effects = SeasonEffects(("Ramadan", "Lent"), np.array([[0.5, 0.4], [0.9, 1.0]]))

    factors = effects.on([(), ("Ramadan",), ("Lent", "Ramadan"), ("weeks before Lunar New Year",)])

    np.testing.assert_allclose(factors, [[1.0, 0.5, 0.45, 1.0], [1.0, 0.4, 0.4, 1.0]])

"""Training a dish gives the same bytes every time, and a model that is served as it was trained."""

import datetime as dt
import os
import subprocess
import sys

import numpy as np
import pytest

from shared.config import PipelineConfig
from shared.forecasters import FORECASTERS
from shared.forecasting.blend import combine
from shared.forecasting.dish_model import DishModel
from shared.forecasting.forecaster import Forecaster
from shared.forecasting.pooled_features import LOOKBACK_DAYS
from shared.registry.artifacts import digest_of, dump_artifact
from shared.restaurant.calendar import HolidayCalendar
from tests.support.stores import noisy_store, simple_store
from training_service.learning.fitting.fits import DishHistory, fit_forecasters
from training_service.learning.fitting.hybrid import available_features, training_matrix
from training_service.learning.fitting.prophet import fit_prophet
from training_service.learning.folds import future_days, trim_to_first_sale
from training_service.learning.store_fit import StoreFit, fit_store
from training_service.learning.store_history import StoreHistory
from training_service.learning.train_dish import TrainedDish, train_dish

DE = HolidayCalendar("DE")

TRAIN_BOTH_DISHES = """
import sys
from tests.support.stores import noisy_store
from shared.registry.artifacts import digest_of, dump_artifact
from shared.restaurant.calendar import HolidayCalendar
from shared.config import PipelineConfig
from training_service.learning.store_fit import fit_store
from training_service.learning.train_dish import train_dish
store, calendar = noisy_store(150), HolidayCalendar("DE")
config = PipelineConfig(n_cv_folds=1)
store_fit = fit_store(store, calendar, config)
print("trees", digest_of(dump_artifact(store_fit.trees.to_payload())))
for dish in sys.argv[1:]:
    print(dish, digest_of(dump_artifact(train_dish(dish, store, store_fit, calendar, config).model.to_payload())))
"""


def digests(*dishes: str, seed: str) -> dict[str, str]:
    """Digests of the artifacts of dishes that another process trains in this order."""
    environment = {**os.environ, "PYTHONHASHSEED": seed}
    answer = subprocess.run(
        [sys.executable, "-c", TRAIN_BOTH_DISHES, *dishes], capture_output=True, text=True, check=True, env=environment
    )
    return dict(line.split() for line in answer.stdout.splitlines())


def train(dish: str, store: StoreHistory, config: PipelineConfig) -> TrainedDish:
    return train_dish(dish, store, fit_store(store, DE, config), DE, config)


def fitted(name: str, config: PipelineConfig) -> tuple[Forecaster, DishModel, StoreFit]:
    """A forecaster of the soup fitted to 200 days, the model that holds it, and what was fitted to the store."""
    store = noisy_store(200)
    store_fit = fit_store(store, DE, config)
    sales, days = trim_to_first_sale(store.sales["soup"], store.days(DE, config))
    forecasters = fit_forecasters(FORECASTERS, store_fit.dish_history("soup", sales, days, config))
    forecaster = combine(forecasters, dict.fromkeys(forecasters, 0.2)) if name == "blend" else forecasters[name]
    tail = sales[-max(config.lookback_days, LOOKBACK_DAYS) :]
    return forecaster, DishModel("soup", forecaster, store.end, tail, None), store_fit


def test_artifacts_are_equal_to_the_byte_in_any_process_and_order_of_training() -> None:
    assert digests("soup", "fish", seed="1") == digests("fish", "soup", seed="2")


@pytest.mark.parametrize("name", [*FORECASTERS, "blend"])
def test_a_loaded_model_forecasts_as_the_fitted_one_did(name: str) -> None:
    config = PipelineConfig()
    _, model, store_fit = fitted(name, config)
    ahead = future_days(noisy_store(200), 14, DE, config)

    loaded = DishModel.from_payload(model.to_payload(), config, store_fit.trees)

    np.testing.assert_array_equal(loaded.forecast(ahead).yhat, model.forecast(ahead).yhat)
    assert digest_of(dump_artifact(loaded.to_payload())) == digest_of(dump_artifact(model.to_payload()))


@pytest.mark.parametrize("name", [*FORECASTERS, "blend"])
def test_contributions_add_up_to_the_forecast(name: str) -> None:
    config = PipelineConfig(prophet_regressors=("temperature_2m_mean",))
    _, model, _ = fitted(name, config)
    ahead = future_days(noisy_store(200), 30, DE, config)

    forecast = model.forecast(ahead, explain=True)

    np.testing.assert_allclose(sum(forecast.contributions.values()), forecast.yhat, rtol=0, atol=1e-6)
    assert (forecast.yhat >= 0).all()
    assert (forecast.yhat[ahead.closed] == 0).all()


@pytest.mark.parametrize("name", [*FORECASTERS, "blend"])
def test_explaining_does_not_change_the_forecast(name: str) -> None:
    config = PipelineConfig()
    _, model, _ = fitted(name, config)
    ahead = future_days(noisy_store(200), 14, DE, config)

    np.testing.assert_array_equal(model.forecast(ahead).yhat, model.forecast(ahead, explain=True).yhat)


def test_serving_computes_the_features_that_training_computes_for_the_same_day() -> None:
    config = PipelineConfig()
    store = noisy_store(200)
    past = store.until(len(store.closed) - 1)
    sales, days = trim_to_first_sale(store.sales["soup"], store.days(DE, config))
    history = DishHistory("soup", sales[:-1], days[:-1], config)
    prophet = fit_prophet(history)
    expected = training_matrix(sales, days, prophet, config)[-1]
    seen: list[np.ndarray] = []

    class Recorder:
        """Takes the place of the trees and keeps the features that they are given."""

        def predict(self, row: np.ndarray) -> float:
            seen.append(row.copy())
            return 0.0

    hybrid = fit_forecasters(("hybrid",), history)["hybrid"]
    object.__setattr__(hybrid, "_rows", Recorder())
    hybrid.forecast(past.sales["soup"][-config.lookback_days :], days[-1:], np.array([np.nan]))

    np.testing.assert_array_equal(seen[0], expected)


def test_a_feature_added_to_the_configuration_reaches_training_and_serving() -> None:
    config = PipelineConfig(
        lags=(1, 7, 14, 35), roll_windows=(7, 56), time_features=("day_of_week", "quarter"), season_least_days=0
    )
    store = noisy_store(200)
    hybrid, model, _ = fitted("hybrid", config)
    added = {"y_lag_35", "y_roll_mean_56", "y_roll_std_56", "quarter"}

    assert added <= set(available_features(store.days(DE, config), config))
    assert added <= set(hybrid.to_state()["features"])
    assert len(model.tail) >= 56
    assert model.forecast(future_days(store, 14, DE, config)).yhat.shape == (14,)


def test_high_recent_sales_raise_the_forecast_of_the_following_days() -> None:
    config = PipelineConfig()
    ahead = future_days(noisy_store(200), 14, DE, config)
    for name in ("baseline", "smoothing", "hybrid", "pooled", "blend"):
        _, model, _ = fitted(name, config)
        tomorrow = model.history_end + dt.timedelta(days=1)
        plain = model.forecast(ahead).yhat
        raised = model.forecast(ahead, {tomorrow: 500.0}).yhat

        assert raised[1:].sum() > plain[1:].sum()


def test_a_dish_has_a_spread_after_six_weeks_and_none_after_three() -> None:
    config = PipelineConfig()

    assert train("soup", noisy_store(42), config).model.spread is not None
    assert train("soup", noisy_store(20), config).model.spread is None


def test_a_dish_without_a_fold_is_forecast_by_the_baseline() -> None:
    trained = train("soup", simple_store(25), PipelineConfig())

    assert trained.model.forecaster.name == "baseline"
    assert trained.history_days == 25


def test_a_short_dish_has_a_backtest_as_soon_as_a_fold_has_two_weeks_before_it() -> None:
    trained = train("soup", simple_store(40), PipelineConfig())

    assert {figures.forecaster for figures in trained.figures} >= {"baseline", "smoothing"}
    assert not {"prophet", "hybrid"} & {figures.forecaster for figures in trained.figures}


def test_a_dish_of_a_single_sale_is_trained() -> None:
    trained = train("soup", simple_store(1), PipelineConfig())

    assert trained.model.forecaster.name == "baseline"
    assert trained.figures == ()


def test_weights_add_up_to_one_and_every_candidate_has_figures() -> None:
    trained = train("soup", noisy_store(200), PipelineConfig())

    assert sum(trained.model.weights.values()) == pytest.approx(1)
    assert {figures.forecaster for figures in trained.figures} == {*FORECASTERS, "blend"}
    champion, *others = trained.figures
    assert champion.expected_mae == pytest.approx(champion.mae, rel=0.2)
    assert all(figures.expected_mae is None for figures in others)


def test_a_forecaster_without_a_prior_is_not_trained() -> None:
    trained = train("soup", noisy_store(200), PipelineConfig(blend_prior={"baseline": 1, "smoothing": 1}))

    assert {figures.forecaster for figures in trained.figures} == {"baseline", "smoothing", "blend"}


def test_a_store_with_few_days_trusts_its_pooled_trees_less() -> None:
    store = noisy_store(200)
    prior = {"baseline": 1.0, "pooled": 1.0}
    few, many = (
        train("soup", store, PipelineConfig(blend_prior=prior, pooled_half_weight_days=half)).model.weights["pooled"]
        for half in (10.0 * store.dish_days, 0.1 * store.dish_days)
    )

    assert 0 < few < many

"""Training a dish: reproducible to the byte, and served with the features it was trained with."""

import datetime as dt
import os
import subprocess
import sys

import numpy as np
import pytest

from shared.artifacts import digest_of, dump_artifact
from shared.calendar import HolidayCalendar
from shared.config import PipelineConfig
from shared.forecasting.dish_model import DishModel
from shared.forecasting.forecaster import Forecaster
from tests.support.stores import noisy_store
from training_service.backtest import future_days, trim_to_first_sale
from training_service.fitting.candidates import CANDIDATES, fit_candidates
from training_service.fitting.hybrid import available_features, training_matrix
from training_service.fitting.prophet import fit_prophet
from training_service.train_dish import train_dish

DE = HolidayCalendar("DE")

TRAIN_BOTH_DISHES = """
import sys
from tests.support.stores import noisy_store
from shared.artifacts import digest_of, dump_artifact
from shared.calendar import HolidayCalendar
from shared.config import PipelineConfig
from training_service.train_dish import train_dish
store = noisy_store(150)
config = PipelineConfig(champion_margin=0.0, n_cv_folds=1)
for dish in sys.argv[1:]:
    print(dish, digest_of(dump_artifact(train_dish(dish, store, HolidayCalendar("DE"), config).model.to_payload())))
"""


def digests(*dishes: str, seed: str) -> dict[str, str]:
    """Trains dishes in this order in a process of its own and answers the digests of their artifacts."""
    environment = {**os.environ, "PYTHONHASHSEED": seed}
    answer = subprocess.run(
        [sys.executable, "-c", TRAIN_BOTH_DISHES, *dishes], capture_output=True, text=True, check=True, env=environment
    )
    return dict(line.split() for line in answer.stdout.splitlines())


def fitted(name: str, config: PipelineConfig) -> tuple[Forecaster, DishModel]:
    store = noisy_store(200)
    sales, days = trim_to_first_sale(store.sales["soup"], store.days(DE, config))
    forecaster = fit_candidates((name,), sales, days, config)[name]
    return forecaster, DishModel("soup", forecaster, store.end, sales[-config.lookback_days :], np.empty(0))


def test_artifacts_are_equal_to_the_byte_whichever_process_trains_in_which_order() -> None:
    assert digests("soup", "fish", seed="1") == digests("fish", "soup", seed="2")


@pytest.mark.parametrize("name", list(CANDIDATES))
def test_a_stored_model_forecasts_as_the_fitted_one(name: str) -> None:
    config = PipelineConfig()
    _, model = fitted(name, config)
    ahead = future_days(noisy_store(200), 14, DE, config)

    loaded = DishModel.from_payload(model.to_payload(), config)

    np.testing.assert_array_equal(loaded.forecast(ahead).yhat, model.forecast(ahead).yhat)
    assert digest_of(dump_artifact(loaded.to_payload())) == digest_of(dump_artifact(model.to_payload()))


@pytest.mark.parametrize("name", list(CANDIDATES))
def test_contributions_add_up_to_the_forecast(name: str) -> None:
    config = PipelineConfig(prophet_regressors=("temperature_2m_mean",))
    _, model = fitted(name, config)
    ahead = future_days(noisy_store(200), 30, DE, config)

    forecast = model.forecast(ahead, explain=True)

    np.testing.assert_allclose(sum(forecast.contributions.values()), forecast.yhat, rtol=0, atol=1e-6)
    assert (forecast.yhat >= 0).all()
    assert (forecast.yhat[ahead.closed] == 0).all()


@pytest.mark.parametrize("name", list(CANDIDATES))
def test_explaining_does_not_change_the_forecast(name: str) -> None:
    config = PipelineConfig()
    _, model = fitted(name, config)
    ahead = future_days(noisy_store(200), 14, DE, config)

    np.testing.assert_array_equal(model.forecast(ahead).yhat, model.forecast(ahead, explain=True).yhat)


def test_the_first_step_of_serving_sees_the_features_that_training_would_have_built() -> None:
    config = PipelineConfig()
    store = noisy_store(200)
    past = store.until(len(store.closed) - 1)
    sales, days = trim_to_first_sale(store.sales["soup"], store.days(DE, config))
    prophet = fit_prophet(sales[:-1], days[:-1], config)
    expected = training_matrix(sales, days, prophet, config)[-1]
    seen: list[np.ndarray] = []

    class Recorder:
        """Stands where the trees are and keeps what they are shown."""

        def predict(self, matrix: np.ndarray, **_: object) -> np.ndarray:
            seen.append(matrix[0].copy())
            return np.zeros(1)

    hybrid = fit_candidates(("hybrid",), sales[:-1], days[:-1], config)["hybrid"]
    object.__setattr__(hybrid, "_booster", Recorder())
    hybrid.forecast(past.sales["soup"][-config.lookback_days :], days[-1:], np.array([np.nan]))

    np.testing.assert_array_equal(seen[0], expected)


def test_a_feature_added_to_the_configuration_reaches_training_and_serving() -> None:
    config = PipelineConfig(lags=(1, 7, 14, 35), roll_windows=(7, 56), time_features=("day_of_week", "quarter"))
    store = noisy_store(200)
    hybrid, model = fitted("hybrid", config)
    added = {"y_lag_35", "y_roll_mean_56", "y_roll_std_56", "quarter"}

    assert added <= set(available_features(store.days(DE, config), config))
    assert added <= set(hybrid.to_state()["features"])
    assert len(model.tail) == 56
    assert model.forecast(future_days(store, 14, DE, config)).yhat.shape == (14,)


def test_recent_sales_take_the_place_of_forecasts_in_the_lags() -> None:
    config = PipelineConfig()
    ahead = future_days(noisy_store(200), 14, DE, config)
    for name in ("baseline", "hybrid"):
        _, model = fitted(name, config)
        tomorrow = model.history_end + dt.timedelta(days=1)
        plain = model.forecast(ahead).yhat
        raised = model.forecast(ahead, {tomorrow: 500.0}).yhat

        assert raised[0] == plain[0]
        assert raised[1:].sum() > plain[1:].sum()


def test_quantiles_rise_with_their_level_and_are_never_negative() -> None:
    trained = train_dish("fish", noisy_store(200), DE, PipelineConfig())
    levels = [0.05, 0.25, 0.5, 0.75, 0.95]

    quantiles = trained.model.quantiles(np.array([0.0, 1.0, 12.0]), levels)

    assert quantiles is not None
    assert (np.diff(quantiles, axis=1) >= 0).all()
    assert (quantiles >= 0).all()


def test_a_backtest_too_short_gives_no_quantiles() -> None:
    _, model = fitted("baseline", PipelineConfig())

    assert model.quantiles(np.array([5.0]), [0.5]) is None

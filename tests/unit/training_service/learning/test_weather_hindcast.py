"""The weather forecasts of a backtest: no better than those of a weather service."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from shared.config import PipelineConfig
from shared.restaurant.calendar import HolidayCalendar
from tests.support.stores import noisy_store
from training_service.learning.folds import cutoffs, fold_days
from training_service.learning.store_fit import fit_store
from training_service.learning.store_history import StoreHistory
from training_service.learning.weather_hindcast import LONGEST_FORECAST, weather_hindcast

DE = HolidayCalendar("DE")
NAME = "temperature_2m_mean"
CONFIG = PipelineConfig()


def store_with_weather(days: int = 800) -> StoreHistory:
    """Temperatures around 12 degrees with a standard deviation of 5 degrees, independent from day to day."""
    store = noisy_store(days)
    rng = np.random.default_rng(7)
    return replace(store, weather={NAME: 12.0 + 5.0 * rng.standard_normal(len(store.closed))})


def skills(config: PipelineConfig) -> pd.Series:
    """Correlation of hindcast and measured deviations over many cutoffs, by days ahead."""
    store = store_with_weather()
    told, came = [], []
    for cutoff in range(400, 780):
        told.append(weather_hindcast(store, cutoff, 15, config)[NAME].to_numpy() - 12.0)
        came.append(store.weather[NAME][cutoff : cutoff + 15] - 12.0)
    return pd.DataFrame(told).corrwith(pd.DataFrame(came))


def test_the_hindcast_correlates_less_with_the_weather_further_ahead() -> None:
    skill = skills(CONFIG)

    assert skill[0] > 0.9
    assert skill[7] == pytest.approx(np.sqrt(0.5), abs=0.1)
    assert skill[14] < 0.45


def test_a_hindcast_without_errors_is_the_measured_weather() -> None:
    store, config = store_with_weather(), PipelineConfig(weather_forecast_error=0)

    told = weather_hindcast(store, 500, 14, config)[NAME]

    np.testing.assert_allclose(told, store.weather[NAME][500:514])


def test_the_hindcast_ends_where_weather_services_end() -> None:
    told = weather_hindcast(store_with_weather(), 500, 30, CONFIG)[NAME].to_numpy()

    assert np.isfinite(told[: LONGEST_FORECAST - 1]).all()
    assert np.isnan(told[LONGEST_FORECAST - 1 :]).all()


def test_days_that_were_not_measured_are_not_forecast() -> None:
    store = store_with_weather()
    store.weather[NAME][502] = np.nan

    told = weather_hindcast(store, 500, 4, CONFIG)[NAME]

    assert np.isnan(told.iloc[2])
    assert np.isfinite(told.iloc[[0, 1, 3]]).all()


def test_weather_after_the_forecast_days_does_not_change_the_hindcast() -> None:
    store = store_with_weather()
    told = weather_hindcast(store, 500, 14, CONFIG)
    store.weather[NAME][514:] = -40.0

    pd.testing.assert_frame_equal(weather_hindcast(store, 500, 14, CONFIG), told)


def test_rain_and_humidity_stay_within_their_bounds() -> None:
    rng = np.random.default_rng(3)
    weather = {
        "precipitation_sum": rng.exponential(2.0, 800) * (rng.random(800) < 0.3),
        "relative_humidity_2m_mean": np.full(800, 97.0) + 3 * rng.random(800),
    }
    store = replace(store_with_weather(), weather=weather)

    told = pd.concat([weather_hindcast(store, cutoff, 14, CONFIG) for cutoff in range(400, 780)])

    assert told["precipitation_sum"].min() == 0.0
    assert told["relative_humidity_2m_mean"].max() == 100.0


def test_a_fold_has_a_weather_forecast_only_where_the_store_is_served_with_one() -> None:
    store = store_with_weather(200)
    cutoff = cutoffs(store, CONFIG)[-1]

    assert not fold_days(store, cutoff, DE, CONFIG).measured[NAME].any()
    served = fold_days(replace(store, is_forecast=True), cutoff, DE, CONFIG)
    assert served.measured[NAME][: LONGEST_FORECAST - 1].all()


def test_weather_forecasts_lower_the_wape_where_sales_follow_the_weather() -> None:
    store = store_with_weather(500)
    warmth = 1.0 + 0.1 * (store.weather[NAME] - 12.0)
    following = replace(store, sales={dish: values * warmth for dish, values in store.sales.items()})

    worth, none = (fit_store(each, DE, CONFIG).weather_worth for each in (following, store))

    assert worth is not None
    assert none is not None
    assert worth.wape_with < 0.9 * worth.wape_without
    assert none.wape_with == pytest.approx(none.wape_without, rel=0.05)
    assert not worth.is_forecast
    assert fit_store(replace(store, weather={}), DE, CONFIG).weather_worth is None

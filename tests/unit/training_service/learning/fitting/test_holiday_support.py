"""A holiday that was never seen is forecast as other holidays are only as far as other holidays agree."""

import numpy as np
import pandas as pd
import pytest

from shared.config import PipelineConfig
from shared.forecasting.pooled import PooledForecaster
from shared.restaurant.calendar import HolidayCalendar
from training_service.learning.fitting.fits import fit_forecasters
from training_service.learning.folds import future_days
from training_service.learning.store_fit import fit_store
from training_service.learning.store_history import build_store_history

DE = HolidayCalendar("DE")
CONFIG = PipelineConfig(
    n_cv_folds=1, pooled_tree_params={**PipelineConfig().pooled_tree_params, "min_data_in_leaf": 20}
)
LEVEL = 40.0


def first_new_year(factors: tuple[float, ...]) -> tuple[float, float]:
    """Forecast of the first New Year's Day of a restaurant, and the support of its holidays.

    Args:
        factors: What the holidays of the first year sold, relative to other days; repeated in turn.
    """
    rng = np.random.default_rng(3)
    dates = pd.date_range("2025-02-01", "2025-12-28", unit="s")
    is_holiday = DE.is_holiday(dates) > 0
    effects = np.ones(len(dates))
    effects[is_holiday] = np.resize(factors, is_holiday.sum())
    frames = [
        pd.DataFrame({"date": dates, "dish": f"dish {number}", "sales": rng.poisson(LEVEL * effects).astype(float)})
        for number in range(6)
    ]
    store = build_store_history(pd.concat(frames), None, CONFIG)
    history = fit_store(store, DE, CONFIG).dish_history("dish 0", store.sales["dish 0"], store.days(DE, CONFIG), CONFIG)
    pooled = fit_forecasters([PooledForecaster.name], history)[PooledForecaster.name]
    assert isinstance(pooled, PooledForecaster)
    ahead = future_days(store, 14, DE, CONFIG)
    forecast = pooled.forecast(history.sales, ahead, np.full(14, np.nan), explain=True)
    new_year = (pd.Timestamp("2026-01-01") - ahead.dates[0]).days
    total = np.sum(list(forecast.contributions.values()), axis=0)
    np.testing.assert_allclose(total, forecast.yhat, rtol=1e-6)
    return float(forecast.yhat[new_year]) / LEVEL, pooled.trees.holiday_support


def test_a_first_new_year_is_not_forecast_as_the_mean_of_holidays_that_differ() -> None:
    forecast, support = first_new_year((5.0, 1.0, 4.0, 0.8))

    assert support < 0.3
    assert forecast == pytest.approx(1.0, abs=0.4)


def test_a_first_new_year_is_forecast_as_the_holidays_where_all_of_them_sell_alike() -> None:
    forecast, support = first_new_year((2.5,))

    assert support > 0.9
    assert forecast > 1.7

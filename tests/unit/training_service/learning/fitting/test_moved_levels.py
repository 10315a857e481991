"""After the level of a whole restaurant has moved, the pooled trees do not expect it to move again."""

import numpy as np
import pandas as pd
import pytest

from shared.arrays import FloatArray
from shared.config import PipelineConfig
from shared.forecasting.pooled_features import OLDEST_AGE
from shared.restaurant.calendar import HolidayCalendar
from training_service.learning.fitting.fits import fit_forecasters
from training_service.learning.fitting.pooled_trees import dish_ages
from training_service.learning.folds import future_days
from training_service.learning.store_fit import fit_store
from training_service.learning.store_history import build_store_history

DE = HolidayCalendar("DE")
CONFIG = PipelineConfig(n_cv_folds=1)
WEEK = np.array([0.8, 0.9, 0.9, 1.0, 1.1, 1.3, 1.0])
DAYS, HORIZON, DISHES = 240, 14, 10


def forecast_over_level(factor: float, moved_days: int) -> float:
    """Forecast of the pooled trees over the new level, for a restaurant whose level moved some days before the end.

    Args:
        factor: New level relative to the old one.
        moved_days: Days of the new level at the end of the history.
    """
    rng, days = np.random.default_rng(5), np.arange(DAYS)
    moved = np.where(days < DAYS - moved_days, 1.0, factor)
    dates = pd.date_range("2025-06-02", periods=DAYS, unit="s")  # a Monday
    levels = np.linspace(15.0, 60.0, DISHES)
    frames = [
        pd.DataFrame(
            {
                "date": dates,
                "dish": f"dish {number}",
                "sales": rng.poisson(level * moved * WEEK[days % 7] * rng.gamma(40.0, 1 / 40.0, DAYS)).astype(float),
            }
        )
        for number, level in enumerate(levels)
    ]
    store = build_store_history(pd.concat(frames), None, CONFIG)
    fit, ahead = fit_store(store, DE, CONFIG), future_days(store, HORIZON, DE, CONFIG)
    total = 0.0
    for dish, sales in store.sales.items():
        history = fit.dish_history(dish, sales, store.days(DE, CONFIG), CONFIG)
        total += (
            fit_forecasters(["pooled"], history)["pooled"].forecast(sales, ahead, np.full(HORIZON, np.nan)).yhat.sum()
        )
    return float(total / (levels.sum() * factor * HORIZON))


@pytest.mark.parametrize(("factor", "moved_days"), [(0.5, 14), (1.6, 14)])
def test_a_level_that_moved_is_forecast_as_it_is(factor: float, moved_days: int) -> None:
    assert forecast_over_level(factor, moved_days) == pytest.approx(1.0, abs=0.1)


def sold_from(*first_days: int, days: int) -> FloatArray:
    """One unit a day of dishes from their first days on, shape (dishes, days)."""
    return np.array([[np.nan] * first + [1.0] * (days - first) for first in first_days])


def test_the_age_of_a_dish_does_not_number_the_last_days_of_a_short_history() -> None:
    np.testing.assert_array_equal(dish_ages(sold_from(0, 20, 100, days=200)), [143, 123, 99])
    np.testing.assert_array_equal(dish_ages(sold_from(0, days=40)), [0])
    np.testing.assert_array_equal(dish_ages(sold_from(0, 20, 101, days=500)), [OLDEST_AGE, OLDEST_AGE, 398])

"""Fits the baseline."""

import numpy as np

from shared.forecasting.baseline import BaselineForecaster
from shared.forecasting.days import regular_sales
from training_service.learning.fitting.fits import DishHistory


def fit_baseline(history: DishHistory) -> BaselineForecaster:
    """Learns the mean of each weekday. Irregular days are learnt only where the dish was sold on no other day.

    Args:
        history: The history of the dish, with `baseline_halflife_weeks` in its configuration.
    """
    regular = regular_sales(history.sales, history.days.is_irregular)
    learnt = regular if np.isfinite(regular).any() else history.sales
    decay = 0.5 ** (1 / history.config.baseline_halflife_weeks)
    return BaselineForecaster(np.zeros(7), np.zeros(7), decay).learn(learnt, history.days.weekdays)

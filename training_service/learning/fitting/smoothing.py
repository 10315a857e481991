"""Fits the smoothing, to one dish or to all dishes of a store at once."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from shared.arrays import BoolArray, FloatArray, IntArray
from shared.forecasting.occasions import multiplier
from shared.forecasting.smoothing import FORECAST_LEVEL, LEVEL_RATES, SmoothingForecaster, SmoothingState
from training_service.learning.fitting.fits import DishHistory
from training_service.learning.fitting.occasions import learn_occasions


def fit_smoothing(history: DishHistory) -> SmoothingForecaster:
    """The smoothing of a dish: its part of the smoothing of its store, or fitted to the dish alone.

    Args:
        history: The history of the dish.
    """
    if history.smoothing is not None:
        return SmoothingForecaster(history.smoothing)
    days = history.days
    return SmoothingForecaster(smooth(history.sales[None, :], days.weekdays, days.is_holiday, days.returning).end)


@dataclass(frozen=True, slots=True)
class SmoothingHistory:
    """What a state was at the end of each day of a history, for D dishes and n days.

    Args:
        levels: shape (n, D, 4).
        profiles: shape (n, D, 7).
        effects: of each day's occasion, as they were known long before it; shape (D, n), see `OccasionEffects.on`.
        end: the state after the last day.
    """

    levels: FloatArray
    profiles: FloatArray
    effects: FloatArray
    end: SmoothingState

    def forecast_from(self, cutoff: int, weekdays: IntArray) -> FloatArray:
        """What was expected after so many days of the history of those that follow in it; shape (D, len(weekdays)).

        Args:
            cutoff: of the history, >= 1.
            weekdays: of the days that follow, all of them in the history.
        """
        levels, profiles = self.levels[cutoff - 1, :, FORECAST_LEVEL], self.profiles[cutoff - 1]
        effects = multiplier(self.effects[:, cutoff : cutoff + len(weekdays)])
        forecast: FloatArray = levels[:, None] * profiles[:, weekdays] * effects
        return forecast


def smooth(sales: FloatArray, weekdays: IntArray, is_holiday: BoolArray, returning: Sequence[str]) -> SmoothingHistory:
    """Runs over a history: once to see what occasions do, and again knowing it.

    Args:
        sales: shape (D, n), NaN where closed or not yet sold.
        weekdays, is_holiday: of each day, shape (n,).
        returning: the occasion of each day, length n.
    """
    plain = _smooth(sales, weekdays, is_holiday, np.ones(sales.shape))
    levels = plain.levels[:, :, FORECAST_LEVEL]
    effects, occasions = learn_occasions(sales, levels, plain.profiles, weekdays, returning)
    history = _smooth(sales, weekdays, is_holiday, effects)
    history.end.occasions = occasions
    return history


def _smooth(sales: FloatArray, weekdays: IntArray, is_holiday: BoolArray, effects: FloatArray) -> SmoothingHistory:
    """Runs over a history with known effects of its days, shape (D, n)."""
    dishes, length = sales.shape
    state = SmoothingState(dishes)
    levels = np.empty((length, dishes, len(LEVEL_RATES)))
    profiles = np.empty((length, dishes, 7))
    for day in range(length):
        state.step(sales[:, day], int(weekdays[day]), effects[:, day], is_holiday=bool(is_holiday[day]))
        levels[day], profiles[day] = state.levels, state.profile()
    return SmoothingHistory(levels, profiles, effects, state)

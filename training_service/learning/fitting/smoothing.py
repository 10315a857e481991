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
    """The smoothing of D dishes at the end of each of n days.

    Args:
        levels: Levels of each dish at the end of each day, shape (n, D, 4).
        profiles: Weekday profiles at the end of each day, shape (n, D, 7).
        effects: Factor of the occasion of each day, learnt from sales up to half a year before the day, see
            `learn_occasions`, shape (D, n).
        end: State after the last day.
    """

    levels: FloatArray
    profiles: FloatArray
    effects: FloatArray
    end: SmoothingState

    def forecast_from(self, cutoff: int, weekdays: IntArray) -> FloatArray:
        """Forecasts of days of the history from a cutoff before them, units, shape (D, len(weekdays)).

        Args:
            cutoff: Number of days before the cutoff, >= 1.
            weekdays: Weekdays of the days after the cutoff, 0 is Monday. All of these days are in the history.
        """
        levels, profiles = self.levels[cutoff - 1, :, FORECAST_LEVEL], self.profiles[cutoff - 1]
        effects = multiplier(self.effects[:, cutoff : cutoff + len(weekdays)])
        forecast: FloatArray = levels[:, None] * profiles[:, weekdays] * effects
        return forecast


def smooth(sales: FloatArray, weekdays: IntArray, is_holiday: BoolArray, returning: Sequence[str]) -> SmoothingHistory:
    """Smooths a history of D dishes and n days: once to learn the effects of occasions, and again with these effects.

    Args:
        sales: Units of each dish on each day, NaN where closed or not sold yet, shape (D, n).
        weekdays: Weekday of each day, 0 is Monday, shape (n,).
        is_holiday: Whether each day is a public holiday, shape (n,).
        returning: Occasion of each day, empty for an ordinary day, length n.
    """
    plain = _smooth(sales, weekdays, is_holiday, np.ones(sales.shape))
    levels = plain.levels[:, :, FORECAST_LEVEL]
    effects, occasions = learn_occasions(sales, levels, plain.profiles, weekdays, returning)
    history = _smooth(sales, weekdays, is_holiday, effects)
    history.end.occasions = occasions
    return history


def _smooth(sales: FloatArray, weekdays: IntArray, is_holiday: BoolArray, effects: FloatArray) -> SmoothingHistory:
    """Smooths a history with given effects of its days, shape (D, n)."""
    dishes, length = sales.shape
    state = SmoothingState(dishes)
    levels = np.empty((length, dishes, len(LEVEL_RATES)))
    profiles = np.empty((length, dishes, 7))
    for day in range(length):
        state.step(sales[:, day], int(weekdays[day]), effects[:, day], is_holiday=bool(is_holiday[day]))
        levels[day], profiles[day] = state.levels, state.profile()
    return SmoothingHistory(levels, profiles, effects, state)

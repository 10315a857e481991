"""Fits the smoothing, to one dish or to all dishes of a store at once."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from shared.arrays import BoolArray, FloatArray, IntArray
from shared.forecasting.days import Days
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
    return SmoothingForecaster(smooth_days(history.sales[None, :], history.days).end)


@dataclass(frozen=True, slots=True)
class _Smoothed:
    """Levels, shape (n, D, 4), and profiles, shape (n, D, 7), at the end of each day, and the state after the last."""

    levels: FloatArray
    profiles: FloatArray
    end: SmoothingState


@dataclass(frozen=True, slots=True)
class SmoothingHistory:
    """The smoothing of D dishes at the end of each of n days.

    Args:
        levels: Levels of each dish at the end of each day, shape (n, D, 4).
        profiles: Weekday profiles at the end of each day, shape (n, D, 7).
        effects: Factor of the occasion of each day, learnt from sales up to half a year before the day, see
            `learn_occasions`, shape (D, n).
        usual_weekdays: Weekday whose usual sales each day has, 0 is Monday, shape (n,).
        end: State after the last day.
    """

    levels: FloatArray
    profiles: FloatArray
    effects: FloatArray
    usual_weekdays: IntArray
    end: SmoothingState

    def forecast_from(self, cutoff: int, window: int) -> FloatArray:
        """Forecasts of days of the history from a cutoff before them, units, shape (D, window).

        Args:
            cutoff: Number of days before the cutoff, >= 1.
            window: Number of days after the cutoff. All of these days are in the history.
        """
        levels, profiles = self.levels[cutoff - 1, :, FORECAST_LEVEL], self.profiles[cutoff - 1]
        effects = multiplier(self.effects[:, cutoff : cutoff + window])
        profile = profiles[:, self.usual_weekdays[cutoff : cutoff + window]]
        forecast: FloatArray = levels[:, None] * profile * effects
        return forecast


def smooth_days(sales: FloatArray, days: Days) -> SmoothingHistory:
    """Smooths the sales of D dishes, shape (D, n), on n days; see `smooth`."""
    return smooth(sales, days.weekdays, days.is_irregular, days.returning, days.usual_weekdays)


def smooth(
    sales: FloatArray,
    weekdays: IntArray,
    is_irregular: BoolArray,
    returning: Sequence[str],
    usual_weekdays: IntArray,
) -> SmoothingHistory:
    """Smooths a history of D dishes and n days: once to learn the effects of occasions, and again with these effects.

    Args:
        sales: Units of each dish on each day, NaN where closed or not sold yet, shape (D, n).
        weekdays: Weekday of each day, 0 is Monday, shape (n,).
        is_irregular: Whether each day is a public holiday or a worked weekend, shape (n,).
        returning: Occasion of each day, empty for an ordinary day, length n.
        usual_weekdays: Weekday whose usual sales each day has, 0 is Monday, shape (n,).
    """
    plain = _smooth(sales, weekdays, is_irregular, np.ones(sales.shape))
    levels = plain.levels[:, :, FORECAST_LEVEL]
    effects, occasions = learn_occasions(sales, levels, plain.profiles, usual_weekdays, returning)
    smoothed = _smooth(sales, weekdays, is_irregular, effects)
    smoothed.end.occasions = occasions
    return SmoothingHistory(smoothed.levels, smoothed.profiles, effects, usual_weekdays, smoothed.end)


def _smooth(sales: FloatArray, weekdays: IntArray, is_irregular: BoolArray, effects: FloatArray) -> _Smoothed:
    """Smooths a history with given effects of its days, shape (D, n)."""
    dishes, length = sales.shape
    state = SmoothingState(dishes)
    levels = np.empty((length, dishes, len(LEVEL_RATES)))
    profiles = np.empty((length, dishes, 7))
    for day in range(length):
        state.step(sales[:, day], int(weekdays[day]), effects[:, day], is_irregular=bool(is_irregular[day]))
        levels[day], profiles[day] = state.levels, state.profile()
    return _Smoothed(levels, profiles, state)

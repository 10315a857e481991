"""Fits the smoothing, to one dish or to all dishes of a store at once."""

import copy
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from shared.arrays import BoolArray, FloatArray, IntArray
from shared.forecasting.days import Days
from shared.forecasting.occasions import multiplier
from shared.forecasting.smoothing import SCALE_LEVEL, TREE_LEVELS, TREE_RATES, SmoothingForecaster, SmoothingState
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
    """What was smoothed, and the result.

    Args:
        days: Sales, weekdays, whether days are irregular, and effects; see `smooth`.
        expected: The level that forecasts, at the end of each day, shape (n, D).
        levels: Levels that the pooled trees see at the end of each day, shape (n, D, 4).
        profiles: Weekday profiles at the end of each day, shape (n, D, 7).
        end: State after the last day.
    """

    days: "_Days"
    expected: FloatArray
    levels: FloatArray
    profiles: FloatArray
    end: SmoothingState


@dataclass(frozen=True, slots=True)
class _Days:
    """What a smoothing learns from n days; see `smooth`. Effects are of shape (D, n)."""

    sales: FloatArray
    weekdays: IntArray
    is_irregular: BoolArray
    effects: FloatArray

    def begin_with(self, other: "_Days") -> bool:
        """Whether the first of these days are exactly the other days."""
        length = other.sales.shape[1]
        return (
            np.array_equal(self.sales[:, :length], other.sales, equal_nan=True)
            and np.array_equal(self.weekdays[:length], other.weekdays)
            and np.array_equal(self.is_irregular[:length], other.is_irregular)
            and np.array_equal(self.effects[:, :length], other.effects, equal_nan=True)
        )


@dataclass(frozen=True, slots=True)
class SmoothingHistory:
    """The smoothing of D dishes at the end of each of n days.

    Args:
        expected: The level that forecasts, at the end of each day, units, shape (n, D).
        levels: Levels that the pooled trees see, see `TREE_RATES`, at the end of each day, units, shape (n, D, 4).
        profiles: Weekday profiles at the end of each day, shape (n, D, 7).
        effects: Factor of the occasion of each day, learnt from sales up to half a year before the day, see
            `learn_occasions`, shape (D, n).
        usual_weekdays: Weekday whose usual sales each day has, 0 is Monday, shape (n,).
        end: State after the last day.
    """

    expected: FloatArray
    levels: FloatArray
    profiles: FloatArray
    effects: FloatArray
    usual_weekdays: IntArray
    end: SmoothingState
    _passes: tuple["_Smoothed", "_Smoothed"] = field(repr=False, compare=False)

    def forecast_from(self, cutoff: int, window: int) -> FloatArray:
        """Forecasts of days of the history from a cutoff before them, units, shape (D, window).

        Args:
            cutoff: Number of days before the cutoff, >= 1.
            window: Number of days after the cutoff. All of these days are in the history.
        """
        levels, profiles = self.expected[cutoff - 1], self.profiles[cutoff - 1]
        effects = multiplier(self.effects[:, cutoff : cutoff + window])
        profile = profiles[:, self.usual_weekdays[cutoff : cutoff + window]]
        forecast: FloatArray = levels[:, None] * profile * effects
        return forecast


def smooth_days(sales: FloatArray, days: Days, earlier: SmoothingHistory | None = None) -> SmoothingHistory:
    """Smooths the sales of D dishes, shape (D, n), on n days; see `smooth`."""
    return smooth(sales, days.weekdays, days.is_irregular, days.returning, days.usual_weekdays, earlier)


def smooth(
    sales: FloatArray,
    weekdays: IntArray,
    is_irregular: BoolArray,
    returning: Sequence[str],
    usual_weekdays: IntArray,
    earlier: SmoothingHistory | None = None,
) -> SmoothingHistory:
    """Smooths a history of D dishes and n days: once to learn the effects of occasions, and again with these effects.

    Args:
        sales: Units of each dish on each day, NaN where closed or not sold yet, shape (D, n).
        weekdays: Weekday of each day, 0 is Monday, shape (n,).
        is_irregular: Whether each day is a public holiday or a worked weekend, shape (n,).
        returning: Occasion of each day, empty for an ordinary day, length n.
        usual_weekdays: Weekday whose usual sales each day has, 0 is Monday, shape (n,).
        earlier: Smoothing of an earlier end of the same history. It is continued where it learnt exactly the first of
            these days, and changes nothing but the time that the smoothing takes.
    """
    before = earlier._passes if earlier else (None, None)
    plain = _smooth(_Days(sales, weekdays, is_irregular, np.ones(sales.shape)), before[0])
    levels = plain.levels[:, :, SCALE_LEVEL]
    effects, occasions = learn_occasions(sales, levels, plain.profiles, usual_weekdays, returning)
    smoothed = _smooth(_Days(sales, weekdays, is_irregular, effects), before[1])
    smoothed.end.occasions = occasions
    return SmoothingHistory(
        expected=smoothed.expected,
        levels=smoothed.levels,
        profiles=smoothed.profiles,
        effects=effects,
        usual_weekdays=usual_weekdays,
        end=smoothed.end,
        _passes=(plain, smoothed),
    )


def _smooth(days: _Days, earlier: _Smoothed | None) -> _Smoothed:
    """Smooths a history with given effects of its days; continues the earlier smoothing of the first of them."""
    dishes, length = days.sales.shape
    state, known = SmoothingState(dishes), 0
    expected = np.empty((length, dishes))
    levels = np.empty((length, dishes, len(TREE_RATES)))
    profiles = np.empty((length, dishes, 7))
    if earlier and days.begin_with(earlier.days):
        state, known = copy.deepcopy(earlier.end), len(earlier.levels)
        expected[:known], levels[:known], profiles[:known] = earlier.expected, earlier.levels, earlier.profiles
    for day in range(known, length):
        is_irregular = bool(days.is_irregular[day])
        state.step(days.sales[:, day], int(days.weekdays[day]), days.effects[:, day], is_irregular=is_irregular)
        expected[day], levels[day], profiles[day] = state.level(), state.levels[:, TREE_LEVELS], state.profile()
    return _Smoothed(days, expected, levels, profiles, state)

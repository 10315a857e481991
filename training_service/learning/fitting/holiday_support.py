"""Tells how far the holidays of a history agree that a restaurant sells more on holidays.

On an occasion that was never seen, the trees expect the mean effect of the other holidays. The mean says little where
holidays differ: a restaurant that is full on Easter Monday may be empty on New Year's Day.
"""

import numpy as np

from shared.arrays import BoolArray, FloatArray
from shared.forecasting.days import Days
from shared.forecasting.smoothing import SCALE_LEVEL
from training_service.learning.fitting.smoothing import SmoothingHistory

#: Least number of holidays, those on consecutive days counted once, that support anything.
_LEAST_HOLIDAYS = 4

#: Days before a holiday whose level is the expectation of the holiday, as in `learn_occasions`.
_LEVEL_DAYS_BEFORE = 7

#: Units that are added to sales and to their expectation, so that their ratio exists.
_OFFSET = 0.3


def holiday_support(sales: FloatArray, days: Days, smoothed: SmoothingHistory) -> float:
    """Share of the mean effect of holidays, in logarithms, that a holiday of another name is expected to have, 0 to 1.

    The share is the positive part of the estimator of James and Stein, with the variance of a single holiday to come.

    Args:
        sales: Units of D dishes on n days, NaN where unknown, shape (D, n).
        days: The n days.
        smoothed: The smoothing of these sales.
    """
    effects = _effects(sales, days, smoothed)
    if len(effects) < _LEAST_HOLIDAYS:
        return 0.0
    mean, variance = float(effects.mean()), float(effects.var(ddof=1))
    if mean <= 0:
        return 0.0
    return max(0.0, 1.0 - variance * (1.0 + 1.0 / len(effects)) / mean**2)


def _effects(sales: FloatArray, days: Days, smoothed: SmoothingHistory) -> FloatArray:
    """Logarithms of sales over their expectation on holidays that were never seen before, one for each holiday."""
    never_seen: BoolArray = days.is_holiday & np.isnan(smoothed.effects).any(axis=0)
    found: list[list[float]] = []
    last = -2
    for day in map(int, np.flatnonzero(never_seen)):
        before = day - _LEVEL_DAYS_BEFORE
        if before < 0:
            continue
        level = smoothed.levels[before, :, SCALE_LEVEL]
        expected = level * smoothed.profiles[before, :, days.usual_weekdays[day]]
        known = np.isfinite(sales[:, day]) & np.isfinite(expected)
        if not known.any():
            continue
        surprise = float(np.log((sales[known, day].sum() + _OFFSET) / (expected[known].sum() + _OFFSET)))
        if day == last + 1:
            found[-1].append(surprise)
        else:
            found.append([surprise])
        last = day
    return np.array([np.mean(each) for each in found])

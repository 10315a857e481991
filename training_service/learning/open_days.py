"""Tells on which days without sales a restaurant was closed: a day with rows of zero may have been a slow open day."""

import numpy as np

from shared.arrays import BoolArray, FloatArray, IntArray

#: Least share of all open days on which no dish is sold that makes one day of zeros a usual sight. Below it, such a
#: day is taken for a closed day: leaving one slow day in a hundred out changes no forecast.
_LEAST_SHARE_OF_SLOW_DAYS = 0.01

#: Greatest probability with which a run of days of zeros, or all days of one weekday, may come about by chance. Less
#: probable zeros are those of a closure: an export may have a row of zero for every dish on closed days too.
_LEAST_CHANCE = 1e-4

_DAYS_OF_WEEK = 7

#: Steps of the fixed-point iteration, which gains about a digit a step where dishes sell on most days.
_STEPS = 100


def closed_days(sales: FloatArray, weekdays: IntArray) -> BoolArray:
    """Tells for each day whether the restaurant was closed, shape (n,).

    A day without a row is a closed day. A day on which every row is zero is an open day where chance explains such
    days: where all dishes are slow enough that on some open days none of them is sold. Chance does not explain a
    weekday that never had a sale, nor a long run of days without one. With a single dish every other zero is an open
    day, as nothing else tells of the restaurant.

    Args:
        sales: Units of D dishes on n days, shape (D, n); NaN where there is no row.
        weekdays: Day of the week of each day, 0 to 6, shape (n,).
    """
    has_row: BoolArray = np.logical_or.reduce(np.isfinite(sales), axis=0)
    is_sold: BoolArray = np.logical_or.reduce(np.nan_to_num(sales) > 0, axis=0)
    is_zero: BoolArray = has_row & ~is_sold
    closed: BoolArray = ~has_row
    if not is_zero.any() or not is_sold.any():
        return closed | is_zero
    chance = _chance_of_slow_day(sales, has_row, is_sold)
    if len(sales) > 1 and chance < _LEAST_SHARE_OF_SLOW_DAYS:
        return closed | is_zero
    for weekday in range(_DAYS_OF_WEEK):
        of_weekday = has_row & (weekdays == weekday)
        if not is_sold[of_weekday].any() and chance ** of_weekday.sum() < _LEAST_CHANCE:
            closed |= of_weekday
    return closed | _long_runs(is_zero, chance)


def _chance_of_slow_day(sales: FloatArray, has_row: BoolArray, is_sold: BoolArray) -> float:
    """Probability that no dish is sold on an open day, if dishes are sold independently of one another.

    Closed days must not count, and slow days cannot be told from them. The days with a sale tell the probability q of
    each dish to be missing there, and p = q (1 - P) + P its probability on all open days, where P is the product of
    all p: a fixed point, which is approached from 0.
    """
    if len(sales) == 1:
        return float((has_row & ~is_sold).sum() / has_row.sum())
    missing = []
    for units in np.nan_to_num(sales):
        sold = np.flatnonzero(units > 0)
        if len(sold):
            # Before its first sale and after its last one, a dish was not on the menu.
            since = is_sold[sold[0] : sold[-1] + 1]
            missing.append(1 - len(sold) / since.sum())
    share, chance = np.array(missing), 0.0
    for _ in range(_STEPS):
        chance = float(np.prod(share * (1 - chance) + chance))
    return chance


def _long_runs(is_zero: BoolArray, chance: float) -> BoolArray:
    """The days of runs of zeros that are too long for chance, shape (n,)."""
    long = np.zeros(len(is_zero), dtype=np.bool_)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], is_zero, [False]]).astype(np.int8)))
    for first, end in edges.reshape(-1, 2):
        long[first:end] = chance ** (end - first) < _LEAST_CHANCE
    return long

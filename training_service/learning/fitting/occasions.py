"""Learns what occasions do to sales from the same occasion of earlier years.

An occasion comes once a year, so an effect counts only as far as it exceeds the variation of ordinary days: the
positive part of the estimator of James and Stein ("Estimation with quadratic loss", 1961) is taken for all dishes
together, and again for what each dish does beyond them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from shared.arrays import FloatArray, IntArray
from shared.forecasting.occasions import OccasionEffects

#: Days before a day whose level is the expectation of the day. Seven: the level is then of before the holidays around.
_LEVEL_DAYS_BEFORE = 7

#: Days that an occasion must lie back to teach anything. Some occasions come several times a year. With less than half
#: a year the factor of a day in the history would depend on days after the cutoff that the day is forecast from.
_LEAST_AGE_DAYS = 180

#: Earlier occurrences of an occasion that are used, the latest ones: one a year.
_MOST_OCCURRENCES = 4

#: Ordinary days that show the variation by chance: the latest ones before an occasion, and how many are needed.
_ORDINARY_DAYS = 400
_LEAST_ORDINARY_DAYS = 28

#: Multiples of the variance of ordinary days that are subtracted from the square of an effect, for the store and for
#: what a dish does beyond it. Dishes have many effects, and most of them are chance.
_CAUTION, _CAUTION_OF_DISH = 2.0, 6.0

#: Units that are added to sales and to their expectation: without them a dish that sells nothing has no ratio.
_OFFSET = 0.3

#: Share of the difference between two weekdays, in logarithms, that is carried over when an occasion comes on another
#: weekday. A Christmas Eve that was a Saturday and is a Monday keeps neither the units nor the ratio to the weekday.
_WEEKDAY_SHARE = 0.5

#: Largest factor of an occasion; the smallest is one over it.
_LARGEST = 6.0


def learn_occasions(
    sales: FloatArray, levels: FloatArray, profiles: FloatArray, weekdays: IntArray, returning: Sequence[str]
) -> tuple[FloatArray, OccasionEffects]:
    """Learns the effects of occasions from a history of D dishes and n days.

    Args:
        sales: Units of each dish on each day, NaN where unknown, shape (D, n).
        levels: Level of each dish at the end of each day, from a smoothing without effects of occasions, NaN where
            unknown, shape (n, D).
        profiles: Weekday profile of each dish at the end of each day, relative to the level, shape (n, D, 7).
        weekdays: Weekday whose usual sales each day has, 0 is Monday, shape (n,).
        returning: Occasion of each day, empty for an ordinary day, length n.

    Returns:
        The factors of each day as they could be learnt half a year before the day, shape (D, n): 1 on ordinary days,
        NaN on occasions that the history before did not have. And the effects that the whole history teaches.
    """
    surprises = _Surprises.of(sales, levels, profiles, weekdays, returning)
    factors = np.ones(sales.shape)
    occurrences: dict[str, list[int]] = {}
    for day, occasion in enumerate(returning):
        if not occasion:
            continue
        earlier = [each for each in occurrences.get(occasion, ()) if each < day - _LEAST_AGE_DAYS]
        factors[:, day] = surprises.effect(earlier, int(weekdays[day])) if earlier else np.nan
        if np.isfinite(surprises.of_store[day]):
            occurrences.setdefault(occasion, []).append(day)
    end = sales.shape[1] - _LEAST_AGE_DAYS
    old_enough = {occasion: [day for day in days if day < end] for occasion, days in occurrences.items()}
    effects = {
        occasion: [surprises.effect(days, weekday) for weekday in range(7)]
        for occasion, days in old_enough.items()
        if days
    }
    at_the_end = np.array(list(effects.values())).reshape(len(effects), 7, len(sales))
    return factors, OccasionEffects(tuple(effects), at_the_end)


@dataclass(frozen=True, slots=True)
class _Surprises:
    """Logarithms of sales over their expectation, for D dishes and n days.

    Args:
        of_store: Surprise of all dishes together on each day, NaN where unknown, shape (n,).
        of_dishes: Surprise of each dish beyond that of the store, NaN where unknown, shape (D, n).
        usual: Units that a day with an occasion would be expected to sell on each weekday, by day, shape (D, 7).
        weekdays: Weekday whose usual sales each day has, 0 is Monday, shape (n,).
        ordinary: Positions of the days without an occasion whose surprise is known, ascending.
    """

    of_store: FloatArray
    of_dishes: FloatArray
    usual: Mapping[int, FloatArray]
    weekdays: IntArray
    ordinary: IntArray

    @classmethod
    def of(
        cls,
        sales: FloatArray,
        levels: FloatArray,
        profiles: FloatArray,
        weekdays: IntArray,
        returning: Sequence[str],
    ) -> Self:
        """The surprises of a history; see `learn_occasions` for the arguments."""
        days = np.arange(_LEVEL_DAYS_BEFORE, sales.shape[1])
        before = days - _LEVEL_DAYS_BEFORE
        expectation = np.full(sales.shape, np.nan)
        expectation[:, days] = (levels[before] * profiles[before, :, weekdays[days]]).T
        usable = np.isfinite(sales) & np.isfinite(expectation)
        sold, usual = (np.where(usable, np.maximum(values, 0.0), 0.0) for values in (sales, expectation))
        of_store, of_dishes = _log_ratios(sold, usual)
        of_store[~usable.any(axis=0)] = np.nan
        of_dishes[~usable] = np.nan
        by_weekday = {
            day: np.where(usable[:, day], levels[day - _LEVEL_DAYS_BEFORE], 0.0)[:, None]
            * profiles[day - _LEVEL_DAYS_BEFORE]
            for day in range(_LEVEL_DAYS_BEFORE, sales.shape[1])
            if returning[day]
        }
        is_ordinary = np.array([not occasion for occasion in returning], dtype=np.bool_)
        return cls(
            of_store=of_store,
            of_dishes=of_dishes,
            usual=by_weekday,
            weekdays=weekdays,
            ordinary=np.flatnonzero(is_ordinary & np.isfinite(of_store)),
        )

    def effect(self, days: Sequence[int], weekday: int) -> FloatArray:
        """The factors of an occasion on a weekday, shape (D,). They depend on nothing after the last of `days`.

        Args:
            days: Positions of the days that had the occasion, ascending, at least one.
            weekday: Weekday on which the occasion is expected, 0 is Monday.
        """
        days = days[-_MOST_OCCURRENCES:]
        ordinary = self.ordinary[: np.searchsorted(self.ordinary, days[-1])][-_ORDINARY_DAYS:]
        moved_of_store, moved_of_dishes = self._moved(days, weekday)
        of_store = _shrunk((self.of_store[days] + moved_of_store)[None, :], self.of_store[None, ordinary], _CAUTION)
        of_dishes = _shrunk(self.of_dishes[:, days] + moved_of_dishes, self.of_dishes[:, ordinary], _CAUTION_OF_DISH)
        effect: FloatArray = np.clip(np.exp(of_store + of_dishes), 1.0 / _LARGEST, _LARGEST)
        return effect

    def _moved(self, days: Sequence[int], weekday: int) -> tuple[FloatArray, FloatArray]:
        """What is added to the surprises of k days when the days are taken for another weekday.

        Returns:
            What is added to the surprise of the store, shape (k,), and to that of each dish beyond it, shape (D, k).
        """
        usual = np.stack([self.usual[day] for day in days], axis=1)
        there, here = usual[:, np.arange(len(days)), self.weekdays[days]], usual[:, :, weekday]
        of_store, of_dishes = _log_ratios(there, here)
        return _WEEKDAY_SHARE * of_store, _WEEKDAY_SHARE * of_dishes


def _log_ratios(units: FloatArray, expectation: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Logarithm of the ratio of all dishes together, shape (k,), and that of each dish beyond it, shape (D, k).

    Args:
        units: Units of D dishes on k days, shape (D, k).
        expectation: Units that were expected, shape (D, k).
    """
    of_store = np.log((units.sum(axis=0) + _OFFSET) / (expectation.sum(axis=0) + _OFFSET))
    return of_store, np.log((units + _OFFSET) / (expectation + _OFFSET)) - of_store


def _shrunk(observed: FloatArray, ordinary: FloatArray, caution: float) -> FloatArray:
    """Mean of the finite values of each row, drawn to 0 by the variance of ordinary days; 0 where no value is finite.

    Args:
        observed: Surprises on k days of an occasion, NaN where unknown, shape (r, k).
        ordinary: Surprises on m ordinary days, NaN where unknown, shape (r, m).
        caution: Multiple of the variance that is subtracted, see `_CAUTION`.
    """
    count = np.isfinite(observed).sum(axis=1)
    mean = np.nansum(observed, axis=1) / np.maximum(count, 1)
    chances = np.isfinite(ordinary).sum(axis=1)
    variance = np.nansum(ordinary**2, axis=1) / np.maximum(chances, 1) / np.maximum(count, 1)
    square = np.where(mean == 0, 1.0, mean**2)
    kept = np.where(chances < _LEAST_ORDINARY_DAYS, 0.0, np.maximum(0.0, 1.0 - caution * variance / square))
    shrunk: FloatArray = mean * kept
    return shrunk

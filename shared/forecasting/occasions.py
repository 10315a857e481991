"""What holidays, and the days before and after them, do to sales, learnt from the same occasion of earlier years.

One year is one observation, so an effect counts only as far as it stands out from what ordinary days do by chance: the
positive part of James and Stein's estimator ("Estimation with quadratic loss", 1961), for all dishes together and then
for what each dish does otherwise.

A date comes on another weekday every year, and a feast is partly a weekday of its own: a Christmas Eve on a Monday
sells neither so many times what a Monday sells, nor what it sold on a Saturday. Half of what the weekdays differ by
(of its logarithm) is carried over.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from shared.arrays import BoolArray, FloatArray, IntArray

#: Days ahead from which a day is looked at: from before the holidays around it.
_LOOKED_AT_FROM = 7

#: Days after which an occasion can return. What is more recent than that teaches nothing, also not of an occasion that
#: the calendar has several times a year: a forecast would otherwise have to know days after its origin.
_LEAST_AGE = 180

#: Earlier years that are looked at.
_MOST_YEARS = 4

#: Ordinary days that tell what happens by chance, the latest before an occasion, and as many as are needed.
_ORDINARY_DAYS = 400
_LEAST_ORDINARY_DAYS = 28

#: So many times the variance of ordinary days is taken off the square of an effect. Dishes have many effects, most of
#: them chance.
_CAUTION, _CAUTION_OF_DISH = 2.0, 6.0

#: Added to sales and expectation, in units: a dish that sells next to nothing has no ratio.
_OFFSET = 0.3

#: Share of the difference of two weekdays, in logarithms, that an occasion has on them.
_WEEKDAY_SHARE = 0.5

#: No effect is larger, or smaller than one over it.
_LARGEST = 6.0

#: How many times as far from its forecast an occasion lies as an ordinary day: where it was seen before, where not.
_SEEN_WIDTH, _UNSEEN_WIDTH = 1.4, 1.8


@dataclass(frozen=True, slots=True)
class OccasionEffects:
    """By what factor the sales of D dishes differ on an occasion from what its weekday and the weeks before let expect.

    Args:
        occasions: the k that were seen; see `HolidayCalendar.returning`.
        factors: by occasion, weekday (0 is Monday) and dish, shape (k, 7, D).
    """

    occasions: tuple[str, ...]
    factors: FloatArray

    @classmethod
    def unknown(cls, dishes: int) -> Self:
        """Of so many dishes that have seen no occasion."""
        return cls((), np.empty((0, 7, dishes)))

    def on(self, returning: Sequence[str], weekdays: IntArray) -> FloatArray:
        """The factors of n days, 1 for ordinary ones and NaN for occasions that were not seen before; shape (D, n).

        Args:
            returning: their occasions, length n.
            weekdays: shape (n,).
        """
        factors = np.ones((self.factors.shape[2], len(returning)))
        for day, (occasion, weekday) in enumerate(zip(returning, weekdays, strict=True)):
            if occasion:
                is_known = occasion in self.occasions
                factors[:, day] = self.factors[self.occasions.index(occasion), weekday] if is_known else np.nan
        return factors

    def of(self, dish: int) -> Self:
        """Those of one dish alone, at position `dish`."""
        return type(self)(self.occasions, self.factors[:, :, dish : dish + 1])

    def to_state(self) -> dict[str, Any]:
        """Plain values and one array, to be stored: many small ones would take a millisecond a dish to load."""
        return {"occasions": list(self.occasions), "factors": self.factors}

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> Self:
        """The inverse of `to_state`."""
        return cls(tuple(state["occasions"]), state["factors"])


def error_widths(returning: Sequence[str], is_seen: BoolArray) -> FloatArray:
    """How many times as large as on ordinary days the errors of n days are to be expected, shape (n,).

    Args:
        returning: their occasions, empty for ordinary days, length n.
        is_seen: whether each occasion was seen before, shape (n,).
    """
    is_occasion = np.array([bool(occasion) for occasion in returning], dtype=np.bool_)
    return np.where(is_occasion, np.where(is_seen, _SEEN_WIDTH, _UNSEEN_WIDTH), 1.0)


def multiplier(effects: FloatArray) -> FloatArray:
    """What to multiply with: effects, and 1 where none is known; shape of `effects`."""
    known: FloatArray = np.nan_to_num(effects, nan=1.0)
    return known


def learn_occasions(
    sales: FloatArray, levels: FloatArray, profiles: FloatArray, weekdays: IntArray, returning: Sequence[str]
) -> tuple[FloatArray, OccasionEffects]:
    """Learns from a history.

    Args:
        sales: of D dishes on n days, shape (D, n), NaN where unknown.
        levels: of each dish at the end of each day, by who knows no occasions; shape (n, D), NaN where unknown.
        profiles: of each dish's week, relative to the level; shape (n, D, 7).
        weekdays: of each day, shape (n,).
        returning: the occasion of each day, empty for an ordinary one, length n.

    Returns:
        The factors of each day as they were known half a year before it, shape (D, n), 1 for ordinary days and NaN for
        occasions that were not seen before; and those at the end.
    """
    surprises = _Surprises.of(sales, levels, profiles, weekdays, returning)
    factors = np.ones(sales.shape)
    seen: dict[str, list[int]] = {}
    for day, occasion in enumerate(returning):
        if not occasion:
            continue
        known = [each for each in seen.get(occasion, ()) if each < day - _LEAST_AGE]
        factors[:, day] = surprises.effect(known, int(weekdays[day])) if known else np.nan
        if np.isfinite(surprises.of_store[day]):
            seen.setdefault(occasion, []).append(day)
    end = sales.shape[1] - _LEAST_AGE
    old_enough = {occasion: [day for day in days if day < end] for occasion, days in seen.items()}
    effects = {
        occasion: [surprises.effect(days, weekday) for weekday in range(7)]
        for occasion, days in old_enough.items()
        if days
    }
    at_the_end = np.array(list(effects.values())).reshape(len(effects), 7, len(sales))
    return factors, OccasionEffects(tuple(effects), at_the_end)


@dataclass(frozen=True, slots=True)
class _Surprises:
    """Logarithms of sales over what was expected of them.

    Args:
        of_store: of all dishes together, shape (n,), NaN where unknown.
        of_dishes: of each dish, beyond those of the store, shape (D, n), NaN where unknown.
        usual: what was expected of a day had it been on each weekday; shape (D, 7) by day that has an occasion.
        weekdays: of each day, shape (n,).
        ordinary: days without an occasion whose surprise is known, ascending.
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
        days = np.arange(_LOOKED_AT_FROM, sales.shape[1])
        expected = np.full(sales.shape, np.nan)
        expected[:, days] = (levels[days - _LOOKED_AT_FROM] * profiles[days - _LOOKED_AT_FROM, :, weekdays[days]]).T
        known = np.isfinite(sales) & np.isfinite(expected)
        sold, usual = (np.where(known, np.maximum(values, 0.0), 0.0) for values in (sales, expected))
        of_store, of_dishes = _log_ratios(sold, usual)
        of_store[~known.any(axis=0)] = np.nan
        of_dishes[~known] = np.nan
        by_weekday = {
            day: np.where(known[:, day], levels[day - _LOOKED_AT_FROM], 0.0)[:, None] * profiles[day - _LOOKED_AT_FROM]
            for day in range(_LOOKED_AT_FROM, sales.shape[1])
            if returning[day]
        }
        is_ordinary = np.array([not occasion for occasion in returning], dtype=np.bool_)
        return cls(of_store, of_dishes, by_weekday, weekdays, np.flatnonzero(is_ordinary & np.isfinite(of_store)))

    def effect(self, days: Sequence[int], weekday: int) -> FloatArray:
        """The factors of an occasion on a weekday, shape (D,), which depend on nothing after the last of its days.

        Args:
            days: on which it was, ascending, at least one.
            weekday: 0 is Monday.
        """
        days = days[-_MOST_YEARS:]
        ordinary = self.ordinary[: np.searchsorted(self.ordinary, days[-1])][-_ORDINARY_DAYS:]
        moved_of_store, moved_of_dishes = self._moved(days, weekday)
        of_store = _shrunk((self.of_store[days] + moved_of_store)[None, :], self.of_store[None, ordinary], _CAUTION)
        of_dishes = _shrunk(self.of_dishes[:, days] + moved_of_dishes, self.of_dishes[:, ordinary], _CAUTION_OF_DISH)
        effect: FloatArray = np.clip(np.exp(of_store + of_dishes), 1.0 / _LARGEST, _LARGEST)
        return effect

    def _moved(self, days: Sequence[int], weekday: int) -> tuple[FloatArray, FloatArray]:
        """What the surprises of k days change by when those days are taken for another weekday: that of the store,
        shape (k,), and what each dish's changes beyond it, shape (D, k)."""
        usual = np.stack([self.usual[day] for day in days], axis=1)
        there, here = usual[:, np.arange(len(days)), self.weekdays[days]], usual[:, :, weekday]
        of_store, of_dishes = _log_ratios(there, here)
        return _WEEKDAY_SHARE * of_store, _WEEKDAY_SHARE * of_dishes


def _log_ratios(units: FloatArray, expected: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Logarithm of the ratio of all dishes together, shape (k,), and that of each dish beyond it, shape (D, k).

    Args:
        units, expected: shape (D, k).
    """
    of_store = np.log((units.sum(axis=0) + _OFFSET) / (expected.sum(axis=0) + _OFFSET))
    return of_store, np.log((units + _OFFSET) / (expected + _OFFSET)) - of_store


def _shrunk(observed: FloatArray, ordinary: FloatArray, caution: float) -> FloatArray:
    """Mean of the known values of each row, drawn to zero by what ordinary days show of chance; 0 where none is known.

    Args:
        observed: shape (r, k).
        ordinary: shape (r, m).
        caution: see `_CAUTION`.
    """
    count = np.isfinite(observed).sum(axis=1)
    mean = np.nansum(observed, axis=1) / np.maximum(count, 1)
    chances = np.isfinite(ordinary).sum(axis=1)
    variance = np.nansum(ordinary**2, axis=1) / np.maximum(chances, 1) / np.maximum(count, 1)
    square = np.where(mean == 0, 1.0, mean**2)
    kept = np.where(chances < _LEAST_ORDINARY_DAYS, 0.0, np.maximum(0.0, 1.0 - caution * variance / square))
    shrunk: FloatArray = mean * kept
    return shrunk

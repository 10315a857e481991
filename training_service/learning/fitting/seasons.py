"""Learns what seasons that move, such as Ramadan, do to the level of dishes.

The level within a season is compared with the levels of the weeks before and after. Levels move by chance as well, so
the same comparison is made all over the history: a season has an effect where it stands out from them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from shared.arrays import BoolArray, FloatArray
from shared.forecasting.days import Days
from shared.forecasting.seasons import SeasonEffects
from training_service.learning.store_history import StoreHistory

#: Days before and after a season whose level is compared with its own.
_AROUND = 28

#: Least number of open days without an occasion that tell a level: a week, and most of it where a season is a week.
_LEAST_DAYS = 5

#: Latest seasons that are used.
_MOST_SEASONS = 4

#: Days between two comparisons that show the movement by chance.
_STEP = 14

#: Comparisons that a deviation of 10 % counts for, so that a short history does not look too quiet.
_PRIOR_COMPARISONS, _PRIOR_DEVIATION = 4, 0.1

#: Least effect, in logarithms, and multiples of the deviation by chance that an effect must exceed: where a season was
#: seen several times, and where it was seen once.
_LEAST_EFFECT, _LEAST_EFFECT_SEEN_ONCE = 0.14, 0.26
_DEVIATIONS, _DEVIATIONS_SEEN_ONCE = 2.5, 3.0

#: Times as far as the whole store, a dish alone must stand out: a store has many dishes, and some move by chance.
_CLARITY_OF_DISH_ALONE = 2.0

#: Multiple of the variance by chance that is subtracted from the square of what a dish does beyond its store.
_CAUTION_OF_DISH = 6.0

#: Units that are added to the sales of a week: a dish that sells nothing has no ratio.
_OFFSET = 1.0

#: Largest factor; the smallest is one over it.
_LARGEST = 6.0


def without_seasons(store: StoreHistory, days: Days) -> tuple[StoreHistory, SeasonEffects]:
    """The history as it would be without seasons, and the effects of the seasons.

    Args:
        store: History of D dishes and n days.
        days: The n days.
    """
    sales = np.array(list(store.sales.values()))
    seasons = learn_seasons(sales, days)
    if not seasons.names:
        return store, seasons
    usual = sales / seasons.on(days.seasons)
    return replace(store, sales=dict(zip(store.sales, usual, strict=True))), seasons


def learn_seasons(sales: FloatArray, days: Days) -> SeasonEffects:
    """Learns the effects of seasons from a history of D dishes and n days, the clearest season first.

    A season in which the history ends counts with the days that have passed.

    Args:
        sales: Units of each dish on each day, NaN where unknown, shape (D, n).
        days: The n days.
    """
    names = {name for names in days.seasons for name in names}
    if not names:
        return SeasonEffects.none(len(sales))
    is_plain = np.array([not occasion for occasion in days.returning], dtype=np.bool_) & ~days.is_irregular
    level = np.where(is_plain, sales, np.nan)
    found: dict[str, FloatArray] = {}
    within = {name: np.array([name in each for each in days.seasons], dtype=np.bool_) for name in sorted(names)}
    while len(found) < len(within):
        comparer = _Comparer(level, np.eye(7)[days.weekdays])
        measured = {name: _Measured.of(comparer, within[name]) for name in within if name not in found}
        name, clearest = max(measured.items(), key=lambda item: item[1].clarity)
        if clearest.clarity <= 1.0:
            break
        found[name] = clearest.factors
        level = np.where(within[name], level / clearest.factors[:, None], level)
    return SeasonEffects(tuple(found), np.array(list(found.values())).reshape(len(found), len(sales)))


@dataclass(frozen=True, slots=True)
class _Measured:
    """What one season does.

    Args:
        clarity: How far the effect exceeds what it must exceed to count; above 1 it counts.
        factors: Factor of each dish, shape (D,).
    """

    clarity: float
    factors: FloatArray

    @classmethod
    def of(cls, comparer: "_Comparer", within: BoolArray) -> "_Measured":
        """Measures a season.

        Args:
            comparer: Compares parts of the history.
            within: Whether each day lies in the season, shape (n,).
        """
        nothing = cls(0.0, np.ones(len(comparer.level)))
        seen, chances = [], []
        for first, last in _runs(within)[-_MOST_SEASONS:]:
            # The weeks after the season are missing where the history ends in it.
            for is_two_sided in (True, False):
                effect = comparer.compare(first, last, is_two_sided=is_two_sided)
                if effect is not None:
                    seen.append(effect)
                    chances.append(comparer.by_chance(within, last - first, is_two_sided=is_two_sided))
                    break
        if not seen:
            return nothing
        compared = np.array(seen)
        of_store = float(np.mean([chance for chance, _ in chances]))
        of_dishes = np.mean([chance for _, chance in chances], axis=0)
        [clarity], [mean], [variance] = _clarity(compared[:, :1], np.array([of_store]))
        if clarity > 1.0:
            common = mean * max(0.0, 1.0 - variance / mean**2)
            _, own, variances = _clarity(compared[:, 1:] - compared[:, :1], of_dishes)
            alone = np.full(len(own), np.inf)
        else:
            # A dish of the season alone, such as a menu that is cooked in Ramadan only.
            common = 0.0
            alone, own, variances = _clarity(compared[:, 1:], of_dishes + of_store)
            alone = alone / _CLARITY_OF_DISH_ALONE
            clarity = float(alone.max())
        kept = np.maximum(0.0, 1.0 - _CAUTION_OF_DISH * variances / np.where(own == 0, 1.0, own**2))
        own = np.where(alone > 1.0, kept * own, 0.0)
        return cls(clarity, np.clip(np.exp(common + own), 1.0 / _LARGEST, _LARGEST))


def _clarity(effects: FloatArray, variance: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """How far mean effects exceed what they must exceed to count, the means, and their variance by chance.

    Args:
        effects: Effects in k seasons, in logarithms, NaN where unknown, shape (k, r).
        variance: Variance of one effect by chance, shape (r,).

    Returns:
        Three arrays of shape (r,). The clarity is 0 where the effects do not agree on the direction.
    """
    count = np.isfinite(effects).sum(axis=0)
    mean = np.nansum(effects, axis=0) / np.maximum(count, 1)
    of_mean = variance / np.maximum(count, 1)
    agrees = (np.isnan(effects) | (np.sign(effects) == np.sign(mean))).all(axis=0)
    several = count > 1
    least = np.where(several, _LEAST_EFFECT, _LEAST_EFFECT_SEEN_ONCE)
    deviations = np.where(several, _DEVIATIONS, _DEVIATIONS_SEEN_ONCE)
    clarity = np.where(agrees, np.abs(mean) / np.maximum(least, deviations * np.sqrt(of_mean)), 0.0)
    return clarity, mean, of_mean


@dataclass(frozen=True, slots=True)
class _Comparer:
    """Compares levels of parts of a history.

    Args:
        level: Units of each dish, NaN where unknown, shape (D, n).
        is_weekday: 1 where a day is a weekday, shape (n, 7).
        compared: Comparisons that were made already, since all seasons are held against the same history.
    """

    level: FloatArray
    is_weekday: FloatArray
    compared: dict[tuple[int, int, bool], FloatArray | None] = field(default_factory=dict)

    def compare(self, first: int, last: int, *, is_two_sided: bool) -> FloatArray | None:
        """Logarithm of the level of some days over the level around them: of the store, then of each dish.

        The same weekdays are compared. NaN for a dish that is not known in all parts.

        Args:
            first: Position of the first day.
            last: Position of the day after the last one.
            is_two_sided: Whether to compare with the weeks before and after, or with those before only.

        Returns:
            Shape (1 + D,); None where one of the parts has too few days.
        """
        key = (first, last, is_two_sided)
        if key not in self.compared:
            self.compared[key] = self._compare(first, last, is_two_sided=is_two_sided)
        return self.compared[key]

    def _compare(self, first: int, last: int, *, is_two_sided: bool) -> FloatArray | None:
        inside = self._week(first, last)
        before = self._week(max(first - _AROUND, 0), first)
        after = self._week(last, last + _AROUND) if is_two_sided else None
        if inside is None or before is None or (is_two_sided and after is None):
            return None
        around = [before] if after is None else [before, after]
        common = np.isfinite(inside) & np.all([np.isfinite(each) for each in around], axis=0)
        known = common.any(axis=1)
        if not known.any():
            return None

        def sold(week: FloatArray) -> FloatArray:
            of_dishes = np.where(common, week, 0.0).sum(axis=1)
            both = np.concatenate([[of_dishes[known].sum()], np.where(known, of_dishes, np.nan)])
            result: FloatArray = np.log(both + _OFFSET)
            return result

        compared: FloatArray = sold(inside) - np.mean([sold(each) for each in around], axis=0)
        return compared

    def by_chance(self, within: BoolArray, length: int, *, is_two_sided: bool) -> tuple[float, FloatArray]:
        """Mean squares of such comparisons outside a season: of the store, and of each dish beyond it, shape (D,).

        Args:
            within: Whether each day lies in the season, shape (n,).
            length: Days of the season.
            is_two_sided: As in `compare`.
        """
        count = len(within)
        found = []
        for first in range(_AROUND, count - length, _STEP):
            if within[first - _AROUND : first + length + (_AROUND if is_two_sided else 0)].any():
                continue
            compared = self.compare(first, first + length, is_two_sided=is_two_sided)
            if compared is not None:
                found.append(compared)
        prior = _PRIOR_COMPARISONS * _PRIOR_DEVIATION**2
        if not found:
            dishes = len(self.level)
            return _PRIOR_DEVIATION**2, np.full(dishes, _PRIOR_DEVIATION**2)
        chance = np.array(found)
        beyond = chance[:, 1:] - chance[:, :1]
        of_store = (float((chance[:, 0] ** 2).sum()) + prior) / (len(found) + _PRIOR_COMPARISONS)
        of_dishes = (np.nansum(beyond**2, axis=0) + prior) / (np.isfinite(beyond).sum(axis=0) + _PRIOR_COMPARISONS)
        return of_store, of_dishes

    def _week(self, first: int, last: int) -> FloatArray | None:
        """Mean of each weekday, NaN where unknown, shape (D, 7); None where too few days are known."""
        part, is_weekday = self.level[:, first:last], self.is_weekday[first:last]
        is_known = np.isfinite(part)
        if int(is_known.any(axis=0).sum()) < _LEAST_DAYS:
            return None
        count = is_known.astype(np.float64) @ is_weekday
        total = np.where(is_known, part, 0.0) @ is_weekday
        week: FloatArray = np.where(count > 0, total / np.maximum(count, 1.0), np.nan)
        return week


def _runs(within: BoolArray) -> Sequence[tuple[int, int]]:
    """First day, and day after the last one, of each run of days."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], within, [False]]).astype(np.int8)))
    return [(int(first), int(last)) for first, last in edges.reshape(-1, 2)]

"""Recognises "dishes" that are sums of other dishes: totals and subtotals whose names tell nothing."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from shared.arrays import BoolArray, FloatArray

#: Least number of days from which an equality on all days is no chance, and least number of different sums and
#: shares on them.
_LEAST_DAYS, _LEAST_DIFFERENT = 7, 5

#: Least number of names among which one may be the sum of others: a single other dish may sell as much by chance.
_LEAST_DISHES = 3

#: Days that there must be beyond the number of dishes, so that a sum of some of them is no chance.
_MORE_DAYS = 10

#: Largest number of dishes among which sums of some of them are searched.
_MOST_DISHES = 300

#: Least share of all units that the sum of some dishes has, and the number of dishes that may be such sums.
_LEAST_SHARE, _MOST_CANDIDATES = 0.1, 10

#: Levels of sums: a total over subtotals over dishes.
_LEVELS = (2, 3, 4)

_EXACT = 1e-6


@dataclass(frozen=True, slots=True)
class Sums:
    """Dishes that are sums of other dishes.

    Args:
        totals: Names of dishes that are certainly sums.
        doubtful: Names of dishes that have as many units as some other dishes together on every day, each with these
            dishes: such a dish may be a subtotal, or a menu that is made of the others.
    """

    totals: tuple[str, ...] = ()
    doubtful: tuple[tuple[str, tuple[str, ...]], ...] = ()


def find_sums(table: pd.DataFrame) -> Sums:
    """Finds the dishes that are sums of other dishes.

    A dish that has on every day as many units as all others together is a total. Several dishes that are the sums of
    others, and together of all others, are subtotals.

    Args:
        table: Columns `date`, `dish` and `sales`, one row for each dish and day.
    """
    units = table.pivot(index="date", columns="dish", values="sales").fillna(0.0)
    names = np.array(units.columns, dtype=object)
    numbers = units.to_numpy(dtype=np.float64)
    if len(numbers) < _LEAST_DAYS:
        return Sums()
    totals: list[str] = []
    is_dish = np.ones(len(names), dtype=np.bool_)
    while is_dish.sum() >= _LEAST_DISHES and (found := _total(numbers[:, is_dish])) is not None:
        at = np.flatnonzero(is_dish)[found]
        totals.append(str(names[at]))
        is_dish[at] = False
    groups = _groups(numbers, is_dish)
    covered = np.concatenate([members for _, members in groups]) if groups else np.empty(0, np.int64)
    are_all = len(groups) > 1 and len(set(covered)) == len(covered) == is_dish.sum() - len(groups)
    if are_all:
        return Sums((*totals, *(str(names[group]) for group, _ in groups)))
    return Sums(tuple(totals), tuple((str(names[group]), tuple(map(str, names[its]))) for group, its in groups))


def _total(numbers: FloatArray) -> int | None:
    """Position of the dish that is the sum of all others, or of all others and their subtotals; None without one."""
    every = numbers.sum(axis=1)
    for position in np.argsort(-numbers.sum(axis=0))[:2]:
        own = numbers[:, position]
        is_sum = any(_equal(own * level, every) for level in _LEVELS)
        if is_sum and _differ(own, np.delete(numbers, position, axis=1)):
            return int(position)
    return None


def _groups(numbers: FloatArray, is_dish: BoolArray) -> Sequence[tuple[int, "np.ndarray"]]:
    """Positions of the dishes that are sums of at least two others, each with the positions of these."""
    dishes = np.flatnonzero(is_dish)
    if not _LEAST_DISHES <= len(dishes) <= _MOST_DISHES or len(numbers) < len(dishes) + _MORE_DAYS:
        return []
    units = numbers[:, dishes].sum(axis=0)
    by_units = np.argsort(-units)[:_MOST_CANDIDATES]
    found = []
    for candidate in by_units[units[by_units] >= _LEAST_SHARE * units.sum()]:
        own, others = numbers[:, dishes[candidate]], np.delete(dishes, candidate)
        weights = np.linalg.lstsq(numbers[:, others], own, rcond=None)[0]
        chosen = np.round(weights)
        is_sum = np.abs(weights - chosen).max() < _EXACT and set(chosen) <= {0.0, 1.0} and chosen.sum() > 1
        members = numbers[:, others[chosen > 0]]
        if is_sum and _equal(members.sum(axis=1), own) and _differ(own, members):
            found.append((int(dishes[candidate]), others[chosen > 0]))
    return found


def _differ(own: FloatArray, members: FloatArray) -> bool:
    """Whether the members have other shares of the sum on other days: of numbers in a ratio all are sums."""
    shares = np.round(members[own > 0] / own[own > 0, None], 6)
    varied = sum(len(np.unique(column)) >= _LEAST_DIFFERENT for column in shares.T)
    return varied > 1 and len(np.unique(own)) >= _LEAST_DIFFERENT


def _equal(one: FloatArray, other: FloatArray) -> bool:
    return bool(np.allclose(one, other, rtol=0.0, atol=_EXACT))

"""Fits the pooled trees of a group of stores: one set of trees for each cutoff of a backtest, and one for serving.

The trees of a cutoff learn from days before the cutoff alone, in every store of the group. Folds lie on the same dates
in all stores (see `folds.cutoffs`), so the stores share the trees of their folds as well.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from shared.config import PipelineConfig
from shared.forecasting.pooled import PooledForecaster
from shared.forecasting.pooled_trees import PooledTrees
from shared.restaurant.calendar import HolidayCalendar
from training_service.learning.fitting.pooled_trees import fit_trees_together
from training_service.learning.folds import cutoffs
from training_service.learning.smoothed_store import smooth_store
from training_service.learning.store_history import StoreHistory

#: Dates of cutoffs for which a group has trees, for each fold of the backtest. Most stores of a group have the same
#: folds; stores that were closed, or whose sales end earlier, have others.
_CUTOFFS_PER_FOLD = 3


@dataclass(frozen=True, slots=True)
class GroupMember:
    """A store of a group.

    Args:
        store: The whole history of the store.
        calendar: Public holidays of the store's place.
    """

    store: StoreHistory
    calendar: HolidayCalendar


@dataclass(frozen=True, slots=True)
class GroupTrees:
    """The pooled trees that one store of a group is trained with.

    Args:
        by_cutoff: Trees of the folds of the store, by the last known day; a fold of another day has trees of its store
            alone. None where the group had too little history by then.
        whole: Trees that learnt from the whole history of the group; None where it is too short.
        dish_days: Open days of the group, summed over all dishes of all stores.
        stores: Number of stores of the group.
    """

    by_cutoff: Mapping[dt.date, PooledTrees | None]
    whole: PooledTrees | None
    dish_days: int
    stores: int


def group_cutoffs(stores: Sequence[StoreHistory], config: PipelineConfig) -> list[dt.date]:
    """Last known days of the cutoffs for which a group has trees, ascending.

    Where the stores have many different cutoffs, those that most stores have are taken.

    Args:
        stores: Whole histories of the stores.
        config: Folds of the backtest.
    """
    found = Counter(
        store.start + dt.timedelta(days=cutoff - 1) for store in stores for cutoff in cutoffs(store, config)
    )
    ordered = sorted(found, key=lambda day: (-found[day], -day.toordinal()))
    return sorted(ordered[: _CUTOFFS_PER_FOLD * config.n_cv_folds])


def fit_group_trees(
    members: Sequence[GroupMember], last_day: dt.date | None, config: PipelineConfig
) -> list[PooledTrees | None]:
    """Fits the trees of a group to what was known at the end of a day.

    Args:
        members: The stores, with their whole histories.
        last_day: Last known day of a cutoff; None for the whole histories.
        config: Settings of the trees.

    Returns:
        The trees for each member, in their order; None where the store had no history yet, or the group has too little.
    """
    known = dict(_known(members, last_day))
    if not known or not config.blend_prior.get(PooledForecaster.name, 0.0) > 0:
        return [None] * len(members)
    stores = [smooth_store(past, members[position].calendar, config)[0] for position, past in known.items()]
    fitted = dict(zip(known, fit_trees_together(stores, config), strict=True))
    return [fitted.get(position) for position in range(len(members))]


def _known(members: Sequence[GroupMember], last_day: dt.date | None) -> Iterator[tuple[int, StoreHistory]]:
    """Position and known history of each member that had any by the end of a day."""
    for position, member in enumerate(members):
        store = member.store
        length = len(store.closed)
        if last_day is not None:
            length = min(length, (last_day - store.start).days + 1)
        if length > 0:
            yield position, store.until(length)

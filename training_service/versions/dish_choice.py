"""Decides which dishes of a store a run trains, which it takes over from the live version, and which it skips."""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from shared.config import PipelineConfig
from shared.errors import UnservableVersion
from shared.registry.manifest import Manifest
from training_service.learning.store_history import StoreHistory
from training_service.outcomes import Skipped
from training_service.runs.run_models import Run


@dataclass(frozen=True, slots=True)
class DishChoice:
    """What a run does with each dish.

    Args:
        trained: Names of the dishes to train, in the order of the history.
        shared: Names of the dishes whose artifacts are taken over from the live version, sorted.
        skipped: Dishes that are not trained, each with its reason.
    """

    trained: list[str]
    shared: list[str]
    skipped: list[Skipped]


def choose_dishes(
    history: StoreHistory,
    stopped: Collection[str],
    shareable: Collection[str],
    config: PipelineConfig,
    *,
    train_only_new: bool,
) -> DishChoice:
    """Chooses the dishes to train: every dish that is sold, or with `train_only_new` only dishes without a model.

    Args:
        history: Sales of all dishes of the store.
        stopped: Names of the dishes that are no longer sold.
        shareable: Names of the dishes whose artifacts the new version may take over.
        config: Number of open days without a sale after which a dish has stopped.
        train_only_new: Whether dishes that have a model are left as they are.
    """
    never_sold = [dish for dish, values in history.sales.items() if not np.isfinite(values).any()]
    on_sale = [dish for dish in history.sales if dish not in never_sold and dish not in stopped]
    gone = f"it was not sold on the last {config.stopped_after_days} open days"
    skipped = _skipped(never_sold, "NEVER_SOLD", "it was never sold") + _skipped(stopped, "NO_LONGER_SOLD", gone)
    if not train_only_new:
        return DishChoice(on_sale, [], skipped)
    trained = [dish for dish in on_sale if dish not in shareable]
    skipped += _skipped([dish for dish in on_sale if dish in shareable], "HAS_MODEL", "it has a model")
    return DishChoice(trained, sorted(set(shareable) - set(stopped)), skipped)


def can_share(parent: Manifest, run: Run, config: PipelineConfig) -> bool:
    """Whether a new version may take artifacts over from an earlier one.

    A version has one configuration and one place. Both must be the same in the two versions.

    Args:
        parent: Manifest of the earlier version.
        run: Run that makes the new version; tells the place.
        config: Configuration of the new version.
    """
    try:
        return parent.servable_config() == config and parent.place == run.request.place
    except UnservableVersion:
        return False


def _skipped(dishes: Collection[str], reason: str, message: str) -> list[Skipped]:
    return [Skipped(dish=dish, reason=reason, message=message) for dish in dishes]

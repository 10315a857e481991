"""Stores what the runs of a group share: cutoffs, configuration and trees; and the sales of each run for its plan.

The sales of a store lie in the workspace of its own run. The folder of the group holds the trees, and no sales.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shared.config import PipelineConfig
from shared.errors import UnservableVersion
from shared.forecasting.pooled_trees import PooledTrees
from shared.registry.artifacts import dump_artifact
from shared.registry.fingerprint import checked_config, fingerprint
from shared.restaurant.holiday_names import installed_version
from training_service.learning.group_trees import GroupTrees
from training_service.runs.group_models import Group
from training_service.runs.workspace import Workspaces
from training_service.versions.planned_work import OtherRelease
from training_service.versions.run_sales import RunSales

#: Name of the trees that learn from the whole histories. The other trees are named after the last day that they know.
WHOLE = "whole"

_SALES, _PLAN, _TREES = "sales", "group", "trees"


@dataclass(frozen=True, slots=True)
class GroupPlan:
    """What is settled for a group when the sales of all its stores were read.

    Args:
        cutoffs: Names of the trees to fit: last known days in ISO form, and `WHOLE`.
        config: Configuration to train with. A worker that was started with another configuration uses this one.
        dish_days: Open days of the group, summed over all dishes of all stores.
        stores: Number of stores of the group.
    """

    cutoffs: list[str]
    config: PipelineConfig
    dish_days: int
    stores: int


@dataclass(frozen=True, slots=True)
class GroupFiles:
    """The files of groups and of their runs.

    Args:
        workspaces: Folders of runs and groups.
    """

    workspaces: Workspaces

    def save_sales(self, run_id: str, sales: RunSales) -> str:
        """Stores the sales of a run in its workspace, and answers the digest of the file."""
        return self.workspaces.keep(run_id, _SALES, dump_artifact(sales.to_payload()))

    def sales(self, run_id: str, digest: str) -> RunSales:
        """Loads the sales of a run.

        Raises:
            OSError: The file cannot be read; the workspace of a run that has ended is deleted.
        """
        return RunSales.from_payload(self.workspaces.kept(run_id, _SALES, digest))

    def save_plan(self, group_id: str, plan: GroupPlan) -> str:
        """Stores the plan of a group, and answers the digest of the file."""
        config = plan.config.model_dump(mode="json")
        payload = {
            "fingerprint": fingerprint(config),
            "holidays_version": installed_version(),
            "config": config,
            "cutoffs": plan.cutoffs,
            "dish_days": plan.dish_days,
            "stores": plan.stores,
        }
        return self.workspaces.keep(group_id, _PLAN, dump_artifact(payload))

    def plan(self, group_id: str, digest: str) -> GroupPlan:
        """Loads the plan of a group.

        Raises:
            OSError: The file cannot be read.
            OtherRelease: Another release of this service has made the plan.
        """
        payload = self.workspaces.kept(group_id, _PLAN, digest)
        try:
            if payload["holidays_version"] != installed_version():
                raise OtherRelease
            return GroupPlan(
                cutoffs=payload["cutoffs"],
                config=checked_config(payload["config"], payload["fingerprint"], "the plan of the group"),
                dish_days=payload["dish_days"],
                stores=payload["stores"],
            )
        except (UnservableVersion, TypeError, KeyError, ValueError) as error:
            raise OtherRelease from error

    def save_trees(self, group_id: str, by_run: Mapping[str, PooledTrees | None]) -> str:
        """Stores the trees of one cutoff, and answers the digest of the file.

        Args:
            group_id: Id of the group.
            by_run: Trees of each store, by id of its run. All stores have the same model.
        """
        model = next((trees.trees for trees in by_run.values() if trees), "")
        of_stores = {run_id: _without_model(trees) for run_id, trees in by_run.items()}
        return self.workspaces.keep(group_id, _TREES, dump_artifact({"model": model, "stores": of_stores}))

    def trees(self, group_id: str, digest: str, run_id: str) -> PooledTrees | None:
        """Loads the trees of one cutoff, as one store uses them; None where the store or the group has none.

        Raises:
            OSError: The file cannot be read.
        """
        payload = self.workspaces.kept(group_id, _TREES, digest)
        of_store = payload["stores"].get(run_id)
        return PooledTrees.from_payload({**of_store, "trees": payload["model"]}) if of_store else None

    def group_trees(self, group_id: str, group: Group, plan: GroupPlan, run_id: str) -> GroupTrees:
        """Loads all that the plan of a run takes from its group.

        Args:
            group_id: Id of the group.
            group: The group; the trees of all cutoffs are fitted.
            plan: Plan of the group.
            run_id: Id of the run.

        Raises:
            OSError: A file cannot be read.
        """
        trees = {cutoff: self.trees(group_id, group.trees[cutoff], run_id) for cutoff in plan.cutoffs}
        return GroupTrees(
            by_cutoff={dt.date.fromisoformat(cutoff): each for cutoff, each in trees.items() if cutoff != WHOLE},
            whole=trees[WHOLE],
            dish_days=plan.dish_days,
            stores=plan.stores,
        )


def _without_model(trees: PooledTrees | None) -> dict[str, Any] | None:
    """The trees of a store without the model, which all stores of the group have in common."""
    return {name: value for name, value in trees.to_payload().items() if name != "trees"} if trees else None

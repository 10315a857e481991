"""Stores the plan of a run in a file, and loads the file after checking that it is unchanged."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from shared.config import PipelineConfig
from shared.errors import ForecastingError, UnservableVersion
from shared.notices import Notice
from shared.registry.artifacts import dump_artifact
from shared.registry.fingerprint import checked_config, fingerprint
from shared.restaurant.holiday_names import installed_version
from training_service.learning.store_fit import StoreFit
from training_service.learning.store_history import StoreHistory
from training_service.outcomes import DataReport, Skipped
from training_service.runs.workspace import Workspaces


@dataclass(frozen=True, slots=True)
class PlannedWork:
    """The plan of a run: all that its messages need besides names.

    Args:
        history: Sales of the store, laid out by day.
        store_fit: What was fitted to the history for all dishes; None where no dish is to be trained.
        trees: Digest of the pooled trees in the registry, or empty.
        dishes: Names of the dishes to train.
        shared: Names of the dishes whose artifacts are taken over from the parent.
        parent: Name of the version that was live when the plan was made, or empty.
        skipped: Dishes that are not trained, each with its reason.
        warnings: What the caller should know about the run's sales, weather and place.
        report: Report on the sales.
        config: Configuration to train with. A worker that was started with another configuration uses this one.
        lanes: Messages to send, in the order of each lane; a message is a list of names of dishes.
        group_stores: Number of stores whose group has fitted the trees; 0 for a store that is trained alone.
    """

    history: StoreHistory
    store_fit: StoreFit | None
    trees: str
    dishes: Sequence[str]
    shared: Sequence[str]
    parent: str
    skipped: Sequence[Skipped]
    warnings: Sequence[Notice]
    report: DataReport
    config: PipelineConfig
    lanes: Sequence[Sequence[list[str]]]
    group_stores: int = 0


class OtherRelease(ForecastingError):
    """A plan that another release of this service has made, with which this release cannot go on."""

    default_reason = "OTHER_RELEASE"

    def __init__(self) -> None:
        super().__init__("the run was planned by another release of this service; start it again")


class PlannedWorkspaces(Workspaces):
    """Workspaces that keep the plans of runs.

    Args:
        root: Folder of all workspaces.
    """

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        # A worker trains many dishes of a run one after the other: the plan is kept, with its digest.
        self._latest: tuple[str, PlannedWork] | None = None

    def save(self, run_id: str, work: PlannedWork) -> str:
        """Stores a plan and returns the digest of its file.

        Saving a plan twice does no harm. Another plan of the same run gets another file.

        Args:
            run_id: Id of the run.
            work: Plan of the run.
        """
        config = work.config.model_dump(mode="json")
        data = dump_artifact(
            {
                "fingerprint": fingerprint(config),
                "holidays_version": installed_version(),
                "config": config,
                "lanes": [[list(dishes) for dishes in lane] for lane in work.lanes],
                "history": work.history.to_payload(),
                "store_fit": work.store_fit.to_payload() if work.store_fit else None,
                "trees": work.trees,
                "dishes": list(work.dishes),
                "shared": list(work.shared),
                "parent": work.parent,
                "skipped": [skipped.model_dump() for skipped in work.skipped],
                "warnings": [asdict(warning) for warning in work.warnings],
                "report": work.report.model_dump(mode="json"),
                "group_stores": work.group_stores,
            }
        )
        return self.keep(run_id, "plan", data)

    def load(self, run_id: str, digest: str) -> PlannedWork:
        """Loads a plan.

        Args:
            run_id: Id of the run.
            digest: Digest that `save` has returned.

        Raises:
            OSError: The file cannot be read.
            CorruptArtifact: The file is not the one that was saved; nothing of the file was unpickled.
            OtherRelease: Another release of this service has made the plan.
        """
        if self._latest is None or self._latest[0] != digest:
            payload = self.kept(run_id, "plan", digest)
            try:
                self._latest = (digest, _planned(payload))
            except (UnservableVersion, TypeError, KeyError, ValueError) as error:
                raise OtherRelease from error
        return self._latest[1]


def _planned(payload: dict[str, Any]) -> PlannedWork:
    """Reads a plan from plain values and arrays.

    Raises:
        UnservableVersion: The plan was made by code that computes other features.
        TypeError, KeyError, ValueError: The values are not what this code stores.
    """
    stored_fingerprint = payload.pop("fingerprint")
    if payload.pop("holidays_version") != installed_version():
        raise ValueError("another version of the holidays package may give the holidays other names")
    loaded = {
        "config": checked_config(payload["config"], stored_fingerprint, "the plan"),
        "history": StoreHistory.from_payload(payload["history"]),
        "store_fit": StoreFit.from_payload(payload["store_fit"]) if payload["store_fit"] else None,
        "report": DataReport.model_validate(payload["report"]),
        "skipped": [Skipped.model_validate(skipped) for skipped in payload["skipped"]],
        "warnings": [Notice(**warning) for warning in payload["warnings"]],
    }
    return PlannedWork(**{**payload, **loaded})

"""What a run's plan decided, and the file in which workers find it; it is checked before it is loaded."""

import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from shared.config import PipelineConfig
from shared.errors import ForecastingError, UnservableVersion
from shared.notices import Notice
from shared.registry.artifacts import digest_of, dump_artifact, load_artifact
from shared.registry.manifest import checked_config, fingerprint
from training_service.learning.store_fit import StoreFit
from training_service.learning.store_history import StoreHistory
from training_service.outcomes import DataReport, Skipped
from training_service.runs.workspace import Workspaces


@dataclass(frozen=True, slots=True)
class PlannedWork:
    """What a run's messages need beyond names.

    Args:
        history: of the store.
        store_fit: fitted to it, for all dishes; None where none is to be trained.
        trees: digest of the pooled trees in the registry, or empty.
        dishes: to train.
        shared: dishes whose artifacts are taken over from the parent version.
        parent: the version that was live when the plan was made, or empty.
        skipped: dishes that are not trained.
        warnings: what the caller should know of the run's sales, weather and place.
        report: on the sales.
        config: to train with; a worker that is started with another one in between goes on with this.
        lanes: the messages that are to be sent, each of one or more dishes; one after the other in each lane.
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


class OtherRelease(ForecastingError):
    """A plan that this code cannot go on with: it computes other features than the code that made it."""

    default_reason = "OTHER_RELEASE"

    def __init__(self) -> None:
        super().__init__("the run was planned by another release of this service; start it again")


class PlannedWorkspaces(Workspaces):
    """Workspaces with the plans in them.

    Args:
        root: see `Workspaces`.
    """

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        # A worker trains many dishes of a run, one after the other.
        self._latest: tuple[str, PlannedWork] | None = None

    def save(self, run_id: str, work: PlannedWork) -> str:
        """Stores the plan and returns its digest; repeating it is harmless, and another plan takes nothing away."""
        config = work.config.model_dump(mode="json")
        data = dump_artifact(
            {
                "fingerprint": fingerprint(config),
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
            }
        )
        digest = digest_of(data)
        target = self._file(run_id, digest)
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary = target.with_name(f".{target.name}.{uuid.uuid4().hex}")
        temporary.write_bytes(data)
        temporary.replace(target)
        return digest

    def load(self, run_id: str, digest: str) -> PlannedWork:
        """Loads a plan.

        Raises:
            OSError: it cannot be read.
            CorruptArtifact: it is not the one that was saved; nothing was unpickled.
            OtherRelease: it was made by code that computes other features, or that plans otherwise.
        """
        if self._latest is None or self._latest[0] != digest:
            payload = load_artifact(self._file(run_id, digest).read_bytes(), digest)
            try:
                self._latest = (digest, _planned(payload))
            except (UnservableVersion, TypeError, KeyError, ValueError) as error:
                raise OtherRelease from error
        return self._latest[1]

    def _file(self, run_id: str, digest: str) -> Path:
        return self.folder(run_id) / f"plan-{digest}.joblib"


def _planned(payload: dict[str, Any]) -> PlannedWork:
    """Plain values and arrays as a plan.

    Raises:
        UnservableVersion: they are of other features.
        TypeError, KeyError, ValueError: they are not what this code stores.
    """
    known = payload.pop("fingerprint")
    loaded = {
        "config": checked_config(payload["config"], known, "the plan"),
        "history": StoreHistory.from_payload(payload["history"]),
        "store_fit": StoreFit.from_payload(payload["store_fit"]) if payload["store_fit"] else None,
        "report": DataReport.model_validate(payload["report"]),
        "skipped": [Skipped.model_validate(skipped) for skipped in payload["skipped"]],
        "warnings": [Notice(**warning) for warning in payload["warnings"]],
    }
    return PlannedWork(**{**payload, **loaded})

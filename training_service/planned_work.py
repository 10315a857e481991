"""What a run's plan decided, and the file in which workers find it; it is checked before it is loaded."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from shared.artifacts import digest_of, dump_artifact, load_artifact
from training_service.run_models import DataReport
from training_service.store_history import StoreHistory
from training_service.store_models import StoreModels
from training_service.workspace import Workspaces


@dataclass(frozen=True, slots=True)
class PlannedWork:
    """What a run's messages need beyond names.

    Args:
        history: of the store.
        models: fitted to it, for all dishes; None where none is to be trained.
        trees: digest of the pooled trees in the registry, or empty.
        dishes: to train.
        shared: dishes whose artifacts are taken over from the parent version.
        parent: the version that was live when the plan was made, or empty.
        skipped: dishes that are not trained, with the reason.
        warnings: reason and message.
        report: on the sales.
    """

    history: StoreHistory
    models: StoreModels | None
    trees: str
    dishes: Sequence[str]
    shared: Sequence[str]
    parent: str
    skipped: Sequence[tuple[str, str]]
    warnings: Sequence[tuple[str, str]]
    report: DataReport


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
        data = dump_artifact(
            {
                "history": work.history.to_payload(),
                "models": work.models.to_payload() if work.models else None,
                "trees": work.trees,
                "dishes": list(work.dishes),
                "shared": list(work.shared),
                "parent": work.parent,
                "skipped": list(work.skipped),
                "warnings": list(work.warnings),
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
        """
        if self._latest is None or self._latest[0] != digest:
            payload = load_artifact(self._file(run_id, digest).read_bytes(), digest)
            history = StoreHistory.from_payload(payload["history"])
            models = StoreModels.from_payload(payload["models"]) if payload["models"] else None
            report = DataReport.model_validate(payload["report"])
            work = PlannedWork(**{**payload, "history": history, "models": models, "report": report})
            self._latest = (digest, work)
        return self._latest[1]

    def _file(self, run_id: str, digest: str) -> Path:
        return self.folder(run_id) / f"plan-{digest}.joblib"

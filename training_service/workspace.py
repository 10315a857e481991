"""The folder in which a run keeps its planned data for all workers; what is in it is checked before it is loaded."""

import shutil
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from shared.artifacts import digest_of, dump_artifact, load_artifact
from training_service.store_history import StoreHistory


@dataclass(frozen=True, slots=True)
class PlannedWork:
    """What a run's messages need beyond names.

    Args:
        history: of the store.
        dishes: to train.
        shared: dishes whose artifacts are taken over from the parent version.
        parent: the version that was live when the plan was made, or empty.
        skipped: dishes that are not trained, with the reason.
        warnings: reason and message.
    """

    history: StoreHistory
    dishes: Sequence[str]
    shared: Sequence[str]
    parent: str
    skipped: Sequence[tuple[str, str]]
    warnings: Sequence[tuple[str, str]]


class Workspaces:
    """Workspaces of runs under one folder that all workers see.

    Args:
        root: the folder; made where it is missing.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        # A worker trains many dishes of a run, one after the other.
        self._latest: tuple[str, PlannedWork] | None = None

    def save(self, run_id: str, work: PlannedWork) -> str:
        """Stores the plan and returns its digest; repeating it is harmless."""
        data = dump_artifact(
            {
                "history": work.history.to_payload(),
                "dishes": list(work.dishes),
                "shared": list(work.shared),
                "parent": work.parent,
                "skipped": list(work.skipped),
                "warnings": list(work.warnings),
            }
        )
        target = self._file(run_id)
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary = target.with_name(f".{target.name}.{uuid.uuid4().hex}")
        temporary.write_bytes(data)
        temporary.replace(target)
        return digest_of(data)

    def load(self, run_id: str, digest: str) -> PlannedWork:
        """Loads a plan.

        Raises:
            OSError: it cannot be read.
            CorruptArtifact: it is not the one that was saved; nothing was unpickled.
        """
        if self._latest is None or self._latest[0] != digest:
            payload = load_artifact(self._file(run_id).read_bytes(), digest)
            work = PlannedWork(**{**payload, "history": StoreHistory.from_payload(payload["history"])})
            self._latest = (digest, work)
        return self._latest[1]

    def delete(self, run_id: str) -> None:
        """Removes what is left of a run."""
        shutil.rmtree(self._root / run_id, ignore_errors=True)

    def _file(self, run_id: str) -> Path:
        return self._root / run_id / "plan.joblib"

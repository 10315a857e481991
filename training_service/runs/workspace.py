"""The folders in which runs keep their planned data for all workers."""

import datetime as dt
import shutil
from pathlib import Path

from training_service.runs.run_models import RUN_ID


class Workspaces:
    """Workspaces of runs under one folder that all workers see.

    Args:
        root: the folder; made where it is missing.
    """

    def __init__(self, root: Path) -> None:
        self._root = root

    def folder(self, run_id: str) -> Path:
        """That of a run; it need not exist."""
        return self._root / run_id

    def older_than(self, age: dt.timedelta) -> list[str]:
        """Runs whose folder has not changed for so long; other things may lie beside the folders of runs."""
        limit = dt.datetime.now(dt.UTC) - age
        found = self._root.iterdir() if self._root.is_dir() else ()
        return [
            path.name
            for path in found
            if RUN_ID.fullmatch(path.name) and dt.datetime.fromtimestamp(path.stat().st_mtime, dt.UTC) < limit
        ]

    def delete(self, run_id: str) -> None:
        """Removes what is left of a run."""
        shutil.rmtree(self.folder(run_id), ignore_errors=True)

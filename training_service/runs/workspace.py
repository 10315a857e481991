"""The folders in which runs keep their planned data for all workers."""

import datetime as dt
import shutil
from pathlib import Path

from training_service.runs.run_models import RUN_ID


class Workspaces:
    """Folders of the runs, side by side in one folder that all workers see.

    Args:
        root: Folder that holds the folders of the runs; it need not exist yet.
    """

    def __init__(self, root: Path) -> None:
        self._root = root

    def folder(self, run_id: str) -> Path:
        """Folder of a run; it need not exist."""
        return self._root / run_id

    def older_than(self, age: dt.timedelta) -> list[str]:
        """Ids of the runs whose folder has not changed for longer than an age.

        Files and folders that do not bear the id of a run are left out.
        """
        limit = dt.datetime.now(dt.UTC) - age
        found = self._root.iterdir() if self._root.is_dir() else ()
        return [
            path.name
            for path in found
            if RUN_ID.fullmatch(path.name) and dt.datetime.fromtimestamp(path.stat().st_mtime, dt.UTC) < limit
        ]

    def delete(self, run_id: str) -> None:
        """Deletes the folder of a run; does nothing where there is none."""
        shutil.rmtree(self.folder(run_id), ignore_errors=True)

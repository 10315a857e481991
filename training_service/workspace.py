"""The folders in which runs keep their planned data for all workers."""

import shutil
from pathlib import Path


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

    def delete(self, run_id: str) -> None:
        """Removes what is left of a run."""
        shutil.rmtree(self.folder(run_id), ignore_errors=True)

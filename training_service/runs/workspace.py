"""The folders in which runs keep their planned data for all workers."""

import datetime as dt
import shutil
from pathlib import Path
from typing import Any

from shared.registry.artifacts import digest_of, load_artifact
from shared.whole_files import written_beside
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

    def keep(self, run_id: str, kind: str, data: bytes) -> str:
        """Stores bytes in the folder of a run or of a group; storing the same bytes twice does no harm.

        Args:
            run_id: Id of the run or of the group.
            kind: What the bytes are; the name of the file begins with it.
            data: Bytes that `dump_artifact` has made.

        Returns:
            Digest of the bytes.
        """
        digest = digest_of(data)
        target = self._file(run_id, kind, digest)
        with written_beside(target) as temporary:
            temporary.write_bytes(data)
            temporary.replace(target)
        return digest

    def kept(self, run_id: str, kind: str, digest: str) -> Any:
        """Loads the value that `keep` has stored.

        Args:
            run_id: Id of the run or of the group.
            kind: What the value is.
            digest: Digest that `keep` has answered.

        Raises:
            OSError: The file cannot be read.
            CorruptArtifact: The file is not the one that was stored; nothing of the file was unpickled.
        """
        return load_artifact(self._file(run_id, kind, digest).read_bytes(), digest)

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

    def _file(self, run_id: str, kind: str, digest: str) -> Path:
        return self.folder(run_id) / f"{kind}-{digest}.joblib"

"""The folder for the temporary files of a worker: it is deleted however the worker ends."""

import os
import subprocess
import tempfile
from pathlib import Path

import pytest

from training_service.jobs.temporary_folder import temporary_folder


@pytest.fixture(autouse=True)
def temporary_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))


def test_the_folder_is_deleted_with_its_files(tmp_path: Path) -> None:
    with temporary_folder() as folder:
        (folder / "fit").mkdir()
        (folder / "fit" / "data.json").touch()
        assert folder.parent == tmp_path

    assert list(tmp_path.iterdir()) == []


def test_folders_of_killed_workers_are_deleted_and_those_of_living_workers_are_kept(tmp_path: Path) -> None:
    with subprocess.Popen(["true"]) as ended:
        pass
    for owner in (ended.pid, os.getpid(), os.getppid()):
        (tmp_path / f"suschef-worker-{owner}-abc" / "fit").mkdir(parents=True)
    (tmp_path / "suschef-worker-notes").mkdir()

    with temporary_folder():
        pass

    # A worker has only one folder, so another folder with the id of this process belongs to an earlier process.
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        f"suschef-worker-{os.getppid()}-abc",
        "suschef-worker-notes",
    ]

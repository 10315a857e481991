"""The health check of the workers: `python -m training_service.worker_check`.

A worker has no port that could be asked. The workers of a container are healthy while Dramatiq's main process and all
of its worker processes are alive.
"""

import os
import sys
from pathlib import Path

from shared.settings import TrainingSettings, load_settings

_PROC = Path("/proc")


def main() -> None:
    """Exits with status 0 if all worker processes are alive, else with status 1 and a line with their number."""
    settings = load_settings(TrainingSettings)
    expected = settings.worker_processes or os.cpu_count() or 1
    alive = worker_processes()
    if alive < expected:
        sys.exit(f"{alive} of {expected} worker processes are alive")


def worker_processes(proc: Path = _PROC) -> int:
    """Number of processes that a `training_service.worker` has spawned, without Python's resource tracker.

    Args:
        proc: Folder with one folder for each process that is looked at, as Linux has them in /proc.
    """
    commands = dict(_commands(proc))
    workers = {pid for pid, command in commands.items() if "training_service.worker" in command.split("\0")}
    return sum(
        1
        for pid, command in commands.items()
        if _parent_of(proc, pid) in workers and "spawn_main" in command and pid not in workers
    )


def _commands(proc: Path) -> list[tuple[int, str]]:
    found = []
    for folder in proc.iterdir():
        if folder.name.isdigit():
            try:
                found.append((int(folder.name), (folder / "cmdline").read_text()))
            except OSError:
                continue  # the process has ended meanwhile
    return found


def _parent_of(proc: Path, pid: int) -> int:
    try:
        # "pid (name) state parent …"; the name may contain anything, and ends at the last bracket.
        return int((proc / str(pid) / "stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0


if __name__ == "__main__":
    main()

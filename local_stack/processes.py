"""The processes of a local stack: those of the Procfile, run by honcho."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import IO

from local_stack.child import running_child

PROCFILE = Path(__file__).parents[1] / "Procfile"


def running_processes(
    environment: Mapping[str, str], *, own_redis: bool, log: IO[bytes] | None = None, folder: Path | None = None
) -> AbstractContextManager["subprocess.Popen[bytes]"]:
    """Runs the stack; nothing of it remains afterwards.

    Args:
        environment: of the processes.
        own_redis: whether a redis-server belongs to the stack.
        log: what the processes print; none: to the terminal.
        folder: that they run in, and where they read `.env`; none: this process's.

    Returns:
        The process manager, which ends when one of its processes does.
    """
    # The Procfile's `python` is to be the one that runs now, and its lines are to be shown at once.
    path = os.pathsep.join([str(Path(sys.executable).parent), environment.get("PATH", os.defpath)])
    return running_child(
        manager_command(own_redis=own_redis),
        {**environment, "PATH": path, "PYTHONUNBUFFERED": "1"},
        # It kills by itself what does not stop in time.
        stop_with=signal.SIGTERM,
        output=log,
        folder=folder,
    )


def manager_command(*, own_redis: bool) -> list[str]:
    """The command that runs the stack in the foreground.

    Args:
        own_redis: whether a redis-server belongs to it.
    """
    names = [line.partition(":")[0] for line in PROCFILE.read_text(encoding="utf-8").splitlines() if line]
    chosen = [name for name in names if own_redis or name != "redis"]
    return [sys.executable, "-m", "local_stack.manager", str(PROCFILE), *chosen]

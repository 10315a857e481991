"""Runs the processes of a local stack, which the Procfile lists, under the process manager."""

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
    environment: Mapping[str, str],
    *,
    own_redis: bool,
    log: IO[bytes] | None = None,
    folder: Path | None = None,
    procfile: Path = PROCFILE,
    patience_seconds: float | None = None,
) -> AbstractContextManager["subprocess.Popen[bytes]"]:
    """Runs the stack while the `with` block lasts; all processes have ended when the block is left.

    Args:
        environment: The environment variables of the processes.
        own_redis: Whether the stack includes a redis-server of its own.
        log: The file that receives what the processes print; None leaves their output on the terminal.
        folder: The working directory of the processes, where they read `.env`; None means that of this process.
        procfile: The file that lists the processes, one line `name: command` each.
        patience_seconds: Seconds that a process has for its orderly stop; None means the default of the manager.

    Returns:
        A context manager that yields the process manager. The process manager ends when one of its processes ends.
    """
    # `python` in the Procfile must be the interpreter of this process, and lines must appear at once.
    path = os.pathsep.join([str(Path(sys.executable).parent), environment.get("PATH", os.defpath)])
    return running_child(
        manager_command(own_redis=own_redis, procfile=procfile, patience_seconds=patience_seconds),
        {**environment, "PATH": path, "PYTHONUNBUFFERED": "1"},
        # The process manager itself kills the processes that do not stop in time.
        stop_with=signal.SIGTERM,
        output=log,
        folder=folder,
    )


def manager_command(*, own_redis: bool, procfile: Path = PROCFILE, patience_seconds: float | None = None) -> list[str]:
    """Returns the command that runs the stack in the foreground.

    Args:
        own_redis: Whether the stack includes a redis-server of its own.
        procfile: The file that lists the processes.
        patience_seconds: Seconds that a process has for its orderly stop; None means the default of the manager.
    """
    names = [line.partition(":")[0] for line in procfile.read_text(encoding="utf-8").splitlines() if line]
    chosen = [name for name in names if own_redis or name != "redis"]
    patience = [] if patience_seconds is None else ["--patience", str(patience_seconds)]
    return [sys.executable, "-m", "local_stack.manager", *patience, str(procfile), *chosen]

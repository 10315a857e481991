"""Runs processes of a Procfile until one of them ends or SIGTERM arrives: `python -m local_stack.manager FILE NAME…`.

The module extends honcho: no process is left behind, whichever process is killed and whenever a signal arrives.
"""

import argparse
import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from functools import partial
from pathlib import Path
from typing import Any

from honcho.environ import parse_procfile
from honcho.manager import Manager
from honcho.printer import Printer
from honcho.process import Process

from local_stack.child import how_it_ended
from local_stack.killed_parent import when_parent_ends

#: Seconds that a process has for its orderly stop. Afterwards the manager kills the process. A worker stops within a
#: second, but on a busy machine the stop of its processes was seen to take more than five.
PATIENCE_SECONDS = 10.0

#: Seconds between two attempts of a stop that has to wait: often enough that nobody notices the wait.
_REPEAT_SECONDS = 0.1

#: The process that stops last, because the other processes need Redis for an orderly stop.
_LAST = "redis"


def main() -> None:
    """Runs the processes that the command line names.

    Exits with the status of the process that ended first, or with 143 after SIGTERM.
    """
    parser = argparse.ArgumentParser(prog="python -m local_stack.manager", description="Run processes of a Procfile.")
    parser.add_argument("procfile", type=Path, help="file with one line `name: command` for each process")
    parser.add_argument("names", nargs="+", help="names of the processes to run")
    parser.add_argument(
        "--patience", type=float, default=PATIENCE_SECONDS, help="seconds until a process that does not stop is killed"
    )
    arguments = parser.parse_args()
    commands = parse_procfile(arguments.procfile.read_text(encoding="utf-8")).processes
    output = SturdyOutput()
    manager = PatientManager(Printer(output), patience_seconds=arguments.patience)
    for name in arguments.names:
        manager.add_process(name, commands[name])
    manager.loop()
    if manager.cause:
        # The cause is the last line: the lines above contain what the other processes said while they stopped.
        name, status = manager.cause
        output.write(f"{name} ended ({how_it_ended(status)}), and so everything was stopped.\n")
    sys.exit(manager.returncode)


class PatientManager(Manager):  # type: ignore[misc]
    """A manager of honcho that stops its processes in order, and accepts a signal while the processes still start.

    A plain honcho manager stops only the processes whose ids it has heard of, and leaves the others behind. It also
    stops all processes at once with all of their children: workers then report errors because Redis is gone.

    Args:
        printer: Prints the lines of the processes.
        patience_seconds: Seconds that a process has for its orderly stop before the manager kills the process.
    """

    #: Name and status of the process that ended by itself; None if a signal came first.
    cause: tuple[str, int] | None = None

    _is_stopping = False
    _give_up_at: float | None = None

    def __init__(self, printer: Printer, *, patience_seconds: float = PATIENCE_SECONDS) -> None:
        super().__init__(printer)
        self._patience_seconds = patience_seconds
        self._process_ctor = partial(FollowingProcess, patience_seconds=patience_seconds)

    def _start(self) -> None:
        super()._start()
        # The thread starts after the forks, because a process with threads should not be forked.
        when_parent_ends(lambda: os.kill(os.getpid(), signal.SIGTERM))

    def terminate(self) -> None:
        """Stops all processes as soon as all of them have started; Redis stops last."""
        if not self._is_stopping:
            self._is_stopping = True
            ended = ((name, p["returncode"]) for name, p in self._processes.items() if p.get("returncode") is not None)
            self.cause = next(ended, None)
        if not self._all_started():
            self._terminate_soon()
            return
        others = [p["pid"] for name, p in self._processes.items() if name != _LAST and p.get("returncode") is None]
        if self._give_up_at is None:
            self._give_up_at = time.monotonic() + self._patience_seconds
            for pid in others:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGTERM)
        if others and time.monotonic() < self._give_up_at:
            self._terminate_soon()
            return
        for pid in others:
            self._procmgr.kill(pid)
        super().terminate()

    def _terminate_soon(self) -> None:
        signal.signal(signal.SIGALRM, lambda *_: self.terminate())
        signal.setitimer(signal.ITIMER_REAL, _REPEAT_SECONDS)


class FollowingProcess(Process):  # type: ignore[misc]
    """A process of honcho whose command ends when the manager is killed, and leaves no process behind.

    Args:
        args: See honcho.
        patience_seconds: Seconds that the command has for its orderly stop after the manager was killed.
        kwargs: See honcho.
    """

    def __init__(self, *args: Any, patience_seconds: float, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._patience_seconds = patience_seconds

    def run(self, *args: Any, **kwargs: Any) -> None:
        """Runs the command, in a process that the manager has forked.

        Args:
            args: See honcho.
            kwargs: See honcho.
        """
        when_parent_ends(self._stop)
        super().run(*args, **kwargs)

    def _send_message(self, data: Any, type: str = "line") -> None:
        if type == "start":
            threading.Thread(target=self._kill_orphans, daemon=True).start()
        super()._send_message(data, type)

    def _kill_orphans(self) -> None:
        """Kills what the command left behind, after the command has ended.

        The orphans hold the output of the command open, and honcho would count the command as running.
        """
        self._child.wait()
        with contextlib.suppress(OSError):  # the command left nothing behind
            os.killpg(self._child.pid, signal.SIGKILL)

    def _stop(self) -> None:
        """Stops the command, kills the rest of its process group, and ends this process."""
        self._child.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._child.wait(self._patience_seconds)
        with contextlib.suppress(OSError):  # the command left nothing behind
            os.killpg(self._child.pid, signal.SIGKILL)
        # An orderly end would wait forever until the killed manager reads the last messages.
        os._exit(1)


class SturdyOutput:
    """Standard output in which no write fails: an error would end the manager before it has stopped its processes.

    The terminal or the pipe may be gone. Honcho also prints when a signal arrives, possibly in the middle of printing.
    A buffered file refuses such a write, so this file has no buffer.
    """

    def __init__(self) -> None:
        self._descriptor = sys.stdout.fileno()

    def write(self, text: str) -> None:
        """Writes as much of a text as the terminal or the pipe still takes.

        Args:
            text: The text, with its line ends.
        """
        rest = text.encode(errors="replace")
        with contextlib.suppress(OSError):
            while rest:
                rest = rest[os.write(self._descriptor, rest) :]

    def flush(self) -> None:
        """Does nothing, because there is no buffer."""

    def isatty(self) -> bool:
        """Returns whether the output is a terminal, which shows colours."""
        return os.isatty(self._descriptor)


if __name__ == "__main__":
    main()

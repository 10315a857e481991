"""`python -m local_stack.manager PROCFILE NAME…` runs processes of a Procfile until one ends or SIGTERM comes."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

from honcho.environ import parse_procfile
from honcho.manager import Manager
from honcho.printer import Printer
from honcho.process import Process

from local_stack.child import how_it_ended
from local_stack.killed_parent import when_parent_ends

#: How often a stop that has to wait is tried again, in seconds.
_REPEAT_SECONDS = 0.1

#: Seconds after which those that have been asked to stop are not waited for any more.
_PATIENCE_SECONDS = 5.0

#: What the other processes need to stop in good order, and which is stopped after them.
_LAST = "redis"


class FollowingProcess(Process):  # type: ignore[misc]
    """Honcho's process, whose command outlives no manager that is killed, and leaves nothing behind."""

    def run(self, *args: Any, **kwargs: Any) -> None:
        """Runs the command, in a process that the manager has forked."""
        when_parent_ends(self._stop)
        super().run(*args, **kwargs)

    def _send_message(self, data: Any, type: str = "line") -> None:
        if type == "start":
            threading.Thread(target=self._kill_orphans, daemon=True).start()
        super()._send_message(data, type)

    def _kill_orphans(self) -> None:
        """Once the command has ended, ends what it left behind: they hold its output, and so it would not count as
        ended.
        """
        self._child.wait()
        with contextlib.suppress(OSError):  # nothing is left
            os.killpg(self._child.pid, signal.SIGKILL)

    def _stop(self) -> None:
        """Stops the command, kills what is left of it then, and ends this process."""
        self._child.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._child.wait(_PATIENCE_SECONDS)
        with contextlib.suppress(OSError):  # nothing is left
            os.killpg(self._child.pid, signal.SIGKILL)
        # Nobody reads what it has still to tell the manager, and so an orderly end would wait for ever.
        os._exit(1)


class PatientManager(Manager):  # type: ignore[misc]
    """Honcho's manager, for which a signal may come while it still starts its processes, and which stops in order.

    Honcho stops what it has been told the process id of, and would leave the others behind. And it stops all at once
    with all of their children, while workers without Redis report errors, and who is told twice stops at once.
    """

    #: What ended by itself, and its status; none where a signal came first.
    cause: tuple[str, int] | None = None

    _is_stopping = False
    _give_up_at: float | None = None

    def __init__(self, printer: Printer) -> None:
        super().__init__(printer)
        self._process_ctor = FollowingProcess

    def _start(self) -> None:
        super()._start()
        # Only now: a process that has threads should not be forked.
        when_parent_ends(lambda: os.kill(os.getpid(), signal.SIGTERM))

    def terminate(self) -> None:
        """Stops all processes as soon as all have started."""
        if not self._is_stopping:
            self._is_stopping = True
            ended = ((name, p["returncode"]) for name, p in self._processes.items() if p.get("returncode") is not None)
            self.cause = next(ended, None)
        if not self._all_started():
            self._terminate_soon()
            return
        others = [p["pid"] for name, p in self._processes.items() if name != _LAST and p.get("returncode") is None]
        if self._give_up_at is None:
            self._give_up_at = time.monotonic() + _PATIENCE_SECONDS
            for pid in others:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGTERM)
        if others and time.monotonic() < self._give_up_at:
            self._terminate_soon()
        else:
            super().terminate()

    def _terminate_soon(self) -> None:
        signal.signal(signal.SIGALRM, lambda *_: self.terminate())
        signal.setitimer(signal.ITIMER_REAL, _REPEAT_SECONDS)


class SturdyOutput:
    """Standard output, in which no write fails: the error would end the manager before it has stopped its processes.

    The terminal or the pipe may be gone. And honcho prints when a signal comes, which may be in the middle of printing:
    a buffered file refuses that, so this one has no buffer.
    """

    def __init__(self) -> None:
        self._descriptor = sys.stdout.fileno()

    def write(self, text: str) -> None:
        """Writes what still can be written."""
        rest = text.encode(errors="replace")
        with contextlib.suppress(OSError):
            while rest:
                rest = rest[os.write(self._descriptor, rest) :]

    def flush(self) -> None:
        """Everything is written already."""

    def isatty(self) -> bool:
        """Whether colours are seen."""
        return os.isatty(self._descriptor)


def main() -> None:
    """Runs the processes; exits with the status of the one that ended first, or with 143 after SIGTERM."""
    procfile, *names = sys.argv[1:]
    commands = parse_procfile(Path(procfile).read_text(encoding="utf-8")).processes
    output = SturdyOutput()
    manager = PatientManager(Printer(output))
    for name in names:
        manager.add_process(name, commands[name])
    manager.loop()
    if manager.cause:
        # The last line: above it is all that the others said while they were stopped.
        name, status = manager.cause
        output.write(f"{name} ended ({how_it_ended(status)}), and so everything was stopped.\n")
    sys.exit(manager.returncode)


if __name__ == "__main__":
    main()

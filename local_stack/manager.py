"""`python -m local_stack.manager PROCFILE NAME…` runs processes of a Procfile until one ends or SIGTERM comes."""

import contextlib
import os
import signal
import sys
from pathlib import Path

from honcho.environ import parse_procfile
from honcho.manager import Manager
from honcho.printer import Printer

#: Until all processes are known to have started, a request to stop is repeated this often, in seconds.
_REPEAT_SECONDS = 0.1


class PatientManager(Manager):  # type: ignore[misc]
    """Honcho's manager, for which a signal may come while it still starts its processes.

    Honcho stops what it has been told the process id of, and would leave the others behind.
    """

    def terminate(self) -> None:
        """Stops all processes as soon as all have started."""
        if self._all_started():
            super().terminate()
        else:
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
    manager = PatientManager(Printer(SturdyOutput()))
    for name in names:
        manager.add_process(name, commands[name])
    manager.loop()
    sys.exit(manager.returncode)


if __name__ == "__main__":
    main()

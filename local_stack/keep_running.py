"""Starts a command again whenever the command ends: `python -m local_stack.keep_running COMMAND…`.

The stack runs its workers this way. When memory runs out, the system kills one process of a worker, and Dramatiq then
ends the other processes of that worker.
"""

import os
import signal
import sys
import time
from collections import deque
from collections.abc import Sequence

from local_stack.child import exit_on_stop_signals, how_it_ended, running_child

#: A command that ends more often than this within the seconds below will hardly recover: it is given up.
ENDS_ALLOWED = 5
WITHIN_SECONDS = 60.0

#: Exit status of a command that refuses its settings or arguments, and would refuse them again.
_WRONG_USE = 2


def main() -> None:
    """Keeps the command of the command line running.

    Exits with 128 + the number of the signal that stopped this process, or with the status of the last end of a command
    that was given up.
    """
    exit_on_stop_signals()
    sys.exit(keep_running(sys.argv[1:]))


def keep_running(
    command: Sequence[str], *, ends_allowed: int = ENDS_ALLOWED, within_seconds: float = WITHIN_SECONDS
) -> int:
    """Runs a command again and again, until the command ends too often or refuses to start.

    Args:
        command: The program and its arguments.
        ends_allowed: How many ends within `within_seconds` are tolerated; one more gives the command up.
        within_seconds: Length of the period, in seconds, in which ends are counted.

    Returns:
        The exit status of the command's last end; 128 + the number of the signal where a signal killed the command.
    """
    shown = " ".join(command)
    ends: deque[float] = deque(maxlen=ends_allowed + 1)
    while True:
        # The command stays in the session of this process: whoever kills the group must kill the command too.
        with running_child(command, os.environ, stop_with=signal.SIGTERM, own_session=False) as child:
            status = child.wait()
        if status == _WRONG_USE:
            return status
        how = how_it_ended(status)
        ends.append(time.monotonic())
        if len(ends) > ends_allowed and ends[-1] - ends[0] < within_seconds:
            sys.stderr.write(
                f"{shown} ended ({how}), and {len(ends)} times within {within_seconds:.0f} seconds: it is given up\n"
            )
            return status if status >= 0 else 128 - status
        sys.stderr.write(f"{shown} ended ({how}): it is started again\n")


if __name__ == "__main__":
    main()

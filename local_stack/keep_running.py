"""`python -m local_stack.keep_running COMMAND…` starts a command again whenever it ends, until it is told to stop.

For workers: the machine kills one of its processes where memory runs out, and Dramatiq then ends the others too.
"""

import os
import signal
import sys
import time
from collections import deque
from collections.abc import Sequence

from local_stack.child import exit_on_stop_signals, how_it_ended, running_child

#: More ends than this, within so many seconds, are no accident.
_ENDS_BORNE, _WITHIN_SECONDS = 5, 60.0

#: A command that refuses its settings or its arguments will do so again.
_WRONG_USE = 2


def main() -> None:
    """Keeps the command running; exits with 128 + the signal that stops it, or with the status that it gave up at."""
    exit_on_stop_signals()
    sys.exit(keep_running(sys.argv[1:]))


def keep_running(command: Sequence[str]) -> int:
    """Runs a command again and again.

    Returns:
        The status that it ended with when it was given up: it ended too often, or will not start at all.
    """
    shown = " ".join(command)
    ends: deque[float] = deque(maxlen=_ENDS_BORNE + 1)
    while True:
        # In the session of this process: whoever kills the group must not leave the command behind.
        with running_child(command, os.environ, stop_with=signal.SIGTERM, own_session=False) as child:
            status = child.wait()
        if status == _WRONG_USE:
            return status
        how = how_it_ended(status)
        ends.append(time.monotonic())
        if len(ends) > _ENDS_BORNE and ends[-1] - ends[0] < _WITHIN_SECONDS:
            sys.stderr.write(
                f"{shown} ended ({how}), and {len(ends)} times within {_WITHIN_SECONDS:.0f} seconds: it is given up\n"
            )
            return status if status >= 0 else 128 - status
        sys.stderr.write(f"{shown} ended ({how}): it is started again\n")


if __name__ == "__main__":
    main()

"""Notices that the parent of this process has ended. The system does not tell a process that its parent was killed."""

import os
import threading
import time
from collections.abc import Callable

#: Seconds between two looks at the parent: short enough that the ports are free again when somebody restarts the stack.
LOOK_SECONDS = 0.2


def when_parent_ends(act: Callable[[], None], *, look_seconds: float = LOOK_SECONDS) -> None:
    """Starts a thread that calls a function once the parent of this process has ended.

    Args:
        act: The function to call, without arguments.
        look_seconds: Seconds between two looks at the parent.
    """
    threading.Thread(target=_wait_for_its_end, args=(os.getppid(), act, look_seconds), daemon=True).start()


def _wait_for_its_end(parent: int, act: Callable[[], None], look_seconds: float) -> None:
    # The system gives a process another parent when its parent has ended.
    while os.getppid() == parent:
        time.sleep(look_seconds)
    act()

"""Notices that the parent of this process has ended: of a parent that was killed nobody tells."""

import os
import threading
import time
from collections.abc import Callable

#: How often it is looked, in seconds.
_LOOK_SECONDS = 0.2


def when_parent_ends(act: Callable[[], None]) -> None:
    """From now on: calls `act`, in a thread of its own, once this process's parent has ended."""
    threading.Thread(target=_wait_for_its_end, args=(os.getppid(), act), daemon=True).start()


def _wait_for_its_end(parent: int, act: Callable[[], None]) -> None:
    # Whose parent has ended is given another one.
    while os.getppid() == parent:
        time.sleep(_LOOK_SECONDS)
    act()

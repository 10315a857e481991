"""Notices that the terminal was closed, where `make` keeps that for itself.

The system tells it (SIGHUP) to the leader of the terminal's session only. A shell passes it on; `make`, which leads the
session where a window runs nothing else, waits for its command instead, which would run for good.
"""

import contextlib
import os
import select
import signal
import threading


def hang_up_with_terminal() -> None:
    """From now on a closed terminal means SIGHUP for this process too, where its parent leads the session."""
    if os.getppid() != os.getsid(0):
        return
    with contextlib.suppress(OSError):  # there is no terminal
        terminal = os.open("/dev/tty", os.O_RDONLY | os.O_NOCTTY)
        threading.Thread(target=_wait_for_its_end, args=(terminal, threading.get_ident()), daemon=True).start()


def _wait_for_its_end(terminal: int, main_thread: int) -> None:
    poll = select.poll()
    # For nothing: what is left is told always.
    poll.register(terminal, 0)
    poll.poll()
    signal.pthread_kill(main_thread, signal.SIGHUP)

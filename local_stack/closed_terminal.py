"""Stops this process when its terminal is closed, also where `make` started the process.

The system sends SIGHUP only to the leader of the terminal's session. A shell passes the signal on to its children.
`make` leads the session where it is the only command of a window; `make` waits for its command instead, so the command
would run forever.
"""

import contextlib
import os
import select
import signal
import threading


def hang_up_with_terminal() -> None:
    """Sends SIGHUP to this process when its terminal is closed, if the parent of this process leads the session."""
    if os.getppid() != os.getsid(0):
        return
    with contextlib.suppress(OSError):  # there is no terminal
        terminal = os.open("/dev/tty", os.O_RDONLY | os.O_NOCTTY)
        threading.Thread(target=_wait_for_its_end, args=(terminal, threading.get_ident()), daemon=True).start()


def _wait_for_its_end(terminal: int, main_thread: int) -> None:
    poll = select.poll()
    # Without any requested event, poll() returns only for a terminal that is gone.
    poll.register(terminal, 0)
    poll.poll()
    signal.pthread_kill(main_thread, signal.SIGHUP)

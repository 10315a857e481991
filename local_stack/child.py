"""Runs a child process that never outlives this one, however often and whenever somebody presses Ctrl-C."""

import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType
from typing import IO

from local_stack.closed_terminal import hang_up_with_terminal

#: Ctrl-C, a wish to end, a closed terminal.
_STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def exit_on_stop_signals() -> None:
    """From now on the first of SIGINT, SIGTERM and SIGHUP raises SystemExit; what comes after it is ignored.

    To be called by the main thread.
    """
    for signum in _STOP_SIGNALS:
        # Who started this with a signal ignored (nohup, say) is to be obeyed.
        if signal.getsignal(signum) is not signal.SIG_IGN:
            signal.signal(signum, _exit)
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        hang_up_with_terminal()


@contextmanager
def running_child(
    command: Sequence[str],
    environment: Mapping[str, str],
    *,
    stop_with: signal.Signals,
    output: IO[bytes] | None = None,
    folder: Path | None = None,
    own_session: bool = True,
) -> Iterator["subprocess.Popen[bytes]"]:
    """Runs a command; it has ended afterwards.

    Args:
        command: with its arguments.
        environment: of the child.
        stop_with: the signal that asks it to end, where it still runs at the end.
        output: where it prints; none: to the terminal.
        folder: that it runs in; none: this process's.
        own_session: a terminal's Ctrl-C then comes to this process alone.

    Yields:
        The child.
    """
    with ExitStack() as at_end:
        # Between its start and the note that it is to be stopped, nothing may come.
        with _stop_signals_deferred():
            child = subprocess.Popen(
                command,
                env=dict(environment),
                cwd=folder,
                stdout=output,
                stderr=output,
                start_new_session=own_session,
            )
            at_end.callback(_stop, child, stop_with)
        yield child


def how_it_ended(status: int) -> str:
    """The status of a child that has ended, as subprocess gives it, in words."""
    return f"status {status}" if status >= 0 else f"killed by {signal.Signals(-status).name}"


def _exit(signum: int, _frame: FrameType | None) -> None:
    for each in _STOP_SIGNALS:
        signal.signal(each, signal.SIG_IGN)
    sys.exit(128 + signum)


def _stop(child: "subprocess.Popen[bytes]", stop_with: signal.Signals) -> None:
    with _stop_signals_deferred():
        if child.poll() is None:
            child.send_signal(stop_with)
        child.wait()


@contextmanager
def _stop_signals_deferred() -> Iterator[None]:
    arrived: list[int] = []
    before = {each: signal.signal(each, lambda signum, _: arrived.append(signum)) for each in _STOP_SIGNALS}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
        for signum in arrived:
            signal.raise_signal(signum)

"""Runs a child process that never outlives this process, however often and whenever somebody presses Ctrl-C."""

import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType
from typing import IO

from local_stack.closed_terminal import hang_up_with_terminal

#: Signals that stop this process: Ctrl-C, `kill`, and a closed terminal.
_STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def exit_on_stop_signals() -> None:
    """Lets the first of SIGINT, SIGTERM and SIGHUP raise SystemExit, and lets all later ones be ignored.

    Only the main thread may call this function.
    """
    for signum in _STOP_SIGNALS:
        # A caller that ignores a signal for its children, as nohup does, wants the signal to stay ignored.
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
    """Runs a command while the `with` block lasts; the command has ended when the block is left.

    Args:
        command: The program and its arguments.
        environment: The environment variables of the command.
        stop_with: The signal that asks the command to end, if the command still runs at the end of the block.
        output: The file that receives standard output and standard error; None leaves both on the terminal.
        folder: The working directory of the command; None means the working directory of this process.
        own_session: Whether the command gets a session of its own. Ctrl-C in a terminal then reaches this process only.

    Yields:
        The child process.
    """
    with ExitStack() as at_end:
        # A signal between the start of the child and the registration of its stop would leave the child running.
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
    """Says in words how a child ended, such as "status 1" or "killed by SIGKILL".

    Args:
        status: The return code of the child as subprocess gives it; negative for a signal.
    """
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
    """Keeps stop signals back while the `with` block lasts, and raises them again afterwards."""
    arrived: list[int] = []
    before = {each: signal.signal(each, lambda signum, _: arrived.append(signum)) for each in _STOP_SIGNALS}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
        for signum in arrived:
            signal.raise_signal(signum)

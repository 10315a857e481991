"""Tests that closing a terminal window stops the stack in it, whichever process leads the session."""

import os
import pty
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.left_behind import left_in, running_in

#: Longest wait for something that happens within a second, in seconds.
PATIENCE = 30.0

#: A program that does what `make up` and `make demo` do, with `sleep` in place of the stack.
STAND_IN = """
import signal
from local_stack.child import exit_on_stop_signals, running_child
exit_on_stop_signals()
with running_child(["sleep", "1000"], {"PATH": "/usr/bin:/bin"}, stop_with=signal.SIGTERM) as child:
    open("running", "w").close()
    child.wait()
"""


@pytest.mark.parametrize("leader", ["exec make", "make; true", "exec python stand_in.py"])
def test_a_closed_terminal_stops_everything(leader: str, tmp_path: Path) -> None:
    terminal, process = start(leader, tmp_path)

    os.close(terminal)

    process.wait(PATIENCE)
    wait_until(lambda: left_in(tmp_path) == [])


def test_a_command_under_nohup_outlives_its_terminal(tmp_path: Path) -> None:
    terminal, process = start("nohup make > nohup.out", tmp_path)

    os.close(terminal)

    process.wait(PATIENCE)
    time.sleep(1)  # a test can only wait to see that nothing happens
    (stand_in,) = (pid for pid, command in running_in(tmp_path) if command.startswith("python"))
    os.kill(stand_in, signal.SIGTERM)
    wait_until(lambda: left_in(tmp_path) == [])


def start(command: str, folder: Path) -> "tuple[int, subprocess.Popen[bytes]]":
    """Runs a shell command in a new terminal; returns the descriptor of the terminal and the leader of its session."""
    (folder / "stand_in.py").write_text(STAND_IN)
    (folder / "Makefile").write_text("all:\n\t@exec python stand_in.py\n")
    environment = {
        "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
        "PYTHONPATH": str(Path(__file__).parents[3]),
    }
    terminal, inside = pty.openpty()
    try:
        process = subprocess.Popen(
            # With `exec`, the shell itself becomes the command.
            ["setsid", "--ctty", "sh", "-c", command],
            cwd=folder,
            env=environment,
            stdin=inside,
            stdout=inside,
            stderr=inside,
        )
    finally:
        os.close(inside)
    wait_until((folder / "running").exists)
    return terminal, process


def wait_until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)  # the system announces neither a new file nor the end of a process that is no child

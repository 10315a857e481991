"""Tests of keep_running: it starts a command again, gives up in time, and leaves no process behind."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.left_behind import left_in

#: Longest wait for something that happens within a second, in seconds.
PATIENCE = 60.0
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(Path(__file__).parents[3])}


@pytest.fixture(autouse=True)
def nothing_remains(tmp_path: Path) -> Iterator[None]:
    yield
    assert left_in(tmp_path) == []


def test_a_killed_command_is_started_again_and_one_line_says_so(tmp_path: Path) -> None:
    keeper = start(tmp_path, "echo $$ >> starts; exec sleep 1000")
    try:
        os.kill(started(tmp_path, 1)[0], signal.SIGKILL)
        started(tmp_path, 2)
    finally:
        keeper.terminate()
        _, told = keeper.communicate(timeout=PATIENCE)

    assert told.count("\n") == 1
    assert "ended (killed by SIGKILL)" in told
    assert keeper.returncode == 128 + signal.SIGTERM


def test_a_command_that_ends_too_often_is_given_up_and_its_status_returned(tmp_path: Path) -> None:
    keeper = start(tmp_path, "echo $$ >> starts; exit 7")
    _, told = keeper.communicate(timeout=PATIENCE)

    assert keeper.returncode == 7
    assert len(started(tmp_path, 6)) == 6
    assert "6 times within 60 seconds" in told.splitlines()[-1]


def test_a_command_that_refuses_its_settings_is_not_started_again(tmp_path: Path) -> None:
    keeper = start(tmp_path, "echo $$ >> starts; exit 2")
    _, told = keeper.communicate(timeout=PATIENCE)

    assert keeper.returncode == 2
    assert len(started(tmp_path, 1)) == 1
    assert told == ""


@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGINT])
def test_a_stop_signal_is_passed_on_once_and_the_end_of_the_command_awaited(
    tmp_path: Path, signum: signal.Signals
) -> None:
    keeper = start(
        tmp_path, "trap 'echo told >> stops; kill $!; sleep 0.3; exit 0' TERM; sleep 1000 & echo $$ >> starts; wait"
    )
    child = started(tmp_path, 1)[0]
    keeper.send_signal(signum)
    keeper.send_signal(signum)
    keeper.communicate(timeout=PATIENCE)

    assert keeper.returncode == 128 + signum
    assert (tmp_path / "stops").read_text() == "told\n"
    with pytest.raises(ProcessLookupError):
        os.kill(child, 0)


def test_a_signal_that_kills_the_group_kills_the_command(tmp_path: Path) -> None:
    keeper = start(tmp_path, "trap '' TERM; echo $$ >> starts; exec sleep 1000")
    started(tmp_path, 1)
    os.killpg(keeper.pid, signal.SIGKILL)
    keeper.communicate(timeout=PATIENCE)


def start(folder: Path, script: str) -> "subprocess.Popen[str]":
    """Starts a process that keeps a shell script running."""
    return subprocess.Popen(
        [sys.executable, "-m", "local_stack.keep_running", "sh", "-c", script],
        cwd=folder,
        env=ENVIRONMENT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def started(folder: Path, times: int) -> list[int]:
    """Waits until the script was started this many times, and returns the process ids of the script."""
    deadline = time.monotonic() + PATIENCE
    file = folder / "starts"
    while not file.exists() or len(file.read_text().splitlines()) < times:
        assert time.monotonic() < deadline
        time.sleep(0.05)  # the system does not announce a new line of a file
    return [int(line) for line in file.read_text().splitlines()]

"""Tests of the process manager, with shell commands in place of the services: no process is ever left behind."""

import fcntl
import os
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from local_stack.processes import running_processes
from tests.support.left_behind import left_in

#: Longest wait for something that happens within a second, in seconds.
PATIENCE = 60.0
#: Seconds that the manager waits for a process that does not stop; short, because some tests wait for their end.
PATIENCE_OF_THE_MANAGER = 0.5
#: Bytes that fill a pipe: its 64 KiB, but for a part of a page.
PIPE_SIZE = 60_000
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(Path(__file__).parents[3])}

#: A shell expression for the process id of the manager, which leads the session of a command of the Procfile.
MANAGER = "$(cut -d' ' -f6 /proc/$PPID/stat)"


@pytest.fixture(autouse=True)
def nothing_remains(tmp_path: Path) -> Iterator[None]:
    yield
    assert left_in(tmp_path) == []


@pytest.mark.parametrize("position", [0, 12])
def test_a_stop_during_the_start_leaves_nothing_behind(position: int, tmp_path: Path) -> None:
    commands = ["exec sleep 1000"] * 12
    commands.insert(position, f"kill -TERM {MANAGER}; exec sleep 1000")

    ended = manage(tmp_path, *commands)

    assert ended.returncode == 128 + signal.SIGTERM


def test_a_stop_without_a_terminal_leaves_nothing_behind(tmp_path: Path) -> None:
    commands = (f"echo line; kill -TERM {MANAGER}; exec sleep 1000", "exec sleep 1000")
    reader, writer = os.pipe()
    os.close(reader)
    try:
        ended = manage(tmp_path, *commands, output=writer)
    finally:
        os.close(writer)

    assert ended.returncode == 128 + signal.SIGTERM


def test_a_stop_while_the_manager_prints_leaves_nothing_behind(tmp_path: Path) -> None:
    # With the prefix that honcho adds, so many lines are more than twice the size of a pipe.
    talkative = start(tmp_path, "seq 5000; exec sleep 1000", "exec sleep 1000")
    wait_until_nothing_more_fits(talkative)
    talkative.terminate()
    shown, _ = talkative.communicate(timeout=PATIENCE)

    assert talkative.returncode == 128 + signal.SIGTERM, shown[-2000:]


def test_when_one_process_ends_the_others_stop_and_the_manager_exits_with_its_status(tmp_path: Path) -> None:
    assert manage(tmp_path, "exit 7", "exec sleep 1000").returncode == 7


@pytest.mark.parametrize(
    ("command", "how"), [("exit 7", "status 7"), ("kill -KILL $$", "killed by SIGKILL"), ("exit 0", "status 0")]
)
def test_the_last_line_names_the_process_that_ended(command: str, how: str, tmp_path: Path) -> None:
    manager = start(tmp_path, "exec sleep 1000", command)
    shown, _ = manager.communicate(timeout=PATIENCE)
    assert shown.splitlines()[-1] == f"process-1 ended ({how}), and so everything was stopped."


def test_a_stop_by_the_user_names_no_process_that_ended(tmp_path: Path) -> None:
    manager = start(tmp_path, f"kill -TERM {MANAGER}; exec sleep 1000")
    shown, _ = manager.communicate(timeout=PATIENCE)
    assert "and so everything was stopped" not in shown


def test_when_a_process_is_killed_its_children_are_killed(tmp_path: Path) -> None:
    manager = start(tmp_path, "exec sleep 1000", "sleep 1000 & kill -KILL $$")
    shown, _ = manager.communicate(timeout=PATIENCE)
    assert "process-1 ended (killed by SIGKILL)" in shown


def test_a_process_that_does_not_stop_is_killed(tmp_path: Path) -> None:
    assert manage(tmp_path, "exit 7", "trap '' TERM; while true; do sleep 1000; done").returncode == 7


def test_an_impatient_second_ctrl_c_does_not_interrupt_the_stop(tmp_path: Path) -> None:
    # The command stands in for an impatient person: asked to stop, the command presses Ctrl-C once more.
    command = "trap 'kill -INT $STARTER; exit 0' TERM; echo up; while true; do sleep 1000 & wait; done"
    started: list[subprocess.Popen[bytes]] = []
    ended_at_interrupt: list[int | None] = []
    before = signal.signal(signal.SIGINT, lambda *_: ended_at_interrupt.append(started[0].returncode))
    log = tmp_path / "log"
    try:
        environment = {**ENVIRONMENT, "STARTER": str(os.getpid())}
        with (
            log.open("wb") as output,
            running_processes(
                environment, own_redis=False, log=output, folder=tmp_path, procfile=procfile(tmp_path, command)
            ) as running,
        ):
            started.append(running)
            wait_for_line(log, "| up", running)
    finally:
        signal.signal(signal.SIGINT, before)
    assert ended_at_interrupt == [128 + signal.SIGTERM], log.read_text()


#: A program that starts the manager as `make up` and `make demo` do.
FRONT = """
import subprocess, sys
subprocess.Popen(sys.argv[1:], start_new_session=True).wait()
"""


def test_when_the_starter_of_the_manager_is_killed_everything_stops(tmp_path: Path) -> None:
    command = manager_of(tmp_path, "trap 'echo told >> told; exit 0' TERM; echo up; sleep 1000 & wait")
    front = subprocess.Popen(
        [sys.executable, "-c", FRONT, *command],
        cwd=tmp_path,
        env=ENVIRONMENT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    wait_for_up(front)

    front.kill()
    front.communicate(timeout=PATIENCE)

    wait_until_nothing_is_left_in(tmp_path)
    assert (tmp_path / "told").read_text() == "told\n"


def test_when_the_manager_is_killed_its_processes_stop_or_are_killed(tmp_path: Path) -> None:
    manager = start(
        tmp_path,
        "trap 'echo told >> told; exit 0' TERM; sleep 1000 & wait",
        "trap '' TERM; echo up; while true; do sleep 1000; done",
    )
    wait_for_up(manager)

    manager.kill()
    manager.communicate(timeout=PATIENCE)

    wait_until_nothing_is_left_in(tmp_path)
    assert (tmp_path / "told").read_text() == "told\n"


def manage(folder: Path, *commands: str, output: int = subprocess.PIPE) -> "subprocess.Popen[str]":
    """Runs shell commands under the manager until the manager ends."""
    manager = start(folder, *commands, output=output)
    manager.communicate(timeout=PATIENCE)
    return manager


def start(folder: Path, *commands: str, output: int = subprocess.PIPE) -> "subprocess.Popen[str]":
    """Starts the manager with shell commands."""
    return subprocess.Popen(
        manager_of(folder, *commands),
        cwd=folder,
        env=ENVIRONMENT,
        stdout=output,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def manager_of(folder: Path, *commands: str) -> list[str]:
    """Returns the command line that runs shell commands under the manager."""
    names = [f"process-{number}" for number in range(len(commands))]
    patience = ["--patience", str(PATIENCE_OF_THE_MANAGER)]
    return [sys.executable, "-m", "local_stack.manager", *patience, str(procfile(folder, *commands)), *names]


def wait_for_up(manager: "subprocess.Popen[str]") -> None:
    """Waits until a process has printed "up"."""
    assert manager.stdout
    assert any("| up" in line for line in manager.stdout)


def wait_until_nothing_is_left_in(folder: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while left_in(folder):
        assert time.monotonic() < deadline
        time.sleep(0.05)  # the system does not announce the end of a process that is no child


def wait_until_nothing_more_fits(writer: "subprocess.Popen[str]") -> None:
    """Waits until a process is blocked while it writes, because nobody reads."""
    assert writer.stdout
    deadline = time.monotonic() + PATIENCE
    waiting = struct.pack("i", 0)
    while struct.unpack("i", fcntl.ioctl(writer.stdout, termios.FIONREAD, waiting))[0] < PIPE_SIZE:
        assert writer.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.05)  # the system does not announce that a pipe is full


def procfile(folder: Path, *commands: str) -> Path:
    path = folder / "Procfile"
    path.write_text("".join(f"process-{number}: {command}\n" for number, command in enumerate(commands)))
    return path


def wait_for_line(file: Path, text: str, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + PATIENCE
    while text not in file.read_text():
        assert process.poll() is None, file.read_text()
        assert time.monotonic() < deadline
        time.sleep(0.05)  # the system does not announce a new line of a file

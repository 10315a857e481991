"""Tests that only one process at a time writes into a folder."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from local_stack.one_at_a_time import AlreadyRunning, one_at_a_time
from tests.support.stack import free_port

ROOT = Path(__file__).parents[3]
ENVIRONMENT = {"PATH": str(Path(sys.executable).parent), "PYTHONPATH": f"{ROOT}:{ROOT / 'protos'}:{ROOT / 'client'}"}

HOLDER = """
import pathlib, time
from local_stack.one_at_a_time import one_at_a_time
with one_at_a_time(pathlib.Path("var/stack.lock"), "stack"):
    print("held", flush=True)
    time.sleep(1000)
"""


def test_a_second_holder_of_a_lock_is_refused_until_the_first_ends(tmp_path: Path) -> None:
    lock = tmp_path / "var" / "stack.lock"

    with (
        one_at_a_time(lock, "stack"),
        pytest.raises(AlreadyRunning, match="another stack is running here"),
        one_at_a_time(lock, "stack"),
    ):
        pass
    with one_at_a_time(lock, "stack"):
        pass


def test_a_killed_process_leaves_no_lock(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER], cwd=tmp_path, env=ENVIRONMENT, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == "held\n"
        holder.send_signal(signal.SIGKILL)
        holder.wait()

    with one_at_a_time(tmp_path / "var" / "stack.lock", "stack"):
        pass


def test_a_second_demonstration_in_the_same_folder_is_refused(tmp_path: Path) -> None:
    running = tmp_path / "var" / "demo" / "of-the-first"
    running.mkdir(parents=True)

    with one_at_a_time(tmp_path / "var" / "demo.lock", "demonstration"):
        ended = run("local_stack.demo", tmp_path)

    assert ended.returncode == 1
    assert "another demonstration is running here" in ended.stdout
    assert running.is_dir()


def test_a_second_stack_on_the_same_redis_folder_is_refused_even_with_other_ports(tmp_path: Path) -> None:
    addresses = {f"{name}_ADDRESS": f"127.0.0.1:{free_port()}" for name in ("TRAINING", "INFERENCE")}

    with one_at_a_time(tmp_path / "var" / "redis.lock", "stack"):
        ended = run("local_stack.up", tmp_path, **addresses)

    assert ended.returncode == 2
    assert ended.stderr.startswith("another stack is running here")
    assert ended.stdout == ""


def run(module: str, folder: Path, **settings: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", module],
        cwd=folder,
        env={**ENVIRONMENT, **settings},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

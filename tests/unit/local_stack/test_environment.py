"""Preparing a local stack: a Redis of its own where none is set."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from local_stack.environment import isolated_environment, local_environment
from local_stack.processes import manager_command
from local_stack.redis_binary import NoRedisServer, find_redis_server
from shared.settings import InferenceSettings, TrainingSettings
from tests.support.stack import free_port


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[TrainingSettings, InferenceSettings]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("REDIS_URL", raising=False)
    training = TrainingSettings(training_address=f"127.0.0.1:{free_port()}")
    return training, InferenceSettings(inference_address=f"127.0.0.1:{free_port()}")


def test_without_a_redis_url_the_stack_brings_its_own(
    settings: tuple[TrainingSettings, InferenceSettings], tmp_path: Path
) -> None:
    local = local_environment(tmp_path / "var", *settings)

    assert local.own_redis
    assert local.variables["REDIS_URL"].endswith(f":{local.variables['LOCAL_REDIS_PORT']}/0")
    assert (tmp_path / "var" / "data").is_dir()
    assert "redis" in manager_command(own_redis=True)


def test_with_a_redis_url_that_one_is_used(
    settings: tuple[TrainingSettings, InferenceSettings], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REDIS_URL", "redis://elsewhere:6379/0")

    local = local_environment(tmp_path, TrainingSettings(training_address=settings[0].training_address), settings[1])

    assert not local.own_redis
    assert local.variables["REDIS_URL"] == "redis://elsewhere:6379/0"
    assert "redis" not in manager_command(own_redis=False)


def test_the_redis_of_the_wheel_stands_in_for_one_on_the_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")

    version = subprocess.run([str(find_redis_server()), "--version"], capture_output=True, text=True, check=True)

    assert "Redis server" in version.stdout


def test_without_any_redis_server_it_is_told_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)

    with pytest.raises(NoRedisServer, match="install"):
        find_redis_server()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--sales", "absent.csv", "--country", "DE"], "there is no file"),
        (["--sales", __file__], "COUNTRY"),
    ],
)
def test_the_demonstration_refuses_wrong_use(arguments: list[str], told: str, tmp_path: Path) -> None:
    root = Path(__file__).parents[3]
    environment = {**os.environ, "PYTHONPATH": f"{root}:{root / 'protos'}:{root / 'client'}"}

    ended = subprocess.run(
        [sys.executable, "-m", "local_stack.demo", *arguments],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert ended.returncode == 2
    assert told in ended.stderr


def test_an_isolated_stack_has_none_of_the_machines_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = sorted(set(TrainingSettings.model_fields) | set(InferenceSettings.model_fields))
    for number, name in enumerate(settings):
        monkeypatch.setenv(name if number % 2 else name.upper(), "of the machine")
    monkeypatch.setenv("LANG", "C.UTF-8")

    environment = isolated_environment(tmp_path, tmp_path / "data")

    assert "of the machine" not in environment.values()
    assert environment["LANG"] == "C.UTF-8"
    assert environment["MODEL_DIR"] == str(tmp_path / "models")

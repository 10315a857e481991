"""Tests of the environment of a local stack: a Redis of its own if REDIS_URL is not set."""

from pathlib import Path

import pytest

from local_stack.environment import isolated_environment, local_environment
from local_stack.processes import manager_command
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


def test_a_redis_url_in_the_environment_is_used(
    settings: tuple[TrainingSettings, InferenceSettings], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REDIS_URL", "redis://elsewhere:6379/0")

    local = local_environment(tmp_path, TrainingSettings(training_address=settings[0].training_address), settings[1])

    assert not local.own_redis
    assert local.variables["REDIS_URL"] == "redis://elsewhere:6379/0"
    assert "redis" not in manager_command(own_redis=False)


def test_an_isolated_stack_has_no_setting_of_the_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = sorted(set(TrainingSettings.model_fields) | set(InferenceSettings.model_fields))
    for number, name in enumerate(settings):
        monkeypatch.setenv(name if number % 2 else name.upper(), "of the machine")
    monkeypatch.setenv("LANG", "C.UTF-8")

    environment = isolated_environment(tmp_path, tmp_path / "data")

    assert "of the machine" not in environment.values()
    assert environment["LANG"] == "C.UTF-8"
    assert environment["MODEL_DIR"] == str(tmp_path / "models")

"""The ECS task definitions: valid for AWS, and in step with the product."""

import json
from pathlib import Path
from typing import Any

import botocore.session
import pytest
from botocore.validate import ParamValidator

from shared.settings import InferenceSettings, TrainingSettings

AWS = Path(__file__).parents[2] / "aws"
NAMES = ("inference", "training", "worker")

#: Memory (MiB) that Fargate offers with each CPU size, from the smallest to the largest.
FARGATE_MEMORY = {"256": (512, 2048), "512": (1024, 4096), "1024": (2048, 8192), "2048": (4096, 16384)}


def definition(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((AWS / f"{name}-task-definition.json").read_text())
    return loaded


def container(name: str) -> dict[str, Any]:
    (only,) = definition(name)["containerDefinitions"]
    return dict(only)


@pytest.mark.parametrize("name", NAMES)
def test_aws_would_accept_the_definition(name: str) -> None:
    service = botocore.session.get_session().get_service_model("ecs")
    shape = service.operation_model("RegisterTaskDefinition").input_shape

    report = ParamValidator().validate(definition(name), shape)

    assert not report.has_errors(), report.generate_report()


def test_the_validator_finds_what_is_wrong() -> None:
    service = botocore.session.get_session().get_service_model("ecs")
    shape = service.operation_model("RegisterTaskDefinition").input_shape

    report = ParamValidator().validate({**definition("worker"), "cpu": 2048, "colour": "red"}, shape)

    assert "cpu" in report.generate_report()
    assert "colour" in report.generate_report()


@pytest.mark.parametrize("name", NAMES)
def test_every_variable_is_a_setting_of_the_product(name: str) -> None:
    settings = InferenceSettings if name == "inference" else TrainingSettings
    known = {field.upper() for field in settings.model_fields} | {"OMP_NUM_THREADS"}

    variables = {entry["name"] for kind in ("environment", "secrets") for entry in container(name)[kind]}

    assert variables <= known


@pytest.mark.parametrize("name", NAMES)
def test_values_are_what_the_settings_accept(name: str) -> None:
    settings = InferenceSettings if name == "inference" else TrainingSettings
    given = {entry["name"].lower(): entry["value"] for entry in container(name)["environment"]}

    loaded = settings.model_validate(given)

    assert loaded.model_dir == "/data/models"
    assert container(name)["stopTimeout"] > loaded.shutdown_grace_seconds


@pytest.mark.parametrize("name", NAMES)
def test_fargate_offers_the_size(name: str) -> None:
    task = definition(name)

    least, most = FARGATE_MEMORY[task["cpu"]]
    assert least <= int(task["memory"]) <= most
    assert task["requiresCompatibilities"] == ["FARGATE"]
    assert task["networkMode"] == "awsvpc"


@pytest.mark.parametrize("name", NAMES)
def test_redis_is_a_secret_models_are_on_efs_and_logs_go_to_cloudwatch(name: str) -> None:
    task, only = definition(name), container(name)
    volumes = {volume["name"]: volume["efsVolumeConfiguration"] for volume in task["volumes"]}
    mounts = {mount["containerPath"]: mount for mount in only["mountPoints"]}

    assert "REDIS_URL" in {secret["name"] for secret in only["secrets"]}
    assert volumes[mounts["/data/models"]["sourceVolume"]]["transitEncryption"] == "ENABLED"
    assert mounts["/data/models"]["readOnly"] is (name == "inference")
    assert only["logConfiguration"]["logDriver"] == "awslogs"
    assert only["healthCheck"]["command"][0] == "CMD"


def test_a_worker_has_two_cores_and_uses_both() -> None:
    task = definition("worker")
    variables = {entry["name"]: entry["value"] for entry in container("worker")["environment"]}

    assert (task["cpu"], task["memory"]) == ("2048", "4096")
    assert variables["WORKER_PROCESSES"] == "2"

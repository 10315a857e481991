"""The ECS task definitions: valid for AWS, and in step with the product and with what is said of them."""

import json
import re
from pathlib import Path
from string import Template
from typing import Any

import botocore.session
import pytest
from botocore.validate import ParamValidator

from shared.settings import InferenceSettings, TrainingSettings

ROOT = Path(__file__).parents[2]
AWS = ROOT / "aws"
NAMES = ("inference", "training", "worker")

#: What stands in for the placeholders, where a value is read; for all others their name does.
FILLED_IN = {"DATA_URLS": "s3://bucket/sales/", "GEOCODER_USER_AGENT": "restaurant (ops@example.org)"}

#: Memory (MiB) that Fargate offers with each CPU size, from the smallest to the largest.
FARGATE_MEMORY = {"256": (512, 2048), "512": (1024, 4096), "1024": (2048, 8192), "2048": (4096, 16384)}


def definition(name: str) -> dict[str, Any]:
    text = (AWS / f"{name}-task-definition.json").read_text()
    filled_in = Template(text).substitute({each: each for each in placeholders(name)} | FILLED_IN)
    loaded: dict[str, Any] = json.loads(filled_in)
    return loaded


def placeholders(name: str) -> set[str]:
    return set(re.findall(r"\$\{(\w+)\}", (AWS / f"{name}-task-definition.json").read_text()))


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
def test_nothing_secret_stands_in_the_definition(name: str) -> None:
    secret = {"REDIS_URL", "MODEL_SIGNING_KEY"} | (set() if name == "inference" else {"SALES_DATABASE_URL"})

    assert {entry["name"] for entry in container(name)["secrets"]} == secret
    assert not secret & {entry["name"] for entry in container(name)["environment"]}


def test_training_and_workers_find_the_same_sales_models_and_workspaces() -> None:
    # But for what only the service does: it listens, and looks addresses up.
    own = {"TRAINING_ADDRESS", "GEOCODER_USER_AGENT", "SHUTDOWN_GRACE_SECONDS", "WORKER_PROCESSES"}
    training, worker = (
        {entry["name"]: entry["value"] for entry in container(name)["environment"] if entry["name"] not in own}
        for name in ("training", "worker")
    )

    assert training == worker
    assert training["DATA_URLS"] == FILLED_IN["DATA_URLS"]


@pytest.mark.parametrize("name", NAMES)
def test_models_are_on_efs_and_logs_go_to_cloudwatch(name: str) -> None:
    task, only = definition(name), container(name)
    volumes = {volume["name"]: volume["efsVolumeConfiguration"] for volume in task["volumes"]}
    mounts = {mount["containerPath"]: mount for mount in only["mountPoints"]}

    assert volumes[mounts["/data/models"]["sourceVolume"]]["transitEncryption"] == "ENABLED"
    assert mounts["/data/models"]["readOnly"] is (name == "inference")
    assert only["logConfiguration"]["logDriver"] == "awslogs"
    assert only["healthCheck"]["command"][0] == "CMD"


@pytest.mark.parametrize("name", NAMES)
def test_what_the_definition_needs_is_said(name: str) -> None:
    page = (AWS / "README.md").read_text()
    task, only = definition(name), container(name)
    roles = {task[role].rpartition("/")[2] for role in ("executionRoleArn", "taskRoleArn")}
    needed = placeholders(name) | roles | {only["logConfiguration"]["options"]["awslogs-group"]}

    assert {each for each in needed if f"`{each}`" not in page} == set()


def test_the_page_names_no_placeholder_that_is_gone_and_the_user_of_the_images() -> None:
    page = (AWS / "README.md").read_text()
    users = {
        re.findall(r"useradd --uid (\d+)", (ROOT / "docker" / f"{image}.Dockerfile").read_text())[0]
        for image in ("inference", "training")
    }

    assert set(re.findall(r"^\| `([A-Z_]+)` \|", page, re.MULTILINE)) == set().union(*map(placeholders, NAMES))
    assert users == set(re.findall(r"Uid=(\d+)", page))


def test_what_is_wired_into_the_definitions_is_wired_into_the_compose_file() -> None:
    compose = (ROOT / "docker" / "compose.yaml").read_text()

    for name in ("MODEL_SIGNING_KEY", "SALES_DATABASE_URL", "DATA_URLS", "GEOCODER_USER_AGENT"):
        assert f"{name}: ${{{name}:-}}" in compose


def test_a_worker_has_two_cores_and_uses_both() -> None:
    task = definition("worker")
    variables = {entry["name"]: entry["value"] for entry in container("worker")["environment"]}

    assert (task["cpu"], task["memory"]) == ("2048", "4096")
    assert variables["WORKER_PROCESSES"] == "2"

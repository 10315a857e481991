"""The ECS task definitions are valid for AWS and agree with the settings, the images and aws/README.md."""

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

#: Values of the placeholders whose values the settings check; the other placeholders get their own name.
FILLED_IN = {"DATA_URLS": "s3://bucket/sales/", "GEOCODER_USER_AGENT": "restaurant (ops@example.org)"}

#: Smallest and largest memory, in MiB, that Fargate offers with each CPU size.
FARGATE_MEMORY = {"256": (512, 2048), "512": (1024, 4096), "1024": (2048, 8192), "2048": (4096, 16384)}


def definition(name: str) -> dict[str, Any]:
    """The task definition of a part, with its placeholders filled in."""
    text = (AWS / f"{name}-task-definition.json").read_text()
    filled_in = Template(text).substitute({each: each for each in placeholders(name)} | FILLED_IN)
    loaded: dict[str, Any] = json.loads(filled_in)
    return loaded


def placeholders(name: str) -> set[str]:
    """Names of the placeholders in a task definition."""
    return set(re.findall(r"\$\{(\w+)\}", (AWS / f"{name}-task-definition.json").read_text()))


def container(name: str) -> dict[str, Any]:
    """The only container of a task definition."""
    (only,) = definition(name)["containerDefinitions"]
    return dict(only)


@pytest.mark.parametrize("name", NAMES)
def test_the_definition_has_the_form_that_aws_accepts(name: str) -> None:
    service = botocore.session.get_session().get_service_model("ecs")
    shape = service.operation_model("RegisterTaskDefinition").input_shape

    report = ParamValidator().validate(definition(name), shape)

    assert not report.has_errors(), report.generate_report()


def test_the_check_of_the_form_finds_wrong_fields() -> None:
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
def test_every_value_is_accepted_by_the_settings(name: str) -> None:
    settings = InferenceSettings if name == "inference" else TrainingSettings
    given = {entry["name"].lower(): entry["value"] for entry in container(name)["environment"]}

    loaded = settings.model_validate(given)

    assert loaded.model_dir == "/data/models"
    assert container(name)["stopTimeout"] > loaded.shutdown_grace_seconds


@pytest.mark.parametrize("name", NAMES)
def test_fargate_offers_the_cpu_and_memory_of_the_task(name: str) -> None:
    task = definition(name)

    least, most = FARGATE_MEMORY[task["cpu"]]
    assert least <= int(task["memory"]) <= most
    assert task["requiresCompatibilities"] == ["FARGATE"]
    assert task["networkMode"] == "awsvpc"


@pytest.mark.parametrize("name", NAMES)
def test_secrets_are_references_and_no_values(name: str) -> None:
    secret = {"REDIS_URL", "MODEL_SIGNING_KEY"} | (set() if name == "inference" else {"SALES_DATABASE_URL"})

    assert {entry["name"] for entry in container(name)["secrets"]} == secret
    assert not secret & {entry["name"] for entry in container(name)["environment"]}


def test_training_and_workers_find_the_same_sales_models_and_workspaces() -> None:
    # These settings belong to the service or to the workers alone.
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
def test_the_page_names_everything_that_the_definition_needs(name: str) -> None:
    page = (AWS / "README.md").read_text()
    task, only = definition(name), container(name)
    roles = {task[role].rpartition("/")[2] for role in ("executionRoleArn", "taskRoleArn")}
    needed = placeholders(name) | roles | {only["logConfiguration"]["options"]["awslogs-group"]}

    assert {each for each in needed if f"`{each}`" not in page} == set()


def test_the_page_lists_the_placeholders_and_the_user_of_the_images() -> None:
    page = (AWS / "README.md").read_text()
    users = {
        re.findall(r"useradd --uid (\d+)", (ROOT / "docker" / f"{image}.Dockerfile").read_text())[0]
        for image in ("inference", "training")
    }

    assert set(re.findall(r"^\| `([A-Z_]+)` \|", page, re.MULTILINE)) == set().union(*map(placeholders, NAMES))
    assert users == set(re.findall(r"Uid=(\d+)", page))


def test_the_compose_file_passes_the_settings_that_the_definitions_pass() -> None:
    compose = (ROOT / "docker" / "compose.yaml").read_text()

    for name in ("MODEL_SIGNING_KEY", "SALES_DATABASE_URL", "DATA_URLS", "GEOCODER_USER_AGENT"):
        assert f"{name}: ${{{name}:-}}" in compose


def test_a_worker_task_has_two_cores_and_two_processes() -> None:
    task = definition("worker")
    variables = {entry["name"]: entry["value"] for entry in container("worker")["environment"]}

    assert (task["cpu"], task["memory"]) == ("2048", "4096")
    assert variables["WORKER_PROCESSES"] == "2"

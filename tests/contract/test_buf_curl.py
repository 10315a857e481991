"""Tests of both services with `buf curl`, a client that knows no protos and uses reflection."""

import base64
import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from google.rpc import error_details_pb2

from smartsuschef.client import ForecastClient
from tests.support.stack import Stack
from tests.support.waiting import trained_version

BUF = Path(__file__).parents[2] / ".tools" / "node_modules" / ".bin" / "buf"

SERVICE = "smartsuschef.forecast.v1"


@pytest.fixture
def buf_curl() -> Callable[..., "subprocess.CompletedProcess[str]"]:
    """Runs `buf curl` against a server."""
    if not BUF.exists():
        pytest.skip("no buf ('make test' installs it where npm is)")

    def call(address: str, path: str = "", *options: str) -> "subprocess.CompletedProcess[str]":
        url = f"http://{address}{path}"
        command = [str(BUF), "curl", "--protocol", "grpc", "--http2-prior-knowledge", *options, url]
        return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)

    return call


def messages(output: str) -> list[dict[str, Any]]:
    """Parses the JSON objects of an output, which follow each other."""
    decoder, found, rest = json.JSONDecoder(), [], output.strip()
    while rest:
        message, end = decoder.raw_decode(rest)
        found.append(message)
        rest = rest[end:].strip()
    return found


def test_both_servers_list_their_service_and_the_health_service(stack: Stack, buf_curl: Callable[..., Any]) -> None:
    for address, name in ((stack.inference_address, "InferenceService"), (stack.training_address, "TrainingService")):
        listed = buf_curl(address, "", "--list-services").stdout.split()

        assert f"{SERVICE}.{name}" in listed
        assert "grpc.health.v1.Health" in listed


def test_the_methods_of_training_are_listed(stack: Stack, buf_curl: Callable[..., Any]) -> None:
    listed = buf_curl(stack.training_address, "", "--list-methods").stdout

    for method in (
        "StartTraining",
        "WatchTraining",
        "GetTraining",
        "ListTrainings",
        "CancelTraining",
        "RollbackVersion",
    ):
        assert f"{SERVICE}.TrainingService/{method}" in listed


def test_buf_curl_starts_a_training_watches_the_training_and_forecasts(
    stack: Stack, client: ForecastClient, buf_curl: Callable[..., Any], sales_file: Callable[..., str]
) -> None:
    body = json.dumps({"store": "curl", "salesDataSource": sales_file(dishes=2), "location": {"country": "DE"}})
    started = buf_curl(stack.training_address, f"/{SERVICE}.TrainingService/StartTraining", "-d", body)
    (answer,) = messages(started.stdout)
    run = json.dumps({"runId": answer["run"]["runId"], "store": "curl"})

    watched = buf_curl(stack.training_address, f"/{SERVICE}.TrainingService/WatchTraining", "-d", run)
    events = messages(watched.stdout)
    assert events[-1]["state"] == "RUN_STATE_SUCCEEDED"
    assert events[-1]["result"]["trainedDishes"] == ["dish-0", "dish-1"]

    trained_version(client, store="curl", source=sales_file(dishes=2))
    wish = json.dumps({"store": "curl", "horizonDays": 2, "quantiles": [0.9], "view": "PREDICT_VIEW_FULL"})
    (forecast,) = messages(buf_curl(stack.inference_address, f"/{SERVICE}.InferenceService/Predict", "-d", wish).stdout)
    assert [dish["dish"] for dish in forecast["forecasts"]] == ["dish-0", "dish-1"]
    assert len(forecast["forecasts"][0]["days"]) == 2


def test_the_health_of_a_service_is_served(stack: Stack, buf_curl: Callable[..., Any]) -> None:
    body = json.dumps({"service": f"{SERVICE}.TrainingService"})

    (answer,) = messages(buf_curl(stack.training_address, "/grpc.health.v1.Health/Check", "-d", body).stdout)

    assert answer["status"] == "SERVING"


def test_errors_carry_their_details(stack: Stack, buf_curl: Callable[..., Any]) -> None:
    body = json.dumps({"horizonDays": 99, "startDate": "soon"})

    failed = buf_curl(stack.inference_address, f"/{SERVICE}.InferenceService/Predict", "-d", body)

    assert failed.returncode != 0
    (error,) = messages(failed.stderr)
    assert error["code"] == "invalid_argument"
    packed = next(detail["value"] for detail in error["details"] if detail["type"] == "google.rpc.BadRequest")
    details = error_details_pb2.BadRequest.FromString(base64.b64decode(packed + "=="))
    assert {violation.field for violation in details.field_violations} == {"horizon_days", "start_date"}

"""A foreign client that knows no protos: it finds and calls everything through reflection."""

import base64
import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from google.rpc import error_details_pb2

from smartsuschef.forecast.v1 import inference_pb2, training_pb2
from tests.support.databases import fill, new_database
from tests.support.sales_files import write_sales
from tests.support.stack import Stack, running_stack

BUF = Path(__file__).parents[2] / ".tools" / "node_modules" / ".bin" / "buf"
SERVICES = (inference_pb2.DESCRIPTOR, training_pb2.DESCRIPTOR)
PACKAGE = "smartsuschef.forecast.v1"


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A stack whose database has the sales of store 7."""
    folder = tmp_path_factory.mktemp("curl")
    write_sales(folder / "sales.csv", dishes=2, days=50)
    with new_database("sqlite", folder) as url:
        fill(url, pd.read_csv(folder / "sales.csv"), store=7)
        with running_stack(folder / "stack", SALES_DATABASE_URL=url) as running:
            yield running


@dataclass
class Curl:
    """Calls a stack with `buf curl`.

    Args:
        stack: Services that are called.
        called: Names of the methods that were called.
    """

    stack: Stack
    called: set[str] = field(default_factory=set)

    def command(self, address: str, path: str, *options: str) -> list[str]:
        url = f"http://{address}{path}"
        return [str(BUF), "curl", "--protocol", "grpc", "--http2-prior-knowledge", *options, url]

    def run(self, address: str, path: str, *options: str) -> "subprocess.CompletedProcess[str]":
        """The output of one call."""
        command = self.command(address, path, *options)
        return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)

    def command_of(self, method: str, *requests: dict[str, Any]) -> list[str]:
        is_inference = method in inference_pb2.DESCRIPTOR.services_by_name["InferenceService"].methods_by_name
        address = self.stack.inference_address if is_inference else self.stack.training_address
        service = "InferenceService" if is_inference else "TrainingService"
        self.called.add(method)
        data = "".join(json.dumps(request) for request in requests)
        return self.command(address, f"/{PACKAGE}.{service}/{method}", "-d", data)

    def answers(self, method: str, *requests: dict[str, Any]) -> list[dict[str, Any]]:
        """The answers to a call that succeeds."""
        ended = subprocess.run(
            self.command_of(method, *requests), capture_output=True, text=True, timeout=60, check=False
        )
        assert ended.returncode == 0, ended.stderr
        return messages(ended.stdout)

    def error(self, method: str, *requests: dict[str, Any]) -> dict[str, Any]:
        """The error of a call that fails."""
        ended = subprocess.run(
            self.command_of(method, *requests), capture_output=True, text=True, timeout=60, check=False
        )
        assert ended.returncode != 0
        (error,) = messages(ended.stderr)
        return error

    def first_answer(self, method: str, request: dict[str, Any]) -> dict[str, Any]:
        """The first answer of a stream that has no end."""
        with subprocess.Popen(self.command_of(method, request), stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            lines = ""
            for line in process.stdout:
                lines += line
                if line.startswith("}"):
                    break
            process.terminate()
        (answer,) = messages(lines)
        return answer


@pytest.fixture
def curl(stack: Stack) -> Curl:
    if not BUF.exists():
        pytest.skip("no buf ('make test' installs it where npm is)")
    return Curl(stack)


def messages(output: str) -> list[dict[str, Any]]:
    """The JSON objects of an output, one after the other."""
    decoder, found, rest = json.JSONDecoder(), [], output.strip()
    while rest:
        message, end = decoder.raw_decode(rest)
        found.append(message)
        rest = rest[end:].strip()
    return found


def fields_of(error: dict[str, Any]) -> set[str]:
    """The fields that the details of an error name."""
    packed = next(detail["value"] for detail in error["details"] if detail["type"] == "google.rpc.BadRequest")
    details = error_details_pb2.BadRequest.FromString(base64.b64decode(packed + "=="))
    return {violation.field for violation in details.field_violations}


def test_both_servers_list_their_service_and_the_health_service(curl: Curl, stack: Stack) -> None:
    for address, name in ((stack.inference_address, "InferenceService"), (stack.training_address, "TrainingService")):
        listed = curl.run(address, "", "--list-services").stdout.split()

        assert f"{PACKAGE}.{name}" in listed
        assert "grpc.health.v1.Health" in listed


def test_every_method_is_listed(curl: Curl, stack: Stack) -> None:
    for address, file in zip((stack.inference_address, stack.training_address), SERVICES, strict=True):
        (service,) = file.services_by_name.values()
        listed = curl.run(address, "", "--list-methods").stdout.split()

        assert {f"{service.full_name}/{method.name}" for method in service.methods} <= set(listed)


def test_every_method_of_both_services_can_be_called(curl: Curl) -> None:
    place = {"location": {"country": "DE"}}
    assert curl.answers("ListStores", {}) == [{"stores": ["7"]}]

    (started,) = curl.answers("StartTraining", {"store": "7", **place})
    run = {"runId": started["run"]["runId"], "store": "7"}
    events = curl.answers("WatchTraining", run)
    assert [event["sequence"] for event in events] == list(range(1, len(events) + 1))
    assert all(event["message"] for event in events)
    assert events[-1]["state"] == "RUN_STATE_SUCCEEDED"
    first = events[-1]["result"]["version"]
    (got,) = curl.answers("GetTraining", run)
    assert got["run"]["result"]["trainedDishes"] == ["dish-0", "dish-1"]
    (listed,) = curl.answers("ListTrainings", {"store": "7"})
    assert [each["runId"] for each in listed["runs"]] == [run["runId"]]
    assert curl.error("CancelTraining", run)["code"] == "failed_precondition"

    (again,) = curl.answers("StartTraining", {"store": "7", **place})
    (*_, last) = curl.answers("WatchTraining", {"runId": again["run"]["runId"], "store": "7"})
    second = last["result"]["version"]
    (newest,) = curl.answers("ListVersions", {"store": "7", "pageSize": 1})
    (oldest,) = curl.answers("ListVersions", {"store": "7", "pageToken": newest["nextPageToken"]})
    assert [each["version"] for each in newest["versions"] + oldest["versions"]] == [second, first]
    (back,) = curl.answers("RollbackVersion", {"store": "7"})
    assert (back["version"]["version"], back["version"]["live"]) == (first, True)

    wish = {"store": "7", "version": first, "horizonDays": 2, "serviceLevel": 0.9, "view": "PREDICT_VIEW_FULL"}
    (answer,) = curl.answers("Predict", wish)
    day = answer["forecasts"][0]["days"][0]
    assert isinstance(day["prepareQuantity"], int)
    assert sum(member["weight"] * member["yhat"] for member in day["members"]) == pytest.approx(day["yhat"])
    (models,) = curl.answers("ListModels", {"store": "7", "pageSize": 1})
    (rest,) = curl.answers("ListModels", {"store": "7", "pageToken": models["nextPageToken"]})
    assert [model["dish"] for model in models["models"] + rest["models"]] == ["dish-0", "dish-1"]
    (model,) = curl.answers("GetModel", {"store": "7", "dish": "dish-1"})
    assert model["model"]["champion"]
    snapshot = curl.first_answer("WatchModels", {"stores": ["7"]})
    assert [live["store"] for live in snapshot["snapshot"]["live"]] == ["7"]

    rows = [{"date": f"2026-10-{day:02}", "dish": "soup", "quantity": day} for day in range(1, 29)]
    (kept,) = curl.answers("ImportSales", {"header": {"store": "8"}}, {"rows": {"rows": rows}})
    assert kept["dataReport"]["rows"] == len(rows)
    assert "8" in curl.answers("ListStores", {})[0]["stores"]

    (together,) = curl.answers("StartGroupTraining", {"members": [{"store": "7"}, {"store": "8"}], **place})
    assert [run["store"] for run in together["runs"]] == ["7", "8"]
    for each in together["runs"]:
        (*_, last) = curl.answers("WatchTraining", {"runId": each["runId"], "store": each["store"]})
        assert last["state"] == "RUN_STATE_SUCCEEDED"

    all_methods = {m.name for file in SERVICES for s in file.services_by_name.values() for m in s.methods}
    assert curl.called == all_methods


def test_health_is_told_by_service(curl: Curl, stack: Stack) -> None:
    body = json.dumps({"service": f"{PACKAGE}.TrainingService"})

    (answer,) = messages(curl.run(stack.training_address, "/grpc.health.v1.Health/Check", "-d", body).stdout)

    assert answer["status"] == "SERVING"


def test_the_error_of_a_wrong_request_names_its_fields(curl: Curl) -> None:
    error = curl.error("Predict", {"horizonDays": 99, "startDate": "soon"})

    assert error["code"] == "invalid_argument"
    assert fields_of(error) == {"horizon_days", "start_date"}


@pytest.mark.parametrize(
    ("method", "request_fields", "field", "metadata"),
    [
        ("GetTraining", {"runId": "20260101-1"}, "run_id", {"run_id": "20260101-1", "store": "default"}),
        ("RollbackVersion", {"version": "v0"}, "version", {"version": "v0", "store": "default"}),
        ("ListModels", {"store": "8", "version": "v0"}, "version", {"version": "v0", "store": "8"}),
    ],
)
def test_the_error_of_something_unknown_names_it_and_its_field(
    curl: Curl, method: str, request_fields: dict[str, str], field: str, metadata: dict[str, str]
) -> None:
    error = curl.error(method, request_fields)

    assert error["code"] == "not_found"
    assert fields_of(error) == {field}
    packed = next(detail["value"] for detail in error["details"] if detail["type"] == "google.rpc.ErrorInfo")
    info = error_details_pb2.ErrorInfo.FromString(base64.b64decode(packed + "=="))
    assert dict(info.metadata) == metadata

"""Tests of `suschef train --all-stores`."""

from typing import Any

import grpc
import pytest
from rich.cells import cell_len

from smartsuschef.forecast.v1.training_pb2 import ListStoresResponse, StartTrainingResponse, TrainingRun
from tests.unit.client.console import json_lines, suschef
from tests.unit.client.run_events import run_events
from tests.unit.client.scripted_server import Context, ScriptedServer, fails, streams

REFUSED = fails(grpc.StatusCode.ALREADY_EXISTS, "store south has a live run", reason="RUN_IN_PROGRESS")
TOO_MANY = fails(grpc.StatusCode.RESOURCE_EXHAUSTED, "too many watch already")


@pytest.fixture
def training(server: ScriptedServer) -> ScriptedServer:
    """A service with three stores: north is trained, south is refused, and the run of west cannot be watched."""
    server.on("ListStores", ListStoresResponse(stores=["north", "south", "west"]))
    server.on("StartTraining", _start)
    server.on("WatchTraining", _watch)
    return server


def _start(request: Any, context: Context) -> Any:
    if request.store == "south":
        return REFUSED(request, context)
    return StartTrainingResponse(run=TrainingRun(run_id=f"run-of-{request.store}", store=request.store))


def _watch(request: Any, context: Context) -> Any:
    return TOO_MANY(request, context) if request.store == "west" else streams(run_events())(request, context)


def test_a_run_that_cannot_be_watched_and_a_run_that_did_not_start_differ(training: ScriptedServer) -> None:
    result = suschef(training, "train", "--all-stores")
    lines = result.stdout.splitlines()
    assert "north                 SUCCEEDED  2 dishes trained" in lines
    assert "south                 not started  store south has a live run" in lines
    assert "west                  not watched  too many watch already" in lines
    assert "  Run run-of-west goes on. Watch it: suschef watch run-of-west --store west" in lines
    assert lines[-1] == "3 stores: 1 trained, 1 not, 1 not watched to its end"
    assert result.exit_code == 1


def test_with_json_a_run_that_cannot_be_watched_has_its_id(training: ScriptedServer) -> None:
    told = {line["store"]: line for line in json_lines(suschef(training, "train", "--all-stores", "--json").stdout)}
    assert told["north"]["state"] == "RUN_STATE_SUCCEEDED"
    assert told["south"] == {"store": "south", "code": "ALREADY_EXISTS", "message": "store south has a live run"}
    assert told["west"] == {
        "store": "west",
        "code": "RESOURCE_EXHAUSTED",
        "message": "too many watch already",
        "run_id": "run-of-west",
    }


def test_a_broken_connection_is_reported_as_by_other_commands(training: ScriptedServer) -> None:
    draining = fails(grpc.StatusCode.UNAVAILABLE, "draining")
    training.on("ListStores", ListStoresResponse(stores=["north"]))
    training.on("WatchTraining", streams(run_events()[:5], then=draining), streams(run_events()))
    result = suschef(training, "train", "--all-stores", "--json")
    assert result.exit_code == 0
    assert [event["sequence"] for event in json_lines(result.stdout)] == [11]
    assert json_lines(result.stderr) == [
        {"note": "There is no connection to the service; the client tries again for 60 s"}
    ]


def test_names_that_take_two_cells_a_character_are_aligned(server: ScriptedServer) -> None:
    names = ["North", "南京路店", "Zürich", "A name that is longer than its column"]
    server.on("ListStores", ListStoresResponse(stores=names))
    server.on("StartTraining", REFUSED)
    lines = suschef(server, "train", "--all-stores", width=120).stdout.splitlines()
    shown = {name: line for name in names for line in lines if line.startswith(name)}
    ends = {name: cell_len(line[: line.index("not started")]) for name, line in shown.items()}
    assert ends == {"North": 22, "南京路店": 22, "Zürich": 22, "A name that is longer than its column": 39}

"""Tests of `suschef train --group` and `suschef train --all-stores --together`."""

from typing import Any

import grpc
import pytest

from smartsuschef.forecast.v1.forecast_pb2 import Location
from smartsuschef.forecast.v1.training_pb2 import (
    GroupMember,
    StartGroupTrainingRequest,
    StartGroupTrainingResponse,
    TrainingRun,
)
from tests.unit.client.console import json_lines, suschef
from tests.unit.client.run_events import run_events
from tests.unit.client.scripted_server import Context, ScriptedServer, fails, streams

TOO_MANY = fails(grpc.StatusCode.RESOURCE_EXHAUSTED, "too many watch already")
GROUP = ("train", "--group", "north", "--group", "west", "--source", "chain.csv")


@pytest.fixture
def training(server: ScriptedServer) -> ScriptedServer:
    """A service with a group of two stores: north is trained, and the run of west cannot be watched."""
    runs = [TrainingRun(run_id=f"run-of-{store}", store=store, group_id="group-1") for store in ("north", "west")]
    server.on("StartGroupTraining", StartGroupTrainingResponse(runs=runs))
    server.on("WatchTraining", _watch)
    return server


def _watch(request: Any, context: Context) -> Any:
    return TOO_MANY(request, context) if request.store == "west" else streams(run_events())(request, context)


def sent(training: ScriptedServer) -> StartGroupTrainingRequest:
    [received] = training.received["StartGroupTraining"]
    request = received.request
    assert isinstance(request, StartGroupTrainingRequest)
    return request


def test_the_outcome_of_each_store_of_a_group_is_a_line(training: ScriptedServer) -> None:
    result = suschef(training, *GROUP)

    lines = result.stdout.splitlines()
    assert lines[0] == "The runs of 2 stores are accepted; they train their trees together."
    assert "north                 SUCCEEDED  2 dishes trained" in lines
    assert "west                  not watched  too many watch already" in lines
    assert lines[-1] == "2 stores: 1 trained, 0 not, 1 not watched to its end"
    assert result.exit_code == 1


def test_the_options_of_a_group_become_its_request(training: ScriptedServer) -> None:
    suschef(training, *GROUP, "--country", "DE", "--only-new", "--force", "--request-id", "monday")

    assert sent(training) == StartGroupTrainingRequest(
        members=[GroupMember(store="north"), GroupMember(store="west")],
        sales_data_source="chain.csv",
        location=Location(country="DE"),
        train_only_new=True,
        force=True,
        request_id="monday",
    )


def test_all_stores_together_are_asked_for_without_their_names(training: ScriptedServer) -> None:
    suschef(training, "train", "--all-stores", "--together")

    assert sent(training).all_stores
    assert not sent(training).members


def test_without_waiting_the_runs_are_told(training: ScriptedServer) -> None:
    shown = suschef(training, *GROUP, "--no-wait")
    told = json_lines(suschef(training, *GROUP, "--no-wait", "--json").stdout)

    assert shown.stdout.splitlines()[1] == (
        "Run run-of-west of store west is accepted. Watch it: suschef watch run-of-west --store west"
    )
    assert [run["run_id"] for run in told] == ["run-of-north", "run-of-west"]
    assert "WatchTraining" not in training.received


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--together"], "give either --group for each store, or --all-stores --together"),
        (["--group", "north", "--all-stores"], "give either --group for each store"),
        (["--group", "north", "--all-stores", "--together"], "give either --group for each store"),
        (["--group", "north", "--store", "west"], "a group cannot be combined with --store"),
        (["--group", "north", "--at-once", "2"], "a group cannot be combined with --store"),
    ],
)
def test_options_that_contradict_each_other_are_refused(
    training: ScriptedServer, options: list[str], message: str
) -> None:
    result = suschef(training, "train", *options, width=200)

    assert result.exit_code == 2
    assert message in result.stderr
    assert "StartGroupTraining" not in training.received


def test_a_refused_group_names_its_stores(training: ScriptedServer) -> None:
    refusal = fails(
        grpc.StatusCode.ALREADY_EXISTS, "no run was started, as west is being trained", reason="RUN_IS_LIVE"
    )
    training.on("StartGroupTraining", refusal)

    result = suschef(training, *GROUP)

    assert result.exit_code == 2
    assert "no run was started, as west is being trained" in result.stderr

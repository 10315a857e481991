"""Tests of failures: what the console prints, which options it names, and with which code it exits."""

import os
import re
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import grpc
import pytest
import typer

from smartsuschef.client.console.app import make_app
from smartsuschef.client.console.failures import in_commands
from smartsuschef.client.console.field_options import option_of
from smartsuschef.forecast.v1 import forecast_pb2, inference_pb2, training_pb2
from smartsuschef.forecast.v1.inference_pb2 import ListModelsResponse, Model
from smartsuschef.forecast.v1.training_pb2 import (
    ListStoresResponse,
    ListTrainingsResponse,
    ListVersionsResponse,
    ModelVersion,
    StartTrainingResponse,
    TrainingRun,
)
from tests.unit.client.console import json_lines, suschef
from tests.unit.client.run_events import RUN_ID, VERSION, run_events
from tests.unit.client.scripted_server import ScriptedServer, fails, streams

REFUSED = fails(
    grpc.StatusCode.INVALID_ARGUMENT,
    "store: too long; sales_data_source: outside the data root",
    reason="INVALID_INPUT",
    violations={"store": "too long", "sales_data_source": "outside the data root"},
)


@pytest.mark.parametrize(
    ("code", "exit_code"),
    [
        (grpc.StatusCode.INVALID_ARGUMENT, 2),
        (grpc.StatusCode.NOT_FOUND, 2),
        (grpc.StatusCode.FAILED_PRECONDITION, 2),
        (grpc.StatusCode.ALREADY_EXISTS, 2),
        (grpc.StatusCode.UNAVAILABLE, 3),
        (grpc.StatusCode.CANCELLED, 3),
        (grpc.StatusCode.DEADLINE_EXCEEDED, 3),
        (grpc.StatusCode.INTERNAL, 1),
        (grpc.StatusCode.UNKNOWN, 1),
        (grpc.StatusCode.UNIMPLEMENTED, 1),
    ],
)
def test_each_failure_has_its_exit_code(server: ScriptedServer, code: grpc.StatusCode, exit_code: int) -> None:
    server.on("RollbackVersion", fails(code, "it went wrong"))
    result = suschef(server, "rollback")
    assert result.exit_code == exit_code
    assert "it went wrong" in result.stderr
    assert result.stdout == ""


def test_each_violation_is_shown_on_its_own_line(server: ScriptedServer) -> None:
    server.on("StartTraining", REFUSED)
    assert suschef(server, "train").stderr.splitlines() == [
        "Error: the request is wrong",
        "  --store: too long",
        "  --source: outside the data root",
    ]


def test_with_json_a_failure_is_one_object_on_standard_error(server: ScriptedServer) -> None:
    server.on("StartTraining", REFUSED)
    result = suschef(server, "train", "--json")
    assert json_lines(result.stderr) == [
        {
            "code": "INVALID_ARGUMENT",
            "message": "store: too long; sales_data_source: outside the data root",
            "reason": "INVALID_INPUT",
            "violations": [
                {"field": "store", "description": "too long"},
                {"field": "sales_data_source", "description": "outside the data root"},
            ],
            "metadata": {},
            "retry_after": None,
        }
    ]
    assert (result.exit_code, result.stdout) == (2, "")


@pytest.mark.parametrize(
    ("command", "service"), [("predict", "inference"), ("models", "inference"), ("rollback", "training")]
)
def test_an_unreachable_service_is_named_with_what_to_do(server: ScriptedServer, command: str, service: str) -> None:
    server.stop()
    result = suschef(server, command)
    assert result.exit_code == 3
    lines = result.stderr.splitlines()
    assert lines[0] == f"Error: The {service} service at {server.address} does not answer."
    assert lines[-1] == "Is the stack running? `make up` starts it."


def test_an_address_of_the_other_service_is_recognized(server: ScriptedServer) -> None:
    server.on("Predict", fails(grpc.StatusCode.UNIMPLEMENTED, "Method not found!"))
    result = suschef(server, "predict")
    assert result.exit_code == 1
    assert result.stderr.splitlines() == [
        f"Error: {server.address} answers, but is not the inference service.",
        "  Method not found!",
        "Name the address of the inference service: --inference-address, or SUSCHEF_INFERENCE_ADDRESS in the "
        "environment.",
    ]


def test_an_address_of_ipv6_is_accepted(server: ScriptedServer) -> None:
    # The client never retries a rollback, so this test does not wait.
    assert suschef(server, "rollback", "--training-address", "[::1]:1").exit_code == 3


def test_the_reason_of_an_unavailable_service_is_shown(server: ScriptedServer) -> None:
    server.on(
        "RollbackVersion",
        fails(grpc.StatusCode.UNAVAILABLE, "Redis does not answer", reason="REDIS_UNREACHABLE", retry_after=2),
    )
    result = suschef(server, "rollback")
    assert result.stderr.splitlines() == ["Error: Redis does not answer", "Try again in 2 s."]


def test_a_second_training_is_refused_with_the_commands_for_the_first(server: ScriptedServer) -> None:
    server.on(
        "StartTraining",
        fails(
            grpc.StatusCode.ALREADY_EXISTS,
            "store north has a live run",
            reason="RUN_IN_PROGRESS",
            metadata={"run_id": "run-7"},
        ),
    )
    assert suschef(server, "train").stderr.splitlines() == [
        "Error: store north has a live run",
        "Watch it: suschef watch run-7",
        "Stop it:  suschef cancel run-7",
    ]


@pytest.mark.parametrize(
    ("store", "typed"), [("Lower Manhattan", "'Lower Manhattan'"), ("a$b", "'a$b'"), ("店", "'店'")]
)
def test_the_name_of_a_store_in_a_command_can_be_given_to_a_shell(
    server: ScriptedServer, store: str, typed: str
) -> None:
    told = {"run_id": "run-7", "store": store}
    server.on("StartTraining", fails(grpc.StatusCode.ALREADY_EXISTS, "busy", reason="RUN_IS_LIVE", metadata=told))
    server.on("Predict", fails(grpc.StatusCode.FAILED_PRECONDITION, "none", reason="NO_MODEL", metadata=told))

    watch = suschef(server, "train", "--store", store).stderr.splitlines()[1]
    train = suschef(server, "predict", "--store", store).stderr.splitlines()[1]

    assert [shlex.split(line)[-2:] for line in (watch, train)] == [["--store", store]] * 2
    assert watch == f"Watch it: suschef watch run-7 --store {typed}"


def test_for_a_store_without_a_model_the_next_command_is_shown(server: ScriptedServer) -> None:
    server.on("Predict", fails(grpc.StatusCode.FAILED_PRECONDITION, "store north has no model yet", reason="NO_MODEL"))
    assert suschef(server, "predict", "--store", "north").stderr.splitlines() == [
        "Error: store north has no model yet",
        "Train one: suschef train --country XX",
    ]


def test_the_fields_that_name_what_is_unknown_do_not_hide_the_message(server: ScriptedServer) -> None:
    unknown = fails(grpc.StatusCode.NOT_FOUND, "no model for 'Sup'", violations={"dishes[0]": "no model for 'Sup'"})
    server.on("Predict", unknown)
    assert suschef(server, "predict", "Sup").stderr.splitlines() == ["Error: no model for 'Sup'"]


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        ("store north has no model yet; StartTraining makes one", "`suschef train --country XX` makes one"),
        ("store north has no version v6; ListVersions tells those it has", "`suschef versions` tells those it has"),
        ("no model for 'Sup'; ListModels tells the dishes that have one", "`suschef models` tells the dishes"),
    ],
)
def test_calls_in_a_message_are_shown_as_commands(server: ScriptedServer, told: str, shown: str) -> None:
    server.on("Predict", fails(grpc.StatusCode.NOT_FOUND, told))
    assert shown in " ".join(suschef(server, "predict").stderr.split())
    assert json_lines(suschef(server, "predict", "--json").stderr)[0]["message"] == told


def test_calls_in_a_violation_are_shown_as_commands(server: ScriptedServer) -> None:
    expected = "expected the id of a run, as StartTraining and ListTrainings tell it"
    server.on("GetTraining", fails(grpc.StatusCode.INVALID_ARGUMENT, violations={"run_id": expected}))
    shown = " ".join(suschef(server, "watch", "x y").stderr.split())
    assert shown.endswith(
        "RUN_ID: expected the id of a run, as `suschef train --country XX` and `suschef runs` tell it"
    )


@pytest.mark.parametrize(
    ("field", "told", "shown"),
    [
        ("location.latitude", "expected a number", "--latitude: expected a number"),
        ("location.time_zone", "expected a name", "--time-zone: expected a name"),
        (
            "address",
            "expected either address or location, not both",
            "--address: expected either --address or --country, --subdivision, --latitude, --longitude, --time-zone, "
            "not both",
        ),
        ("quantiles[0]", "expected a level", "--quantile: expected a level"),
        ("portion_costs.wasted", "expected a cost", "--waste-cost: expected a cost"),
        (
            "service_level",
            "expected either service_level or portion_costs, not both",
            "--service-level: expected either --service-level or --waste-cost with --miss-cost, not both",
        ),
        ("closed_dates[0]", "2026-12-24 stands in open_dates too", "--closed: 2026-12-24 stands in --open too"),
        ("dishes[1]", "expected the name of a dish", "DISH: expected the name of a dish"),
        (
            "version",
            "expected a name, as ListVersions tells it",
            "version: expected a name, as `suschef versions` tells it",
        ),
        ("sales_data_source", "my_sales.csv: column 'closed_dates'", "--source: my_sales.csv: column 'closed_dates'"),
    ],
)
def test_fields_are_shown_as_options(server: ScriptedServer, field: str, told: str, shown: str) -> None:
    server.on("Predict", fails(grpc.StatusCode.INVALID_ARGUMENT, violations={field: told}))
    result = suschef(server, "predict", width=200)
    assert result.stderr.splitlines()[1:] == [f"  {shown}"]
    machines = json_lines(suschef(server, "predict", "--json").stderr)[0]
    assert machines["violations"] == [{"field": field, "description": told}]


def test_every_option_for_a_field_exists() -> None:
    fields = [
        *(
            f.name
            for message in (inference_pb2.PredictRequest, training_pb2.StartTrainingRequest)
            for f in message.DESCRIPTOR.fields
        ),
        *(f"location.{f.name}" for f in forecast_pb2.Location.DESCRIPTOR.fields),
        *(f"portion_costs.{f.name}" for f in inference_pb2.PortionCosts.DESCRIPTOR.fields),
    ]
    named = {option for field in fields for option in re.findall(r"--[a-z-]+", option_of(field))}
    group = typer.main.get_command(make_app())
    assert isinstance(group, typer.core.TyperGroup)
    known = {option for command in group.commands.values() for each in command.params for option in each.opts}
    assert len(named) > 15
    assert named <= known


def test_every_call_but_predict_has_a_command() -> None:
    calls = [
        m.name
        for file in (inference_pb2, training_pb2)
        for s in file.DESCRIPTOR.services_by_name.values()
        for m in s.methods
    ]
    assert [call for call in calls if in_commands(call) == call] == ["Predict", "ImportSales"]


def test_a_wrong_address_is_refused_with_an_example_of_the_same_service(server: ScriptedServer) -> None:
    assert "127.0.0.1:50051" in suschef(server, "predict", "--inference-address", "localhost").stderr
    assert "127.0.0.1:50052" in suschef(server, "runs", "--training-address", "localhost").stderr


@pytest.mark.parametrize("command", ["train", "predict", "models"])
def test_help_shows_no_value_for_flags(server: ScriptedServer, command: str) -> None:
    lines = suschef(server, command, "--help").stdout.splitlines()
    assert any("--json" in line for line in lines)
    assert [line.split()[1] for line in lines if "bool" in line] == ["--help"]  # the option of typer itself


@pytest.mark.parametrize(
    "arguments",
    [
        ("predict", "--start", "soon"),
        ("predict", "--days", "many"),
        ("runs", "--training-address", "localhost"),
        ("runs", "--training-address", "http://127.0.0.1:50052"),
        ("runs", "--training-address", "127.0.0.1:50052/"),
        ("runs", "--training-address", "127.0.0.1:65536"),
        ("predict", "--inference-address", "127.0.0.1:0"),
        ("watch",),
        ("bake",),
        ("train", "--at-once", "5"),
    ],
)
def test_wrong_use_exits_with_2_before_any_call(server: ScriptedServer, arguments: tuple[str, ...]) -> None:
    assert suschef(server, *arguments).exit_code == 2
    assert not server.received


@pytest.mark.parametrize(
    "arguments",
    [
        *(("train", option, "") for option in ("--store", "--address", "--source", "--country", "--subdivision")),
        *(("train", option, "") for option in ("--time-zone", "--request-id")),
        ("train", "--store", " "),
        ("predict", "--version", ""),
        ("models", "--version", ""),
        ("models", ""),
        ("runs", ""),
        ("watch", ""),
        ("cancel", ""),
        ("rollback", ""),
    ],
)
def test_an_option_with_an_empty_text_is_refused(server: ScriptedServer, arguments: tuple[str, ...]) -> None:
    result = suschef(server, *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "is empty" in result.stderr
    assert not server.received


@pytest.mark.parametrize("option", [(), ("--json",)])
def test_a_full_disk_is_reported_in_one_line(server: ScriptedServer, option: tuple[str, ...]) -> None:
    server.on("ListTrainings", ListTrainingsResponse(runs=[TrainingRun(run_id="run-7")]))
    with Path("/dev/full").open("w") as full:
        ended = _write_to(full.fileno(), server, "runs", *option)
    assert ended.returncode == 1
    assert ended.stderr == "Error: the output cannot be written: No space left on device\n"


@pytest.mark.parametrize("option", [(), ("--json",)])
@pytest.mark.parametrize("command", ["runs", "models", "versions", "health", "train", "train --all-stores"])
def test_a_reader_that_closes_its_end_stops_every_command_quietly_with_141(
    server: ScriptedServer, command: str, option: tuple[str, ...]
) -> None:
    server.on("ListTrainings", ListTrainingsResponse(runs=[TrainingRun(run_id="run-7")]))
    server.on("ListModels", ListModelsResponse(models=[Model(dish="Grilled carp")]))
    server.on("ListVersions", ListVersionsResponse(versions=[ModelVersion(version=VERSION)]))
    server.on("ListStores", ListStoresResponse(stores=["north"]))
    server.on("StartTraining", StartTrainingResponse(run=TrainingRun(run_id=RUN_ID)))
    server.on("WatchTraining", streams(run_events()))
    reading, writing = os.pipe()
    os.close(reading)
    try:
        ended = _write_to(writing, server, *command.split(), *option)
    finally:
        os.close(writing)
    assert (ended.returncode, ended.stderr) == (128 + signal.SIGPIPE, "")


def _write_to(output: int, server: ScriptedServer, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Runs a command in its own process, with a file descriptor as its output."""
    root = Path(__file__).parents[3]
    environment = {
        **os.environ,
        "PYTHONPATH": f"{root}:{root / 'protos'}:{root / 'client'}",
        "SUSCHEF_INFERENCE_ADDRESS": server.address,
        "SUSCHEF_TRAINING_ADDRESS": server.address,
    }
    return subprocess.run(
        [sys.executable, "-c", "from smartsuschef.client.console.app import main; main()", *arguments],
        env=environment,
        stdout=output,
        stderr=subprocess.PIPE,
        text=True,
        timeout=30,
        check=False,
    )

"""Tests of `suschef train` and `suschef watch`: progress, the result, and broken connections."""

import os
import pty
import re
import signal
import subprocess
import sys
from pathlib import Path

import grpc
import pytest

from smartsuschef.forecast.v1.forecast_pb2 import Location
from smartsuschef.forecast.v1.training_pb2 import (
    RUN_STATE_CANCELLED,
    RUN_STATE_FAILED,
    RUN_STATE_SUCCEEDED,
    GetTrainingResponse,
    ListStoresResponse,
    RunState,
    SalesEvent,
    StartTrainingRequest,
    StartTrainingResponse,
    TrainingRun,
)
from tests.unit.client.console import json_lines, suschef
from tests.unit.client.run_events import RUN_ID, VERSION, run_events
from tests.unit.client.scripted_server import ScriptedServer, fails, streams, waits

STARTED = StartTrainingResponse(run=TrainingRun(run_id=RUN_ID, store="north"))
ROOT = Path(__file__).parents[3]


@pytest.fixture
def training(server: ScriptedServer) -> ScriptedServer:
    """A service with a run of three dishes that succeeds."""
    server.on("StartTraining", STARTED)
    server.on("WatchTraining", streams(run_events()))
    return server


def test_without_a_terminal_each_event_is_a_line(training: ScriptedServer) -> None:
    result = suschef(training, "train", "--store", "north")
    assert result.exit_code == 0
    told = [line.split("  ", 1)[1] for line in result.stdout.splitlines()[:11]]
    assert told == [
        "run run-7 of store north accepted",
        "a worker reads the sales",
        "3 dishes to train",
        "[0/3] Grilled carp: started",
        "[0/3] 鳗鱼 eel: started",
        "[1/3] 鳗鱼 eel: baseline, history too short to test",
        "[1/3] Squid: started",
        "[2/3] Squid: FAILED, every sale is on one day (TRAINING_FAILED)",
        "[3/3] Grilled carp: hybrid, MAE 3.21, WAPE 18.2%",
        "publishing the new version",
        "succeeded",
    ]
    assert result.stderr == ""


def test_the_results_table_compares_champions_with_the_baseline(training: ScriptedServer) -> None:
    lines = suschef(training, "train").stdout.splitlines()
    heading = next(number for number, line in enumerate(lines) if line.split()[:2] == ["Dish", "Champion"])
    assert lines[heading].split()[2:] == ["WAPE", "MAE", "Bias", "WAPE", "Days"]
    assert lines[heading + 1].split() == ["Grilled", "carp", "hybrid", "18.2%", "3.21", "-2.1%", "23.0%", "402"]
    assert lines[heading + 2].split() == ["鳗鱼", "eel", "baseline", "-", "-", "-", "-", "12"]


def test_a_wide_terminal_shows_the_figures_of_every_candidate(training: ScriptedServer) -> None:
    lines = suschef(training, "train", width=140).stdout.splitlines()
    heading = next(number for number, line in enumerate(lines) if line.split()[:2] == ["Dish", "Champion"])
    assert lines[heading - 1].split() == ["baseline", "prophet", "hybrid"]
    assert lines[heading + 1].split() == [
        *("Grilled", "carp", "hybrid"),
        *("23.0%", "4.05"),
        *("20.4%", "3.60"),
        *("18.2%", "3.21"),
        "402",
    ]
    assert lines[heading + 2].split() == ["鳗鱼", "eel", "baseline", "-", "-", "-", "12"]


def test_the_result_shows_the_data_report(training: ScriptedServer) -> None:
    lines = suschef(training, "train", width=300).stdout.splitlines()
    assert (
        "data     1,234 rows of sales.csv, 2025-10-01 to 2026-11-22; 4 dishes; 12 closed days; weather: weather.csv; "
        "3 rows added to other rows of the same dish and day; 40 days without a row of a dish counted as zero; 7 rows "
        "of unfinished days left out" in lines
    )
    assert (
        "weather  pooled trees: WAPE 21.0% with weather forecasts, 23.4% without; this store is served without "
        "them: they need suschef train with --address, or --latitude and --longitude" in lines
    )
    assert "short    '鳗鱼 eel': too few days for the forecasters that need a long history" in lines
    assert (
        "outliers 1 day far from the usual, for example Grilled carp on 2026-02-14 with 90 sold (line 417), "
        "where 11 is usual" in lines
    )
    assert "names    names that look alike, not merged: 'Squid', 'squid'" in lines


def test_one_thing_is_counted_in_the_singular(server: ScriptedServer) -> None:
    last = run_events()[-1]
    report = last.result.data_report
    report.rows = report.dishes = report.closed_days = report.rows_added_up = report.filled_days = 1
    report.unfinished_rows = report.refund_rows = 1
    last.result.results_table[0].candidates[0].bias = -0.0001
    server.on("StartTraining", STARTED)
    server.on("WatchTraining", streams([last]))
    server.on("ListStores", ListStoresResponse(stores=["north"]))
    lines = suschef(server, "train", width=300).stdout.splitlines()
    assert (
        "data     1 row of sales.csv, 2025-10-01 to 2026-11-22; 1 dish; 1 closed day; weather: weather.csv; "
        "1 row added to other rows of the same dish and day; 1 day without a row of a dish counted as zero; 1 row of "
        "unfinished days left out; 1 negative row subtracted" in lines
    )
    assert suschef(server, "train", "--all-stores").stdout.splitlines()[-1] == "1 store: 1 trained, 0 not"
    assert "+0.0%" in suschef(server, "train").stdout


def test_the_result_shows_skipped_and_failed_dishes_and_the_live_version(training: ScriptedServer) -> None:
    lines = suschef(training, "train").stdout.splitlines()
    assert "skipped  'Tea': it has a model (HAS_MODEL)" in lines
    assert "error    Squid: every sale is on one day (TRAINING_FAILED)" in lines
    assert "warning  no place was given; Shanghai, China is used (FALLBACK_LOCATION)" in lines
    assert lines[-2:] == ["SUCCEEDED in 10 s: 2 dishes trained, 1 skipped, 1 failed", f"Version {VERSION} is live"]


def test_warnings_name_options_where_the_service_names_fields(server: ScriptedServer) -> None:
    last = run_events()[-1]
    last.result.warnings[0].message = "Shanghai's are used; give location.country and location.subdivision"
    server.on("StartTraining", STARTED)
    server.on("WatchTraining", streams([last]))
    told = "warning  Shanghai's are used; give --country and --subdivision (FALLBACK_LOCATION)"
    assert told in suschef(server, "train", width=140).stdout.splitlines()


def test_with_json_each_event_is_one_object(training: ScriptedServer) -> None:
    result = suschef(training, "train", "--json")
    events = json_lines(result.stdout)
    assert [event["kind"] for event in events[:3]] == [
        "PROGRESS_KIND_ACCEPTED",
        "PROGRESS_KIND_STARTED",
        "PROGRESS_KIND_PLANNED",
    ]
    assert len(events) == 11
    assert events[0]["current"] == 0
    assert events[8]["dish_result"]["history_days"] == 402
    assert events[-1]["state"] == "RUN_STATE_SUCCEEDED"
    assert events[-1]["result"]["trained_dishes"] == ["Grilled carp", "鳗鱼 eel"]
    assert result.exit_code == 0


def test_options_become_the_request(training: ScriptedServer) -> None:
    suschef(
        training,
        "train",
        *("--store", "north", "--source", "raw.csv", "--country", "CN", "--subdivision", "SH"),
        *("--latitude", "31.23", "--longitude", "121.47", "--only-new", "--request-id", "nightly"),
    )
    assert training.received["StartTraining"][0].request == StartTrainingRequest(
        store="north",
        location=Location(latitude=31.23, longitude=121.47, country="CN", subdivision="SH"),
        train_only_new=True,
        sales_data_source="raw.csv",
        request_id="nightly",
    )


def test_without_a_place_no_location_is_sent(training: ScriptedServer) -> None:
    suschef(training, "train", "--address", "Bund 1, Shanghai")
    request = training.received["StartTraining"][0].request
    assert request.address == "Bund 1, Shanghai"
    assert not request.HasField("location")
    assert not request.train_only_new


def test_latitude_zero_is_a_place(training: ScriptedServer) -> None:
    suschef(training, "train", "--latitude", "0", "--longitude", "0")
    assert training.received["StartTraining"][0].request.location.HasField("latitude")


@pytest.mark.parametrize(("state", "word"), [(RUN_STATE_FAILED, "FAILED"), (RUN_STATE_CANCELLED, "CANCELLED")])
def test_a_run_that_did_not_succeed_exits_with_1_and_says_why(
    server: ScriptedServer, state: RunState, word: str
) -> None:
    server.on("StartTraining", STARTED)
    server.on("WatchTraining", streams(run_events(state, "the sales file vanished")))
    result = suschef(server, "train")
    assert result.exit_code == 1
    assert result.stdout.splitlines()[-1] == f"{word} in 10 s: the sales file vanished"
    assert suschef(server, "train", "--json").exit_code == 1


def test_without_a_new_dish_the_result_says_that_nothing_changed(server: ScriptedServer) -> None:
    said = "no dish was new: nothing was trained, the live version stays"
    server.on("StartTraining", STARTED)
    last = run_events(message="succeeded")[-1]
    last.result.Clear()
    server.on("WatchTraining", streams([last]))
    assert suschef(server, "train", "--only-new").stdout.splitlines()[-1] == f"SUCCEEDED in 0.0 s: {said}"
    server.on("ListStores", ListStoresResponse(stores=["north"]))
    stores = suschef(server, "train", "--only-new", "--all-stores", width=120).stdout.splitlines()
    assert stores[0].endswith(f"SUCCEEDED  {said}")
    run = TrainingRun(run_id=RUN_ID, state=RUN_STATE_SUCCEEDED, end_time=last.time, create_time=last.time)
    server.on("GetTraining", GetTrainingResponse(run=run))
    assert suschef(server, "runs", RUN_ID).stdout.splitlines()[-1] == f"SUCCEEDED in 0.0 s: {said}"


def test_no_wait_returns_with_the_run_and_does_not_watch(training: ScriptedServer) -> None:
    result = suschef(training, "train", "--no-wait")
    assert result.exit_code == 0
    assert result.stdout == "Run run-7 is accepted. Watch it: suschef watch run-7\n"
    assert json_lines(suschef(training, "train", "--no-wait", "--json").stdout)[0]["run_id"] == "run-7"
    assert training.received["WatchTraining"] == []


def test_the_suggested_command_repeats_the_option_of_the_address(training: ScriptedServer) -> None:
    elsewhere = f"localhost:{training.address.rsplit(':', 1)[1]}"
    result = suschef(training, "train", "--no-wait", "--training-address", elsewhere)
    assert result.stdout.endswith(f"suschef watch run-7 --training-address {elsewhere}\n")


def test_a_broken_connection_is_reported_and_no_event_is_repeated(server: ScriptedServer) -> None:
    events = run_events()
    server.on("StartTraining", STARTED)
    server.on(
        "WatchTraining", streams(events[:5], then=fails(grpc.StatusCode.UNAVAILABLE, "draining")), streams(events)
    )
    result = suschef(server, "train", "--json")
    assert [event["sequence"] for event in json_lines(result.stdout)] == list(range(1, 12))
    assert json_lines(result.stderr) == [
        {"note": "There is no connection to the service; the client tries again for 60 s"}
    ]
    assert result.exit_code == 0


def test_watch_shows_a_run_from_its_beginning(training: ScriptedServer) -> None:
    training.on("GetTraining", GetTrainingResponse(run=TrainingRun(run_id=RUN_ID)))
    result = suschef(training, "watch", RUN_ID)
    assert result.exit_code == 0
    assert result.stdout == suschef(training, "train").stdout


def test_watch_of_an_unknown_run_says_so_at_once(training: ScriptedServer) -> None:
    training.on("GetTraining", fails(grpc.StatusCode.NOT_FOUND, "there is no run run-6", reason="UNKNOWN_RUN"))
    result = suschef(training, "watch", "run-6")
    advice = "See the runs of a restaurant: suschef runs --store STORE"
    assert (result.exit_code, result.stderr) == (2, f"Error: there is no run run-6\n{advice}\n")


def test_a_terminal_shows_a_bar_instead_of_lines(training: ScriptedServer) -> None:
    result = suschef(training, "train", terminal=True)
    assert "3/3 dishes" in result.stdout
    assert "[3/3] Grilled carp" not in result.stdout
    assert f"Version {VERSION} is live" in result.stdout
    assert result.exit_code == 0


def test_the_live_view_shows_a_lost_connection(server: ScriptedServer) -> None:
    events = run_events()
    server.on("StartTraining", STARTED)
    server.on(
        "WatchTraining", streams(events[:5], then=fails(grpc.StatusCode.UNAVAILABLE, "draining")), streams(events)
    )
    result = suschef(server, "train", terminal=True)
    assert re.search(r"connection lost \S+ s ago, trying again", result.stdout)
    # A line between two frames would make the view overwrite other lines.
    assert result.stderr == ""
    assert result.exit_code == 0


def test_only_the_view_is_written_to_a_terminal_when_a_server_stops(server: ScriptedServer) -> None:
    server.on("StartTraining", STARTED)
    server.on("WatchTraining", streams(run_events()[:4], then=waits()))
    terminal, its_end = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-c", "from smartsuschef.client.console.app import main; main()", "train"],
        env=environment(server) | {"TERM": "xterm"},
        stdin=its_end,
        stdout=its_end,
        stderr=its_end,
    ) as process:
        os.close(its_end)
        written = written_until(terminal, b"Grilled carp")
        server.stop()
        written += written_until(terminal, b"connection lost")
        process.send_signal(signal.SIGINT)
        written += written_until(terminal, b"Stop it")
    os.close(terminal)
    assert process.returncode == 130
    assert b"chttp2" not in written


def test_ctrl_c_leaves_the_run_running_and_shows_the_next_commands(server: ScriptedServer) -> None:
    server.on("StartTraining", STARTED)
    server.on("WatchTraining", streams(run_events()[:4], then=waits()))
    with subprocess.Popen(
        [sys.executable, "-c", "from smartsuschef.client.console.app import main; main()", "train", "--store", "north"],
        env=environment(server),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert any("Grilled carp: started" in line for line in process.stdout)
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=30)
    assert process.returncode == 130
    assert told == (
        "The run goes on.\nWatch it: suschef watch run-7 --store north\nStop it:  suschef cancel run-7 --store north\n"
    )
    assert server.received["CancelTraining"] == []


def test_when_the_service_stops_the_next_command_is_shown(training: ScriptedServer) -> None:
    training.on("WatchTraining", fails(grpc.StatusCode.DEADLINE_EXCEEDED, "too late"))
    result = suschef(training, "train", "--store", "north")
    assert result.exit_code == 3
    assert "The run goes on when the service is back" in result.stderr
    assert f"suschef watch {RUN_ID}" in result.stderr


def written_until(terminal: int, text: bytes) -> bytes:
    """Reads the output of a terminal until the output contains a text."""
    written = b""
    while text not in written:
        written += os.read(terminal, 4096)
    return written


def environment(server: ScriptedServer) -> dict[str, str]:
    """Returns the environment of a console that runs in its own process."""
    return {name: value for name, value in os.environ.items() if name not in ("FORCE_COLOR", "COLUMNS")} | {
        "SUSCHEF_TRAINING_ADDRESS": server.address,
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "protos"), str(ROOT / "client")]),
        "PYTHONUNBUFFERED": "1",
    }


def test_events_are_sent_with_their_days(training: ScriptedServer) -> None:
    result = suschef(
        training, "train", "--event", "2026-09-12=fair", "--event", "2026-10-03 .. 2026-10-04= Wedding party"
    )

    assert result.exit_code == 0
    (request,) = (call.request for call in training.received["StartTraining"])
    assert isinstance(request, StartTrainingRequest)
    assert list(request.events) == [
        SalesEvent(name="fair", first_date="2026-09-12"),
        SalesEvent(name="Wedding party", first_date="2026-10-03", last_date="2026-10-04"),
    ]


@pytest.mark.parametrize("text", ["2026-09-12", "fair", "12.9.2026=fair", "2026-09-12= ", "2026-09-12..=fair"])
def test_an_event_without_days_or_name_is_refused(training: ScriptedServer, text: str) -> None:
    result = suschef(training, "train", "--event", text)

    assert result.exit_code == 2
    assert "expected 2026-09-12=name" in result.stderr

"""Tests of the commands that list or change models, runs and versions, and of `suschef health`."""

import grpc
from google.protobuf.timestamp_pb2 import Timestamp
from grpc_health.v1 import health_pb2

from shared.forecasters import BLEND, FORECASTERS
from smartsuschef.client.console.champions import KNOWN_ORDER
from smartsuschef.forecast.v1.forecast_pb2 import BacktestFigures, Location
from smartsuschef.forecast.v1.inference_pb2 import (
    MODEL_EVENT_KIND_CHANGE,
    MODEL_EVENT_KIND_HEARTBEAT,
    MODEL_EVENT_KIND_SNAPSHOT,
    MODEL_STATE_ACTIVE,
    MODEL_STATE_FAILED,
    GetModelResponse,
    ListModelsResponse,
    LiveVersion,
    Model,
    ModelChange,
    ModelSnapshot,
    WatchModelsResponse,
)
from smartsuschef.forecast.v1.training_pb2 import (
    RUN_STATE_CANCELLED,
    RUN_STATE_PROGRESS,
    RUN_STATE_SUCCEEDED,
    CancelTrainingResponse,
    GetTrainingResponse,
    ListTrainingsResponse,
    ListVersionsResponse,
    ModelVersion,
    RollbackVersionResponse,
    TrainingRun,
)
from tests.unit.client.console import json_lines, suschef
from tests.unit.client.run_events import CARP, RESULT, VERSION
from tests.unit.client.scripted_server import ScriptedServer, fails, streams

AT = Timestamp(seconds=1_795_421_760)  # 2026-11-23 08:16 UTC
MODEL = Model(
    dish=CARP.dish,
    champion=CARP.champion,
    candidates=CARP.candidates,
    history_start="2025-10-01",
    history_end="2026-11-22",
    history_days=402,
    weights={"hybrid": 1.0},
    artifact_digest="ab" * 32,
    trained_version=VERSION,
)
RUN = TrainingRun(
    run_id="run-7",
    store="north",
    state=RUN_STATE_SUCCEEDED,
    current=3,
    total=3,
    sales_data_source="sales.csv",
    location=Location(country="CN"),
    create_time=AT,
    end_time=Timestamp(seconds=AT.seconds + 161),
    result=RESULT,
)


def test_models_lists_the_champions_of_all_pages(server: ScriptedServer) -> None:
    server.on(
        "ListModels",
        ListModelsResponse(version="v7", models=[MODEL], next_page_token="p2"),
        ListModelsResponse(version="v7", models=[Model(dish="Tea", champion="baseline", history_days=9)]),
    )
    lines = suschef(server, "models").stdout.splitlines()
    assert lines[2].split()[:3] == ["Grilled", "carp", "hybrid"]
    assert lines[3].split() == ["Tea", "baseline", "-", "-", "-", "-", "9"]
    assert lines[-1] == "Version v7, 2 dishes"


def test_figures_are_explained_below_their_table(server: ScriptedServer) -> None:
    server.on("ListModels", ListModelsResponse(version="v7", models=[MODEL]))
    told = " ".join(suschef(server, "models").stdout.split())
    assert "WAPE 20%: over many days the forecast misjudges 20 of 100 portions" in told
    server.on("ListModels", ListModelsResponse(version="v7", models=[Model(dish="Tea", champion="baseline")]))
    assert "WAPE 20%" not in suschef(server, "models").stdout
    server.on("GetModel", GetModelResponse(version="v7", model=MODEL))
    assert "MASE: below 1 is better than" in suschef(server, "models", "Grilled carp").stdout


def test_candidates_are_ordered_as_in_the_table_of_forecasters(server: ScriptedServer) -> None:
    names = [*FORECASTERS, BLEND]
    model = Model(dish="Tea", champion=BLEND, candidates=[BacktestFigures(forecaster=name) for name in sorted(names)])
    server.on("ListModels", ListModelsResponse(models=[model]))
    heading = suschef(server, "models", width=200).stdout.splitlines()[0].split()
    assert [name for name in heading if name in KNOWN_ORDER] == [name for name in names if name in KNOWN_ORDER]
    # The client cannot import the table. A forecaster that is gone must leave the console too.
    assert set(KNOWN_ORDER) <= set(names)


def test_a_candidate_with_a_lower_error_than_the_champion_is_explained(server: ScriptedServer) -> None:
    blend = Model(dish="Tea", champion="blend", history_days=90)
    blend.candidates.add(forecaster="blend", mae=3.2, wape=0.2)
    single = blend.candidates.add(forecaster="smoothing", mae=3.1, wape=0.19)
    note = "A single forecaster becomes champion only if its lead over the blend is more than chance."
    server.on("ListModels", ListModelsResponse(models=[MODEL, blend]))
    assert note in " ".join(suschef(server, "models").stdout.split())
    single.mae = 3.3
    server.on("ListModels", ListModelsResponse(models=[MODEL, blend]))
    assert note not in " ".join(suschef(server, "models").stdout.split())


def test_models_of_one_dish_shows_the_errors_by_days_ahead(server: ScriptedServer) -> None:
    model = Model()
    model.CopyFrom(MODEL)
    model.horizon_figures.add(
        days_ahead=1, mae=2.5, wape=0.125, mase=0.5, bias=-0.01, days=3, pinball=0.9, coverage_80=2 / 3
    )
    model.horizon_figures.add(days_ahead=2, mae=12.34, days=2)
    model.candidates[0].expected_mae = 14.26
    server.on("GetModel", GetModelResponse(version="v7", model=model))

    lines = suschef(server, "models", "Grilled carp").stdout.splitlines()
    rows = [line.split() for line in lines]

    assert "MAE to expect in the days to come: 14.3 units a day" in lines

    assert ["1", "12.5%", "2.50", "0.50", "-1.0%", "66.7%", "3"] in rows
    assert ["2", "-", "12.3", "-", "-", "-", "2"] in rows


def test_models_of_one_dish_shows_its_history_and_artifact(server: ScriptedServer) -> None:
    server.on("GetModel", GetModelResponse(version="v7", model=MODEL))
    result = suschef(server, "models", "Grilled carp", "--version", "v7")
    lines = result.stdout.splitlines()
    assert "history     2025-10-01 to 2026-11-22" in lines
    assert ["hybrid", "100%", "18.2%", "3.21", "0.71", "-2.1%", "3", "42"] in [line.split() for line in lines]
    assert ["prophet", "20.4%", "3.60", "0.80", "-", "3", "42"] in [line.split() for line in lines]
    assert "ab" * 32 in result.stdout
    assert server.received["GetModel"][0].request.version == "v7"


def test_models_watch_shows_every_change(server: ScriptedServer) -> None:
    change = ModelChange(store="north", version="v8", state=MODEL_STATE_ACTIVE, dishes=3)
    failed = ModelChange(store="north", version="v9", state=MODEL_STATE_FAILED, reason="a digest does not match")
    live = LiveVersion(store="north", version="v7", dishes=1, active_time=AT)
    events = [
        WatchModelsResponse(
            kind=MODEL_EVENT_KIND_SNAPSHOT,
            time=AT,
            snapshot=ModelSnapshot(live=[live], failed=[failed]),
            resume_token="m1",
        ),
        WatchModelsResponse(kind=MODEL_EVENT_KIND_HEARTBEAT, time=AT, resume_token="m2"),
        WatchModelsResponse(kind=MODEL_EVENT_KIND_CHANGE, time=AT, change=change, resume_token="m3"),
        WatchModelsResponse(kind=MODEL_EVENT_KIND_CHANGE, time=AT, change=failed, resume_token="m4"),
    ]
    server.on("WatchModels", streams(events, then=fails(grpc.StatusCode.INTERNAL, "the end of this test")))
    told = suschef(server, "models", "--watch", "--store", "north").stdout.splitlines()
    assert [line.split("  ", 1)[1] for line in told] == [
        "north  v7  LIVE      1 dish, since 2026-11-23 08:16",
        "north  v9  FAILED    a digest does not match",
        "north  v8  ACTIVE    3 dishes",
        "north  v9  FAILED    a digest does not match",
    ]
    assert len(json_lines(suschef(server, "models", "--watch", "--json").stdout)) == 4
    assert list(server.received["WatchModels"][0].request.stores) == ["north"]


def test_runs_lists_runs_under_way_and_ended_runs(server: ScriptedServer) -> None:
    under_way = TrainingRun(
        run_id="run-8", state=RUN_STATE_PROGRESS, current=1, total=4, train_only_new=True, create_time=AT
    )
    server.on("ListTrainings", ListTrainingsResponse(runs=[under_way, RUN]))
    lines = suschef(server, "runs").stdout.splitlines()
    assert lines[1].split()[:4] == ["run-8", "PROGRESS", "1/4", "new"]
    assert lines[2].split() == ["run-7", "SUCCEEDED", "3/3", "2026-11-23", "08:16", "2", "min", "41", "s"]


def test_one_run_is_shown_with_its_result(server: ScriptedServer) -> None:
    server.on("GetTraining", GetTrainingResponse(run=RUN))
    lines = suschef(server, "runs", "run-7", "--store", "north").stdout.splitlines()
    assert server.received["GetTraining"][0].request.store == "north"
    assert lines[0] == "Run run-7  SUCCEEDED"
    assert "sales        sales.csv" in lines
    assert lines[-2:] == [
        "SUCCEEDED in 2 min 41 s: 2 dishes trained, 1 skipped, 1 failed",
        f"Version {VERSION} is live",
    ]


def test_with_json_a_list_is_one_object_on_each_line(server: ScriptedServer) -> None:
    server.on("ListTrainings", ListTrainingsResponse(runs=[RUN, RUN]))
    server.on("ListVersions", ListVersionsResponse(versions=[ModelVersion(version="v7", live=True)]))
    server.on("ListModels", ListModelsResponse(models=[MODEL]))
    assert [run["run_id"] for run in json_lines(suschef(server, "runs", "--json").stdout)] == ["run-7", "run-7"]
    assert json_lines(suschef(server, "versions", "--json").stdout)[0]["live"] is True
    assert json_lines(suschef(server, "models", "--json").stdout)[0]["artifact_digest"] == "ab" * 32


def test_an_empty_list_shows_the_command_to_begin_with(server: ScriptedServer) -> None:
    server.on("ListTrainings", ListTrainingsResponse())
    server.on("ListVersions", ListVersionsResponse())
    assert suschef(server, "runs").stdout == "Store default has no runs yet. Start one: suschef train --country XX\n"
    assert (
        suschef(server, "versions").stdout
        == "Store default has no version yet. Train one: suschef train --country XX\n"
    )
    runs = suschef(server, "runs", "--store", "north").stdout
    assert runs == "Store north has no runs yet. Start one: suschef train --country XX --store north\n"


def test_versions_marks_the_live_version(server: ScriptedServer) -> None:
    newer = ModelVersion(version="v8", create_time=AT, dishes=3, run_id="run-8", parent="v7")
    older = ModelVersion(version="v7", create_time=AT, dishes=2, run_id="run-7", live=True)
    server.on("ListVersions", ListVersionsResponse(versions=[newer, older]))
    lines = suschef(server, "versions").stdout.splitlines()
    assert lines[1].split() == ["v8", "2026-11-23", "08:16", "3"]
    assert lines[2].split() == ["●", "v7", "2026-11-23", "08:16", "2"]
    assert suschef(server, "versions", width=140).stdout.splitlines()[1].split()[-2:] == ["run-8", "v7"]


def test_the_names_of_versions_can_be_copied_from_a_narrow_terminal(server: ScriptedServer) -> None:
    name = "v20261125-040130-381581-e355ec30"
    version = ModelVersion(version=name, create_time=AT, dishes=3, run_id=name[1:], live=True)
    server.on("ListVersions", ListVersionsResponse(versions=[version]))
    assert name in suschef(server, "versions", width=80).stdout.splitlines()[1]


def test_rollback_names_the_version_that_is_live_now(server: ScriptedServer) -> None:
    version = ModelVersion(version="v7", create_time=AT, dishes=2, live=True)
    server.on("RollbackVersion", RollbackVersionResponse(version=version))
    result = suschef(server, "rollback", "v7", "--store", "north")
    assert result.stdout == "Version v7 of 2026-11-23 08:16 with 2 dishes is live again.\n"
    assert server.received["RollbackVersion"][0].request.version == "v7"


def test_cancel_says_how_far_the_run_was(server: ScriptedServer) -> None:
    run = TrainingRun(run_id="run-7", store="north", state=RUN_STATE_CANCELLED, current=2, total=17)
    server.on("CancelTraining", CancelTrainingResponse(run=run))
    result = suschef(server, "cancel", "run-7", "--store", "north")
    assert result.stdout == "Run run-7 of store north is cancelled after 2 of 17 dishes.\n"
    assert server.received["CancelTraining"][0].request.store == "north"


def test_health_exits_with_0_where_both_serve(server: ScriptedServer) -> None:
    _serve(server, health_pb2.HealthCheckResponse.SERVING)
    result = suschef(server, "health")
    assert result.exit_code == 0
    assert [line.split()[-2:] for line in result.stdout.splitlines()[1:]] == [
        ["server", "SERVING"],
        ["InferenceService", "SERVING"],
        ["server", "SERVING"],
        ["TrainingService", "SERVING"],
    ]


def test_health_exits_with_1_if_a_service_does_not_serve(server: ScriptedServer) -> None:
    _serve(server, health_pb2.HealthCheckResponse.NOT_SERVING)
    result = suschef(server, "health", "--json")
    assert (result.exit_code, result.stderr) == (1, "")
    assert json_lines(result.stdout)[1] == {
        "server": "inference",
        "address": server.address,
        "service": "smartsuschef.forecast.v1.InferenceService",
        "status": "NOT_SERVING",
        "message": "",
    }


def test_health_says_why_a_service_does_not_serve(server: ScriptedServer) -> None:
    _serve(server, health_pb2.HealthCheckResponse.NOT_SERVING)
    assert suschef(server, "health").stderr == "The inference service has no model yet: suschef train --country XX\n"
    server.health.set("smartsuschef.forecast.v1.TrainingService", health_pb2.HealthCheckResponse.NOT_SERVING)
    assert suschef(server, "health").stderr.splitlines()[1:] == [
        "The Redis of the training service does not answer: check that Redis runs, and the setting REDIS_URL."
    ]


def test_health_exits_with_3_if_a_service_cannot_be_reached(server: ScriptedServer) -> None:
    server.stop()
    result = suschef(server, "health")
    assert result.exit_code == 3
    assert result.stdout.count("UNREACHABLE") == 4
    assert result.stderr == "Is the stack running? `make up` starts it.\n"


def _serve(server: ScriptedServer, inference: int) -> None:
    server.health.set("smartsuschef.forecast.v1.InferenceService", inference)
    server.health.set("smartsuschef.forecast.v1.TrainingService", health_pb2.HealthCheckResponse.SERVING)

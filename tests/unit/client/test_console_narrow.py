"""Tests of terminals that are too narrow for a table: lines wrap, and no cell is cut off or dropped."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from google.protobuf.timestamp_pb2 import Timestamp

from smartsuschef.forecast.v1.forecast_pb2 import BacktestFigures
from smartsuschef.forecast.v1.inference_pb2 import (
    FEATURE_GROUP_LEVEL_AND_TREND,
    Contribution,
    DayForecast,
    DishForecast,
    FeatureGroup,
    ListModelsResponse,
    Model,
    PredictResponse,
    Quantile,
)
from smartsuschef.forecast.v1.training_pb2 import (
    RUN_STATE_SUCCEEDED,
    ListTrainingsResponse,
    ListVersionsResponse,
    ModelVersion,
    TrainingRun,
)
from tests.unit.client.console import suschef
from tests.unit.client.scripted_server import ScriptedServer

RUN_ID = "20261125-040130-381581-e355ec30"
AT = Timestamp(seconds=1_795_421_760)  # 2026-11-23 08:16 UTC
ROOT = Path(__file__).parents[3]
NARROW = pytest.mark.parametrize("width", [0, 1, 40, 45, 50, 60, 70, 80])


@NARROW
def test_models_shows_all_dishes_and_figures(server: ScriptedServer, width: int) -> None:
    candidates = [
        BacktestFigures(forecaster="smoothing", mae=11.3, wape=0.182, bias=-0.121),
        BacktestFigures(forecaster="baseline", mae=12.5, wape=0.234),
    ]
    model = Model(dish="Soup", champion="smoothing", candidates=candidates, history_days=402)
    server.on("ListModels", ListModelsResponse(version="v7", models=[model]))
    lines = suschef(server, "models", width=width).stdout.splitlines()
    assert lines[1].split()[:2] == ["Dish", "Champion"]
    assert lines[2].split()[:2] == ["Soup", "smoothing"]
    assert {"18.2%", "11.3", "23.4%", "402"} <= set(lines[2].split())


@pytest.mark.parametrize("width", [60, 70, 80])
def test_no_line_of_models_breaks_at_60_columns(server: ScriptedServer, width: int) -> None:
    candidates = [
        BacktestFigures(forecaster="smoothing", mae=11.3, wape=0.182, bias=-0.121),
        *(BacktestFigures(forecaster=name, mae=12.5, wape=0.234) for name in ("baseline", "prophet", "pooled")),
    ]
    names = ("Apple strudel with vanilla sauce", "Tea")
    models = [Model(dish=name, champion="smoothing", candidates=candidates, history_days=402) for name in names]
    server.on("ListModels", ListModelsResponse(version="v7", models=models))
    lines = suschef(server, "models", width=width).stdout.splitlines()
    assert max(len(line) for line in lines) <= width
    assert ("Bias" in lines[1].split()) is (width > 60)


def test_no_line_of_the_parts_of_a_forecast_breaks_at_60_columns(server: ScriptedServer) -> None:
    parts = [Contribution(group=group, value=100 + number / 10) for number, group in enumerate(FeatureGroup.keys()[1:])]
    day = DayForecast(date="2026-11-24", yhat=140.6, contributions=parts)
    server.on("Predict", PredictResponse(forecasts=[DishForecast(dish="Soup", champion="blend", days=[day])]))
    lines = suschef(server, "predict", "Soup", "--full", width=60).stdout.splitlines()
    assert max(len(line) for line in lines) <= 60
    assert sum(line.startswith("made of") for line in lines) == 2
    shown = [word for line in lines for word in line.split()]
    assert all(shown.count(f"{part.value:.1f}") == 1 for part in parts)


@NARROW
def test_ids_of_runs_can_be_copied(server: ScriptedServer, width: int) -> None:
    run = TrainingRun(
        run_id=RUN_ID, state=RUN_STATE_SUCCEEDED, current=100, total=100, train_only_new=True, create_time=AT
    )
    run.end_time.seconds = AT.seconds + 161
    server.on("ListTrainings", ListTrainingsResponse(runs=[run]))
    lines = suschef(server, "runs", width=width).stdout.splitlines()
    assert lines[1].split()[:4] == [RUN_ID, "SUCCEEDED", "100/100", "new"]
    assert {"2026-11-23", "08:16", "41", "s"} <= {word for line in lines for word in line.split()}


@NARROW
def test_names_of_versions_can_be_copied(server: ScriptedServer, width: int) -> None:
    version = ModelVersion(version=f"v{RUN_ID}", create_time=AT, dishes=3, live=True)
    server.on("ListVersions", ListVersionsResponse(versions=[version]))
    assert f"● v{RUN_ID}" in " ".join(suschef(server, "versions", width=width).stdout.split())


@NARROW
def test_health_shows_every_service(server: ScriptedServer, width: int) -> None:
    words = suschef(server, "health", width=width).stdout.split()
    assert words.count(server.address) == 4
    assert {"InferenceService", "TrainingService", "SERVICE_UNKNOWN"} <= set(words)


@NARROW
def test_predict_shows_every_figure(server: ScriptedServer, width: int) -> None:
    levels = [level / 10 for level in range(1, 10)]
    day = DayForecast(
        date="2026-11-24",
        yhat=140.6,
        prophet_yhat=140.6,
        residual_hat=-0.3,
        quantiles=[Quantile(level=level, value=100 + level) for level in levels],
        contributions=[Contribution(group=FEATURE_GROUP_LEVEL_AND_TREND, value=150.2)],
        holidays=["Thanksgiving"],
    )
    server.on("Predict", PredictResponse(forecasts=[DishForecast(dish="Soup", champion="hybrid", days=[day])]))
    words = suschef(server, "predict", "Soup", "--full", width=width).stdout.split()
    assert {"141", "140.6", "-0.3", "150.2", "Thanksgiving", *(f"{100 + level:.1f}" for level in levels)} <= set(words)


def test_help_is_written_to_a_terminal_without_a_width() -> None:
    environment = {
        **os.environ,
        "COLUMNS": "0",
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "protos"), str(ROOT / "client")]),
    }
    script = "from smartsuschef.client.console.app import main; main()"
    shown = subprocess.run([sys.executable, "-c", script, "--help"], env=environment, check=True, capture_output=True)
    assert b"Train the demand forecasts of a restaurant" in shown.stdout

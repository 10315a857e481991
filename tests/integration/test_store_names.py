"""Stores have the names that people call them, in every call of the running services."""

import subprocess
import sys
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path

import grpc
import pandas as pd
import pytest
from rich.cells import cell_len

from smartsuschef.client import ForecastClient, ForecastServiceError, Location
from smartsuschef.forecast.v1 import inference_pb2, inference_pb2_grpc, training_pb2, training_pb2_grpc
from tests.support.databases import fill, new_database
from tests.support.sales_files import write_sales
from tests.support.stack import Stack, running_stack
from tests.support.waiting import wait_until_live

CHINA = Location(country="CN")
LONGEST = "\N{GRINNING FACE}" * 64


@pytest.fixture
def export(tmp_path: Path) -> Path:
    """A sales file on the machine of the caller."""
    path = tmp_path / "export.csv"
    write_sales(path, dishes=2, days=50, seed=3)
    return path


@pytest.mark.parametrize(
    ("given", "store"),
    [
        ("Lower  East Side\N{NO-BREAK SPACE}", "Lower East Side"),
        ("南京路店", "南京路店"),
        (unicodedata.normalize("NFD", "Zürich"), "Zürich"),
        ("a/b:c", "a/b:c"),
        ("..", ".."),
        (LONGEST, LONGEST),
    ],
)
def test_a_store_with_any_name_is_imported_trained_served_and_rolled_back(
    stack: Stack, client: ForecastClient, export: Path, given: str, store: str
) -> None:
    sent = client.import_sales(store=given, file=export)
    run = client.start_training(store=given, location=CHINA, request_id="once")
    events = list(client.watch_training(run.run_id, store=given))
    first = events[-1].result

    assert sent.store == run.store == store
    assert {event.store for event in events} == {store}
    assert first.published, first
    assert first.data_report.sales_source == sent.sales_data_source
    assert client.start_training(store=store, location=CHINA, request_id="once").run_id == run.run_id
    wait_until_live(client, store, first.version)
    second = list(client.watch_training(client.start_training(store=store).run_id, store=store))[-1].result
    wait_until_live(client, store, second.version)

    assert store in list(client.list_stores())
    assert client.get_training(run.run_id, store=given).store == store
    assert len(list(client.list_trainings(store=given, page_size=1))) == 2
    assert [version.version for version in client.list_versions(store=given, page_size=1)] == [
        second.version,
        first.version,
    ]
    answer = client.predict(store=given)
    assert (answer.store, answer.version) == (store, second.version)
    assert client.predict(store=given, version=first.version).version == first.version
    assert len(list(client.list_models(store=given, page_size=1))) == 2
    with client.watch_models(stores=[given]) as watched:
        assert [live.store for live in next(iter(watched)).snapshot.live] == [store]
        client.rollback_version(store=given)
        assert next(iter(watched)).change.store == store
    wait_until_live(client, store, first.version)
    with pytest.raises(ForecastServiceError) as unknown:
        client.get_model("no such dish", store=given)
    assert unknown.value.metadata["store"] == store


def test_stores_whose_names_differ_a_little_are_apart(
    client: ForecastClient, stack: Stack, tmp_path: Path, sales_file: Callable[..., str]
) -> None:
    names = ["Old Town", "old town", "Old-Town", "Öld Town", "Old=Town"]
    versions = {}
    for number, store in enumerate(names, start=1):
        path = tmp_path / f"{number}.csv"
        write_sales(path, dishes=number, days=50)
        client.import_sales(store=store, file=path)
        run = client.start_training(store=store, location=CHINA)
        versions[store] = list(client.watch_training(run.run_id, store=store))[-1].result.version
    for number, store in enumerate(names, start=1):
        wait_until_live(client, store, versions[store])
        assert len(client.predict(store=store).forecasts) == number
        assert [version.version for version in client.list_versions(store=store)] == [versions[store]]
        assert [run.store for run in client.list_trainings(store=store)] == [store]


@pytest.fixture
def channels(stack: Stack) -> Iterator[tuple[grpc.Channel, grpc.Channel]]:
    """Channels to the training and the inference service."""
    with (
        grpc.insecure_channel(stack.training_address) as training,
        grpc.insecure_channel(stack.inference_address) as inference,
    ):
        yield training, inference


@pytest.mark.parametrize(
    ("store", "told"),
    [
        ("a" * 65, "got 65 characters"),
        ("  ", "got nothing but blanks"),
        ("a\nb", "got the character U+000A"),
        ("\x1b[31mred", "got the character U+001B"),
        ("a\N{LINE SEPARATOR}", "got the character U+2028 LINE SEPARATOR"),
    ],
)
def test_every_call_refuses_a_name_that_nobody_can_read(
    channels: tuple[grpc.Channel, grpc.Channel], store: str, told: str
) -> None:
    training = training_pb2_grpc.TrainingServiceStub(channels[0])
    inference = inference_pb2_grpc.InferenceServiceStub(channels[1])
    run = "20260101-000000-000000-00000000"
    header = training_pb2.ImportSalesRequest(header=training_pb2.ImportSalesHeader(store=store))
    calls: list[Callable[[], object]] = [
        lambda: training.StartTraining(training_pb2.StartTrainingRequest(store=store)),
        lambda: training.ImportSales(iter([header])),
        lambda: list(training.WatchTraining(training_pb2.WatchTrainingRequest(store=store, run_id=run))),
        lambda: training.GetTraining(training_pb2.GetTrainingRequest(store=store, run_id=run)),
        lambda: training.ListTrainings(training_pb2.ListTrainingsRequest(store=store)),
        lambda: training.CancelTraining(training_pb2.CancelTrainingRequest(store=store, run_id=run)),
        lambda: training.ListVersions(training_pb2.ListVersionsRequest(store=store)),
        lambda: training.RollbackVersion(training_pb2.RollbackVersionRequest(store=store)),
        lambda: inference.Predict(inference_pb2.PredictRequest(store=store)),
        lambda: list(inference.WatchModels(inference_pb2.WatchModelsRequest(stores=[store]))),
        lambda: inference.ListModels(inference_pb2.ListModelsRequest(store=store)),
        lambda: inference.GetModel(inference_pb2.GetModelRequest(store=store, dish="soup")),
    ]
    for call in calls:
        with pytest.raises(grpc.RpcError) as refused:
            call()
        assert refused.value.code() is grpc.StatusCode.INVALID_ARGUMENT
        assert f"expected a name of 1 to 64 printable characters, {told}" in str(refused.value.details())


def test_the_console_trains_all_stores_of_a_database_under_their_names(tmp_path: Path) -> None:
    write_sales(tmp_path / "sales.csv", dishes=2, days=50)
    with new_database("sqlite", tmp_path) as url:
        for store in ("Lower  Manhattan", unicodedata.normalize("NFD", "Zürich"), "南京路店"):
            fill(url, pd.read_csv(tmp_path / "sales.csv"), store=store)
        with running_stack(tmp_path / "stack", SALES_DATABASE_URL=url) as stack:
            environment = {
                **stack.environment,
                "SUSCHEF_TRAINING_ADDRESS": stack.training_address,
                "SUSCHEF_INFERENCE_ADDRESS": stack.inference_address,
                "COLUMNS": "120",
            }
            suschef = [sys.executable, "-c", "from smartsuschef.client.console.app import main; main()"]
            trained, forecast = (
                subprocess.run(
                    [*suschef, *arguments], env=environment, capture_output=True, text=True, check=True, timeout=120
                ).stdout
                for arguments in (
                    ["train", "--all-stores", "--country", "CH"],
                    ["predict", "--store", "Lower Manhattan"],
                )
            )

    assert sorted(line.split("  ")[0] for line in trained.splitlines()[:3]) == ["Lower Manhattan", "Zürich", "南京路店"]
    assert {cell_len(line[: line.index("SUCCEEDED")]) for line in trained.splitlines()[:3]} == {22}
    assert "3 stores: 3 trained, 0 not" in trained
    assert "Store Lower Manhattan, version" in forecast

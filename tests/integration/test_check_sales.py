"""How the sales would be read is answered without a run, without Redis, and the same for every source."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import grpc
import pandas as pd
import pytest

from smartsuschef.client import AsyncForecastClient, ForecastClient, ForecastServiceError, Location, SalesPreview
from smartsuschef.forecast.v1 import training_pb2
from tests.support.databases import fill
from tests.support.sales_files import write_sales
from tests.support.stack import Stack

DE = Location(country="DE")


@pytest.fixture(scope="module")
def own_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A training service whose database has the store 7, with a Redis that a test may stop."""
    folder = tmp_path_factory.mktemp("check")
    url = f"sqlite:///{folder / 'sales.db'}"
    write_sales(folder / "sales.csv", dishes=2, days=90)
    fill(url, pd.read_csv(folder / "sales.csv"))
    stack = Stack(folder, {"SALES_DATABASE_URL": url})
    try:
        stack.start_redis()
        stack.start_training()
        yield stack
    finally:
        stack.stop_all()


@pytest.fixture
def checker(own_stack: Stack) -> Iterator[ForecastClient]:
    with ForecastClient(training_address=own_stack.training_address) as client:
        yield client


def without_source(preview: SalesPreview) -> SalesPreview:
    """A preview without what names its source."""
    copy = SalesPreview()
    copy.CopyFrom(preview)
    for field in ("form", "columns", "dates", "store"):
        copy.ClearField(field)
    copy.data_report.ClearField("sales_source")
    copy.data_report.ClearField("sales_columns")
    return copy


def test_a_file_of_the_server_is_checked_without_a_run(client: ForecastClient, sales_file: Callable[..., str]) -> None:
    source = sales_file(dishes=2)

    preview = client.check_sales(store="checked", sales_data_source=source, location=DE)

    assert preview.data_report.sales_source == source
    assert [dish.dish for dish in preview.dishes] == ["dish-1", "dish-0"]
    assert preview.location.country == "DE"
    assert preview.rows_read == preview.rows_used == 100
    assert list(client.list_trainings(store="checked")) == []
    assert client.check_sales(store="checked", sales_data_source=source, location=DE) == preview


def test_a_store_that_is_being_trained_can_be_checked(client: ForecastClient, sales_file: Callable[..., str]) -> None:
    source = sales_file(dishes=30, days=200)
    run = client.start_training(store="live", sales_data_source=source, location=DE)

    preview = client.check_sales(store="live", sales_data_source=source, location=DE)

    assert len(preview.dishes) == 30
    assert client.get_training(run.run_id, store="live").state < training_pb2.RUN_STATE_SUCCEEDED
    client.cancel_training(run.run_id, store="live")


async def test_a_file_of_the_caller_is_checked_as_one_of_the_server(
    stack: Stack, client: ForecastClient, sales_file: Callable[..., str], tmp_path: Path
) -> None:
    source = sales_file(dishes=2)
    of_caller = tmp_path / "mine.csv"
    of_caller.write_bytes((stack.data / source).read_bytes())

    of_server = client.check_sales(store="mine", sales_data_source=source, location=DE)
    async with AsyncForecastClient(training_address=stack.training_address) as asynchronous:
        sent = await asynchronous.check_sales(store="mine", file=of_caller, location=DE)

    assert without_source(sent) == without_source(of_server)
    assert sent.columns == of_server.columns
    assert not (stack.data / "imported" / "mine" / "CURRENT").exists()


def test_imported_sales_are_what_a_store_is_checked_by(
    client: ForecastClient, stack: Stack, sales_file: Callable[..., str]
) -> None:
    imported = client.import_sales(store="imported", file=stack.data / sales_file(dishes=2))

    preview = client.check_sales(store="imported")

    assert preview.data_report.sales_source == imported.sales_data_source
    assert preview.dishes == imported.preview.dishes


def test_a_repeated_request_id_is_no_run_for_a_check(client: ForecastClient, sales_file: Callable[..., str]) -> None:
    source = sales_file()
    run = client.start_training(store="checked-again", sales_data_source=source, location=DE, request_id="r-1")
    request = training_pb2.StartTrainingRequest(
        store="checked-again", sales_data_source=source, location=DE, request_id="r-1", validate_only=True
    )

    answer = client._training.StartTraining(request, timeout=60)

    assert not answer.HasField("run")
    assert answer.preview.rows_read == 150
    assert [each.run_id for each in client.list_trainings(store="checked-again")] == [run.run_id]


def test_a_database_is_checked_with_the_place_of_its_store(checker: ForecastClient) -> None:
    preview = checker.check_sales(store="7")

    assert preview.form.kind == training_pb2.SALES_SOURCE_KIND_DATABASE
    assert preview.data_report.sales_source.startswith("database")
    assert (preview.rows_read, preview.location.country) == (180, "CN")
    assert list(preview.columns) == []
    assert not preview.HasField("dates")


def test_a_wrong_file_names_every_violation(own_stack: Stack, checker: ForecastClient) -> None:
    (own_stack.data / "wrong.csv").write_text("date,dish,quantity\n2026-01-01,soup,many\nsoon,soup,3\n")

    with pytest.raises(ForecastServiceError) as refused:
        checker.check_sales(sales_data_source="wrong.csv")

    assert refused.value.code is grpc.StatusCode.INVALID_ARGUMENT
    assert [violation.field for violation in refused.value.violations] == ["sales_data_source"] * 2


def test_a_file_of_several_restaurants_names_them_when_none_was_chosen(
    own_stack: Stack, checker: ForecastClient
) -> None:
    rows = [f"2026-02-{day:02},soup,{day},{name}" for day in range(1, 29) for name in ("Harbour", "Station")]
    (own_stack.data / "two.csv").write_text("\n".join(["date,dish,quantity,location", *rows]))

    with pytest.raises(ForecastServiceError) as refused:
        checker.check_sales(sales_data_source="two.csv")
    chosen = checker.check_sales(sales_data_source="two.csv", store="Station")

    (violation,) = refused.value.violations
    assert "'Harbour', 'Station'" in violation.description
    assert (list(chosen.restaurants), chosen.restaurant) == (["Harbour", "Station"], "Station")
    assert [(each.reason, each.rows) for each in chosen.left_out] == [("other restaurants", 28)]


def test_a_check_does_without_redis(own_stack: Stack, checker: ForecastClient) -> None:
    before = checker.check_sales(store="7")
    own_stack.stop("redis")
    try:
        assert checker.check_sales(store="7") == before
    finally:
        own_stack.start_redis()


def test_the_console_shows_a_file_of_this_machine_and_the_database(own_stack: Stack, tmp_path: Path) -> None:
    file = tmp_path / "mine.csv"
    write_sales(file, dishes=2, days=60)
    command = [sys.executable, "-c", "from smartsuschef.client.console.app import main; main()", "check"]
    options = ["--training-address", own_stack.training_address]

    of_file = subprocess.run([*command, str(file), *options], capture_output=True, text=True, timeout=60, check=True)
    of_database = subprocess.run(
        [*command, "--store", "7", *options], capture_output=True, text=True, timeout=60, check=True
    )

    assert "columns separated by ','" in of_file.stdout
    assert "Nothing was kept. If this is right: suschef import" in of_file.stdout
    assert of_database.stdout.startswith("sales    database sqlite")
    assert "Nothing was trained. If this is right: suschef train --store 7" in of_database.stdout

"""A backend that shares neither a folder nor a database with the server sends the sales of its stores."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import grpc
import pytest

from smartsuschef.client import AsyncForecastClient, ForecastClient, ForecastServiceError, Location, SalesRow
from smartsuschef.forecast.v1 import training_pb2, training_pb2_grpc
from tests.support.sales_files import write_sales
from tests.support.stack import Stack
from tests.support.waiting import wait_until_live

Request = training_pb2.ImportSalesRequest


@pytest.fixture
def export(tmp_path: Path) -> Path:
    """A sales file on the machine of the caller, outside the data root of the server."""
    path = tmp_path / "export.csv"
    write_sales(path, dishes=2, days=120, seed=3)
    return path


@pytest.fixture
def stub(stack: Stack) -> Iterator[training_pb2_grpc.TrainingServiceStub]:
    """A client of the bare contract."""
    with grpc.insecure_channel(stack.training_address) as channel:
        yield training_pb2_grpc.TrainingServiceStub(channel)


def train_and_report(client: ForecastClient, store: str) -> training_pb2.DataReport:
    """Trains a store without naming a source, and answers the report of the run."""
    run = client.start_training(store=store, location=Location(country="DE"))
    result = list(client.watch_training(run.run_id, store=store))[-1].result
    assert result.published, result
    wait_until_live(client, store, result.version)
    return result.data_report


def imported_files(stack: Stack, store: str) -> list[str]:
    """Names of the files in the folder of a store."""
    folder = stack.data / "imported" / store
    return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []


def test_a_sent_file_is_trained_without_naming_a_source(client: ForecastClient, export: Path) -> None:
    answer = client.import_sales(store="sent", file=export)

    assert answer.store == "sent"
    assert answer.data_report.dishes == 2
    report = train_and_report(client, "sent")
    assert report.rows == answer.data_report.rows
    assert report.sales_source == answer.sales_data_source
    assert [forecast.dish for forecast in client.predict(store="sent").forecasts] == ["dish-0", "dish-1"]


async def test_sent_rows_are_read_as_their_file_would_be(stack: Stack, client: ForecastClient, export: Path) -> None:
    rows = [
        SalesRow(date=date, dish=dish, quantity=float(quantity))
        for date, dish, quantity in (line.split(",") for line in export.read_text().splitlines()[1:])
    ]
    async with AsyncForecastClient(training_address=stack.training_address) as asynchronous:
        of_rows = (await asynchronous.import_sales(store="rows", rows=rows, validate_only=True)).data_report

    of_file = client.import_sales(store="rows", file=export, validate_only=True).data_report

    for report in (of_rows, of_file):
        report.ClearField("sales_source")
        report.ClearField("sales_columns")
    assert of_rows == of_file
    assert imported_files(stack, "rows") == []


def test_a_second_file_replaces_the_first(stack: Stack, client: ForecastClient, export: Path, tmp_path: Path) -> None:
    first = client.import_sales(store="twice", file=export)
    later = tmp_path / "later.csv"
    write_sales(later, dishes=3, days=150, seed=4)

    second = client.import_sales(store="twice", file=later)

    assert second.sales_data_source != first.sales_data_source
    assert train_and_report(client, "twice").dishes == 3


def test_a_file_that_is_wrong_leaves_the_one_before(
    stack: Stack, client: ForecastClient, export: Path, tmp_path: Path
) -> None:
    client.import_sales(store="wrong", file=export)
    before = imported_files(stack, "wrong")
    wrong = tmp_path / "wrong.csv"
    wrong.write_text("date,dish,quantity\n2026-01-01,soup,many\nsoon,soup,3\n")

    with pytest.raises(ForecastServiceError) as refused:
        client.import_sales(store="wrong", file=wrong)

    assert refused.value.code is grpc.StatusCode.INVALID_ARGUMENT
    assert len(refused.value.violations) == 2
    assert imported_files(stack, "wrong") == before


def test_every_wrong_row_is_named(client: ForecastClient) -> None:
    rows = [SalesRow(date="2026-01-01", dish="soup", quantity=1), SalesRow(date="soon", dish=""), SalesRow(dish="soup")]

    with pytest.raises(ForecastServiceError) as refused:
        client.import_sales(store="rows-wrong", rows=rows)

    assert [violation.field for violation in refused.value.violations] == [
        "rows[1].date",
        "rows[1].dish",
        "rows[1].quantity",
        "rows[2].date",
        "rows[2].quantity",
    ]


@pytest.mark.parametrize(
    ("messages", "field"),
    [
        ([], "header"),
        ([Request(file_chunk=b"date")], "header"),
        ([Request(header=training_pb2.ImportSalesHeader())], "rows"),
        ([Request(header=training_pb2.ImportSalesHeader(store="..\nx")), Request(file_chunk=b"x")], "store"),
        (
            [Request(header=training_pb2.ImportSalesHeader()), Request(file_chunk=b"x"), Request(rows={})],
            "file_chunk",
        ),
        ([Request(header=training_pb2.ImportSalesHeader()), Request(file_chunk=bytes(2**20 + 1))], "file_chunk"),
    ],
)
def test_messages_out_of_order_are_refused(
    stub: training_pb2_grpc.TrainingServiceStub, messages: list[Request], field: str
) -> None:
    with pytest.raises(grpc.RpcError) as refused:
        stub.ImportSales(iter(messages), timeout=30)

    assert refused.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert field in str(refused.value.details())


def test_malformed_bytes_are_refused_as_such(stack: Stack) -> None:
    with grpc.insecure_channel(stack.training_address) as channel:
        call: Any = channel.stream_unary("/smartsuschef.forecast.v1.TrainingService/ImportSales")

        with pytest.raises(grpc.RpcError) as refused:
            call(iter([b"\xff\xff"]), timeout=30)

    assert refused.value.code() is grpc.StatusCode.INVALID_ARGUMENT


def test_a_caller_that_leaves_in_the_middle_leaves_nothing_behind(
    stack: Stack, stub: training_pb2_grpc.TrainingServiceStub, client: ForecastClient, export: Path
) -> None:
    def endless() -> Iterator[Request]:
        yield Request(header=training_pb2.ImportSalesHeader(store="left"))
        while True:
            yield Request(file_chunk=b"2026-01-01,soup,1\n")

    with pytest.raises(grpc.RpcError) as ended:
        stub.ImportSales(endless(), timeout=1)

    assert ended.value.code() is grpc.StatusCode.DEADLINE_EXCEEDED
    client.import_sales(store="left", file=export)  # the server has noticed by the time that it answers this
    assert len(imported_files(stack, "left")) == 2  # CURRENT and its file


def test_the_file_of_one_store_is_not_read_for_another(client: ForecastClient, export: Path) -> None:
    source = client.import_sales(store="mine", file=export).sales_data_source

    with pytest.raises(ForecastServiceError) as refused:
        client.start_training(store="theirs", sales_data_source=source, location=Location(country="DE"))

    assert refused.value.code is grpc.StatusCode.INVALID_ARGUMENT


def test_stores_with_sent_sales_are_listed(client: ForecastClient, export: Path) -> None:
    client.import_sales(store="listed", file=export)

    assert "listed" in list(client.list_stores())


def test_the_console_sends_a_file_and_says_how_it_is_read(stack: Stack, export: Path) -> None:
    command = [sys.executable, "-c", "from smartsuschef.client.console.app import main; main()", "import", str(export)]
    options = ["--store", "console", "--training-address", stack.training_address]

    checked = subprocess.run([*command, *options, "--check"], capture_output=True, text=True, timeout=60, check=True)
    assert "2 dishes" in checked.stdout
    assert imported_files(stack, "console") == []

    kept = subprocess.run([*command, *options], capture_output=True, text=True, timeout=60, check=True)
    assert "are kept" in kept.stdout
    assert "CURRENT" in imported_files(stack, "console")


def test_the_file_of_the_caller_must_be_readable(client: ForecastClient, sales_file: Callable[..., str]) -> None:
    with pytest.raises(ForecastServiceError) as refused:
        client.import_sales(store="none", file="no/such/file.csv")

    assert [violation.field for violation in refused.value.violations] == ["file"]


def test_a_file_that_calls_its_only_restaurant_otherwise_is_taken(client: ForecastClient, tmp_path: Path) -> None:
    rows = [f"2026-10-{day:02},soup,{day},Main" for day in range(1, 29)]
    file = tmp_path / "till.csv"
    file.write_text("\n".join(["date,dish,quantity,location", *rows]))

    answer = client.import_sales(store="harbour", file=file)

    assert answer.data_report.rows == 28
    assert client.start_training(store="harbour", location=Location(country="DE")).run_id


def test_a_file_of_several_restaurants_names_them(client: ForecastClient, tmp_path: Path) -> None:
    file = tmp_path / "till.csv"
    file.write_text("date,dish,quantity,location\n2026-10-01,soup,3,Harbour\n2026-10-01,soup,3,Station\n")

    with pytest.raises(ForecastServiceError) as refused:
        client.import_sales(store="elsewhere", file=file)

    (violation,) = refused.value.violations
    assert violation.field == "file_chunk"
    assert "Harbour" in violation.description
    assert "Station" in violation.description


def test_the_console_tells_what_was_left_out_in_plain_text(stack: Stack, tmp_path: Path) -> None:
    rows = [f"2026-10-{day:02},soup,{day},{'true' if day == 3 else 'false'}" for day in range(1, 29)]
    file = tmp_path / "till.csv"
    file.write_text("\n".join(["date,dish,quantity,void?", *rows]))
    command = [sys.executable, "-c", "from smartsuschef.client.console.app import main; main()", "import", str(file)]
    options = ["--store", "voids", "--training-address", stack.training_address]

    shown = subprocess.run([*command, *options], capture_output=True, text=True, timeout=60, check=True).stdout

    (warning,) = (line for line in shown.splitlines() if "warning" in line)
    assert warning.startswith("warning  rows that were not sold are left out")

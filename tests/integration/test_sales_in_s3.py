"""Sales files in an object storage."""

from collections.abc import Callable, Iterator
from pathlib import Path

import grpc
import pandas as pd
import pytest
import s3fs

from shared.config import PipelineConfig
from shared.errors import InvalidInput
from smartsuschef.client import ForecastClient, ForecastServiceError
from tests.support.object_storage import BUCKET, ObjectStorage, object_storage
from tests.support.sales_files import write_sales
from tests.support.stack import Stack, free_port, running_stack
from tests.support.workbooks import Cell, write_ods, write_xlsb, write_xlsx
from training_service.sources.files.access import SalesFiles
from training_service.sources.files.fetching import StorageFailed
from training_service.sources.files.sales_columns import SalesColumns
from training_service.sources.sales_source import SalesSource

ALLOWED = f"s3://{BUCKET}/sales"


@pytest.fixture(scope="module")
def storage() -> Iterator[ObjectStorage]:
    with object_storage() as running:
        yield running


@pytest.fixture
def source(storage: ObjectStorage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SalesSource:
    """A source that reads from a folder and from the storage."""
    for name, value in storage.settings.items():
        monkeypatch.setenv(name, value)
    s3fs.S3FileSystem.clear_instance_cache()
    return SalesSource(SalesFiles(tmp_path, [ALLOWED]), "sales.csv", SalesColumns(), PipelineConfig())


def test_files_in_s3_give_the_same_sales_and_weather_as_files_on_disk(
    source: SalesSource, storage: ObjectStorage, tmp_path: Path, real_data: Callable[[str], Path]
) -> None:
    for name in ("sales.csv", "weather.csv"):
        data = (real_data("grilled_fish") / name).read_bytes()
        (tmp_path / name).write_bytes(data)
        storage.put(f"sales/fish/{name}", data)
    pd.read_csv(tmp_path / "sales.csv").to_parquet(tmp_path / "sales.parquet")
    parquet = storage.put("sales/fish/sales.parquet", (tmp_path / "sales.parquet").read_bytes())
    expected = source.read("sales.csv", "default")

    for url in (f"{ALLOWED}/fish/sales.csv", parquet):
        read = source.read(source.resolve(url, "default"), "default")
        pd.testing.assert_frame_equal(read.sales, expected.sales)
        assert read.weather is not None
        assert expected.weather is not None
        pd.testing.assert_frame_equal(read.weather, expected.weather)
        assert read.origin == url


@pytest.mark.parametrize(("kind", "write"), [("xlsx", write_xlsx), ("xlsb", write_xlsb), ("ods", write_ods)])
def test_a_workbook_in_s3_gives_the_same_sales_as_on_disk(
    source: SalesSource, storage: ObjectStorage, tmp_path: Path, kind: str, write: Callable[..., None]
) -> None:
    days = pd.date_range("2026-01-01", periods=40).strftime("%Y-%m-%d")
    rows: list[list[Cell]] = [["Title"], ["Date", "Item", "Qty"]]
    rows += [[day, dish, float(units)] for units, day in enumerate(days) for dish in ("Soup", "Pie")]
    write(tmp_path / f"sales.{kind}", {"Notes": [["Till 1"]], "Sales": rows})
    url = storage.put(f"sales/workbooks/sales.{kind}", (tmp_path / f"sales.{kind}").read_bytes())

    read = source.read(source.resolve(url, "default"), "default")

    pd.testing.assert_frame_equal(read.sales, source.read(f"sales.{kind}", "default").sales)
    assert read.sales["sales"].sum() == 2 * sum(range(40))
    assert read.origin == url


def test_a_workbook_in_s3_with_several_sheets_of_sales_asks_for_one(
    source: SalesSource, storage: ObjectStorage, tmp_path: Path
) -> None:
    sheet: list[list[Cell]] = [["Date", "Item", "Qty"], ["2026-01-01", "Soup", 3.0]]
    # The name of the file does not tell that the file is a workbook.
    write_xlsx(tmp_path / "sales.csv", {"Bar": sheet, "Kitchen": sheet})
    url = storage.put("sales/workbooks/two.csv", (tmp_path / "sales.csv").read_bytes())

    with pytest.raises(InvalidInput, match="several sheets have columns of sales: 'Bar', 'Kitchen'"):
        source.check(url, "default")


def test_a_sales_file_without_a_weather_file_beside_it_has_no_weather(
    source: SalesSource, storage: ObjectStorage, tmp_path: Path
) -> None:
    write_sales(tmp_path / "sales.csv", dishes=1, days=30)
    url = storage.put("sales/alone/sales.csv", (tmp_path / "sales.csv").read_bytes())

    assert source.read(url, "default").weather is None


def test_a_missing_file_is_invalid_input(source: SalesSource) -> None:
    with pytest.raises(InvalidInput, match=f"there is no file {ALLOWED}/absent.csv"):
        source.check(f"{ALLOWED}/absent.csv", "default")


def test_wrong_rows_are_told_with_their_lines(source: SalesSource, storage: ObjectStorage) -> None:
    url = storage.put("sales/wrong.csv", b"date,dish,sales\n2026-01-01,soup,many\n")

    with pytest.raises(InvalidInput, match="expected numbers; not so on line 2"):
        source.check(url, "default")


@pytest.mark.usefixtures("source")
def test_a_file_that_is_too_large_is_not_fetched(
    storage: ObjectStorage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = storage.put("sales/large.csv", b"x" * 100_001)
    monkeypatch.setattr(s3fs.S3FileSystem, "_get_file", None)
    files = SalesFiles(tmp_path, [ALLOWED], most_bytes=100_000)

    with pytest.raises(InvalidInput, match="MB: leave the oldest years out"), files.opened(url):
        pass


def test_a_storage_that_does_not_answer_is_unavailable_not_invalid_input(
    source: SalesSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{free_port()}")

    with pytest.raises(StorageFailed, match=f"{ALLOWED}/sales.csv cannot be read now"):
        source.check(f"{ALLOWED}/sales.csv", "default")


@pytest.fixture(scope="module")
def stack(storage: ObjectStorage, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    folder = tmp_path_factory.mktemp("s3")
    with running_stack(folder, DATA_URLS=f"s3://elsewhere/ {ALLOWED}", **storage.settings) as running:
        yield running


def test_a_restaurant_is_trained_from_the_storage(
    stack: Stack, client: ForecastClient, storage: ObjectStorage, tmp_path: Path
) -> None:
    write_sales(tmp_path / "sales.csv", dishes=2, days=90)
    url = storage.put("sales/two.csv", (tmp_path / "sales.csv").read_bytes())

    run = client.start_training(sales_data_source=url)
    *_, last = client.watch_training(run.run_id, store=run.store)

    assert len(last.result.trained_dishes) == 2
    assert last.result.data_report.sales_source == url


def test_a_url_outside_data_urls_is_invalid_input(stack: Stack, client: ForecastClient) -> None:
    with pytest.raises(ForecastServiceError) as caught:
        client.start_training(sales_data_source=f"s3://{BUCKET}/private/sales.csv")

    assert caught.value.code is grpc.StatusCode.INVALID_ARGUMENT
    assert "DATA_URLS" in str(caught.value)


@pytest.fixture(scope="module")
def client(stack: Stack) -> Iterator[ForecastClient]:
    with ForecastClient(
        training_address=stack.training_address, inference_address=stack.inference_address
    ) as connected:
        yield connected

"""Parquet files: types of columns, moments and what is no Parquet."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
from pyarrow import parquet

from tests.support.violations import violations_of
from training_service.sources.files.reading import read_sales_file
from training_service.sources.files.sales_columns import SalesColumns


def test_wrong_rows_are_counted_across_the_parts_of_a_file(tmp_path: Path) -> None:
    path = tmp_path / "sales.parquet"
    pd.DataFrame({"date": "2026-01-01", "dish": "soup", "sales": ["1", "2", "3", "x", "5"]}).to_parquet(path)

    (description,) = violations_of(path, chunk_rows=2)

    assert "not so on line 4: 'x'" in description


def test_a_file_with_too_many_rows_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "sales.parquet"
    pd.DataFrame({"date": "2026-01-01", "dish": "soup", "sales": [1, 2, 3]}).to_parquet(path)

    assert violations_of(path, most_rows=2) == ["the file has 3 rows; expected at most 2: leave the oldest years out"]


def test_a_parquet_file_gives_the_same_sales_as_the_csv_file(tmp_path: Path, real_data: Callable[[str], Path]) -> None:
    source = real_data("grilled_fish") / "sales.csv"
    table = pd.read_csv(source)
    for name, dates in (("text", table["date"]), ("times", pd.to_datetime(table["date"]))):
        table.assign(date=dates, dish=table["dish"].astype("category")).to_parquet(tmp_path / f"{name}.parquet")

    expected = read_sales_file(source, "default", SalesColumns()).sales

    for name in ("text", "times"):
        sales = read_sales_file(tmp_path / f"{name}.parquet", "default", SalesColumns()).sales
        pd.testing.assert_frame_equal(sales, expected)


def test_a_moment_belongs_to_its_day_in_the_time_zone_of_the_store(tmp_path: Path) -> None:
    path = tmp_path / "sales.parquet"
    moments = pd.to_datetime(["2026-01-02T04:30:00Z", "2026-07-02T03:30:00Z"], utc=True)
    pd.DataFrame({"date": moments, "dish": "soup", "sales": 1}).to_parquet(path)

    here = read_sales_file(path, "default", SalesColumns(), "America/New_York").sales
    somewhere = read_sales_file(path, "default", SalesColumns()).sales

    assert here["date"].tolist() == [pd.Timestamp("2026-01-01"), pd.Timestamp("2026-07-01")]
    assert somewhere["date"].tolist() == [pd.Timestamp("2026-01-02"), pd.Timestamp("2026-07-02")]


def test_a_missing_moment_is_refused_with_its_row(tmp_path: Path) -> None:
    path = tmp_path / "sales.parquet"
    moments = pd.to_datetime(["2026-01-02T04:30:00Z", "NaT"], utc=True)
    pd.DataFrame({"date": moments, "dish": "soup", "sales": 1}).to_parquet(path)

    (description,) = violations_of(path)
    assert "not so on line 2: ''; write the date on every line" in description


@pytest.mark.parametrize("kind", [pa.binary(), pa.large_binary(), pa.dictionary(pa.int32(), pa.binary()), pa.binary(8)])
def test_bytes_in_utf8_are_read_as_text(tmp_path: Path, kind: pa.DataType) -> None:
    path = tmp_path / "sales.parquet"
    dishes = pa.array(["Crêpes ".encode(), None, b"Potatoes"], pa.binary()).cast(kind)
    table = pa.table({"date": ["2026-01-01"] * 3, "dish": dishes, "sales": [1, 2, 3]})
    parquet.write_table(table.slice(0, 1), path)
    assert read_sales_file(path, "default", SalesColumns()).sales["dish"].tolist() == ["Crêpes"]

    parquet.write_table(table, path)
    assert violations_of(path) == ["column 'dish': no dish named on line 2; write its name there, or delete the line"]


def test_bytes_in_another_encoding_than_utf8_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "sales.parquet"
    dishes = pa.array([b"Soup", b"Soup", "Crêpes".encode("latin-1")], pa.binary())
    parquet.write_table(pa.table({"date": ["2026-01-01"] * 3, "dish": dishes, "sales": [1, 2, 3]}), path)

    assert violations_of(path, chunk_rows=2) == ["column 'dish': expected text in UTF-8; write the column as text"]


@pytest.mark.parametrize("dishes", [[["soup"], ["fish"]], [{"name": "soup"}, {"name": "fish"}]])
def test_a_column_of_lists_or_records_is_refused(tmp_path: Path, dishes: Any) -> None:
    path = tmp_path / "sales.parquet"
    table = pa.table({"date": ["2026-01-01"] * 2, "dish": dishes, "sales": [1, 2]})
    parquet.write_table(table.append_column("others", [[[1], [2]]]), path)

    (description,) = violations_of(path)

    assert description.startswith("column 'dish': expected one value in each row, got ")


def test_a_column_of_lists_that_is_not_read_does_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "sales.parquet"
    table = pa.table({"date": ["2026-01-01"], "dish": ["soup"], "sales": [1], "others": [[1, 2]]})
    parquet.write_table(table, path)

    assert read_sales_file(path, "default", SalesColumns()).sales["sales"].tolist() == [1.0]


def test_violations_of_a_parquet_file_name_the_column_and_the_row(tmp_path: Path) -> None:
    path = tmp_path / "sales.parquet"
    good = pd.DataFrame({"date": ["2026-01-01", "2026-01-02"], "dish": ["soup", "fish"], "sales": [1.0, 2.0]})

    path.write_bytes(b"date,dish,sales\n2026-01-01,soup,1\n")
    (description,) = violations_of(path)
    assert description.startswith("not readable as Parquet (ArrowInvalid); export the file again")
    good.iloc[:0].to_parquet(path)
    assert violations_of(path) == ["there are no rows in the file; export the file again with its rows"]
    good.assign(sales=[1.0, float("nan")]).to_parquet(path)
    assert violations_of(path) == ["column 'sales': expected numbers; not so on line 2: ''"]
    good.assign(sales=[1.0, float("inf")], dish=["soup", ""]).to_parquet(path)
    assert len(violations_of(path)) == 2

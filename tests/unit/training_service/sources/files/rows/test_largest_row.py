"""The line of the largest row of each dish and day, by which people find a typing error."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from training_service.sources.files.reading import read_sales_file
from training_service.sources.files.sales_columns import SalesColumns


def lines_of(path: Path, *, chunk_rows: int = 50_000) -> dict[tuple[str, str], int]:
    """The line of each dish and day."""
    lines = read_sales_file(path, "default", SalesColumns(), chunk_rows=chunk_rows).lines
    table = lines.reset_index()
    days = table["date"].dt.strftime("%Y-%m-%d")
    return dict(zip(zip(table["dish"], days, strict=True), table["line"], strict=True))


@pytest.mark.parametrize("chunk_rows", [1, 2, 50_000])
def test_each_dish_and_day_has_the_line_of_its_largest_row(write: Callable[..., Path], chunk_rows: int) -> None:
    rows = ["2025-01-01,soup,2", "2025-01-01,soup,900", "2025-01-02,soup,3", "2025-01-01,pie,4", "2025-01-01,soup,-1"]
    rows += ["2025-01-02,soup,3"]

    found = lines_of(write("date,dish,quantity\n" + "\n".join(rows) + "\n"), chunk_rows=chunk_rows)

    # Of rows that are as large the first one counts.
    assert found == {("pie", "2025-01-01"): 5, ("soup", "2025-01-01"): 3, ("soup", "2025-01-02"): 4}


def test_a_voided_row_is_not_the_largest_one(write: Callable[..., Path]) -> None:
    rows = ["2025-01-01,soup,2,no", "2025-01-01,soup,900,yes", "2025-01-02,soup,3,no"]

    found = lines_of(write("date,dish,quantity,void\n" + "\n".join(rows) + "\n"))

    assert found == {("soup", "2025-01-01"): 2, ("soup", "2025-01-02"): 4}


def test_lines_follow_the_reading_of_dates_and_decimals_that_counts(write: Callable[..., Path]) -> None:
    rows = ["02/11/2025;soup;1,5", "02/11/2025;soup;1.500,0", "13/11/2025;soup;2,5"]

    found = lines_of(write("date;dish;quantity\n" + "\n".join(rows) + "\n"))

    assert found == {("soup", "2025-11-02"): 3, ("soup", "2025-11-13"): 4}


def test_a_row_of_a_parquet_file_is_numbered_from_one(tmp_path: Path) -> None:
    path = tmp_path / "sales.parquet"
    days = pd.to_datetime(["2025-01-01", "2025-01-02"])
    pd.DataFrame({"date": days, "dish": "soup", "quantity": [1.0, 2.0]}).to_parquet(path)

    assert lines_of(path) == {("soup", "2025-01-01"): 1, ("soup", "2025-01-02"): 2}

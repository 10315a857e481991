"""Rows of days to come, such as orders made in advance, are left out of the sales."""

from collections.abc import Callable
from pathlib import Path

from tests.support.violations import violations_of
from training_service.sources.files.reading import read_sales_file
from training_service.sources.files.sales_columns import SalesColumns


def test_a_row_of_a_day_to_come_is_left_out_and_told_with_its_line(write: Callable[..., Path]) -> None:
    path = write("Date,Item,Qty\n2026-01-01,soup,5\n2199-01-01,soup,30\n2026-01-02,soup,4\n")

    read = read_sales_file(path, "default", SalesColumns(), chunk_rows=2)

    assert read.sales["sales"].tolist() == [5.0, 4.0]
    assert read.future_rows == 1
    (warning,) = read.warnings
    assert warning.reason == "FUTURE_SALES"
    assert warning.message.startswith("1 row of days to come is left out (line 3")


def test_a_file_of_days_to_come_alone_is_refused(write: Callable[..., Path]) -> None:
    (description,) = violations_of(write("Date,Item,Qty\n2199-01-01,soup,5\n2199-01-02,soup,30\n"))

    assert description.startswith("column 'Date': all days are days to come (lines 2, 3")

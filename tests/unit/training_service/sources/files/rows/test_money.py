"""A column of money is never taken for the units sold."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.violations import violations_of
from training_service.sources.files.reading import read_sales_file
from training_service.sources.files.sales_columns import SalesColumns

Write = Callable[..., Path]


@pytest.mark.parametrize("sales", ["Sales"])
@pytest.mark.parametrize("units", ["Transactions", "Orders", "Volume", "Tally", "Bons"])
def test_money_beside_a_column_that_may_have_the_units_is_refused(write: Write, sales: str, units: str) -> None:
    path = write(f"Date,Item,{units},{sales}\n2026-01-01,soup,19,85.50\n2026-01-02,soup,3,13.50\n")

    (description,) = violations_of(path)

    assert f"column {sales!r} may have money, and {units!r} the units sold" in description
    assert "SALES_QUANTITY_COLUMN" in description
    read = read_sales_file(path, "default", SalesColumns(quantity=units))
    assert read.sales["sales"].tolist() == [19.0, 3.0]


def test_whole_money_beside_a_count_of_transactions_is_refused(write: Write) -> None:
    (description,) = violations_of(write("Date,Item,Transactions,Sales\n2026-01-01,soup,19,95\n2026-01-02,soup,3,15\n"))

    assert "'Transactions'" in description


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("date,dish,sales,price", "2026-01-01,soup,3,4.50"),
        ("date,dish,sales", "2026-01-01,soup,3.25"),
        ("date,dish,sales,dish id", "2026-01-01,soup,3.25,7"),
        ("date,dish,sales,year", "2026-01-01,soup,3.25,2026"),
    ],
)
def test_units_named_sales_are_read(write: Write, header: str, row: str) -> None:
    assert len(read_sales_file(write(f"{header}\n{row}\n"), "default", SalesColumns()).sales) == 1


@pytest.mark.parametrize("column", ["Sales", "Sold", "Jumlah", "y"])
def test_a_column_that_may_be_money_and_has_cents_is_asked_about(write: Write, column: str) -> None:
    lines = [f"2026-01-{day:02},soup,{day * 3.9:.2f}" for day in range(1, 29)]

    (description,) = violations_of(write(f"Date,Item,{column}\n" + "\n".join(lines) + "\n"))

    assert f"column {column!r} seems to have money" in description
    assert "SALES_QUANTITY_COLUMN" in description


def test_a_number_of_units_goes_before_a_column_that_may_be_money(write: Write) -> None:
    path = write("Tanggal,Produk,Jumlah,Terjual\n2026-01-01,soto,78000,2\n2026-01-02,soto,39000,1\n")

    assert read_sales_file(path, "default", SalesColumns()).sales["sales"].tolist() == [2.0, 1.0]


@pytest.mark.parametrize("header", ["Date,Item,Quantity,Net Quantity", "日期,菜品,销售数量,净销量"])
def test_units_without_returns_go_before_units_with_them(write: Write, header: str) -> None:
    path = write(f"{header}\n2026-01-01,soup,12,11\n2026-01-02,soup,9,9\n")

    assert read_sales_file(path, "default", SalesColumns()).sales["sales"].tolist() == [11.0, 9.0]

"""Refunds in sales files are subtracted from the sales of their dish and day."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.violations import violations_of
from training_service.sources.files.reading import read_sales_file
from training_service.sources.files.sales_columns import SalesColumns


def test_a_negative_row_is_subtracted_from_the_sales_of_its_dish_and_day(write: Callable[..., Path]) -> None:
    rows = ["2026-01-01,soup,5", "2026-01-01,pie,4", "2026-01-01,soup,-2", "2026-01-02,soup,3"]

    read = read_sales_file(write("Date,Item,Qty\n" + "\n".join(rows) + "\n"), "default", SalesColumns())

    assert read.sales[["dish", "sales"]].to_numpy().tolist() == [["pie", 4.0], ["soup", 3.0], ["soup", 3.0]]
    assert read.refund_rows == 1


@pytest.mark.parametrize("negative", ["-1,5", "-1.234,5"])
def test_a_negative_row_may_have_a_decimal_comma(write: Callable[..., Path], negative: str) -> None:
    path = write(f"Datum;Artikel;Menge\n01.02.2026;Suppe;2.000,5\n13.02.2026;Suppe;4\n01.02.2026;Suppe;{negative}\n")

    assert read_sales_file(path, "default", SalesColumns()).refund_rows == 1


def test_a_day_whose_refunds_exceed_its_sales_has_no_sales(write: Callable[..., Path]) -> None:
    path = write("Date,Item,Qty\n2026-01-01,soup,5\n2026-01-02,soup,1\n2026-01-02,soup,-3\n2026-01-03,soup,2\n")

    assert read_sales_file(path, "default", SalesColumns()).sales["sales"].tolist() == [5.0, 0.0, 2.0]


def test_a_file_of_more_refunds_than_sales_is_refused(write: Callable[..., Path]) -> None:
    path = write("Date,Item,Qty\n2026-01-01,soup,-5\n2026-01-02,soup,-1\n2026-01-03,soup,2\n")

    (description,) = violations_of(path)

    assert description.startswith("column 'Qty': expected fewer refunds (negative numbers) than sales; not so on lines")


@pytest.mark.parametrize("column", ["Total", "Net Sales", "Umsatz", "小計"])
@pytest.mark.parametrize("amount", ["-9.00", "($9.00)", "-€ 9", "9.00-", "\u22129.00"])
def test_a_row_with_a_negative_amount_takes_back_whatever_the_sign_of_its_units(
    write: Callable[..., Path], column: str, amount: str
) -> None:
    rows = ["2026-01-01,soup,5,22.50", f"2026-01-01,soup,2,{amount}", "2026-01-01,pie,1,-0.00", "2026-01-01,tea,1,(0)"]

    read = read_sales_file(write(f"Date,Item,Qty,{column}\n" + "\n".join(rows) + "\n"), "default", SalesColumns())

    assert dict(zip(read.sales["dish"], read.sales["sales"], strict=True)) == {"soup": 3.0, "pie": 1.0, "tea": 1.0}
    assert [warning.reason for warning in read.warnings] == ["RETURNS_SUBTRACTED"]

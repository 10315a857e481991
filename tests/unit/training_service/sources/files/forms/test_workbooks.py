"""Workbooks: which sheet has the sales, and what the cells mean."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from shared.errors import InvalidInput
from tests.support.violations import violations_of
from tests.support.workbooks import Cell, Sheets, write_ods, write_xlsb, write_xlsx
from training_service.sources.files.header_search import any_header
from training_service.sources.files.reading import read_sales_file
from training_service.sources.files.sales_columns import SalesColumns
from training_service.sources.files.summed_rows import FileSales
from training_service.sources.files.workbook_file import open_workbook

SALES: list[list[Cell]] = [
    ["Date", "Item", "Qty"],
    ["2026-11-23", "Soup", 3.0],
    ["2026-11-24", "Soup", 1.234],
    ["2026-11-24", "Crème brûlée", 1234.0],
]
NOTES: list[list[Cell]] = [["Made by", "the till"], ["Printed", "at noon"]]


def read(path: Path, columns: SalesColumns | None = None) -> FileSales:
    return read_sales_file(path, "default", columns or SalesColumns())


@pytest.mark.parametrize(("write", "suffix"), [(write_xlsx, "xlsx"), (write_xlsb, "xlsb"), (write_ods, "ods")])
@pytest.mark.parametrize("name", ["sales.{}", "sales.csv"])
def test_a_workbook_is_read_whatever_its_name(
    tmp_path: Path, write: Callable[[Path, Sheets], None], suffix: str, name: str
) -> None:
    path = tmp_path / name.format(suffix)
    write(path, {"Sheet1": SALES})

    sales = read(path).sales

    assert sales["dish"].tolist() == ["Crème brûlée", "Soup", "Soup"]
    assert sales["sales"].tolist() == [1234.0, 3.0, 1.234]


@pytest.mark.parametrize("write", [write_xlsx, write_ods])
def test_cells_with_dates_are_days(tmp_path: Path, write: Callable[[Path, Sheets], None]) -> None:
    write(tmp_path / "s", {"A": [["Data", "Piatto", "Quantità"], [dt.date(2026, 11, 3), "Zuppa", 2.5]]})

    sales = read(tmp_path / "s").sales

    assert sales["date"].tolist() == [pd.Timestamp("2026-11-03")]
    assert sales["sales"].tolist() == [2.5]


def test_the_sheet_whose_columns_are_those_of_sales_is_read_and_told(tmp_path: Path) -> None:
    write_xlsx(tmp_path / "s.xlsx", {"Notes": NOTES, "Items": SALES, "Empty": []})

    answer = read(tmp_path / "s.xlsx")

    assert answer.sales["rows"].sum() == 3
    assert "the sheet 'Items'" in answer.warnings[0].message


def test_several_sheets_with_sales_are_refused_with_their_names(tmp_path: Path) -> None:
    write_xlsx(tmp_path / "s.xlsx", {"October": SALES, "November": SALES, "Notes": NOTES})

    (description,) = violations_of(tmp_path / "s.xlsx")

    assert description == (
        "several sheets have columns of sales: 'October', 'November'; name one with the server's SALES_SHEET, or save "
        "one alone in a file"
    )
    assert read(tmp_path / "s.xlsx", SalesColumns(sheet="October")).sales["rows"].sum() == 3


def test_a_workbook_without_a_sheet_of_sales_is_refused_with_the_names_of_its_sheets(tmp_path: Path) -> None:
    write_xlsx(tmp_path / "s.xlsx", {"Notes": NOTES, "More": NOTES})

    (description,) = violations_of(tmp_path / "s.xlsx")

    assert "the sheets are 'Notes', 'More'" in description


def test_a_sheet_that_the_settings_name_wrongly_is_refused(tmp_path: Path) -> None:
    write_xlsx(tmp_path / "s.xlsx", {"Items": SALES})

    (description,) = violations_of(tmp_path / "s.xlsx", columns=SalesColumns(sheet="Sales"))

    assert "there is no sheet 'Sales'; the sheets are 'Items'" in description


def test_a_hidden_sheet_does_not_count(tmp_path: Path) -> None:
    write_xlsx(tmp_path / "s.xlsx", {"Items": SALES, "Copy": SALES}, hidden=["Copy"])

    assert read(tmp_path / "s.xlsx").sales["rows"].sum() == 3


def test_titles_above_the_header_and_blank_columns_before_it_are_left_out(tmp_path: Path) -> None:
    rows: list[list[Cell]] = [[None, "Product mix"], [], *[[None, *row] for row in SALES], [None, "Printed at noon"]]
    write_xlsx(tmp_path / "s.xlsx", {"Items": rows})

    answer = read(tmp_path / "s.xlsx")

    assert answer.sales["rows"].sum() == 3
    assert "row 3" in answer.warnings[0].message


def test_wrong_rows_are_told_by_their_number_in_the_sheet(tmp_path: Path) -> None:
    write_xlsx(tmp_path / "s.xlsx", {"Items": [["Report"], [], *SALES, ["2026-11-24", "Soup", "many"]]})

    (description,) = violations_of(tmp_path / "s.xlsx")

    assert "not so on line 7: 'many'" in description


def test_numbers_that_are_text_may_have_decimal_commas(tmp_path: Path) -> None:
    write_xlsx(tmp_path / "s.xlsx", {"Items": [SALES[0], ["2026-11-23", "Soup", "3,5"], ["2026-11-24", "Soup", 1.25]]})

    assert read(tmp_path / "s.xlsx").sales["sales"].tolist() == [3.5, 1.25]


@pytest.mark.parametrize("begins", [b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK\x03\x04\x14\x00\x06\x00"])
def test_a_damaged_workbook_is_refused(tmp_path: Path, begins: bytes) -> None:
    path = tmp_path / "sales.xlsx"
    path.write_bytes(begins + b"\x00\xff" * 100)

    (description,) = violations_of(path)

    assert "save" in description or "unpack" in description


def test_a_workbook_that_would_fill_the_memory_is_refused(tmp_path: Path) -> None:
    write_xlsx(tmp_path / "s.xlsx", {"Items": SALES})

    with (
        (tmp_path / "s.xlsx").open("rb") as raw,
        pytest.raises(InvalidInput, match="save it as CSV"),
        open_workbook(raw, "f", chunk_rows=10, is_header=any_header, most_unpacked_bytes=100),
    ):
        pass

"""Workbooks as the sales file of the demonstration: they are read, and their settings reach the services."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from local_stack.demo_sales import WrongSales, check_sales, load_sales_settings
from tests.support.workbooks import Cell, write_ods, write_xlsb, write_xlsx

SALES: Sequence[Sequence[Cell]] = [
    ["Sales of the day"],
    [],
    ["Date", "Item", "Qty"],
    ["2026-11-24", "Soup", 3.0],
    ["2026-11-25", "Soup", 4.0],
]

Write = Callable[[Path, dict[str, Sequence[Sequence[Cell]]]], None]
KINDS = pytest.mark.parametrize(
    ("name", "write"), [("s.xlsx", write_xlsx), ("s.xlsb", write_xlsb), ("s.ods", write_ods)]
)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory of the demonstration, without a file of settings."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@KINDS
def test_a_workbook_is_a_sales_file(folder: Path, name: str, write: Write) -> None:
    write(folder / name, {"Notes": [["Till 1"]], "Sales": SALES})

    check_sales(folder / name, "default", "DE", load_sales_settings())


@KINDS
def test_a_workbook_with_several_sheets_of_sales_asks_for_one_and_takes_the_answer(
    folder: Path, name: str, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(folder / name, {"Bar": SALES, "Kitchen": SALES})

    with pytest.raises(WrongSales) as asked:
        check_sales(folder / name, "default", "DE", load_sales_settings())

    assert "several sheets have columns of sales: 'Bar', 'Kitchen'; name one with SALES_SHEET" in str(asked.value)
    assert "make demo SALES=file.csv COUNTRY=CN SALES_SHEET=name" in str(asked.value)

    monkeypatch.setenv("SALES_SHEET", "Kitchen")
    settings = load_sales_settings()
    check_sales(folder / name, "default", "DE", settings)
    assert settings.variables() == {"SALES_SHEET": "Kitchen"}


def test_the_encoding_of_a_text_reaches_the_services(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "sales.csv").write_text("Datum;Gericht;Menge\n24.11.2026;Käse;3\n", encoding="cp850")
    monkeypatch.setenv("SALES_ENCODING", "cp850")

    settings = load_sales_settings()
    check_sales(folder / "sales.csv", "default", "DE", settings)

    assert settings.columns().encoding == "cp850"
    assert settings.variables() == {"SALES_ENCODING": "cp850"}

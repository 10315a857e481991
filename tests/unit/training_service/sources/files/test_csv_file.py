"""CSV files: separators, lines and what is no CSV."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.violations import violations_of
from training_service.sources.files.reading import read_sales_file
from training_service.sources.files.sales_columns import SalesColumns


@pytest.mark.parametrize(
    ("begins", "told"),
    [
        (b"PK\x03\x04\x14\x00\x06\x00", "this is an archive; unpack it first"),
        (b"\x1f\x8b\x08\x00", "this is a compressed file; unpack it first"),
    ],
)
def test_an_archive_or_a_compressed_file_is_refused_by_its_kind(tmp_path: Path, begins: bytes, told: str) -> None:
    path = tmp_path / "sales.xlsx"
    path.write_bytes(begins + b"\x00\xff" * 100)

    assert violations_of(path) == [told]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_the_separator_of_the_columns_is_recognised(write: Callable[..., Path], separator: str) -> None:
    text = "date,dish,sales\n2025-01-01,soup,3\n".replace(",", separator)

    assert read_sales_file(write(text), "default", SalesColumns()).sales["sales"].tolist() == [3.0]


@pytest.mark.parametrize("text", ["", "\n", "date,dish,sales\n", "date,dish,sales\n\n\n"])
def test_a_file_without_rows_is_refused(write: Callable[..., Path], text: str) -> None:
    assert len(violations_of(write(text))) == 1


def test_a_line_with_another_number_of_fields_is_refused(write: Callable[..., Path]) -> None:
    (description,) = violations_of(write("date,dish,sales\n2025-01-01,soup,1\n2025-01-02,soup,1,extra\n"))

    assert description == (
        "line 3: expected 3 fields as in the header, got 4; write a field that has a separator (,) in it between "
        "quotation marks"
    )


@pytest.mark.parametrize("row", ["2025-01-01,soup,1,000", "2025-01-01,soup"])
def test_a_file_whose_lines_all_have_another_number_of_fields_is_refused(write: Callable[..., Path], row: str) -> None:
    (description,) = violations_of(write(f"date,dish,sales\n{row}\n{row}\n"))

    assert description.startswith(f"lines 2, 3: expected 3 fields as in the header, got {row.count(',') + 1}; ")


def test_lines_are_counted_right_after_a_field_of_two_lines(write: Callable[..., Path]) -> None:
    (description,) = violations_of(write('date,dish,sales\n2025-01-01,"fish\nsoup",1\n2025-01-02,soup,many\n'))

    assert "not so on line 4" in description


@pytest.mark.parametrize(("row", "told"), [("2025-01-02,soup,1,extra", "line 6"), ('2025-01-02,"so"up,1', "as CSV")])
def test_a_line_that_is_no_csv_is_told_before_wrong_values(write: Callable[..., Path], row: str, told: str) -> None:
    (description,) = violations_of(write("date,dish,sales\n" + "2025-01-01,soup,x\n" * 4 + row), chunk_rows=2)

    assert told in description


def test_a_quoted_name_of_a_dish_may_have_commas_and_quotes(write: Callable[..., Path]) -> None:
    path = write('date,dish,sales\n2025-01-01,"Fish, grilled ""hot""",1\n')

    assert read_sales_file(path, "default", SalesColumns()).sales["dish"].tolist() == ['Fish, grilled "hot"']

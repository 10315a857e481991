"""Recognising what commas and dots in quantities mean."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.violations import violations_of
from training_service.sources.files.reading import read_sales_file
from training_service.sources.files.sales_columns import SalesColumns


def test_a_quantity_above_a_billion_units_is_refused(write: Callable[..., Path]) -> None:
    (description,) = violations_of(write("date,dish,sales\n2025-01-01,soup,3\n2025-01-02,soup,1e300\n"))

    assert "at most 1,000,000,000 units; not so on line 3" in description


def quantities(*numbers: str, separator: str = ";") -> str:
    """A file with these quantities on 1, 2, 3 … January."""
    rows = [["date", "dish", "sales"], *([f"2025-01-{i + 1:02}", "soup", number] for i, number in enumerate(numbers))]
    return "".join(separator.join(row) + "\n" for row in rows)


@pytest.mark.parametrize("separator", [";", "\t"])
@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        (["3,5", "2"], [3.5, 2.0]),
        (["1.234", "3,5"], [1234.0, 3.5]),
        (["1.234.567,5", "1.234"], [1234567.5, 1234.0]),
        (["1.234", "3.5"], [1.234, 3.5]),
        (["1,234", "3.5"], [1234.0, 3.5]),
        (["1.250", "0.500"], [1.25, 0.5]),
        (["1,250", "0,500"], [1.25, 0.5]),
        (["1.234", "2.000"], [1.234, 2.0]),
        (["1,234", "2,000"], [1.234, 2.0]),
        (["1000", "1e2"], [1000.0, 100.0]),
    ],
)
def test_the_meaning_of_commas_and_dots_is_recognised_from_all_numbers(
    write: Callable[..., Path], separator: str, numbers: list[str], expected: list[float]
) -> None:
    path = write(quantities(*numbers, separator=separator))

    assert read_sales_file(path, "default", SalesColumns()).sales["sales"].tolist() == expected


@pytest.mark.parametrize(("other", "number"), [("7", "1.234"), ("7", "1,234"), ("700", "12.000")])
def test_a_number_that_may_have_thousands_or_decimals_is_refused(
    write: Callable[..., Path], other: str, number: str
) -> None:
    (description,) = violations_of(write(quantities(other, number)))

    assert description == (
        f"column 'sales': numbers that can be read with thousands or with decimals on line 3: {number!r}; "
        "write all numbers without separators of thousands"
    )


def test_numbers_with_commas_and_with_dots_that_fit_both_readings_are_refused(write: Callable[..., Path]) -> None:
    (description,) = violations_of(write(quantities("1.234", "1,234")))

    assert "can be read with thousands or with decimals on lines 2, 3" in description


def test_decimal_commas_and_decimal_dots_in_one_column_are_refused(write: Callable[..., Path]) -> None:
    (description,) = violations_of(write(quantities("3,5", "2,5", "3.5")))

    assert description == "column 'sales': expected numbers like 1234,5; not so on line 4: '3.5'"


def test_a_number_in_the_last_part_of_the_file_may_decide_the_reading(write: Callable[..., Path]) -> None:
    path = write(quantities("7", "1.234", "2", "8", "3,5"))

    assert read_sales_file(path, "default", SalesColumns(), chunk_rows=2).sales["sales"].tolist() == [
        7.0,
        1234.0,
        2.0,
        8.0,
        3.5,
    ]


def test_dots_separate_decimals_where_commas_separate_columns(write: Callable[..., Path]) -> None:
    path = write(quantities("1.234", "7", separator=","))

    assert read_sales_file(path, "default", SalesColumns()).sales["sales"].tolist() == [1.234, 7.0]


def test_a_quantity_that_is_too_large_under_its_only_reading_is_refused(write: Callable[..., Path]) -> None:
    path = write(quantities("9.999.999.999", "3,5"))

    (description,) = violations_of(path)

    assert "at most 1,000,000,000 units; not so on line 2" in description


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        (['"1,380"', "720"], [1380.0, 720.0]),
        (['"1,234,567"', '"1,234"'], [1234567.0, 1234.0]),
        (['"1,234.5"', '"2,000"'], [1234.5, 2000.0]),
    ],
)
def test_commas_in_quoted_numbers_separate_thousands_where_commas_separate_columns(
    write: Callable[..., Path], numbers: list[str], expected: list[float]
) -> None:
    path = write(quantities(*numbers, separator=","))

    assert read_sales_file(path, "default", SalesColumns()).sales["sales"].tolist() == expected


@pytest.mark.parametrize("numbers", [['"1,250"', '"2,500"'], ['"3,5"', "2"]])
def test_quoted_numbers_that_may_have_decimal_commas_are_refused(
    write: Callable[..., Path], numbers: list[str]
) -> None:
    assert len(violations_of(write(quantities(*numbers, separator=",")))) == 1

"""Days that stand in a file twice, where no numbers of receipts tell the rows apart."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

from training_service.sources.files.reading import read_sales_file
from training_service.sources.files.sales_columns import SalesColumns
from training_service.sources.files.summed_rows import FileSales

Write = Callable[..., Path]


def sums_of_days(days: int = 30) -> list[str]:
    """One row for each dish and day."""
    first = dt.date(2026, 1, 1)
    return [
        f"{first + dt.timedelta(days=day)},{dish},{5 + (day * 7 + at * 3) % 11}"
        for day in range(days)
        for at, dish in enumerate(("soup", "pie", "tea"))
    ]


def read(write: Write, lines: list[str]) -> FileSales:
    return read_sales_file(write("Date,Item,Qty\n" + "\n".join(lines) + "\n"), "default", SalesColumns())


def test_sums_of_days_of_two_exports_that_overlap_count_once(write: Write) -> None:
    lines = sums_of_days()
    once = read(write, lines)

    twice = read(write, [*lines[:60], *lines[30:]])

    assert twice.sales.equals(once.sales)
    assert twice.left_out_rows == {"the same day twice": 30}
    (warning,) = twice.warnings
    assert warning.reason == "RECEIPTS_TWICE"
    assert "the days from 2026-01-11 to 2026-01-20" in warning.message
    assert not once.warnings


def test_a_file_that_was_pasted_twice_counts_once(write: Write) -> None:
    lines = sums_of_days()

    assert read(write, lines * 2).sales.equals(read(write, lines).sales)


def test_two_rows_a_day_that_differ_count_both(write: Write) -> None:
    lines = sums_of_days()
    evening = [f"{line.rpartition(',')[0]},{1 + at % 4}" for at, line in enumerate(lines)]

    both = read(write, [*lines, *evening])

    assert both.sales["rows"].sum() == len(lines) * 2
    assert not both.warnings


def test_rows_of_single_units_that_are_equal_count_all(write: Write) -> None:
    lines = [f"2026-01-{day:02},{dish},1" for day in range(1, 29) for dish in ("soup", "pie") for _ in range(2)]

    assert read(write, lines).sales["sales"].sum() == len(lines)


def test_days_with_an_even_number_of_rows_of_every_dish_are_told(write: Write) -> None:
    lines = [
        f"2026-01-{day:02} 12:{minute:02},{dish},1"
        for day in range(1, 29)
        for at, dish in enumerate(("soup", "pie", "tea", "cake"))
        for minute in range(5 + (day * (at + 1)) % 6)
    ]
    first_of_second, end_of_first = "2026-01-10", "2026-01-19"

    twice = read(
        write, [line for line in lines if line < end_of_first] + [line for line in lines if line > first_of_second]
    )

    (warning,) = twice.warnings
    assert warning.reason == "RECEIPTS_TWICE"
    assert "the days from 2026-01-10 to 2026-01-18" in warning.message
    assert "if two exports overlap" in warning.message
    assert not read(write, lines).warnings


def test_lunch_and_dinner_on_some_days_of_the_week_are_not_doubled(write: Write) -> None:
    lines = [
        f"2026-{month:02}-{day:02},{service},{dish},{3 + (day * 5 + at * 3 + (service == 'dinner')) % 7}"
        for month in (1, 2)
        for day in range(1, 29)
        for at, dish in enumerate(("soup", "pie", "tea", "cake"))
        for service in (("lunch",) if day % 7 in (0, 1) else ("lunch", "dinner"))
    ]

    path = write("Date,Service,Item,Qty\n" + "\n".join(lines) + "\n")

    assert not read_sales_file(path, "default", SalesColumns()).warnings

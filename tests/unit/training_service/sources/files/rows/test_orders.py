"""Orders in sales files: lines that lack the date of their order, and receipts that stand in the file twice."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.violations import violations_of
from training_service.sources.files.reading import read_sales_file
from training_service.sources.files.rows.order_lines import find_receipt_column
from training_service.sources.files.sales_columns import SalesColumns
from training_service.sources.files.summed_rows import FileSales

Write = Callable[..., Path]


def units(read: FileSales) -> dict[str, float]:
    """Units by day of the month and dish."""
    keys = read.sales["date"].dt.strftime("%d ") + read.sales["dish"]
    return dict(zip(keys, read.sales["sales"], strict=True))


@pytest.mark.parametrize("order", ["Order Ref", "Bestellnummer", "订单号", "Order ID"])
@pytest.mark.parametrize("chunk_rows", [1, 2, 100])
def test_lines_of_an_order_without_a_date_take_that_of_the_line_above(
    write: Write, order: str, chunk_rows: int
) -> None:
    rows = ["S1,2026-01-01 12:00:00,soup,5", ",,pie,4", ",,tea,1", "S2,2026-01-02 12:00:00,soup,1", ",,tea,2"]
    path = write(f"{order},Date,Product,Quantity\n" + "\n".join(rows) + "\n")

    read = read_sales_file(path, "default", SalesColumns(), chunk_rows=chunk_rows)

    assert units(read) == {"01 pie": 4.0, "01 soup": 5.0, "01 tea": 1.0, "02 soup": 1.0, "02 tea": 2.0}
    (warning,) = read.warnings
    assert warning.reason == "DATES_FROM_ORDERS"
    assert warning.message.startswith("3 lines")


def test_lines_that_repeat_the_order_take_its_date_and_its_status(write: Write) -> None:
    rows = ["1001,2026-01-01,paid,soup,5", "1001,,,pie,4", "1002,2026-01-01,voided,soup,5", "1002,,,pie,9"]
    path = write("Order Number,Date,Financial Status,Item,Qty\n" + "\n".join(rows) + "\n")

    assert units(read_sales_file(path, "default", SalesColumns())) == {"01 pie": 4.0, "01 soup": 5.0}


def test_a_new_order_without_a_date_is_refused(write: Write) -> None:
    path = write("Order,Date,Item,Qty\nS1,2026-01-01,soup,5\nS2,,pie,4\n,,tea,1\n")

    (description,) = violations_of(path)

    assert "not so on lines 3, 4" in description


def till_lines(first: int, last: int) -> list[str]:
    """Lines of receipts, three a day, of which every fifth has the same dish twice."""
    lines = []
    for receipt in range(first, last):
        day = f"2026-01-{receipt // 3 + 1:02}"
        lines += [f"{day},R{receipt},soup,1,4.50"] * (2 if receipt % 5 == 0 else 1) + [f"{day},R{receipt},tea,2,3.00"]
    return lines


@pytest.mark.parametrize("column", ["Receipt number", "Belegnummer", "伝票番号", "Transaction ID"])
@pytest.mark.parametrize("chunk_rows", [7, 1000])
def test_receipts_of_exports_that_overlap_count_once(write: Write, column: str, chunk_rows: int) -> None:
    header = f"Date,{column},Item,Qty,Price\n"
    once = read_sales_file(write(header + "\n".join(till_lines(0, 60)) + "\n"), "default", SalesColumns())
    lines = [*till_lines(0, 40), *till_lines(28, 60)]
    twice = read_sales_file(write(header + "\n".join(lines) + "\n"), "default", SalesColumns(), chunk_rows=chunk_rows)

    assert units(twice) == units(once)
    (warning,) = twice.warnings
    assert warning.reason == "RECEIPTS_TWICE"
    assert f"{len(till_lines(28, 40))} rows" in warning.message
    assert not once.warnings


def test_a_dish_on_two_lines_of_one_receipt_counts_twice(write: Write) -> None:
    path = write("Date,Receipt,Item,Qty\n" + "2026-01-01,R1,soup,1\n" * 2 + "2026-01-01,R2,soup,1\n")

    read = read_sales_file(path, "default", SalesColumns(), chunk_rows=1)

    assert units(read) == {"01 soup": 3.0}
    assert not read.warnings


def test_a_row_that_differs_in_any_column_is_not_repeated(write: Write) -> None:
    rows = [f"2026-01-01,R{number},soup,1,{seat}" for seat in ("A", "B") for number in range(9)]

    read = read_sales_file(write("Date,Receipt,Item,Qty,Seat\n" + "\n".join(rows) + "\n"), "default", SalesColumns())

    assert units(read) == {"01 soup": 18.0}


def test_scattered_lines_of_numbers_that_begin_again_are_told_and_kept(write: Write) -> None:
    morning = [f"2026-01-01,{number},dish {number % 7},1" for number in range(30)]
    # In the evening the numbers begin again, and every tenth order happens to be that of the morning.
    evening = [f"2026-01-01,{number},dish {(number + (number % 10 > 0)) % 7},1" for number in range(30)]

    read = read_sales_file(
        write("Date,Order,Item,Qty\n" + "\n".join(morning + evening) + "\n"), "default", SalesColumns()
    )

    assert read.sales["rows"].sum() == 60
    (warning,) = read.warnings
    assert warning.reason == "RECEIPTS_TWICE"
    assert "3 rows" in warning.message
    assert "count twice" in warning.message


def sorted_by_receipt(lines: list[str]) -> list[str]:
    """The lines in the order of their receipts, as a spreadsheet sorts them; equal receipts stay in order."""
    return sorted(lines, key=lambda line: int(line.split(",")[1].removeprefix("R")))


@pytest.mark.parametrize("chunk_rows", [7, 1000])
def test_receipts_of_exports_that_were_sorted_together_count_once(write: Write, chunk_rows: int) -> None:
    header = "Date,Receipt,Item,Qty,Price\n"
    lines = till_lines(0, 60)
    lines.append(lines[-1])  # one dish on two lines of a receipt
    once = read_sales_file(write(header + "\n".join(lines) + "\n"), "default", SalesColumns())
    doubled = sorted_by_receipt([*lines, *till_lines(15, 45)])

    twice = read_sales_file(write(header + "\n".join(doubled) + "\n"), "default", SalesColumns(), chunk_rows=chunk_rows)

    assert units(twice) == units(once)
    (warning,) = twice.warnings
    assert warning.reason == "RECEIPTS_TWICE"
    assert f"{len(till_lines(15, 45))} rows" in warning.message
    assert "were left out" in warning.message
    assert not once.warnings


def test_a_few_receipts_with_every_dish_on_two_lines_count_twice(write: Write) -> None:
    lines = sorted_by_receipt([*till_lines(0, 60), *till_lines(10, 20)])

    read = read_sales_file(write("Date,Receipt,Item,Qty,Price\n" + "\n".join(lines) + "\n"), "default", SalesColumns())

    assert read.sales["rows"].sum() == len(lines)
    assert not read.warnings


def test_lines_of_sorted_exports_that_differ_in_any_column_count_twice(write: Write) -> None:
    lines = sorted_by_receipt([*till_lines(0, 60), *till_lines(0, 60)])
    numbered = [f"{line},{number}" for number, line in enumerate(lines)]

    read = read_sales_file(
        write("Date,Receipt,Item,Qty,Price,Line id\n" + "\n".join(numbered) + "\n"), "default", SalesColumns()
    )

    assert read.sales["rows"].sum() == len(lines)
    assert not read.warnings


@pytest.mark.parametrize("column", ["Register", "Kasse", "Device", "レジ番号"])
def test_receipts_of_two_tills_with_the_same_numbers_are_not_the_same(write: Write, column: str) -> None:
    first, second = (
        [f"2026-01-0{day},{number},soup,1,{till}" for day in (1, 2) for number in range(40)] for till in "AB"
    )

    read = read_sales_file(
        write(f"Date,Receipt,Item,Qty,{column}\n" + "\n".join(first + second) + "\n"), "default", SalesColumns()
    )

    assert read.sales["rows"].sum() == 160
    assert not read.warnings


def test_of_two_tills_scattered_repetitions_differ_in_their_till(write: Write) -> None:
    first = [f"2026-01-01,{number},dish {number % 7},1,A" for number in range(30)]
    second = [f"2026-01-01,{number},dish {(number + (number % 10 > 0)) % 7},1,B" for number in range(30)]

    read = read_sales_file(
        write("Date,Receipt,Item,Qty,Register\n" + "\n".join(first + second) + "\n"), "default", SalesColumns()
    )

    assert read.sales["rows"].sum() == 60
    assert not read.warnings


def tills_of_a_canteen(days: int) -> list[list[str]]:
    """Lines of two tills whose numbers begin again each day. Most guests take the menu."""
    orders = {"A": 40, "B": 31}
    return [
        [
            f"2026-01-{day + 1:02},{number},{'salad' if number % 17 == day % 5 else 'menu'},1"
            for day in range(days)
            for number in range(count + day % 7 - 3 * (till == "B"))
        ]
        for till, count in orders.items()
    ]


@pytest.mark.parametrize("sort", [False, True])
def test_orders_of_two_tills_whose_numbers_begin_again_each_day_are_told_and_kept(write: Write, sort: bool) -> None:
    first, second = tills_of_a_canteen(28)
    lines = [*first, *second]
    if sort:
        lines.sort(key=lambda line: (line.split(",")[0], int(line.split(",")[1])))

    read = read_sales_file(write("Date,Order,Item,Qty\n" + "\n".join(lines) + "\n"), "default", SalesColumns())

    assert read.sales["rows"].sum() == len(lines)
    (warning,) = read.warnings
    assert warning.reason == "RECEIPTS_TWICE"
    assert "count twice, as the numbers of the receipts begin again on other days" in warning.message


@pytest.mark.parametrize("sort", [False, True])
@pytest.mark.parametrize("chunk_rows", [50, 10_000])
@pytest.mark.parametrize("time", ["", " 12:30"])
def test_days_that_stand_there_twice_prove_an_overlap_of_numbers_that_begin_again(
    write: Write, sort: bool, chunk_rows: int, time: str
) -> None:
    once, _ = tills_of_a_canteen(28)
    once = [line.replace(",", f"{time},", 1) for line in once]
    lines = [line for line in once if line < "2026-01-21"] + [line for line in once if line > "2026-01-15"]
    if sort:
        lines.sort(key=lambda line: (line.split(",")[0], int(line.split(",")[1])))
    header = "Date,Order,Item,Qty\n"
    expected = read_sales_file(write(header + "\n".join(once) + "\n"), "default", SalesColumns())

    read = read_sales_file(write(header + "\n".join(lines) + "\n"), "default", SalesColumns(), chunk_rows=chunk_rows)

    assert units(read) == units(expected)
    (warning,) = read.warnings
    assert warning.reason == "RECEIPTS_TWICE"
    assert f"{len(lines) - len(once)} rows" in warning.message
    assert "were left out" in warning.message


@pytest.mark.parametrize("name", ["Vorgangs-ID", "Номер чека", "Číslo dokladu", "رقم الفاتورة", "Order reference code"])
def test_a_name_that_says_number_of_the_receipt_is_that_of_a_receipt(name: str) -> None:
    assert find_receipt_column(["Date", name, "Item"], ["Date", "Item"]) == name


@pytest.mark.parametrize("name", ["Payment type", "Sale", "Order type", "Check date", "Table no", "Order total"])
def test_other_names_with_a_word_for_a_receipt_are_not(name: str) -> None:
    assert find_receipt_column(["Date", name, "Item"], ["Date", "Item"]) == ""

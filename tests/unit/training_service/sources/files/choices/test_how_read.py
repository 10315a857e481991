"""How a sales file was read is told: its form, the columns and why, the dates, and all rows that do not count."""

import datetime as dt
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from tests.support.workbooks import Cell, write_xlsx
from training_service.sources.files.reading import read_sales_file
from training_service.sources.files.sales_columns import SalesColumns
from training_service.sources.how_read import ChosenBy, ChosenColumn, ColumnRole, HowRead, LeftOut, SourceKind

Write = Callable[..., Path]

FORTNIGHT = [f"2026-11-{day:02}" for day in range(1, 15)]


def how_read(path: Path, store: str = "default", columns: SalesColumns | None = None) -> HowRead:
    return read_sales_file(path, store, columns or SalesColumns()).how


def column_of(how: HowRead, role: ColumnRole) -> ChosenColumn:
    (found,) = (column for column in how.columns if column.role is role)
    return found


def lines(header: str, rows: Sequence[str]) -> str:
    return "\n".join([header, *rows, ""])


def test_columns_are_chosen_by_their_names(write: Write) -> None:
    how = how_read(write(lines("Datum;Piatto;Quantità;Preis", [f"{day};Zuppa;3;9,50" for day in FORTNIGHT])))

    assert [(column.role, column.name, column.chosen_by) for column in how.columns] == [
        (ColumnRole.DATE, "Datum", ChosenBy.NAME),
        (ColumnRole.DISH, "Piatto", ChosenBy.NAME),
        (ColumnRole.QUANTITY, "Quantità", ChosenBy.NAME),
    ]
    assert how.unread_columns == ("Preis",)
    assert (how.kind, how.separator, how.encoding, how.header_line, how.till) == (SourceKind.CSV, ";", "UTF-8", 1, "")
    assert column_of(how, ColumnRole.DISH).example == "Zuppa"


def test_the_encoding_and_the_lines_above_the_header_are_told(write: Write) -> None:
    text = lines("Umsatz\n\nDatum;Gericht;Menge", [f"{day};Käsespätzle mit Röstzwiebeln;3" for day in FORTNIGHT])

    how = how_read(write(text, encoding="cp1252"))

    assert (how.encoding, how.header_line) == ("Windows-1252", 3)


def test_a_column_that_a_setting_names_says_so(write: Write) -> None:
    path = write(lines("date,dish,qty,sent", [f"{day},soup,3,4" for day in FORTNIGHT]))

    how = how_read(path, columns=SalesColumns(quantity="sent"))

    quantity = column_of(how, ColumnRole.QUANTITY)
    assert (quantity.name, quantity.chosen_by, quantity.why) == (
        "sent",
        ChosenBy.SETTING,
        "SALES_QUANTITY_COLUMN names it",
    )
    assert how.unread_columns == ("qty",)


def test_a_column_that_is_chosen_by_its_values_names_the_one_that_was_not(write: Write) -> None:
    path = write(lines("Date,Order Date,Item,Qty", [f"Monday,{day},soup,3" for day in FORTNIGHT]))

    date = column_of(how_read(path), ColumnRole.DATE)

    assert (date.name, date.chosen_by) == ("Order Date", ChosenBy.VALUES)
    assert date.why == "its values are dates, and those of 'Date' are not"


def test_the_export_of_a_till_is_named(write: Write) -> None:
    header = "Date,Time,Time Zone,Category,Item,Qty,Price Point Name,SKU,Modifiers Applied,Location"
    rows = [f"{day},10:{minute}:00,UTC,Hot,Latte,1,Regular,,,Harbour" for day in FORTNIGHT for minute in range(10, 12)]

    how = how_read(write(lines(header, rows)))

    assert how.till == "Square, item sales detail"
    assert column_of(how, ColumnRole.QUANTITY).chosen_by is ChosenBy.TILL
    assert column_of(how, ColumnRole.TIME).name == "Time"
    assert (how.restaurants, how.restaurant) == (("Harbour",), "Harbour")


def test_the_sheet_of_a_workbook_is_told(tmp_path: Path) -> None:
    path = tmp_path / "sales.xlsx"
    rows: list[list[Cell]] = [["date", "dish", "qty"]]
    rows += [[dt.date.fromisoformat(day), "soup", 3] for day in FORTNIGHT]
    write_xlsx(path, {"Notes": [["nothing", "here"]], "November": rows})

    how = how_read(path)

    assert (how.kind, how.sheet, how.header_line, how.rows) == (SourceKind.WORKBOOK, "November", 1, 14)


@pytest.mark.parametrize(
    ("written", "description", "example_day"),
    [
        ("%d-%m-%Y", "day first", dt.date(2026, 11, 1)),
        ("%m/%d/%Y", "month first", dt.date(2026, 11, 1)),
        ("%Y年%m月%d日", "year first", dt.date(2026, 11, 1)),
        ("%d-%b-%Y", "with the name of the month", dt.date(2026, 11, 1)),
        ("%a %d.%m.%Y", "day first", dt.date(2026, 11, 1)),
        ("%Y-%m-%d %H:%M:%S UTC", "year first", dt.date(2026, 11, 1)),
    ],
)
def test_the_form_of_the_dates_is_told_with_an_example(
    write: Write, written: str, description: str, example_day: dt.date
) -> None:
    days = [dt.date(2026, 11, day) for day in range(1, 25)]

    dates = how_read(write(lines("date,dish,qty", [f"{day:{written}},soup,3" for day in days]))).dates

    assert dates is not None
    assert (dates.description, dates.example, dates.example_day) == (description, f"{days[0]:{written}}", example_day)
    assert (dates.chosen_by, dates.why) == (ChosenBy.VALUES, "no other form fits all of the dates")


def test_dates_that_another_form_fits_too_say_why_it_was_not_taken(write: Write) -> None:
    days = [dt.date(2026, 11, day) for day in range(1, 12)]

    dates = how_read(write(lines("date,dish,qty", [f"{day:%d/%m/%Y},soup,3" for day in days]))).dates

    assert dates is not None
    assert dates.description == "day first"
    assert "like 11/23/2026" in dates.why


def test_every_row_of_a_file_counts_or_is_left_out_for_a_reason(write: Write) -> None:
    rows = [f"{day},S{number},soup,3,ok,Harbour" for number, day in enumerate(FORTNIGHT)]
    rows += [f"{day},T{number},soup,9,ok,Station" for number, day in enumerate(FORTNIGHT)]
    rows += ["2026-11-03,V1,soup,50,voided,Harbour", "2026-11-04,V2,soup,50,voided,Harbour"]
    rows += ["2026-11-05,R1,soup,-1,ok,Harbour", "2199-12-24,P1,soup,4,ok,Harbour", ",,Total,900,,Harbour"]
    path = write(lines("date,receipt,dish,qty,status,location", rows))

    read = read_sales_file(path, "Harbour", SalesColumns())

    assert read.how.rows == len(rows)
    assert set(read.how.left_out) == {
        LeftOut("voided", 2, (30, 31), "status"),
        LeftOut("totals", 1, (34,)),
        LeftOut("days to come", 1, (33,), "date"),
        LeftOut("other restaurants", 14),
    }
    assert read.how.rows - sum(each.rows for each in read.how.left_out) == read.sales["rows"].sum()
    assert (read.how.restaurants, read.how.restaurant) == (("Harbour", "Station"), "Harbour")


def test_receipts_that_stand_there_twice_are_left_out_of_the_count(write: Write) -> None:
    rows = [f"2026-11-{number // 10 + 1:02},R{number},soup,{number % 3 + 1}" for number in range(140)]
    path = write(lines("date,receipt,dish,qty", [*rows, *rows[70:]]))

    read = read_sales_file(path, "default", SalesColumns())

    assert read.how.left_out == (LeftOut("the same receipt twice", 70, (142, 143, 144, 145, 146)),)
    assert read.how.rows == 210
    assert read.sales["rows"].sum() == 140


@pytest.mark.parametrize("chunk_rows", [1, 5, 1000])
def test_the_parts_in_which_a_file_is_read_change_nothing(write: Write, chunk_rows: int) -> None:
    rows = [f"{day},soup,3,{'true' if day.endswith('7') else 'false'}" for day in FORTNIGHT]
    path = write(lines("date,dish,qty,void?", rows))

    assert read_sales_file(path, "default", SalesColumns(), chunk_rows=chunk_rows).how == how_read(path)

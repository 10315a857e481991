"""Reading sales files: what restaurants really have, and clear words for what is wrong."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from pyarrow import parquet

from shared.errors import InvalidInput
from training_service.sources.files.parquet_file import MOST_ROWS
from training_service.sources.files.reading import CHUNK_ROWS, read_sales_file
from training_service.sources.files.sales_columns import SalesColumns


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str], Path]:
    def file(text: str, encoding: str = "utf-8") -> Path:
        path = tmp_path / "sales.csv"
        path.write_text(text, encoding=encoding)
        return path

    return file


def violations_of(
    path: Path,
    store: str = "default",
    columns: SalesColumns | None = None,
    *,
    chunk_rows: int = CHUNK_ROWS,
    most_rows: int = MOST_ROWS,
) -> list[str]:
    with pytest.raises(InvalidInput) as caught:
        read_sales_file(path, store, columns or SalesColumns(), chunk_rows=chunk_rows, most_rows=most_rows)
    assert {violation.field for violation in caught.value.violations} == {"sales_data_source"}
    return [violation.description for violation in caught.value.violations]


def test_the_export_of_the_point_of_sale_reads_as_the_tidy_form(real_data: Callable[[str], Path]) -> None:
    folder = real_data("grilled_fish")

    export = read_sales_file(folder / "raw_pos_export.csv", "default", SalesColumns()).sales
    tidy = read_sales_file(folder / "sales.csv", "default", SalesColumns()).sales

    pd.testing.assert_frame_equal(export, tidy)
    assert export["dish"].nunique() == 17
    assert export["date"].min() == pd.Timestamp("2025-05-01")
    assert export["date"].max() == pd.Timestamp("2025-12-31")


@pytest.mark.parametrize(("name", "dishes"), [("yaz", 7), ("kiel_bakery", 6)])
def test_real_sales_are_read(name: str, dishes: int, real_data: Callable[[str], Path]) -> None:
    sales = read_sales_file(real_data(name) / "sales.csv", "default", SalesColumns()).sales

    assert sales["dish"].nunique() == dishes
    assert not sales.duplicated(["date", "dish"]).any()


def test_a_store_gets_its_own_sales_of_a_file_of_many(real_data: Callable[[str], Path]) -> None:
    path = real_data("bakery_chain") / "sales.csv"

    assert read_sales_file(path, "store-02", SalesColumns()).sales["dish"].nunique() == 3
    (description,) = violations_of(path, "nowhere")
    assert "no sales of store 'nowhere'" in description
    assert "store-02" not in description, "others are nobody's business"


def test_quantities_that_no_kitchen_sells_are_refused(write: Callable[..., Path]) -> None:
    (description,) = violations_of(write("date,dish,sales\n2025-01-01,soup,3\n2025-01-02,soup,1e300\n"))

    assert "at most 1,000,000,000 units; not so on line 3" in description


def test_rows_of_one_dish_and_day_are_added_up(write: Callable[..., Path]) -> None:
    path = write("Date,Item,Qty\n2025-01-02,soup,2\n2025-01-01,soup,1\n2025-01-02, soup ,3.5\n")

    sales = read_sales_file(path, "default", SalesColumns()).sales

    assert sales.to_dict("list") == {
        "date": [pd.Timestamp("2025-01-01"), pd.Timestamp("2025-01-02")],
        "dish": ["soup", "soup"],
        "sales": [1.0, 5.5],
        "rows": [1, 2],
    }
    assert sales.dtypes["sales"] == np.float64


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("2025-05-01", "2025-05-13", "2025-05-13"),
        ("5/1/2025", "5/13/2025", "2025-05-13"),
        ("1/5/2025", "13/5/2025", "2025-05-13"),
        ("01.05.2025", "13.05.2025", "2025-05-13"),
        ("2025/05/01", "2025/05/13", "2025-05-13"),
        ("5/1/25", "5/13/25", "2025-05-13"),
        ("2025-05-01 00:00:00", "2025-05-13 12:30:00", "2025-05-13"),
        ("5/1/2025", "5/12/2025", "2025-05-12"),
        ("24.12.2025 18:30", "25.12.2025 00:15", "2025-12-25"),
        ("24.12.2025, 18:30:05", "25.12.2025", "2025-12-25"),
        ("12/24/2025 6:30 PM", "12/25/2025 11:59 a.m.", "2025-12-25"),
        ("24/12/2025 18:30", "25/12/2025 9:05", "2025-12-25"),
        ("2025-12-24T12:30", "2025-12-25 23:30:11.123456", "2025-12-25"),
        ("2025-12-24T12:30:11Z", "2025-12-25T23:30:11.5-05:00", "2025-12-25"),
    ],
)
def test_the_format_of_dates_is_recognised(write: Callable[..., Path], first: str, second: str, expected: str) -> None:
    path = write(f'date,dish,sales\n"{first}",soup,1\n"{second}",soup,2\n')

    sales = read_sales_file(path, "default", SalesColumns()).sales

    assert sales["date"].iloc[-1] == pd.Timestamp(expected)


@pytest.mark.parametrize("time", ["25:00", "18", "18:61", "6:30 XM", "evening"])
def test_what_is_no_time_of_day_is_refused(write: Callable[..., Path], time: str) -> None:
    (description,) = violations_of(write(f"date,dish,sales\n2025-01-01,soup,1\n2025-01-02 {time},soup,1\n"))

    assert f"expected dates like 2026-11-23; not so on line 3 (line 3: '2025-01-02 {time}')" in description


def test_moments_are_days_of_the_stores_time_zone_where_that_is_known(write: Callable[..., Path]) -> None:
    path = write("date,dish,sales\n2026-01-02T04:30:00Z,soup,1\n2026-01-01T12:00:00-05:00,soup,1\n")

    here = read_sales_file(path, "default", SalesColumns(), "America/New_York").sales
    somewhere = read_sales_file(path, "default", SalesColumns()).sales

    assert here["date"].tolist() == [pd.Timestamp("2026-01-01")]
    assert somewhere["date"].tolist() == [pd.Timestamp("2026-01-01"), pd.Timestamp("2026-01-02")]


@pytest.mark.parametrize("date_format", ["%d/%m/%Y", "%d/%m/%Y %H:%M"])
def test_a_format_that_is_given_may_have_the_time_or_not(write: Callable[..., Path], date_format: str) -> None:
    path = write("date,dish,sales\n01/02/2025 18:30,soup,1\n01/02/2025 19:30,soup,1\n")

    sales = read_sales_file(path, "default", SalesColumns(date_format=date_format)).sales

    assert sales["date"].tolist() == [pd.Timestamp("2025-02-01")]
    assert sales["rows"].tolist() == [2]


@pytest.mark.parametrize("name", ["Restaurant", "Branch", "Store ID"])
def test_a_file_of_one_store_serves_the_default_one(write: Callable[..., Path], name: str) -> None:
    path = write(f"date,dish,sales,{name}\n2025-01-01,soup,3,Harbour\n2025-01-02,soup,4, Harbour \n")

    assert read_sales_file(path, "default", SalesColumns()).sales["sales"].tolist() == [3.0, 4.0]
    assert read_sales_file(path, "Harbour", SalesColumns()).sales["sales"].tolist() == [3.0, 4.0]
    (description,) = violations_of(path, "station")
    assert "no sales of store 'station'" in description


def test_a_file_of_several_stores_serves_the_default_one_only_by_its_name(write: Callable[..., Path]) -> None:
    path = write("date,dish,sales,store\n2025-01-01,soup,3,harbour\n2025-01-02,soup,4,station\n")

    (description,) = violations_of(path)

    assert "no sales of store 'default'" in description


def test_where_in_a_restaurant_something_was_sold_is_not_its_store(write: Callable[..., Path]) -> None:
    path = write("date,dish,sales,Location\n2025-01-01,soup,3,Terrace\n2025-01-01,soup,4,Bar\n")

    assert read_sales_file(path, "default", SalesColumns()).sales["sales"].tolist() == [7.0]


@pytest.mark.parametrize(
    ("begins", "told"),
    [
        (b"PK\x03\x04\x14\x00\x06\x00", "this is an Excel workbook, not text; save it as CSV (UTF-8)"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "this is an Excel workbook, not text; save it as CSV (UTF-8)"),
        (b"\x1f\x8b\x08\x00", "this is a compressed file; unpack it first"),
    ],
)
def test_a_workbook_or_a_compressed_file_is_told_as_such(tmp_path: Path, begins: bytes, told: str) -> None:
    path = tmp_path / "sales.xlsx"
    path.write_bytes(begins + b"\x00\xff" * 100)

    assert violations_of(path) == [told]


def test_dates_that_could_be_either_ask_for_the_format(write: Callable[..., Path]) -> None:
    path = write("date,dish,sales\n1/2/2025,soup,1\n2/1/2025,soup,1\n")

    (description,) = violations_of(path)
    assert "SALES_DATE_FORMAT" in description
    given = read_sales_file(path, "default", SalesColumns(date_format="%d/%m/%Y")).sales
    assert given["date"].min() == pd.Timestamp("2025-01-02")


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_separators_are_recognised(write: Callable[..., Path], separator: str) -> None:
    text = "date,dish,sales\n2025-01-01,soup,3\n".replace(",", separator)

    assert read_sales_file(write(text), "default", SalesColumns()).sales["sales"].tolist() == [3.0]


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
def test_one_number_tells_what_commas_and_dots_are_in_all(
    write: Callable[..., Path], separator: str, numbers: list[str], expected: list[float]
) -> None:
    path = write(quantities(*numbers, separator=separator))

    assert read_sales_file(path, "default", SalesColumns()).sales["sales"].tolist() == expected


@pytest.mark.parametrize(("other", "number"), [("7", "1.234"), ("7", "1,234"), ("700", "12.000")])
def test_thousands_that_could_be_decimals_are_not_guessed(write: Callable[..., Path], other: str, number: str) -> None:
    (description,) = violations_of(write(quantities(other, number)))

    assert description == (
        f"column 'sales': numbers that can be read with thousands or with decimals on line 3 (line 3: {number!r}); "
        "write all numbers without separators of thousands"
    )


def test_commas_and_dots_that_could_both_be_decimals_are_not_guessed(write: Callable[..., Path]) -> None:
    (description,) = violations_of(write(quantities("1.234", "1,234")))

    assert "can be read with thousands or with decimals on lines 2, 3" in description


def test_numbers_of_both_kinds_are_refused(write: Callable[..., Path]) -> None:
    (description,) = violations_of(write(quantities("3,5", "2,5", "3.5")))

    assert description == "column 'sales': expected numbers like 1234,5; not so on line 4 (line 4: '3.5')"


def test_what_commas_and_dots_are_may_show_late(write: Callable[..., Path]) -> None:
    path = write(quantities("7", "1.234", "2", "8", "3,5"))

    assert read_sales_file(path, "default", SalesColumns(), chunk_rows=2).sales["sales"].tolist() == [
        7.0,
        1234.0,
        2.0,
        8.0,
        3.5,
    ]


def test_where_commas_separate_columns_dots_separate_decimals(write: Callable[..., Path]) -> None:
    path = write(quantities("1.234", "7", separator=","))

    assert read_sales_file(path, "default", SalesColumns()).sales["sales"].tolist() == [1.234, 7.0]


def test_a_quantity_far_too_large_under_one_reading_only_is_none(write: Callable[..., Path]) -> None:
    path = write(quantities("9.999.999.999", "3,5"))

    (description,) = violations_of(path)

    assert "at most 1,000,000,000 units; not so on line 2" in description


def test_names_of_columns_may_be_in_another_language(write: Callable[..., Path]) -> None:
    path = write("Tag;Essen;Stück\n01.02.2025;Suppe;3,5\n")
    columns = SalesColumns(date="Tag", dish="Essen", quantity="Stück")

    assert read_sales_file(path, "default", columns).sales["sales"].tolist() == [3.5]


@pytest.mark.parametrize(
    "header", ["date,Item,Qty,Sales", "date,Item,Sales,Qty", "日期,菜品,数量,sales", "Datum,Artikel,Menge,y"]
)
def test_beside_a_quantity_sales_are_money(write: Callable[..., Path], header: str) -> None:
    names = header.split(",")
    portions = names[2] if names[2] != "Sales" else names[3]
    row = {names[0]: "2025-01-02", names[1]: "soup", portions: "3"}
    path = write(header + "\n" + ",".join(row.get(name, "28.5") for name in names) + "\n")

    assert read_sales_file(path, "default", SalesColumns()).sales["sales"].tolist() == [3.0]


def test_missing_columns_are_named_with_those_that_are_there(write: Callable[..., Path]) -> None:
    descriptions = violations_of(write("when,dish,how many\n2025-01-01,soup,3\n"))

    assert len(descriptions) == 2
    assert all("'when', 'dish', 'how many'" in description for description in descriptions)
    assert "SALES_DATE_COLUMN" in descriptions[0]
    assert "SALES_QUANTITY_COLUMN" in descriptions[1]


def test_a_column_that_the_settings_name_must_be_there(write: Callable[..., Path]) -> None:
    (description,) = violations_of(write("date,dish,sales\n2025-01-01,soup,3\n"), columns=SalesColumns(dish="plate"))

    assert "no column 'plate'" in description


def test_one_column_may_have_two_meanings(write: Callable[..., Path]) -> None:
    path = write("date,dish,sales\n2025-01-01,soup,3\n2025-01-01,fish,4\n")

    assert read_sales_file(path, "soup", SalesColumns(store="dish")).sales["sales"].tolist() == [3.0]


def test_everything_wrong_is_told_at_once_with_its_lines(write: Callable[..., Path]) -> None:
    rows = ["2025-01-01,soup,3", "2025-13-01,soup,3", "2025-01-02,soup,many", "2025-01-02,,1", "2025-01-03,soup,-4"]
    rows += ["", "2025-01-04,soup,", "2025-01-05,soup,inf"]

    descriptions = violations_of(write("date,dish,sales\n" + "\n".join(rows) + "\n"))

    assert len(descriptions) == 4
    joined = "\n".join(descriptions)
    assert "column 'date': expected dates like 2026-11-23; not so on line 3 (line 3: '2025-13-01')" in joined
    assert "column 'sales': expected numbers; not so on lines 4, 8, 9 (line 4: 'many')" in joined
    told = "column 'sales': expected no negatives (subtract refunds from the sales first); not so on line 6"
    assert told in joined
    assert "column 'dish': no dish named on line 5" in joined


def test_of_many_wrong_lines_the_first_are_named(write: Callable[..., Path]) -> None:
    (description,) = violations_of(write("date,dish,sales\n" + "2025-01-01,soup,x\n" * 12))

    assert "lines 2, 3, 4, 5, 6 and 7 more" in description


@pytest.mark.parametrize("day", ["0001-01-01", "1989-12-31", "2199-01-01"])
def test_days_that_cannot_be_are_refused(write: Callable[..., Path], day: str) -> None:
    (description,) = violations_of(write(f"date,dish,sales\n2025-01-01,soup,1\n{day},soup,1\n"))

    assert "line 3" in description


@pytest.mark.parametrize("text", ["", "\n", "date,dish,sales\n", "date,dish,sales\n\n\n"])
def test_a_file_without_sales_is_refused(write: Callable[..., Path], text: str) -> None:
    assert len(violations_of(write(text))) == 1


def test_lines_of_another_length_are_refused_with_their_number(write: Callable[..., Path]) -> None:
    (description,) = violations_of(write("date,dish,sales\n2025-01-01,soup,1\n2025-01-02,soup,1,extra\n"))

    assert description == (
        "line 3: expected 3 fields as in the header, got 4; write a field that has a separator (,) in it between "
        "quotation marks"
    )


@pytest.mark.parametrize("row", ["2025-01-01,soup,1,000", "2025-01-01,soup"])
def test_rows_that_all_have_another_length_are_refused_too(write: Callable[..., Path], row: str) -> None:
    (description,) = violations_of(write(f"date,dish,sales\n{row}\n{row}\n"))

    assert description.startswith(f"lines 2, 3: expected 3 fields as in the header, got {row.count(',') + 1}; ")


def test_lines_are_counted_right_after_a_name_of_two_lines(write: Callable[..., Path]) -> None:
    (description,) = violations_of(write('date,dish,sales\n2025-01-01,"fish\nsoup",1\n2025-01-02,soup,many\n'))

    assert "not so on line 4" in description


def test_rows_of_a_dish_and_day_are_added_up_over_the_parts_of_a_file(write: Callable[..., Path]) -> None:
    rows = "".join(f"{day}/5/2025,soup,1\n" for day in (1, 1, 2, 1, 13))

    sales = read_sales_file(write(f"date,dish,sales\n{rows}"), "default", SalesColumns(), chunk_rows=2).sales

    assert sales["date"].dt.strftime("%Y-%m-%d").tolist() == ["2025-05-01", "2025-05-02", "2025-05-13"]
    assert sales["rows"].tolist() == [3, 1, 1]


def test_wrong_lines_are_counted_over_the_parts_of_a_file(write: Callable[..., Path]) -> None:
    rows = "2025-01-01,soup,1\n" + "2025-01-01,soup,x\n" * 9 + "yesterday,soup,1\n"

    dates, quantities = violations_of(write(f"date,dish,sales\n{rows}"), chunk_rows=2)

    assert "not so on line 12 (line 12: 'yesterday')" in dates
    assert "not so on lines 3, 4, 5, 6, 7 and 4 more (line 3: 'x')" in quantities


@pytest.mark.parametrize(("row", "told"), [("2025-01-02,soup,1,extra", "line 6"), ('2025-01-02,"so"up,1', "as CSV")])
def test_a_line_that_is_none_is_told_before_what_stands_in_others(
    write: Callable[..., Path], row: str, told: str
) -> None:
    (description,) = violations_of(write("date,dish,sales\n" + "2025-01-01,soup,x\n" * 4 + row), chunk_rows=2)

    assert told in description


def test_wrong_rows_of_a_parquet_file_are_counted_over_its_parts(tmp_path: Path) -> None:
    path = tmp_path / "sales.parquet"
    pd.DataFrame({"date": "2026-01-01", "dish": "soup", "sales": [1, 2, 3, -4, 5]}).to_parquet(path)

    (description,) = violations_of(path, chunk_rows=2)

    assert "not so on line 4 (line 4: '-4')" in description


def test_a_parquet_file_of_too_many_rows_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "sales.parquet"
    pd.DataFrame({"date": "2026-01-01", "dish": "soup", "sales": [1, 2, 3]}).to_parquet(path)

    assert violations_of(path, most_rows=2) == ["the file has 3 rows; expected at most 2: leave the oldest years out"]


def test_another_encoding_is_refused(write: Callable[..., Path]) -> None:
    (description,) = violations_of(write("date,dish,sales\n2025-01-01,Käse,1\n", encoding="latin-1"))

    assert "UTF-8" in description


def test_a_dish_may_have_a_comma_or_a_quote_in_its_name(write: Callable[..., Path]) -> None:
    path = write('date,dish,sales\n2025-01-01,"Fish, grilled ""hot""",1\n')

    assert read_sales_file(path, "default", SalesColumns()).sales["dish"].tolist() == ['Fish, grilled "hot"']


@pytest.mark.parametrize("control", ["\x1b[31m", "\x9b31m", "\x80", "\x7f", "\r"])
def test_control_characters_in_a_name_are_refused(write: Callable[..., Path], control: str) -> None:
    (description,) = violations_of(write(f'date,dish,sales\n2025-01-01,soup,3\n2025-01-01,"so{control}up",3\n'))

    assert "control characters in the name of the dish on line 3" in description


def test_a_parquet_file_reads_as_the_csv_file(tmp_path: Path, real_data: Callable[[str], Path]) -> None:
    source = real_data("grilled_fish") / "sales.csv"
    table = pd.read_csv(source)
    for name, dates in (("text", table["date"]), ("times", pd.to_datetime(table["date"]))):
        table.assign(date=dates, dish=table["dish"].astype("category")).to_parquet(tmp_path / f"{name}.parquet")

    expected = read_sales_file(source, "default", SalesColumns()).sales

    for name in ("text", "times"):
        sales = read_sales_file(tmp_path / f"{name}.parquet", "default", SalesColumns()).sales
        pd.testing.assert_frame_equal(sales, expected)


def test_moments_of_a_parquet_file_are_days_of_the_stores_time_zone(tmp_path: Path) -> None:
    path = tmp_path / "sales.parquet"
    moments = pd.to_datetime(["2026-01-02T04:30:00Z", "2026-07-02T03:30:00Z"], utc=True)
    pd.DataFrame({"date": moments, "dish": "soup", "sales": 1}).to_parquet(path)

    here = read_sales_file(path, "default", SalesColumns(), "America/New_York").sales
    somewhere = read_sales_file(path, "default", SalesColumns()).sales

    assert here["date"].tolist() == [pd.Timestamp("2026-01-01"), pd.Timestamp("2026-07-01")]
    assert somewhere["date"].tolist() == [pd.Timestamp("2026-01-02"), pd.Timestamp("2026-07-02")]


def test_a_moment_that_is_missing_is_told(tmp_path: Path) -> None:
    path = tmp_path / "sales.parquet"
    moments = pd.to_datetime(["2026-01-02T04:30:00Z", "NaT"], utc=True)
    pd.DataFrame({"date": moments, "dish": "soup", "sales": 1}).to_parquet(path)

    assert violations_of(path) == ["column 'date': expected dates like 2026-11-23; not so on line 2 (line 2: '')"]


@pytest.mark.parametrize("kind", [pa.binary(), pa.large_binary(), pa.dictionary(pa.int32(), pa.binary()), pa.binary(8)])
def test_bytes_of_a_parquet_file_are_text(tmp_path: Path, kind: pa.DataType) -> None:
    path = tmp_path / "sales.parquet"
    dishes = pa.array(["Crêpes ".encode(), None, b"Potatoes"], pa.binary()).cast(kind)
    table = pa.table({"date": ["2026-01-01"] * 3, "dish": dishes, "sales": [1, 2, 3]})
    parquet.write_table(table.slice(0, 1), path)
    assert read_sales_file(path, "default", SalesColumns()).sales["dish"].tolist() == ["Crêpes"]

    parquet.write_table(table, path)
    assert violations_of(path) == ["column 'dish': no dish named on line 2; write its name there, or delete the line"]


def test_bytes_of_a_parquet_file_in_another_encoding_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "sales.parquet"
    dishes = pa.array([b"Soup", b"Soup", "Crêpes".encode("latin-1")], pa.binary())
    parquet.write_table(pa.table({"date": ["2026-01-01"] * 3, "dish": dishes, "sales": [1, 2, 3]}), path)

    assert violations_of(path, chunk_rows=2) == ["column 'dish': expected text in UTF-8; write the column as text"]


@pytest.mark.parametrize("dishes", [[["soup"], ["fish"]], [{"name": "soup"}, {"name": "fish"}]])
def test_a_column_of_lists_or_records_is_refused(tmp_path: Path, dishes: Any) -> None:
    path = tmp_path / "sales.parquet"
    table = pa.table({"date": ["2026-01-01"] * 2, "dish": dishes, "sales": [1, 2]})
    parquet.write_table(table.append_column("others", [[[1], [2]]]), path)

    (description,) = violations_of(path)

    assert description.startswith("column 'dish': expected one value in each row, got ")


def test_a_column_of_lists_that_nobody_wants_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "sales.parquet"
    table = pa.table({"date": ["2026-01-01"], "dish": ["soup"], "sales": [1], "others": [[1, 2]]})
    parquet.write_table(table, path)

    assert read_sales_file(path, "default", SalesColumns()).sales["sales"].tolist() == [1.0]


def test_wrong_parquet_files_are_told(tmp_path: Path) -> None:
    path = tmp_path / "sales.parquet"
    good = pd.DataFrame({"date": ["2026-01-01", "2026-01-02"], "dish": ["soup", "fish"], "sales": [1.0, 2.0]})

    path.write_bytes(b"date,dish,sales\n2026-01-01,soup,1\n")
    (description,) = violations_of(path)
    assert description.startswith("not readable as Parquet (ArrowInvalid); export the file again")
    good.iloc[:0].to_parquet(path)
    assert violations_of(path) == ["there are no rows in the file; export the file again with its rows"]
    good.assign(sales=[1.0, float("nan")]).to_parquet(path)
    assert violations_of(path) == ["column 'sales': expected numbers; not so on line 2 (line 2: '')"]
    good.assign(sales=[1.0, -2.0], dish=["soup", ""]).to_parquet(path)
    assert len(violations_of(path)) == 2

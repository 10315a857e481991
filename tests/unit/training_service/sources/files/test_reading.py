"""Reading sales files: whose rows count, what is added up, and which violations are told."""

import unicodedata
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.support.violations import violations_of
from training_service.sources.files.reading import read_sales_file
from training_service.sources.files.sales_columns import SalesColumns


def test_the_export_of_a_till_gives_the_same_sales_as_the_tidy_file(real_data: Callable[[str], Path]) -> None:
    folder = real_data("grilled_fish")

    export = read_sales_file(folder / "raw_pos_export.csv", "default", SalesColumns()).sales
    tidy = read_sales_file(folder / "sales.csv", "default", SalesColumns()).sales

    pd.testing.assert_frame_equal(export, tidy)
    assert export["dish"].nunique() == 17
    assert export["date"].min() == pd.Timestamp("2025-05-01")
    assert export["date"].max() == pd.Timestamp("2025-12-31")


@pytest.mark.parametrize(("name", "dishes"), [("yaz", 7), ("kiel_bakery", 6)])
def test_the_sales_of_real_restaurants_are_read(name: str, dishes: int, real_data: Callable[[str], Path]) -> None:
    sales = read_sales_file(real_data(name) / "sales.csv", "default", SalesColumns()).sales

    assert sales["dish"].nunique() == dishes
    assert not sales.duplicated(["date", "dish"]).any()


def test_a_store_gets_its_own_sales_from_a_file_of_several_stores(real_data: Callable[[str], Path]) -> None:
    path = real_data("bakery_chain") / "sales.csv"

    assert read_sales_file(path, "store-02", SalesColumns()).sales["dish"].nunique() == 3
    (description,) = violations_of(path, "nowhere")
    assert "no sales of store 'nowhere'" in description
    assert "store-02" not in description, "others are nobody's business"


@pytest.mark.parametrize(
    "written",
    [
        "Zürich Süd",
        unicodedata.normalize("NFD", "Zürich Süd"),
        " Zürich \N{NO-BREAK SPACE} Süd ",
        '"Zürich\nSüd"',
        "Zürich\N{IDEOGRAPHIC SPACE}Süd\N{ZERO WIDTH SPACE}",
    ],
)
def test_a_store_is_found_however_the_file_writes_its_name(write: Callable[..., Path], written: str) -> None:
    path = write(f"Date,Store,Item,Qty\n2025-01-02,{written},soup,2\n2025-01-02,Zürich,soup,5\n")

    assert read_sales_file(path, "Zürich Süd", SalesColumns()).sales["sales"].tolist() == [2.0]


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


@pytest.mark.parametrize("name", ["Restaurant", "Branch", "Store ID"])
def test_a_file_of_one_store_serves_the_default_store_too(write: Callable[..., Path], name: str) -> None:
    path = write(f"date,dish,sales,{name}\n2025-01-01,soup,3,Harbour\n2025-01-02,soup,4, Harbour \n")

    assert read_sales_file(path, "default", SalesColumns()).sales["sales"].tolist() == [3.0, 4.0]
    assert read_sales_file(path, "Harbour", SalesColumns()).sales["sales"].tolist() == [3.0, 4.0]
    (description,) = violations_of(path, "station")
    assert "no sales of store 'station'" in description


def test_a_file_of_several_stores_does_not_serve_the_default_store(write: Callable[..., Path]) -> None:
    path = write("date,dish,sales,store\n2025-01-01,soup,3,harbour\n2025-01-02,soup,4,station\n")

    (description,) = violations_of(path)

    assert "several restaurants: 'harbour', 'station'; choose one of them" in description


def test_all_violations_are_told_at_once_with_their_lines(write: Callable[..., Path]) -> None:
    rows = ["2025-01-01,soup,3", "2025-13-01,soup,3", "2025-01-02,soup,many", "2025-01-02,,1", "2025-01-03,soup,4"]
    rows += ["", "2025-01-04,soup,", "2025-01-05,soup,inf"]

    descriptions = violations_of(write("date,dish,sales\n" + "\n".join(rows) + "\n"))

    assert len(descriptions) == 3
    joined = "\n".join(descriptions)
    assert "column 'date': expected dates like 2026-11-23; not so on line 3: '2025-13-01'" in joined
    assert "column 'sales': expected numbers; not so on lines 4, 8, 9 (line 4: 'many')" in joined
    assert "column 'dish': no dish named on line 5" in joined


def test_the_first_five_of_many_wrong_lines_are_named(write: Callable[..., Path]) -> None:
    (description,) = violations_of(write("date,dish,sales\n" + "2025-01-01,soup,x\n" * 12))

    assert "lines 2, 3, 4, 5, 6 and 7 more" in description


def test_rows_of_one_dish_and_day_are_added_up_across_the_parts_of_a_file(write: Callable[..., Path]) -> None:
    rows = "".join(f"{day}/5/2025,soup,1\n" for day in (1, 1, 2, 1, 13))

    sales = read_sales_file(write(f"date,dish,sales\n{rows}"), "default", SalesColumns(), chunk_rows=2).sales

    assert sales["date"].dt.strftime("%Y-%m-%d").tolist() == ["2025-05-01", "2025-05-02", "2025-05-13"]
    assert sales["rows"].tolist() == [3, 1, 1]


def test_wrong_lines_are_counted_across_the_parts_of_a_file(write: Callable[..., Path]) -> None:
    rows = "2025-01-01,soup,1\n" + "2025-01-01,soup,x\n" * 9 + "yesterday,soup,1\n"

    dates, quantities = violations_of(write(f"date,dish,sales\n{rows}"), chunk_rows=2)

    assert "not so on line 12: 'yesterday'" in dates
    assert "not so on lines 3, 4, 5, 6, 7 and 4 more (line 3: 'x')" in quantities


@pytest.mark.parametrize("control", ["\x1b[31m", "\x9b31m", "\x80", "\x7f", "\r"])
def test_control_characters_in_the_name_of_a_dish_are_refused(write: Callable[..., Path], control: str) -> None:
    (description,) = violations_of(write(f'date,dish,sales\n2025-01-01,soup,3\n2025-01-01,"so{control}up",3\n'))

    assert "control characters in the name of the dish on line 3" in description

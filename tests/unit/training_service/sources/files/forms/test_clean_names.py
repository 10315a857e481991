"""One dish however a till has typed its name."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from training_service.sources.clean_names import clean_name, clean_names
from training_service.sources.files.reading import read_sales_file
from training_service.sources.files.sales_columns import SalesColumns


@pytest.mark.parametrize(
    ("typed", "clean"),
    [
        ("Cre\u0300me bru\u0302le\u0301e", "Crème brûlée"),
        ("Soup\u200b", "Soup"),
        ("\ufeffSoup", "Soup"),
        ("Flat\u00a0White", "Flat White"),
        ("\u3000生ビール　大", "生ビール 大"),
        ("ＡＢＣ　セット", "ABC セット"),
        ("ﾋﾞｰﾙ", "ビール"),
        ("Soup  of the day", "Soup  of the day"),
        ("Pizza Ø 30 cm²", "Pizza Ø 30 cm²"),
        ("½ Chicken", "½ Chicken"),
        ("soup", "soup"),
        ("か\u3099", "が"),
    ],
)
def test_a_name_has_one_form(typed: str, clean: str) -> None:
    assert clean_names(pd.Series([typed, "x"])).tolist() == [clean, "x"]


def test_composed_and_decomposed_accents_are_one_dish(write: Callable[..., Path]) -> None:
    path = write("Date,Item,Qty\n2026-11-24,Café crème,3\n2026-11-24,Cafe\u0301 cre\u0300me,4\n")

    sales = read_sales_file(path, "default", SalesColumns()).sales

    assert sales["dish"].tolist() == ["Café crème"]
    assert sales["sales"].tolist() == [7.0]


def test_a_text_that_a_spreadsheet_is_told_to_keep_is_that_text() -> None:
    assert clean_name('="Flat White"') == "Flat White"
    assert clean_name('="007"') == "007"

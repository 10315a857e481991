"""Rows of totals and headings inside a sales file are no dishes."""

from collections.abc import Callable
from pathlib import Path

import pytest

from training_service.sources.files.reading import read_sales_file
from training_service.sources.files.rows.totals import is_total
from training_service.sources.files.sales_columns import SalesColumns

Write = Callable[..., Path]


@pytest.mark.parametrize(
    "label",
    [
        *("Total", "TOTAL:", "Totals", "Grand Total", "Sub-total", "Subtotal", "Daily Total", "Total sales"),
        *("Summe", "Gesamt", "Gesamtsumme", "Zwischensumme", "Total général", "Sous-total", "Suma", "Totale"),
        *("Totaal", "Razem", "Toplam", "Genel Toplam", "合計", "小計", "总计", "合计", "합계", "รวม", "Tổng cộng"),
        *("Total 24/11/2026", "Total for Monday", "Summe 24.11.2026", "Tuesday total", "【合計】"),
    ],
)
def test_a_row_of_a_total_is_left_out_and_told(write: Write, label: str) -> None:
    path = write(f"Date,Item,Qty\n2026-01-01,soup,5\n2026-01-01,pie,4\n2026-01-01,{label},9\n2026-01-02,soup,1\n")

    read = read_sales_file(path, "default", SalesColumns())

    assert read.sales["dish"].unique().tolist() == ["pie", "soup"]
    assert read.left_out_rows == {"totals": 1}
    (warning,) = read.warnings
    assert warning.reason == "TOTALS_LEFT_OUT"
    assert f"1 row of totals (line 4: {label!r})" in warning.message


@pytest.mark.parametrize("dish", ["Total Detox", "Total 0 yoghurt", "Sum 41", "Dim Sum", "Totally Nuts", "Total 0%"])
def test_a_dish_with_a_word_of_totals_in_its_name_stays(dish: str) -> None:
    assert not is_total(dish)


@pytest.mark.parametrize(
    "row", ["Grand Total,,,3599", ",,Grand Total,9", ",,,9", "Gesamt,,,9", ",Total Food,,9", "2026-01-02,Food Total,,9"]
)
def test_a_row_of_a_total_without_a_day_or_a_dish_is_left_out(write: Write, row: str) -> None:
    path = write(f"Date,Category,Item,Qty\n2026-01-01,Food,soup,5\n2026-01-01,Food,pie,4\n{row}\n")

    read = read_sales_file(path, "default", SalesColumns())

    assert read.sales["sales"].tolist() == [4.0, 5.0]
    assert read.left_out_rows == {"totals": 1}


@pytest.mark.parametrize("row", ["Date,Category,Item,Qty", "Drinks,,,", ",Drinks,,", ",,Drinks,", "2026-01-02,,,"])
def test_headings_inside_the_file_are_left_out(write: Write, row: str) -> None:
    path = write(f"Date,Category,Item,Qty\n2026-01-01,Food,soup,5\n{row}\n2026-01-01,Food,pie,4\n")

    read = read_sales_file(path, "default", SalesColumns())

    assert read.sales["sales"].tolist() == [4.0, 5.0]
    assert read.left_out_rows == {"headings": 1}

"""Rows of totals and headings inside a sales file are no dishes."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from training_service.sources.files.reading import read_sales_file
from training_service.sources.files.rows.totals import is_total
from training_service.sources.files.sales_columns import SalesColumns
from training_service.sources.files.summed_rows import FileSales

Write = Callable[..., Path]


@pytest.mark.parametrize(
    "label",
    [
        *("Total", "TOTAL:", "Totals", "Grand Total", "Sub-total", "Subtotal", "Daily Total", "Total sales"),
        *("Summe", "Gesamt", "Gesamtsumme", "Zwischensumme", "Total général", "Sous-total", "Suma", "Totale"),
        *("Totaal", "Razem", "Toplam", "Genel Toplam", "合計", "小計", "总计", "合计", "합계", "รวม", "Tổng cộng"),
        *("Celkem", "Összesen", "Suma końcowa", "Yhteensä", "I alt", "Σύνολο", 'סה"כ', "本日合計", "Всего за день"),
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


DISHES = ("soup", "pie", "tea", "cake")


def read_days(write: Write, sums: dict[str, tuple[str, ...]], *, days: int = 28) -> FileSales:
    """Reads days with the units of all dishes, and rows that are sums of some of them."""
    lines = []
    for day in range(days):
        date = dt.date(2026, 1, 1) + dt.timedelta(days=day)
        units = {dish: 3 + (day * (at + 2) ** 2 + at) % (7 + 2 * at) for at, dish in enumerate(DISHES)}
        units |= {name: sum(units[dish] for dish in members) for name, members in sums.items()}
        lines += [f"{date},{dish},{sold}" for dish, sold in units.items()]
    return read_sales_file(write("Date,Item,Qty\n" + "\n".join(lines) + "\n"), "default", SalesColumns())


@pytest.mark.parametrize(
    "sums",
    [
        {"Dagens salg": DISHES},
        {"Food": ("soup", "pie"), "Drinks": ("tea", "cake")},
        {"Food": ("soup", "pie"), "Drinks": ("tea", "cake"), "Everything": DISHES},
    ],
)
def test_a_dish_with_the_units_of_all_others_is_a_total_whatever_its_name(
    write: Write, sums: dict[str, tuple[str, ...]]
) -> None:
    read = read_days(write, sums)

    assert set(read.sales["dish"]) == set(DISHES)
    assert read.left_out_rows == {"totals": 28 * len(sums)}
    (warning,) = read.warnings
    assert warning.reason == "TOTALS_LEFT_OUT"
    assert all(repr(name) in warning.message for name in sums)


def test_a_dish_with_the_units_of_some_others_counts_and_is_told(write: Write) -> None:
    read = read_days(write, {"Menu": ("soup", "tea")})

    assert "Menu" in set(read.sales["dish"])
    (warning,) = read.warnings
    assert warning.reason == "SALES_FORM"
    assert "'Menu' has on every day as many units as 'soup', 'tea' together" in warning.message


def test_dishes_that_keep_a_ratio_are_no_totals(write: Write) -> None:
    lines = [
        f"2026-01-{day:02},{dish},{day * units}"
        for day in range(1, 29)
        for dish, units in zip("abc", (1, 2, 3), strict=True)
    ]

    read = read_sales_file(write("Date,Item,Qty\n" + "\n".join(lines) + "\n"), "default", SalesColumns())

    assert set(read.sales["dish"]) == {"a", "b", "c"}
    assert not read.warnings

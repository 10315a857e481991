"""The raw data report of Zettle: a workbook with a title, headings in the language of the account, and refunds."""

import datetime as dt
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.support.till_exports import names_of, read, till_of, units, write_csv, write_workbook
from tests.support.violations import violations_of
from tests.support.workbooks import Cell

TITLE: list[list[Cell]] = [["Raw data"], ["The Corner Bar Ltd"], [], ["2026-11-24", "2026-11-25"], []]

#: Columns of the report by language.
COLUMNS = {
    "English": "Date,Receipt number,Staff,Name,Variant,SKU,Quantity,Price (GBP),Discount (GBP),Final price (GBP)",
    "Swedish": "Tid,Kvittonummer,Personal,Namn,Variant,SKU,Antal,Pris (SEK),Rabatt (SEK),Slutpris (SEK)",
    "Danish": "Dato,Kvitteringsnummer,Personale,Navn,Variant,SKU,Antal,Pris (DKK),Rabat (DKK),Endelig pris (DKK)",
    "Norwegian": "Dato,Kvitteringsnummer,Ansatt,Navn,Variant,SKU,Antall,Pris (NOK),Rabatt (NOK),Endelig pris (NOK)",
    "French": "Date,Reçu n°,Personnel,Nom,Variante,SKU,Quantité,Prix (EUR),Remise (EUR),Prix final (EUR)",
}


def rows_of(columns: list[str], *, gift_card: str = "Gift card") -> list[Mapping[str, Cell]]:
    table: list[list[Cell]] = [
        ["2026-11-24 18:30", 4711.0, "Ann", "Pale Ale", "Large", None, 2.0, 70.0, None, 70.0],
        ["2026-11-24 18:30", 4711.0, "Ann", "Crisps", None, None, 1.0, 20.0, None, 20.0],
        ["2026-11-24 19:05", 4712.0, "Bo", "Pale Ale", "Small", None, 3.0, 90.0, -9.0, 81.0],
        ["2026-11-24 19:40", 4713.0, "Bo", "Pale Ale", "Large", None, -1.0, -35.0, None, -35.0],
        ["2026-11-24 20:00", 4714.0, "Bo", None, None, None, 1.0, 50.0, None, 50.0],
        ["2026-11-25 18:00", 4715.0, "Ann", gift_card, None, None, 1.0, 500.0, None, 500.0],
        ["2026-11-25 18:10", 4716.0, "Ann", "Crisps", None, None, 4.0, 80.0, None, 80.0],
    ]
    return [dict(zip(columns, row, strict=True)) for row in table]


@pytest.mark.parametrize("language", COLUMNS)
def test_the_report_is_read_in_every_language(tmp_path: Path, language: str) -> None:
    columns = COLUMNS[language].split(",")

    sales = read(write_workbook(tmp_path, columns, rows_of(columns), above=TITLE), time_zone="Europe/London")

    assert till_of(columns) == f"Zettle, raw data report ({language})"
    assert units(sales) == {"11-24 Crisps": 1.0, "11-24 Pale Ale": 4.0, "11-25 Crisps": 4.0}
    assert sales.refund_rows == 1
    assert sales.left_out_rows == {"no dish (tip, fee, gift card or discount)": 1, "no sale of a dish": 1}
    told = " ".join(warning.message for warning in sales.warnings)
    assert "the names of the columns stand on row 6" in told
    assert "1 row is no sale of a dish in the format 'Zettle, raw data report" in told


def test_a_day_beside_a_time_is_the_day_of_the_sale(tmp_path: Path) -> None:
    columns = names_of("Dato,Tid,Kvitteringsnummer,Personale,Navn,Variant,Antal,Pris (DKK),Endelig pris (DKK)")
    rows: list[Mapping[str, Cell]] = [
        dict(zip(columns, (day, time, 1.0, "Bo", "Pilsner", "50 cl", 2.0, 80.0, 80.0), strict=True))
        for day, time in (
            (dt.date(2026, 11, 24), "2026-11-24 21:00:00"),
            (dt.date(2026, 11, 25), "2026-11-25 01:30:00"),
        )
    ]
    path = write_workbook(tmp_path, columns, rows, above=TITLE)

    assert units(read(path)) == {"11-24 Pilsner": 2.0, "11-25 Pilsner": 2.0}
    assert units(read(path, day_ends_at_hour=26)) == {"11-24 Pilsner": 4.0}


def test_german_headings_are_read_by_usual_names(tmp_path: Path) -> None:
    columns = names_of("Datum;Belegnummer;Mitarbeiter;Name;Variante;Anzahl;Preis (EUR);Endpreis (EUR)", ";")
    rows = [
        dict(zip(columns, ("24.11.2026 18:30", "1", "Ann", "Weißbier", "0,5 l", "2", "9,80", "9,80"), strict=True)),
        dict(zip(columns, ("25.11.2026 18:30", "2", "Ann", "Weißbier", "0,5 l", "-1", "-4,90", "-4,90"), strict=True)),
        dict(zip(columns, ("25.11.2026 18:31", "3", "Ann", "Weißbier", "0,5 l", "4", "19,60", "19,60"), strict=True)),
    ]

    assert units(read(write_csv(tmp_path, columns, rows, separator=";", encoding="cp1252"))) == {
        "11-24 Weißbier": 2.0,
        "11-25 Weißbier": 3.0,
    }


def test_the_sales_by_product_have_no_days_and_are_refused(tmp_path: Path) -> None:
    columns = ["Namn", "Antal sålda", "Sålt belopp (SEK)"]
    rows: list[Mapping[str, Cell]] = [{"Namn": "Kaffe", "Antal sålda": 40.0, "Sålt belopp (SEK)": 1000.0}] * 3

    descriptions = violations_of(write_workbook(tmp_path, columns, rows, above=TITLE))

    assert any("no column for the date" in description for description in descriptions)

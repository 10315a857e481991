"""ready2order documents no list of its columns: German exports of its kind are read by usual names."""

from pathlib import Path

import pytest

from tests.support.till_exports import read, till_of, units, write_csv

#: Likely columns of the positions of invoices, which no source confirms.
COLUMNS = {
    "Rechnungsnummer;Rechnungsdatum;Produkt;Menge;Einzelpreis;Gesamt;Storno": "any file",
    "Beleg-Nr.;Datum;Artikelbezeichnung;Anzahl;Preis;Summe;Storniert": "any file",
    "Rechnung;Erstellt am;Produktname;Menge;Preis brutto;Umsatz;Stornierung": "any file",
}

ROWS = [
    ("R1", "24.11.2026 12:01", "Wiener Schnitzel", "2,00", "18,90", "37,80", "Nein"),
    ("R1", "24.11.2026 12:01", "Trinkgeld", "1,00", "3,00", "3,00", "Nein"),
    ("R2", "24.11.2026 12:30", "Wiener Schnitzel", "1,00", "18,90", "18,90", "Ja"),
    ("R3", "24.11.2026 13:00", "Räucherlachs", "0,25", "40,00", "10,00", "Nein"),
    ("R4", "25.11.2026 12:00", "Wiener Schnitzel", "-1,00", "18,90", "-18,90", "Nein"),
    ("R5", "25.11.2026 12:10", "Wiener Schnitzel", "1.003,00", "18,90", "56,70", "Nein"),
    ("R6", "25.11.2026 12:20", "Gutschein", "1,00", "50,00", "50,00", "Nein"),
    ("", "", "Gesamtsumme", "1.006,25", "", "", ""),
]


@pytest.mark.parametrize("header", COLUMNS)
@pytest.mark.parametrize("encoding", ["cp1252", "utf-8-sig"])
def test_positions_of_invoices_are_read_by_usual_names(tmp_path: Path, header: str, encoding: str) -> None:
    columns = header.split(";")
    rows = [dict(zip(columns, row, strict=True)) for row in ROWS]

    sales = read(write_csv(tmp_path, columns, rows, separator=";", encoding=encoding))

    assert till_of(columns) == COLUMNS[header]
    assert units(sales) == {"11-24 Räucherlachs": 0.25, "11-24 Wiener Schnitzel": 2.0, "11-25 Wiener Schnitzel": 1002.0}
    assert sales.refund_rows == 1
    assert sales.left_out_rows == {"totals": 1, "voided": 1, "no dish (tip, fee, gift card or discount)": 2}

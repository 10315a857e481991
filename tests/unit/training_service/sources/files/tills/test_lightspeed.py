"""The exports of Lightspeed: sales among their lines (X-Series), and receipts with cancellations (L-Series)."""

from pathlib import Path

import pytest

from tests.support.till_exports import names_of, read, till_of, units, write_csv
from tests.support.violations import violations_of

X_COLUMNS = names_of(
    "Date,Receipt Number,Line Type,Customer Code,Customer Name,Note,Quantity,Subtotal,Sales Tax,Discount,Loyalty,Total,"
    "Paid,Details,Register,User,Status,Sku,AccountCodeSale,AccountCodePurchase"
)


def sale(receipt: str, moment: str, status: str, *lines: tuple[str, str]) -> list[dict[str, str]]:
    """The rows of a sale: the sale as a whole with its state, its lines without the state, and its payment."""
    common = {"Date": moment, "Receipt Number": receipt}
    whole = {
        "Line Type": "Sale",
        "Quantity": f"{sum(float(quantity) for _, quantity in lines):.5f}",
        "Details": " + ".join(f"{quantity} X {name}" for name, quantity in lines),
        "Register": "Counter",
        "Status": status,
    }
    of_lines = [
        {"Line Type": "Sale Line", "Quantity": f"{quantity}.00000", "Details": name} for name, quantity in lines
    ]
    return [common | row for row in (whole, *of_lines, {"Line Type": "Payment", "Paid": "31.00000", "Details": "Cash"})]


X_ROWS = [
    *sale("1001", "2026-11-24 12:01:00", "CLOSED", ("Flat White", "2"), ("Bagel", "1")),
    *sale("1002", "2026-11-24 12:20:00", "VOIDED", ("Flat White", "7"), ("Bagel", "5")),
    *sale("1003", "2026-11-24 12:31:00", "SAVED", ("Flat White", "3")),
    *sale("1004", "2026-11-25 09:00:00", "ONACCOUNT_CLOSED", ("Flat White", "4"), ("Discount", "1")),
    *sale("1005", "2026-11-25 10:00:00", "CLOSED", ("Flat White", "-1"), ("Gift Card", "1")),
]


@pytest.mark.parametrize("chunk_rows", [1, 4, 100])
def test_the_lines_of_sales_that_were_closed_count(tmp_path: Path, chunk_rows: int) -> None:
    sales = read(write_csv(tmp_path, X_COLUMNS, X_ROWS), chunk_rows=chunk_rows)

    assert till_of(X_COLUMNS) == "Lightspeed Retail X-Series, sales history"
    assert units(sales) == {"11-24 Bagel": 1.0, "11-24 Flat White": 2.0, "11-25 Flat White": 3.0}
    assert sales.refund_rows == 1
    assert any("10 rows are no sale of a dish in the format 'Lightspeed" in each.message for each in sales.warnings)


def test_an_export_without_the_type_of_its_rows_is_not_taken_for_sales(tmp_path: Path) -> None:
    columns = [name for name in X_COLUMNS if name != "Line Type"]
    rows = [{name: cell for name, cell in row.items() if name != "Line Type"} for row in X_ROWS]

    (description,) = violations_of(write_csv(tmp_path, columns, rows))

    assert description == (
        "line 1: no column 'linetype', which the format 'Lightspeed Retail X-Series, sales history' has; export the "
        "file again with this column"
    )


L_COLUMNS = names_of(
    "Bedrijfs-ID;Bedrijfsnaam;Volgnummer;Kasticket-ID;Aanmaakdatum;Laatst aangepast;Status;Type;Annuleringsstatus;"
    "Productnaam;Hoeveelheid;Totaal",
    ";",
)


def ticket(place: str, number: str, moment: str, dish: str, quantity: str, cancelled: str = "") -> dict[str, str]:
    cells = (place, number, moment, dish, quantity, cancelled)
    names = ("Bedrijfsnaam", "Kasticket-ID", "Aanmaakdatum", "Productnaam", "Hoeveelheid", "Annuleringsstatus")
    return dict(zip(names, cells, strict=True)) | {"Bedrijfs-ID": "7", "Status": "betaald", "Type": "afhaal"}


L_ROWS = [
    ticket("Bistro Gent", "901", "24/11/2026 12:00", "Stoofvlees", "2"),
    ticket("Bistro Gent", "902", "24/11/2026 12:30", "Stoofvlees", "9", "Geannuleerd"),
    ticket("Bistro Gent", "903", "24/11/2026 12:31", "Stoofvlees", "-9", "Annuleren"),
    ticket("Bistro Gent", "904", "24/11/2026 12:40", "Stoofvlees", "3"),
    ticket("Bistro Gent", "905", "25/11/2026 12:40", "Wafel", "1,5"),
]


def test_a_receipt_that_was_cancelled_and_the_one_that_cancels_it_do_not_count(tmp_path: Path) -> None:
    sales = read(write_csv(tmp_path, L_COLUMNS, L_ROWS, separator=";", encoding="cp1252"))

    assert till_of(L_COLUMNS) == "Lightspeed Restaurant L-Series, exported data (Dutch)"
    assert units(sales) == {"11-24 Stoofvlees": 5.0, "11-25 Wafel": 1.5}
    assert sales.left_out_rows == {"voided": 2}


def test_an_export_of_several_restaurants_is_refused_until_one_is_chosen(tmp_path: Path) -> None:
    rows = [*L_ROWS, ticket("Bistro Brugge", "11", "25/11/2026 12:40", "Wafel", "4")]
    path = write_csv(tmp_path, L_COLUMNS, rows, separator=";")

    (description,) = violations_of(path)

    assert "several restaurants: 'Bistro Brugge', 'Bistro Gent'" in description
    assert units(read(path, store="Bistro Brugge")) == {"11-25 Wafel": 4.0}


@pytest.mark.parametrize(
    "header",
    [
        "ID,Date,Type,Account,Employee,Device,SKU,Item,Quantity,Amount",
        "ID,Date,Type,Compte,Employé,Caisse,SKU,Article,Quantité,Montant",
        "ID,Datum,Typ,Konto,Mitarbeiter,Gerät,SKU,Artikel,Menge,Betrag",
    ],
)
def test_item_transactions_of_restaurants_are_read_by_usual_names(tmp_path: Path, header: str) -> None:
    rows = [
        ["T1", "2026-11-24 12:00:00", "Sale", "Table 4", "", "POS 1", "77", "Burger", "2", "20.00"],
        ["T2", "2026-11-24 12:05:00", "Void", "Table 4", "", "POS 1", "77", "Burger", "-1", "-10.00"],
        ["T3", "2026-11-24 21:00:00", "Refund", "Table 5", "", "POS 1", "77", "Burger", "1", "10.00"],
        ["T4", "2026-11-25 12:00:00", "Sale", "Table 4", "", "POS 1", "", "Service charge", "1", "3.00"],
        ["T5", "2026-11-25 12:00:00", "Sale", "Table 4", "", "POS 1", "78", "Burger", "5", "50.00"],
    ]
    columns = header.split(",")

    sales = read(write_csv(tmp_path, columns, [dict(zip(columns, row, strict=True)) for row in rows]))

    assert units(sales) == {"11-24 Burger": 0.0, "11-25 Burger": 5.0}

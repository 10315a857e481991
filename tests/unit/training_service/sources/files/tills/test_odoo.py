"""The exports of Odoo: orders whose further lines are blank, codes before names, UTC, and several points of sale."""

from pathlib import Path

import pytest

from tests.support.till_exports import read, till_of, units, write_csv, write_workbook
from tests.support.violations import violations_of
from tests.support.workbooks import Cell

#: Columns of orders with their lines, by the name of their format.
ORDERS = {
    "Odoo, orders with lines": (
        "Order Ref,Date,Point of Sale,Status,Order Lines/Product,Order Lines/Quantity,Order Lines/Unit Price"
    ),
    "Odoo, orders with lines, in German": (
        "Bestellnummer,Datum,Kassensystem,Status,Auftragszeilen/Produkt,Auftragszeilen/Menge,Auftragszeilen/Stückpreis"
    ),
    "Odoo, orders of the point of sale for another import": (
        "name,date_order,config_id,state,lines/product_id,lines/qty,lines/price_unit"
    ),
}

TABLE: list[list[Cell]] = [
    ["Bar/0001", "2026-11-24 18:30:00", "Bar", "Posted", "[BRG] Cheese Burger", 2.0, 9.5],
    [None, None, None, None, "[TIPS] Tips", 1.0, 3.0],
    [None, None, None, None, "Fries", 3.0, 4.0],
    ["Bar/0002", "2026-11-24 19:00:00", "Bar", "Cancelled", "[BRG] Cheese Burger", 9.0, 9.5],
    [None, None, None, None, "Fries", 9.0, 4.0],
    ["Bar/0003", "2026-11-24 19:30:00", "Bar", "Paid", "[BRG] Cheese Burger", -1.0, 9.5],
    ["Bar/0004", "2026-11-25 12:00:00", "Bar", "Invoiced", "[BRG] Cheese Burger", 1.5, 9.5],
    ["Bar/0005", "2026-11-25 12:30:00", "Bar", "Paid", None, None, None],
]

EXPECTED = {"11-24 Cheese Burger": 1.0, "11-24 Fries": 3.0, "11-25 Cheese Burger": 1.5}


@pytest.mark.parametrize("name", ORDERS)
@pytest.mark.parametrize("store", ["default", "Bar"])
def test_the_further_lines_of_an_order_belong_to_its_day_and_its_place(tmp_path: Path, name: str, store: str) -> None:
    columns = ORDERS[name].split(",")
    rows = [dict(zip(columns, row, strict=True)) for row in TABLE]

    sales = read(write_workbook(tmp_path, columns, rows, sheet="Sheet1"), store=store)

    assert till_of(columns) == name
    assert units(sales) == EXPECTED
    assert sales.refund_rows == 1
    told = {warning.reason: warning.message for warning in sales.warnings}
    assert "the times of Odoo are read as those of the restaurant" in told["SALES_FORM"]
    assert "3 lines of orders" in told["DATES_FROM_ORDERS"]


def test_orders_of_several_points_of_sale_are_refused_until_one_is_chosen(tmp_path: Path) -> None:
    columns = ORDERS["Odoo, orders with lines"].split(",")
    kiosk: list[Cell] = ["Kiosk/0001", "2026-11-25 12:30:00", "Kiosk", "Paid", "Fries", 7.0, 4.0]
    table = [*TABLE, kiosk]
    path = write_workbook(tmp_path, columns, [dict(zip(columns, row, strict=True)) for row in table])

    (description,) = violations_of(path)

    assert "several restaurants: 'Bar', 'Kiosk'" in description
    assert units(read(path, store="Kiosk")) == {"11-25 Fries": 7.0}
    assert units(read(path, store="Bar")) == EXPECTED


def test_moments_in_utc_are_days_of_the_restaurant(tmp_path: Path) -> None:
    columns = ORDERS["Odoo, orders with lines"].split(",")
    moments = ("2026-11-25 02:30:00Z", "2026-11-25 18:00:00Z")
    rows = [
        dict(zip(columns, (f"Bar/{number}", moment, "Bar", "Paid", "Fries", "2.0", "4.0"), strict=True))
        for number, moment in enumerate(moments)
    ]
    path = write_csv(tmp_path, columns, rows)

    assert units(read(path, time_zone="America/New_York")) == {"11-24 Fries": 2.0, "11-25 Fries": 2.0}


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("Odoo, order lines of the point of sale", "Order Ref,Order Ref/Date,Product,Quantity,Unit Price,Subtotal"),
        (
            "Odoo, orders analysis of the point of sale",
            "Order,Order Date,Product,Product Quantity,Point of Sale,Status",
        ),
    ],
)
def test_lines_and_the_analysis_of_orders_are_read(tmp_path: Path, name: str, header: str) -> None:
    columns = header.split(",")
    cells = [("1", "2026-11-24 18:30:00", "[BRG] Cheese Burger", "2.0", "Bar", "Posted")]
    cells += [("2", "2026-11-25 18:30:00", "[BRG] Cheese Burger", "-1.0", "Bar", "Posted")]
    cells += [("3", "2026-11-25 18:31:00", "[DISC] Discount", "1.0", "Bar", "Posted")]
    cells += [("4", "2026-11-25 18:32:00", "Cheese Burger", "4.0", "Bar", "Posted")]

    path = write_csv(tmp_path, columns, [dict(zip(columns, row, strict=True)) for row in cells])

    assert till_of(columns) == name
    assert units(read(path)) == {"11-24 Cheese Burger": 2.0, "11-25 Cheese Burger": 3.0}


def test_a_pivot_of_the_orders_without_days_is_refused(tmp_path: Path) -> None:
    path = write_csv(tmp_path, ["Product", "Total Price", "Product Quantity"], [{"Product": "Fries"}] * 3)

    assert any("no column for the date" in description for description in violations_of(path))

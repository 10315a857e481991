"""The exports of known tills, with the columns that their makers document and rows of our own."""

from collections.abc import Mapping
from pathlib import Path

import pandas as pd
import pytest

from tests.support.violations import violations_of
from training_service.sources.files.reading import read_sales_file
from training_service.sources.files.sales_columns import SalesColumns, find_till
from training_service.sources.files.tills.known_tills import TILLS

#: Columns of each export.
COLUMNS = {
    "Square, item sales detail": (
        "Date,Time,Time Zone,Category,Item,Qty,Price Point Name,SKU,Modifiers Applied,Gross Sales,Discounts,Net Sales,"
        "Tax,Transaction ID,Payment ID,Device Name,Notes,Details,Event Type,Location,Dining Option,Customer ID,"
        "Customer Name,Customer Reference ID,Unit,Count,Itemization Type,Commission,Employee"
    ),
    "Toast, item selection details": (
        "Location,Order Id,Order #,Sent Date,Order Date,Check Id,Server,Table,Dining Area,Service,Dining Option,"
        "Item Selection Id,Item Id,Master Id,SKU,PLU,Menu Item,Menu Subgroup(s),Menu Group,Menu,Sales Category,"
        "Gross Price,Discount,Net Price,Qty,Tax,Void?"
    ),
    "Loyverse, receipts by item": (
        "Date,Receipt number,Receipt type,Category,SKU,Item,Variant,Modifiers applied,Quantity,Gross sales,Discounts,"
        "Net sales,Cost of goods,Gross profit,Taxes,POS,Store,Cashier name,Customer name,Customer contacts,Status"
    ),
    "SumUp, sales report": (
        "Account,Date,Time,Type,Transaction ID,Receipt Number,Payment Method,Quantity,Description,Currency,"
        "Price (Gross),Price (Net),Tax,Tax rate,Transaction refunded"
    ),
    "Shopify, orders": (
        "Name,Email,Financial Status,Paid at,Fulfillment Status,Fulfilled at,Currency,Subtotal,Shipping,Taxes,Total,"
        "Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,Billing Name,Location,Vendor"
    ),
}

#: Two sales of each export: on 13 and 14 November 2026, three and four units.
SALES: Mapping[str, tuple[Mapping[str, str], ...]] = {
    "Square, item sales detail": (
        {"Date": "2026-11-13", "Item": "Flat White", "Qty": "3.0", "Count": "1", "Event Type": "Payment"},
        {"Date": "2026-11-14", "Item": "Flat White", "Qty": "4.0", "Count": "1", "Event Type": "Payment"},
    ),
    "Toast, item selection details": (
        {"Order Date": "11/13/26 8:03 PM", "Sent Date": "11/14/26 0:05 AM", "Menu Item": "Flat White", "Qty": "3.0"},
        {"Order Date": "11/14/26 8:03 PM", "Sent Date": "11/14/26 8:05 PM", "Menu Item": "Flat White", "Qty": "4.0"},
    ),
    "Loyverse, receipts by item": (
        {"Date": "11/13/26 1:33 PM", "Receipt type": "Sale", "Item": "Flat White", "Quantity": "3.000"},
        {"Date": "11/14/26 1:33 PM", "Receipt type": "Sale", "Item": "Flat White", "Quantity": "4.000"},
    ),
    "SumUp, sales report": (
        {"Date": "13.11.26", "Type": "Sales", "Description": "Flat White ", "Quantity": "3", "Price (Gross)": "7.00"},
        {"Date": "14.11.26", "Type": "Sales", "Description": "Flat White", "Quantity": "4", "Price (Gross)": "9.00"},
    ),
    "Shopify, orders": (
        {"Name": "#1001", "Created at": "2026-11-13 10:00:00 +0100", "Lineitem name": "Flat White", "Total": "9"}
        | {"Lineitem quantity": "3", "Financial Status": "paid"},
        {"Name": "#1002", "Created at": "2026-11-14 10:00:00 +0100", "Lineitem name": "Flat White", "Total": "9"}
        | {"Lineitem quantity": "4", "Financial Status": "paid"},
    ),
}

#: Columns of the store.
STORES = {"Square, item sales detail": "Location", "Toast, item selection details": "Location"}
STORES |= {"Loyverse, receipts by item": "Store"}


def export(path: Path, name: str, *more: Mapping[str, str]) -> Path:
    columns = COLUMNS[name].split(",")
    rows = [[row.get(column, "") for column in columns] for row in (*SALES[name], *more)]
    pd.DataFrame(rows, columns=columns).to_csv(path / "sales.csv", index=False)
    return path / "sales.csv"


@pytest.mark.parametrize("name", COLUMNS)
def test_the_export_is_recognised_by_its_columns(name: str) -> None:
    assert find_till(COLUMNS[name].split(","), TILLS).name == name


@pytest.mark.parametrize("name", COLUMNS)
def test_the_units_of_the_export_are_read(tmp_path: Path, name: str) -> None:
    sales = read_sales_file(export(tmp_path, name), "default", SalesColumns(date_format=None)).sales

    assert sales["dish"].unique().tolist() == ["Flat White"]
    assert sales["date"].dt.strftime("%Y-%m-%d").tolist() == ["2026-11-13", "2026-11-14"]
    assert sales["sales"].tolist() == [3.0, 4.0]


@pytest.mark.parametrize("name", STORES)
def test_an_export_of_several_locations_is_refused_until_one_is_chosen(tmp_path: Path, name: str) -> None:
    first, second = ({**SALES[name][0], STORES[name]: store} for store in ("Harbour", "Lower Manhattan"))
    columns = COLUMNS[name].split(",")
    rows = [[row.get(column, "") for column in columns] for row in (first, second)]
    path = tmp_path / "sales.csv"
    pd.DataFrame(rows, columns=columns).to_csv(path, index=False)

    (description,) = violations_of(path)

    assert "several restaurants: 'Harbour', 'Lower Manhattan'" in description
    assert read_sales_file(path, "Lower Manhattan", SalesColumns()).sales["sales"].tolist() == [3.0]


def test_a_refunded_order_of_shopify_is_left_out_with_all_its_lines(tmp_path: Path) -> None:
    name = "Shopify, orders"
    first = {"Name": "#1003", "Created at": "2026-11-14 12:00:00 +0100", "Lineitem name": "Flat White"}
    first |= {"Lineitem quantity": "7", "Financial Status": "refunded", "Total": "30"}
    # Shopify leaves the states of the order empty in its further lines.
    second = {"Name": "#1003", "Created at": "2026-11-14 12:00:00 +0100", "Lineitem name": "Bagel"}
    third = {"Name": "#1004", "Created at": "2026-11-14 13:00:00 +0100", "Lineitem name": "Bagel"}
    third |= {"Lineitem quantity": "2", "Financial Status": "paid", "Total": "8"}

    read = read_sales_file(
        export(tmp_path, name, first, second | {"Lineitem quantity": "5"}, third), "default", SalesColumns()
    )

    assert read.sales[["dish", "sales"]].to_numpy().tolist() == [
        ["Bagel", 2.0],
        ["Flat White", 3.0],
        ["Flat White", 4.0],
    ]
    assert read.left_out_rows == {"sold and refunded": 2}


def test_every_known_till_has_an_export_here_or_a_test_of_its_own() -> None:
    own = {path.stem.removeprefix("test_") for path in Path(__file__).parent.glob("test_*.py")}
    words = {name: name.split(",", maxsplit=1)[0].split()[0].lower() for name in (till.name for till in TILLS)}

    assert [name for name, word in words.items() if word not in own and name not in (*COLUMNS, "any file")] == []

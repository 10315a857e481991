"""The orders of WooCommerce with one row for each product: states of orders, refunds, coupons and shipping."""

from pathlib import Path

import pytest

from tests.support.till_exports import names_of, read, till_of, units, write_csv
from tests.support.violations import violations_of

#: Columns of the plugin "Advanced Order Export" as it exports them when nothing is chosen.
ORDERS = names_of(
    "Order Number,Order Status,Order Date,Customer Note,First Name (Billing),Last Name (Billing),Company (Billing),"
    "Address 1&2 (Billing),City (Billing),Email (Billing),Phone (Billing),Payment Method Title,Cart Discount Amount,"
    "Order Subtotal Amount,Shipping Method Title,Order Shipping Amount,Order Refund Amount,Order Total Amount,"
    "Order Total Tax Amount,SKU,Item #,Item Name,Quantity (- Refund),Item Cost,Coupon Code,Discount Amount"
)


def item(order: str, status: str, date: str, name: str, quantity: str, **more: str) -> dict[str, str]:
    cells = {"Order Number": order, "Order Status": status, "Order Date": date, "Item Name": name}
    return cells | {"Quantity (- Refund)": quantity, "Item Cost": "12.5", "Order Shipping Amount": "4.90"} | more


ORDER_ROWS = [
    item("8001", "Completed", "2026-11-24 18:30", "Pho Bo", "2"),
    item("8001", "Completed", "2026-11-24 18:30", "Spring Rolls", "1"),
    item("8002", "Processing", "2026-11-24 19:00", "Pho Bo", "1", SKU="PHO"),
    # One of three was refunded.
    item("8003", "Completed", "2026-11-24 19:10", "Pho Bo", "2", **{"Order Refund Amount": "12.5"}),
    item("8004", "Refunded", "2026-11-24 19:20", "Pho Bo", "0"),
    item("8005", "Cancelled", "2026-11-24 19:30", "Pho Bo", "9"),
    item("8006", "Failed", "2026-11-24 19:40", "Pho Bo", "9"),
    item("8007", "Pending payment", "2026-11-24 19:50", "Pho Bo", "9"),
    item("8008", "On hold", "2026-11-25 12:00", "Pho Bo", "4"),
    # An order with more coupons than products has a row without a product.
    item("8008", "On hold", "2026-11-25 12:00", "", "", **{"Coupon Code": "TET", "Item Cost": ""}),
    item("8009", "Completed", "2026-11-25 12:30", "Gift Card", "1"),
    item("8009", "Completed", "2026-11-25 12:30", "", "3", SKU="SR-9"),
]

EXPECTED = {"11-24 Pho Bo": 5.0, "11-24 Spring Rolls": 1.0, "11-25 Pho Bo": 4.0, "11-25 SR-9": 3.0}


def test_orders_that_were_paid_count_less_what_was_refunded(tmp_path: Path) -> None:
    sales = read(write_csv(tmp_path, ORDERS, ORDER_ROWS))

    assert till_of(ORDERS) == "WooCommerce, Advanced Order Export"
    assert units(sales) == EXPECTED
    assert any("1 row is no sale of a dish in the format 'WooCommerce" in each.message for each in sales.warnings)


@pytest.mark.parametrize("repeated", [("Order Number", "Order Date"), ("Order Number",), ()])
@pytest.mark.parametrize("chunk_rows", [1, 100])
def test_the_further_rows_of_an_order_may_be_empty(tmp_path: Path, repeated: tuple[str, ...], chunk_rows: int) -> None:
    of_order = {"Order Number", "Order Status", "Order Date", "Order Shipping Amount"} - set(repeated)
    rows, last = [], ""
    for row in ORDER_ROWS:
        rows.append({name: cell for name, cell in row.items() if row["Order Number"] != last or name not in of_order})
        last = row["Order Number"]

    assert units(read(write_csv(tmp_path, ORDERS, rows), chunk_rows=chunk_rows)) == EXPECTED


def test_an_older_version_with_both_quantities_is_read_less_refunds(tmp_path: Path) -> None:
    columns = names_of(
        "Order Number,Order Status,Order Date,Item #,SKU,Name,Product Variation,Quantity,Quantity (- Refund)"
    )
    cells = ("1", "Completed", "2026-11-24 18:30", "1", "D", "Banquet Dinner", "", "5", "3")

    assert units(read(write_csv(tmp_path, columns, [dict(zip(columns, cells, strict=True))]))) == {
        "11-24 Banquet Dinner": 3.0
    }


#: Columns of the plugin "Customer/Order/Coupon Export" with one row for each item.
ITEMS = names_of(
    "order_id,order_number,order_number_formatted,date,status,shipping_total,fee_total,tax_total,discount_total,"
    "order_total,refunded_total,order_currency,payment_method,shipping_method,billing_first_name,customer_note,item_id,"
    "item_product_id,item_name,item_sku,item_quantity,item_subtotal,item_subtotal_tax,item_total,item_total_tax,"
    "item_refunded,item_refunded_qty,item_meta,item_price,shipping_items,fee_items,tax_items,coupon_items,refunds,"
    "order_notes,download_permissions"
)


def sold(order: str, status: str, date: str, name: str, quantity: str, refunded: str = "0") -> dict[str, str]:
    cells = {"order_id": order, "order_number": order, "date": date, "status": status, "item_name": name}
    cells |= {"item_quantity": quantity, "item_refunded_qty": refunded, "item_refunded": refunded and "12.5"}
    return cells | {"shipping_items": "id:9|method_title:Delivery|total:4.90", "fee_items": "id:3|title:Fee|total:1.00"}


def test_the_units_refunded_are_subtracted_from_their_item(tmp_path: Path) -> None:
    rows = [
        sold("8001", "completed", "2026-11-24 18:30:00", "Pho Bo", "3", "-1"),
        sold("8001", "completed", "2026-11-24 18:30:00", "Spring Rolls", "2", ""),
        sold("8002", "processing", "2026-11-24 19:00:00", "Pho Bo", "2.5", "1"),
        sold("8003", "refunded", "2026-11-24 19:20:00", "Pho Bo", "9", "-9"),
        sold("8004", "cancelled", "2026-11-24 19:30:00", "Pho Bo", "9"),
        sold("8005", "pending", "2026-11-24 19:30:00", "Pho Bo", "9"),
        sold("8006", "completed", "2026-11-25 19:30:00", "Pho Bo", "4"),
    ]

    assert till_of(ITEMS) == "WooCommerce, Customer/Order/Coupon Export, one row for each item"
    assert units(read(write_csv(tmp_path, ITEMS, rows))) == {
        "11-24 Pho Bo": 3.5,
        "11-24 Spring Rolls": 2.0,
        "11-25 Pho Bo": 4.0,
    }


def test_a_quantity_that_is_no_number_is_told_with_its_line(tmp_path: Path) -> None:
    rows = [sold("1", "completed", "2026-11-24 18:30:00", "Pho Bo", "many", "-1")]

    (description,) = violations_of(write_csv(tmp_path, ITEMS, rows))

    assert description.startswith("column 'item_quantity': expected numbers; not so on line 2: 'many'")


@pytest.mark.parametrize(
    "header",
    [
        "Date,Order #,N. Revenue (formatted),Status,Customer,Customer type,Product(s),Items sold,Coupon(s)",
        "order_id,order_number,date,status,order_total,line_items,shipping_items,refunds",
    ],
)
def test_an_export_with_all_products_of_an_order_in_one_cell_is_refused(tmp_path: Path, header: str) -> None:
    columns = header.split(",")
    cells = dict.fromkeys(columns, "1") | {"Date": "2026-11-24", "Product(s)": "2× Pho Bo, 1× Spring Rolls"}
    rows = [{name: cell for name, cell in cells.items() if name in columns}] * 3

    descriptions = violations_of(write_csv(tmp_path, columns, rows))

    assert any("no column for the dish" in description for description in descriptions)

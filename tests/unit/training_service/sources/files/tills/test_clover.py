"""The line items of Clover: one row for each unit, with refunded lines, fees and modifiers."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.support.till_exports import names_of, read, till_of, units, write_csv

COLUMNS = names_of(
    "Line Item Date,Order Employee ID,Order Employee Name,Order Employee Custom ID,Item ID,Item Product Code,Item SKU,"
    "Order ID,Item Name,Currency,Per Unit Quantity,Item Unit,Item Revenue,Modifiers,Modifiers Revenue,Total Revenue,"
    "Discounts,Total Discount,Order Discounts,Order Discount Proportion,Item Total,Item Tax Rate,Item Fee,Tax Amount,"
    "Item Total with Tax/Fee Amount,Refunded,Exchanged,Order Payment State,Service Charge"
)


def line(time: str, order: str, item: str, **more: str) -> dict[str, str]:
    """A line that was paid. Its date is written as Clover writes dates, with the zone of the restaurant."""
    cells = {
        "Line Item Date": f"{time} EST",
        "Order ID": order,
        "Item Name": item,
        "Currency": "USD",
        "Item Revenue": "12.00",
        "Total Discount": "0.00",
        "Refunded": "false",
        "Exchanged": "false",
        "Order Payment State": "Paid",
    }
    return cells | {name.replace("_", " "): value for name, value in more.items()}


ROWS: tuple[Mapping[str, str], ...] = (
    line("24-Nov-2026 10:31 AM", "MKP7", "Grilled Cheese", Modifiers="Extra cheese (X1) $1.00"),
    line("24-Nov-2026 10:31 AM", "MKP7", "Grilled Cheese"),
    line("24-Nov-2026 10:31 AM", "MKP7", "Smoked Brisket", Per_Unit_Quantity="0.750", Item_Unit="lb"),
    line("24-Nov-2026 10:31 AM", "MKP7", "Gratuity", Service_Charge="True"),
    line("24-Nov-2026 10:31 AM", "MKP7", "Large Party 18%", Service_Charge="True"),
    line("24-Nov-2026 09:34 PM", "N2QX", "Grilled Cheese", Refunded="true"),
    line("24-Nov-2026 09:34 PM", "N2QX", "Tomato Soup", Exchanged="true"),
    line("24-Nov-2026 09:34 PM", "N2QX", "Tomato Soup"),
    line("25-Nov-2026 12:10 PM", "P91T", "Tomato Soup", Order_Payment_State="Refunded"),
    line("25-Nov-2026 12:40 PM", "Q3RR", "Tomato Soup", Order_Payment_State="Partially Refunded"),
    line("25-Nov-2026 01:05 PM", "S5WE", "", Item_SKU="1047"),
)


def test_every_row_is_one_unit_unless_sold_by_weight(tmp_path: Path) -> None:
    sales = read(write_csv(tmp_path, COLUMNS, ROWS), time_zone="America/New_York")

    assert till_of(COLUMNS) == "Clover, line items"
    assert units(sales) == {
        "11-24 Grilled Cheese": 2.0,
        "11-24 Smoked Brisket": 0.75,
        "11-24 Tomato Soup": 1.0,
        "11-25 1047": 1.0,
        "11-25 Tomato Soup": 1.0,
    }
    assert sales.left_out_rows == {"no dish (tip, fee, gift card or discount)": 2, "sold and refunded": 3}


@pytest.mark.parametrize("chunk_rows", [1, 3])
def test_the_size_of_the_parts_changes_nothing(tmp_path: Path, chunk_rows: int) -> None:
    path = write_csv(tmp_path, COLUMNS, ROWS)

    assert units(read(path, chunk_rows=chunk_rows)) == units(read(path))


def test_an_older_export_without_the_column_of_service_charges_is_read(tmp_path: Path) -> None:
    columns = COLUMNS[:-1]
    rows = [line("24-Nov-2026 10:31 AM", "MKP7", "Tomato Soup"), line("24-Nov-2026 10:31 AM", "MKP7", "Gratuity")]

    assert units(read(write_csv(tmp_path, columns, rows))) == {"11-24 Tomato Soup": 1.0}


def test_a_sale_after_midnight_belongs_to_the_day_before_where_the_day_ends_late(tmp_path: Path) -> None:
    rows = [line("24-Nov-2026 11:50 PM", "A", "Tomato Soup"), line("25-Nov-2026 12:40 AM", "B", "Tomato Soup")]

    assert units(read(write_csv(tmp_path, COLUMNS, rows), day_ends_at_hour=26)) == {"11-24 Tomato Soup": 2.0}

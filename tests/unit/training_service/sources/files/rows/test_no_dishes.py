"""Lines of a receipt that are no dishes are left out of the sales and told."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.violations import violations_of
from training_service.sources.files.reading import read_sales_file
from training_service.sources.files.sales_columns import SalesColumns


@pytest.mark.parametrize(
    "line",
    [
        "Gratuity",
        "Delivery Fee",
        "Gift Card",
        "Trinkgeld",
        "Gutschein",
        "Frais de livraison",
        "Dricks",
        "サービス料",
        "小费",
    ],
)
def test_a_tip_a_fee_or_a_gift_card_is_no_dish(write: Callable[..., Path], line: str) -> None:
    path = write(f"Date,Item,Qty\n2026-01-01,Soup,5\n2026-01-01,{line},1\n2026-01-02,Soup,4\n")

    read = read_sales_file(path, "default", SalesColumns())

    assert read.sales["dish"].unique().tolist() == ["Soup"]
    assert read.sales["sales"].tolist() == [5.0, 4.0]
    (warning,) = read.warnings
    assert warning.reason == "ROWS_NOT_SOLD"
    assert f"1 row no dish (tip, fee, gift card or discount) by column 'Item' (line 3: '{line}')" in (warning.message)
    assert read.left_out_rows == {"no dish (tip, fee, gift card or discount)": 1}


@pytest.mark.parametrize("dish", ["Tip-Top Burger", "Beef tips", "Discount Menu", "Delivery Pizza", "チップス"])
def test_a_dish_whose_name_has_such_a_word_stays(write: Callable[..., Path], dish: str) -> None:
    path = write(f"Date,Item,Qty\n2026-01-01,{dish},5\n2026-01-02,{dish},4\n")

    assert read_sales_file(path, "default", SalesColumns()).sales["sales"].tolist() == [5.0, 4.0]


def test_a_file_of_such_lines_alone_is_refused(write: Callable[..., Path]) -> None:
    (description,) = violations_of(write("Date,Item,Qty\n2026-01-01,Tip,5\n2026-01-02,Tip,4\n"))

    assert description.startswith("no row of the file is a sale: ")

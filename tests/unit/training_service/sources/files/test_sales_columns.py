"""Finding the columns of the date, the dish, the quantity and the store."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.violations import violations_of
from training_service.sources.files.reading import read_sales_file
from training_service.sources.files.sales_columns import SalesColumns, find_columns
from training_service.sources.files.tills.any_till import ANY_TILL


def test_a_column_of_places_inside_the_restaurant_is_not_the_store_where_the_settings_say_so(
    write: Callable[..., Path],
) -> None:
    path = write("date,dish,sales,Location\n2025-01-01,soup,3,Terrace\n2025-01-01,soup,4,Bar\n")

    (description,) = violations_of(path)
    assert "set the server's SALES_STORE_COLUMN to none" in description
    assert read_sales_file(path, "default", SalesColumns(store="none")).sales["sales"].tolist() == [7.0]


def test_the_settings_may_name_columns_in_any_language(write: Callable[..., Path]) -> None:
    path = write("Tag;Essen;Stück\n01.02.2025;Suppe;3,5\n")
    columns = SalesColumns(date="Tag", dish="Essen", quantity="Stück")

    assert read_sales_file(path, "default", columns).sales["sales"].tolist() == [3.5]


@pytest.mark.parametrize(
    "header", ["date,Item,Qty,Sales", "date,Item,Sales,Qty", "日期,菜品,数量,sales", "Datum,Artikel,Menge,y"]
)
def test_a_column_named_sales_is_money_beside_a_column_of_quantities(write: Callable[..., Path], header: str) -> None:
    names = header.split(",")
    portions = names[2] if names[2] != "Sales" else names[3]
    row = {names[0]: "2025-01-02", names[1]: "soup", portions: "3"}
    path = write(header + "\n" + ",".join(row.get(name, "28.5") for name in names) + "\n")

    assert read_sales_file(path, "default", SalesColumns()).sales["sales"].tolist() == [3.0]


def test_missing_columns_are_named_with_the_columns_that_the_file_has(write: Callable[..., Path]) -> None:
    descriptions = violations_of(write("when,dish,how many\n2025-01-01,soup,3\n"))

    assert len(descriptions) == 2
    assert all("'when', 'dish', 'how many'" in description for description in descriptions)
    assert "SALES_DATE_COLUMN" in descriptions[0]
    assert "SALES_QUANTITY_COLUMN" in descriptions[1]


def test_a_file_without_a_column_that_the_settings_name_is_refused(write: Callable[..., Path]) -> None:
    (description,) = violations_of(write("date,dish,sales\n2025-01-01,soup,3\n"), columns=SalesColumns(dish="plate"))

    assert "no column 'plate'" in description


def test_one_column_may_be_the_dish_and_the_store(write: Callable[..., Path]) -> None:
    path = write("date,dish,sales\n2025-01-01,soup,3\n2025-01-01,fish,4\n")

    assert read_sales_file(path, "soup", SalesColumns(store="dish")).sales["sales"].tolist() == [3.0]


@pytest.mark.parametrize(
    "name",
    [
        *(
            "Cafe",
            "Branch Code",
            "Store #",
            "Restaurant Location",
            "Sales Outlet",
            "Nom établissement",
            "Nombre del local",
        ),
        *(
            "Şube Kodu",
            "Restaurangnamn",
            "店舗コード",
            "门店编码",
            "매장코드",
            "Telephely",
            "Подразделение",
            "الفرع",
            "סניף",
        ),
        *("Υποκατάστημα", "Cửa hàng/Chi nhánh"),
    ],
)
def test_a_name_made_of_words_for_restaurants_is_that_of_the_restaurant(name: str) -> None:
    assert find_columns(["Date", "Item", "Qty", name], SalesColumns(), ANY_TILL).store == name


@pytest.mark.parametrize("name", ["Store credit", "Table location", "Number", "Sales", "Shop assistant"])
def test_other_names_with_a_word_for_a_restaurant_are_not(name: str) -> None:
    assert find_columns(["Date", "Item", "Qty", name], SalesColumns(), ANY_TILL).store == ""


@pytest.mark.parametrize(
    "header",
    [
        "التاريخ|اسم المنتج|الكمية",
        "תאריך|שם פריט|כמות",
        "Ημερομηνία|Είδος|Ποσότητα",
        "Дата смены|Блюдо|Количество блюд",
        "Datum|Název|Množství",
        "Trading Date|Product|Sales Qty",
        "closed|item|quantity",
        "Date d'ouverture|Nom du produit|Quantité",
        "TIMESTAMP_LOCAL|ITEM_NAME|QUANTITY",
    ],
)
def test_columns_of_further_tills_and_languages_are_found(header: str) -> None:
    date, dish, quantity = header.split("|")

    found = find_columns(header.split("|"), SalesColumns(), ANY_TILL)

    assert (found.date, found.dish, found.quantity) == (date, dish, quantity)


def test_the_name_of_an_article_of_the_stock_is_that_of_the_dish_only_without_another() -> None:
    assert find_columns(["Date", "SKU Name", "Item", "Qty"], SalesColumns(), ANY_TILL).dish == "Item"
    assert find_columns(["Date", "SKU Code", "SKU Name", "Qty"], SalesColumns(), ANY_TILL).dish == "SKU Name"

"""Finding the header: lines above it, separators, repeated names and names in many languages."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.violations import violations_of
from training_service.sources.files.reading import read_sales_file
from training_service.sources.files.sales_columns import FileColumns, SalesColumns
from training_service.sources.files.summed_rows import FileSales
from training_service.sources.files.tills.any_till import ANY_TILL
from training_service.sources.files.tills.till import plain

Write = Callable[..., Path]


def read(path: Path, store: str = "default", columns: SalesColumns | None = None) -> FileSales:
    return read_sales_file(path, store, columns or SalesColumns())


@pytest.mark.parametrize(
    "above",
    [
        "sep=;\n",
        '"sep=;"\r\n',
        "Product Mix\nFrom 2026-09-01 to 2026-11-24\n\n",
        "Umsatzbericht;;\nZeitraum: 01.09.2026, 00:00 - 24.11.2026, 23:59;;\n;;\n",
        "\n\n",
        '"Report ""Items"", all\nstores"\n\n',
    ],
)
def test_lines_above_the_header_are_left_out(write: Write, above: str) -> None:
    path = write(f"{above}Date;Item;Qty\n2026-11-23;Soup;3\n2026-11-24;Soup;many\n")

    (description,) = violations_of(path)

    line = above.count("\n") + 3
    assert f"not so on line {line}: 'many'" in description


def test_the_line_of_the_header_is_told_where_it_is_not_the_first(write: Write) -> None:
    answer = read(write("Product Mix\n\nDate,Item,Qty\n2026-11-23,Soup,3\n"))

    assert "the names of the columns stand on line 3" in answer.warnings[0].message


def test_a_header_that_is_not_recognised_below_a_title_is_told_by_its_names(write: Write) -> None:
    descriptions = violations_of(write("Product Mix\n\nwhen,dish,how many\n2026-11-23,Soup,3\n"))

    assert all("'when', 'dish', 'how many'" in description for description in descriptions)


def test_a_line_of_one_field_below_the_table_is_no_row(write: Write) -> None:
    path = write("Date,Item,Qty\n2026-11-23,Soup,3\n\nExported on 2026-11-24\n")

    assert read(path).sales["sales"].tolist() == [3.0]


@pytest.mark.parametrize(
    "text",
    [
        "Date,Item,Qty\n2026-11-23,Soup,3,\n2026-11-24,Soup,4,,\n",
        "Date,Item,Qty,\n2026-11-23,Soup,3\n2026-11-24,Soup,4,\n",
        "Date;Item;Qty;;\n2026-11-23;Soup;3;;\n2026-11-24;Soup;4;;\n",
    ],
)
def test_separators_at_the_end_of_lines_have_no_meaning(write: Write, text: str) -> None:
    assert read(write(text)).sales["sales"].tolist() == [3.0, 4.0]


def test_a_separator_inside_a_quoted_name_of_a_column_does_not_decide(write: Write) -> None:
    path = write('Date;"Price, net, in EUR, per unit";Item;Qty\n23.11.2026;3,50;Soup;2\n')

    assert read(path).sales["sales"].tolist() == [2.0]


def test_a_name_of_a_column_may_have_several_lines(write: Write) -> None:
    path = write('Date,Item,"Qty\nsold"\n2026-11-23,Soup,x\n')

    assert "line 3: 'x'" in violations_of(path)[0]


def test_columns_that_nobody_needs_may_share_a_name(write: Write) -> None:
    assert read(write("Date,Item,Qty,Tax,Tax\n2026-11-23,Soup,3,1,2\n")).sales["sales"].tolist() == [3.0]


def test_a_needed_column_that_stands_there_twice_is_refused(write: Write) -> None:
    (description,) = violations_of(write("Date,Item,Qty,Qty\n2026-11-23,Soup,3,4\n"))

    assert description == "line 1: several columns are named 'Qty'; give each column a name of its own"


@pytest.mark.parametrize(
    ("header", "row", "expected"),
    [
        ("Day,Order Date,Item,Qty", "Tuesday,2026-11-24,Soup,3", FileColumns("Order Date", "Item", "Qty")),
        ("Date,Day,Item,Qty", "2026-11-24,Tue,Soup,3", FileColumns("Date", "Item", "Qty")),
        ("Date,Business Day,Item,Qty", "Tue,2026-11-24,Soup,3", FileColumns("Business Day", "Item", "Qty")),
        ("Time,Timestamp,Item,Qty", "18:30,2026-11-24 18:30,Soup,3", FileColumns("Timestamp", "Item", "Qty")),
        ("Date,Article,Désignation,Qté", "2026-11-24,2077,Soupe,3", FileColumns("Date", "Désignation", "Qté")),
        ("Date,Item,Item Name,Qty", "2026-11-24,1042,Soup,3", FileColumns("Date", "Item Name", "Qty")),
        ("Date,Product,Description,Qty", "2026-11-24,1042,Soup,3", FileColumns("Date", "Description", "Qty")),
        ("Date,SKU,Item,Qty", "2026-11-24,S-1,Soup,3", FileColumns("Date", "Item", "Qty", number="SKU")),
        ("Date,SKU,Qty", "2026-11-24,S-1,3", FileColumns("Date", "SKU", "Qty")),
        (
            "Datum,Artikelnr,Artikel,Anzahl",
            "2026-11-24,7,Suppe,3",
            FileColumns("Datum", "Artikel", "Anzahl", number="Artikelnr"),
        ),
    ],
)
def test_the_column_with_the_right_kind_of_values_is_read(
    write: Write, header: str, row: str, expected: FileColumns
) -> None:
    assert read(write(f"{header}\n{row}\n")).columns == expected


def test_the_article_number_names_a_dish_without_a_name(write: Write) -> None:
    path = write("Date,SKU,Item,Qty\n2026-11-24,1042,Soup,3\n2026-11-24,2077,,4\n")

    assert read(path).sales["dish"].tolist() == ["2077", "Soup"]


@pytest.mark.parametrize(
    "header",
    [
        "Business Date|Menu Item|Quantity Sold",
        "Verkaufsdatum|Artikelbezeichnung|Verkaufte Menge",
        "Date de vente|Nom du produit|Quantité vendue",
        "Fecha de venta|Nombre del producto|Unidades vendidas",
        "Data vendita|Nome prodotto|Q.tà",
        "Data da venda|Nome do produto|Qtde",
        "Verkoopdatum|Artikelomschrijving|Aantal verkocht",
        "Data sprzedaży|Nazwa towaru|Ilość",
        "Satış Tarihi|Ürün Adı|Satılan Miktar",
        "SATIŞ TARİHİ|ÜRÜN ADI|MİKTAR",
        "营业日期|商品名称|销售数量",
        "營業日期|品項名稱|銷售數量",
        "営業日|メニュー名|販売数",
        "판매일자|메뉴명|판매수량",
        "วันที่ขาย|ชื่อเมนู|จำนวน",
        "Ngày bán|Tên món|Số lượng",
        "Försäljningsdatum|Artikelnamn|Antal",
        "Дата продажи|Наименование|Количество",
        "DATE|ITEM_NAME|QTY_SOLD",
        "Ｄａｔｅ|Ｉｔｅｍ|Ｑｔｙ",
    ],
)
def test_names_of_columns_are_known_in_many_languages(write: Write, header: str) -> None:
    assert read(write(f"{header}\n2026-11-24|Soup|3\n")).sales["sales"].tolist() == [3.0]


def test_names_of_columns_are_known_whatever_form_their_accents_have(write: Write) -> None:
    assert plain("Quantite\u0301") == plain("QUANTITÉ") == "quantite"


def test_no_usual_name_belongs_to_two_roles() -> None:
    names = Counter(name for role in ANY_TILL.names.values() for name in role)

    assert [name for name, roles in names.items() if roles > 1] == ["nombre"], "a number in French, a name in Spanish"


@pytest.mark.parametrize("header", ["Fecha|Nombre|Cantidad", "Date|Plat|Nombre"])
def test_a_word_that_means_two_columns_is_understood_beside_the_others(write: Write, header: str) -> None:
    assert read(write(f"{header}\n2026-11-24|Soup|3\n")).sales["sales"].tolist() == [3.0]


@pytest.mark.parametrize(
    "name",
    ["Location", "Outlet", "Filiale", "門店", "店舗", "Sucursal", "Standort", "지점", "สาขา", "Chi nhánh", "Şube"],
)
def test_a_file_of_several_restaurants_names_them_where_none_was_chosen(write: Write, name: str) -> None:
    path = write(f"Date,Item,Qty,{name}\n2026-11-24,Soup,3,Lower Manhattan\n2026-11-24,Soup,4,Zürich\n")

    (description,) = violations_of(path)

    assert f"column '{name}': the file has the sales of several restaurants: 'Lower Manhattan', 'Zürich'" in description
    assert read(path, "Lower Manhattan").sales["sales"].tolist() == [3.0]
    assert read(path, "Zu\u0308rich").sales["sales"].tolist() == [4.0], "accents may be decomposed"
    assert read(path, "default", SalesColumns(store="none")).sales["sales"].tolist() == [7.0]


def test_a_store_that_is_in_no_row_is_refused(write: Write) -> None:
    (description,) = violations_of(write("Date,Item,Qty,Location\n2026-11-24,Soup,3,Harbour\n"), "Station")

    assert "no sales of store 'Station'" in description


@pytest.mark.parametrize(
    "header",
    ["note,note,date,dish,quantity,receipt", "date,note,dish,quantity,note,receipt", "date,dish,note,note,quantity,id"],
)
def test_a_column_that_stands_twice_and_that_nobody_needs_changes_nothing(write: Write, header: str) -> None:
    values = {"date": "2026-09-{:02}", "dish": "soup", "quantity": "3", "note": "x", "receipt": "R{}", "id": "R{}"}
    rows = [",".join(values[name].format(day) for name in header.split(",")) for day in range(1, 15)]

    sales = read(write("\n".join([header, *rows]))).sales

    assert sales["sales"].tolist() == [3.0] * 14


def test_a_table_with_one_column_a_day_is_explained(tmp_path: Path) -> None:
    path = tmp_path / "sales.csv"
    path.write_text("Item," + ",".join(f"2026-11-{day:02}" for day in range(1, 15)) + "\nsoup" + ",5" * 14 + "\n")

    assert all(
        "the days stand in the header ('2026-11-01', '2026-11-02' and so on)" in each for each in violations_of(path)
    )


def test_a_file_without_units_says_what_to_do_where_each_row_is_one(tmp_path: Path) -> None:
    path = tmp_path / "sales.csv"
    path.write_text("Date,Item\n2026-11-01,soup\n")

    (description,) = violations_of(path)

    assert "where each row is one unit, add a column Quantity with the number 1" in description


def test_days_on_the_first_row_of_each_day_alone_say_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "sales.csv"
    path.write_text("Date,Item,Qty\n2026-11-01,soup,5\n,pie,4\n2026-11-02,soup,5\n,pie,4\n")

    (description,) = violations_of(path)

    assert "write the date on every line" in description


@pytest.mark.parametrize("header", ["PLU,Text label,Qty", "Item,Words,Qty"])
def test_numbers_beside_a_column_with_their_names_are_asked_about(tmp_path: Path, header: str) -> None:
    path = tmp_path / "sales.csv"
    rows = [f"2026-11-0{day},{100 + at},{dish},5" for day in (1, 2) for at, dish in enumerate(("soup", "pie", "tea"))]
    path.write_text(f"Date,{header}\n" + "\n".join(rows) + "\n")

    (description,) = violations_of(path)

    number, name, _ = header.split(",")
    assert f"column {number!r} has numbers alone, and {name!r} may have the names" in description
    assert "SALES_DISH_COLUMN" in description


def test_numbers_beside_a_column_of_groups_are_the_names(tmp_path: Path) -> None:
    path = tmp_path / "sales.csv"
    rows = [f"2026-11-01,{100 + at},{'food' if at % 2 else 'drinks'},5" for at in range(8)]
    path.write_text("Date,Item,Group,Qty\n" + "\n".join(rows) + "\n")

    assert len(read_sales_file(path, "default", SalesColumns()).sales) == 8


def test_the_header_of_a_second_file_with_its_mark_of_utf_8_is_a_heading(tmp_path: Path) -> None:
    path = tmp_path / "sales.csv"
    mark = "\ufeff"
    path.write_text(f"{mark}Date,Item,Qty\n2026-11-01,soup,5\n{mark}Date,Item,Qty\n2026-11-02,soup,4\n", "utf-8")

    assert read_sales_file(path, "default", SalesColumns()).sales["sales"].tolist() == [5.0, 4.0]

"""Text files in other encodings than UTF-8."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.support.violations import violations_of
from training_service.sources.files.reading import read_sales_file
from training_service.sources.files.sales_columns import SalesColumns
from training_service.sources.files.summed_rows import FileSales


def write(path: Path, header: str, dishes: Sequence[str], encoding: str, days: int = 28) -> Path:
    rows = [f"{day:02}.09.2026;{dish};{day}\r\n" for day in range(1, days + 1) for dish in dishes]
    path.write_bytes(f"{header}\r\n{''.join(rows)}".encode(encoding))
    return path


def read(path: Path, encoding: str | None = None) -> FileSales:
    return read_sales_file(path, "default", SalesColumns(encoding=encoding))


@pytest.mark.parametrize(
    ("encoding", "header", "dishes"),
    [
        ("cp1252", "Datum;Gericht;Menge", ["Käsespätzle", "Bier"]),
        ("cp1252", "Datum;Artikel;Anzahl", ["Weißwurst", "Bier"]),
        ("cp1252", "Date;Désignation;Quantité", ["Crème brûlée", "Bœuf bourguignon"]),
        ("cp1252", "Fecha;Artículo;Cantidad", ["Piña colada", "Jamón"]),
        ("cp1252", "Data;Produto;Quantidade", ["Pão de queijo", "Feijão"]),
        ("latin-1", "Data;Piatto;Quantità", ["Caffè", "Tiramisù"]),
        ("cp1252", "Date;Item;Qty", ["Café crème", "Club Sandwich"]),
        ("cp1250", "Date;Item;Qty", ["Pączek", "Pierogi"]),
        ("cp1254", "Date;Item;Qty", ["Şiş kebap", "Çay", "Ayran"]),
        ("cp1250", "Data;Nazwa;Ilość", ["Żurek", "Pączek", "Łosoś"]),
        ("cp1250", "Data;Produkt;Ilość", ["Pierogi ruskie", "Barszcz z uszkami"]),
        ("cp1254", "Tarih;Ürün;Adet", ["Köfte", "Mercimek çorbası", "İskender"]),
        ("cp1251", "Дата;Блюдо;Количество", ["Борщ", "Пельмени"]),
        ("cp932", "日付;商品名;数量", ["ラーメン", "餃子", "ﾋﾞｰﾙ"]),
        ("cp932", "営業日;メニュー名;個数", ["生ビール", "唐揚げ"]),
        ("euc_jp", "日付;商品名;数量", ["ラーメン", "餃子"]),
        ("gb18030", "日期;菜品;数量", ["红烧牛肉面", "小笼包"]),
        ("gb2312", "营业日期;商品名称;销量", ["宫保鸡丁", "米饭"]),
        ("big5", "日期;品名;數量", ["牛肉麵", "小籠包", "珍珠奶茶"]),
        ("cp949", "날짜;메뉴;수량", ["김치찌개", "비빔밥"]),
        ("cp874", "วันที่;เมนู;จำนวน", ["ผัดไทย", "ต้มยำกุ้ง"]),
        ("utf-16", "Datum;Gericht;Menge", ["Käsespätzle", "Bier"]),
        ("utf-16-le", "Datum;Gericht;Menge", ["Käsespätzle", "Bier"]),
        ("utf-16-be", "Datum;Gericht;Menge", ["Käsespätzle", "Bier"]),
        ("utf-8-sig", "日期;菜品;数量", ["红烧牛肉面"]),
        ("utf-32", "Datum;Gericht;Menge", ["Käsespätzle"]),
    ],
)
def test_the_encoding_is_recognised(tmp_path: Path, encoding: str, header: str, dishes: list[str]) -> None:
    sales = read(write(tmp_path / "sales.csv", header, dishes, encoding)).sales

    assert set(sales["dish"]) == {"ビール" if dish == "ﾋﾞｰﾙ" else dish for dish in dishes}


def test_a_guessed_encoding_is_told_and_utf8_is_not(tmp_path: Path) -> None:
    guessed = read(write(tmp_path / "a.csv", "Datum;Gericht;Menge", ["Käsespätzle"], "cp1252"))
    declared = read(write(tmp_path / "b.csv", "Datum;Gericht;Menge", ["Käsespätzle"], "utf-8"))

    assert [warning.reason for warning in guessed.warnings] == ["SALES_FORM"]
    assert "the encoding is taken for Windows-1252" in guessed.warnings[0].message
    assert declared.warnings == ()


def test_a_letter_far_from_the_beginning_decides_the_encoding(tmp_path: Path) -> None:
    path = write(tmp_path / "sales.csv", "Datum;Gericht;Menge", ["Bier"] * 2000, "ascii")
    path.write_bytes(path.read_bytes() + "28.09.2026;Käsespätzle;3\r\n".encode("cp1252"))

    assert set(read(path).sales["dish"]) == {"Bier", "Käsespätzle"}


def test_the_settings_may_name_the_encoding(tmp_path: Path) -> None:
    path = write(tmp_path / "sales.csv", "Datum;Gericht;Menge", ["Käsespätzle"], "cp850")

    assert set(read(path, "cp850").sales["dish"]) == {"Käsespätzle"}


def test_a_file_that_is_not_in_the_encoding_of_the_settings_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "sales.csv", "Datum;Gericht;Menge", ["Käsespätzle"], "cp1252")

    (description,) = violations_of(path, columns=SalesColumns(encoding="utf-8"))

    assert description == "expected text in UTF-8; save the file as UTF-8"


@pytest.mark.parametrize(
    ("begins", "told"),
    [
        ("<html><table><tr><td>Date</td></tr></table>", "web page"),
        ('<?xml version="1.0"?><Workbook>', "web page or XML"),
        ('[\n  {"date": "2026-11-24"}]', "JSON"),
        ("%PDF-1.7 ", "PDF"),
    ],
)
def test_a_file_of_another_kind_is_refused_by_its_kind(tmp_path: Path, begins: str, told: str) -> None:
    (tmp_path / "sales.csv").write_text(begins)

    (description,) = violations_of(tmp_path / "sales.csv")

    assert told in description


def test_a_german_word_in_a_small_file_is_not_taken_for_chinese(tmp_path: Path) -> None:
    path = write(tmp_path / "sales.csv", "Datum;Gericht;Menge", ["Käsespätzle", "Weißwurst", "Bier"], "cp1252", days=1)

    assert set(read(path).sales["dish"]) == {"Käsespätzle", "Weißwurst", "Bier"}


def test_a_file_of_two_encodings_is_explained(tmp_path: Path) -> None:
    path = tmp_path / "sales.csv"
    dishes = ("Café crème", "Crème brûlée", "Thé glacé", "Pâté")
    lines = [f"2026-11-0{day},{dish},5\n" for day in (1, 2) for dish in dishes]
    path.write_bytes(b"Date,Article,Qty\n" + "".join(lines[:4]).encode("utf-8") + "".join(lines[4:]).encode("cp1252"))

    (description,) = violations_of(path)

    assert "some lines are written in UTF-8 and others are not" in description
    assert "save each of them as UTF-8" in description

"""The receipts by item of Airregi (エアレジ): Shift-JIS, dates on the first line of a receipt, sales after midnight."""

from pathlib import Path

import pytest

from tests.support.till_exports import names_of, read, till_of, units, write_csv
from tests.support.violations import violations_of

COLUMNS = names_of(
    "取引No,来店日,来店時間,会計日,会計時間,合計,小計,内消費税,修正金額合計,修正後合計,修正後内消費税,現金,"
    "クレジットカード(Airペイ),PayPay,おつり,割引/割増合計(税込),人数,商品点数,伝票名,レジ担当者名,カテゴリー名,メニュー名,"
    "価格,注文数量,個別割引/割増合計額"
)


def first(number: str, day: str, time: str, menu: str, quantity: str) -> dict[str, str]:
    """The first line of a receipt, which alone has the date and the sums of the receipt."""
    cells = {
        "来店日": day,
        "来店時間": time,
        "会計日": day,
        "会計時間": time,
        "合計": "9000",
        "人数": "2",
        "商品点数": "6",
    }
    return cells | further(number, menu, quantity)


def further(number: str, menu: str, quantity: str) -> dict[str, str]:
    return {"取引No": number, "カテゴリー名": "フード", "メニュー名": menu, "価格": "500", "注文数量": quantity}


ROWS = [
    first("A1", "2026/11/21", "19:27:08", "焼き鳥", "5"),
    further("A1", "生ビール", "2"),
    further("A1", "サービス料", "1"),
    first("A2", "2026/11/21", "21:00:00", "焼き鳥", "-1"),
    first("A3", "2026/11/22", "00:40:00", "お茶漬け", "1"),
    further("A3", "生ビール", "3"),
    first("A4", "2026/11/22", "18:00:00", "焼き鳥", "4"),
]


@pytest.mark.parametrize("encoding", ["cp932", "utf-8-sig"])
@pytest.mark.parametrize("chunk_rows", [1, 100])
def test_the_further_lines_of_a_receipt_belong_to_its_day(tmp_path: Path, encoding: str, chunk_rows: int) -> None:
    sales = read(write_csv(tmp_path, COLUMNS, ROWS, encoding=encoding), chunk_rows=chunk_rows)

    assert till_of(COLUMNS) == "Airregi, 会計明細"
    assert units(sales) == {
        "11-21 焼き鳥": 4.0,
        "11-21 生ビール": 2.0,
        "11-22 お茶漬け": 1.0,
        "11-22 焼き鳥": 4.0,
        "11-22 生ビール": 3.0,
    }
    assert sales.left_out_rows == {"no dish (tip, fee, gift card or discount)": 1}


def test_a_receipt_after_midnight_belongs_with_all_its_lines_to_the_evening_before(tmp_path: Path) -> None:
    path = write_csv(tmp_path, COLUMNS, ROWS, encoding="cp932")

    assert units(read(path, day_ends_at_hour=30)) == {
        "11-21 お茶漬け": 1.0,
        "11-21 焼き鳥": 4.0,
        "11-21 生ビール": 5.0,
        "11-22 焼き鳥": 4.0,
    }


def test_a_clock_that_counts_on_after_midnight_names_the_day_itself(tmp_path: Path) -> None:
    rows = [first("A1", "2026/11/21", "25:10:00", "焼き鳥", "5"), first("A2", "2026/11/22", "18:00:00", "焼き鳥", "4")]

    for day_ends_at_hour in (24, 26):
        sales = read(write_csv(tmp_path, COLUMNS, rows, encoding="cp932"), day_ends_at_hour=day_ends_at_hour)
        assert units(sales) == {"11-21 焼き鳥": 5.0, "11-22 焼き鳥": 4.0}


def test_the_sales_by_product_have_no_days_and_are_refused(tmp_path: Path) -> None:
    columns = names_of(
        "商品名,カテゴリー,税区分,販売総売上,構成比%,粗利総額,構成比%,販売商品数,構成比%,返品商品数,商品ID"
    )
    path = tmp_path / "商品別売上_20261121-20261121.csv"
    path.write_text(
        "\n".join([",".join(columns), *["焼き鳥,フード,標準,2500,50,1200,50,5,50,0,1"] * 3]), encoding="cp932"
    )

    descriptions = violations_of(path)

    assert any("no column for the date" in description for description in descriptions)


def test_an_export_with_a_row_for_each_receipt_is_refused(tmp_path: Path) -> None:
    columns = names_of("伝票番号,会計日,会計時間,合計,客数,商品数,商品ID1,カテゴリー名1,メニュー名1,単価1,数量1")
    cells = names_of("1,2026/11/21,19:00,1700,2,3,7,フード,焼き鳥,500,3")

    descriptions = violations_of(write_csv(tmp_path, columns, [dict(zip(columns, cells, strict=True))] * 3))

    assert any("no column for the dish" in description for description in descriptions)

"""Rows that were not sold are left out of the sales, and rows of returns are subtracted."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.support.violations import violations_of
from training_service.sources.files.reading import read_sales_file
from training_service.sources.files.sales_columns import SalesColumns
from training_service.sources.files.summed_rows import FileSales

Write = Callable[..., Path]


def read_marked(write: Write, column: str, rows: list[tuple[str, float, str]], chunk_rows: int = 100) -> FileSales:
    """Reads rows of dish, quantity and a cell of one more column, all of one day."""
    lines = [f"2026-01-01,{dish},{quantity:g},{cell}" for dish, quantity, cell in rows]
    path = write(f"Date,Item,Qty,{column}\n" + "\n".join(lines) + "\n")
    return read_sales_file(path, "default", SalesColumns(), chunk_rows=chunk_rows)


def units(read: FileSales) -> Mapping[str, float]:
    """Units by dish."""
    return dict(read.sales.groupby("dish")["sales"].sum())


@pytest.mark.parametrize(
    ("column", "sold", "voided"),
    [
        ("Void?", "false", "true"),
        ("Was cancelled?", "FALSE", "TRUE"),
        ("Item void reason", "", "Wrong order"),
        ("Void type", "None", "Server void"),
        ("Final order status", "Completed", "Canceled by customer"),
        ("STATUS FINAL DO PEDIDO", "CONCLUIDO", "CANCELADO"),
        ("Order outcome", "Completed", "Cancelled"),
        ("Статус чека", "Оплачен", "Отменён"),
        ("Блюдо удалено", "Не удалено", "Удалено"),
        ("Stav objednávky", "Zaplaceno", "Stornováno"),
        ("Állapot", "Fizetve", "Törölt"),
        ("Stare", "Achitat", "Anulat"),
        ("Κατάσταση", "Ολοκληρώθηκε", "Ακυρώθηκε"),
        ("Status", "Betald", "Makulerad"),
        ("Tila", "Maksettu", "Peruttu"),
        ("Status Pesanan", "Selesai", "Dibatalkan"),
        ("الحالة", "مكتمل", "ملغي"),
        ("סטטוס", "שולם", "מבוטל"),
        ("สถานะบิล", "ชำระแล้ว", "ยกเลิกบิล"),
        ("VOID?", "No", "Yes"),
        ("Voided", "0", "1"),
        ("Is Void", "", "Voided"),
        ("Void Reason", "", "Guest changed mind"),
        ("Storno", "N", "J"),
        ("Storno", "", "x"),
        ("storniert", "nein", "ja"),
        ("Annulé", "non", "oui"),
        ("Anulado", "no", "sí"),
        ("Annullato", "no", "sì"),
        ("Geannuleerd", "nee", "ja"),
        ("İptal", "no", "evet"),
        ("是否作废", "否", "是"),
        ("取消フラグ", "0", "1"),
        ("Deleted", "False", "True"),
        ("Deleted at", "", "2026-01-02 10:00:00"),
        ("Cancelled At", "", "2026-01-01T19:00:00Z"),
        ("Gelöscht", "0", "1"),
        ("Supprimé", "non", "oui"),
        ("削除", "", "はい"),
        ("Training", "false", "true"),
        ("Test Order", "no", "yes"),
        ("Schulung", "nein", "ja"),
        ("Status", "completed", "voided"),
        ("Order Status", "COMPLETED", "CANCELED"),
        ("State", "done", "cancel"),
        ("Financial Status", "paid", "voided"),
        ("Bestellstatus", "abgeschlossen", "Storniert"),
        ("Statut", "payée", "annulée"),
        ("Estado", "pagado", "Cancelado"),
        ("Stato", "pagato", "annullato"),
        ("Durum", "tamam", "İptal edildi"),
        ("订单状态", "已完成", "已取消"),
        ("ステータス", "完了", "キャンセル"),
        ("상태", "완료", "취소"),
        ("Status", "wc-completed", "wc-cancelled"),
        ("Payment status", "paid", "failed"),
        ("Status", "Paid", "Refunded"),
        ("Status", "Paid", "Returned"),
        ("Event Type", "Payment", "Void"),
        ("Receipt type", "Sale", "Training"),
        ("Type", "Sale", "Cash In"),
        ("Belegart", "Rechnung", "Stornobeleg / Storno"),
    ],
)
def test_a_row_that_was_not_sold_does_not_count(write: Write, column: str, sold: str, voided: str) -> None:
    read = read_marked(write, column, [("soup", 5, sold), ("soup", 2, voided), ("pie", 3, voided)])

    assert units(read) == {"soup": 5.0}
    assert sum(read.left_out_rows.values()) == 2
    (warning,) = read.warnings
    assert warning.reason == "ROWS_NOT_SOLD"
    assert f"by column {column!r} (lines 3, 4" in warning.message


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("Status", "not voided"),
        ("Status", "partially refunded"),
        ("状态", "未取消"),
        ("Void?", "no"),
        ("Void Amount", "4.50"),
        ("Cancelled At", "null"),
        ("Type", "Dine in"),
        ("Event Type", "Payment"),
        ("Server", "Void"),
    ],
)
def test_other_columns_and_values_leave_no_row_out(write: Write, column: str, cell: str) -> None:
    read = read_marked(write, column, [("soup", 5, cell), ("pie", 2, "")])

    assert units(read) == {"soup": 5.0, "pie": 2.0}
    assert not read.warnings


@pytest.mark.parametrize(
    ("column", "sale", "back"),
    [
        ("Event Type", "Payment", "Refund"),
        ("Receipt type", "Sale", "Return"),
        ("Type", "sale", "refunded"),
        ("Belegart", "Rechnung", "Gutschrift"),
        ("Type de ticket", "vente", "Remboursement"),
        ("Tipo", "venta", "Devolución"),
        ("单据类型", "销售", "退货"),
        ("取引区分", "売上", "返品"),
        ("Is Refund", "false", "true"),
        ("返品", "", "1"),
    ],
)
@pytest.mark.parametrize("sign", [1, -1])
def test_a_row_of_a_return_is_subtracted_whatever_its_sign(
    write: Write, column: str, sale: str, back: str, sign: int
) -> None:
    read = read_marked(write, column, [("soup", 5, sale), ("soup", 2 * sign, back), ("pie", 3, sale)])

    assert units(read) == {"soup": 3.0, "pie": 3.0}
    assert read.refund_rows == 1
    assert [warning.reason for warning in read.warnings] == ["RETURNS_SUBTRACTED"]


def test_a_void_that_is_a_negative_row_takes_its_sale_back(write: Write) -> None:
    read = read_marked(write, "Storno", [("soup", 5, "N"), ("soup", 2, "N"), ("soup", -2, "J")])

    assert units(read) == {"soup": 5.0}


def test_a_void_that_is_written_as_two_marked_rows_takes_nothing_else_back(write: Write) -> None:
    read = read_marked(write, "Storno", [("soup", 5, "N"), ("soup", 2, "J"), ("soup", -2, "J")], chunk_rows=2)

    assert units(read) == {"soup": 5.0}


def test_a_voided_row_without_a_quantity_is_left_out(write: Write) -> None:
    path = write("Date,Item,Qty,Void?\n2026-01-01,soup,5,false\n2026-01-01,soup,,true\n,pie,1,true\n")

    assert units(read_sales_file(path, "default", SalesColumns())) == {"soup": 5.0}


def test_a_day_of_voided_rows_alone_has_no_row(write: Write) -> None:
    path = write("Date,Item,Qty,Void?\n2026-01-01,soup,5,false\n2026-01-02,soup,3,true\n2026-01-03,soup,4,false\n")

    sales = read_sales_file(path, "default", SalesColumns()).sales

    assert sales["date"].dt.day.tolist() == [1, 3]


def test_a_file_of_voided_rows_alone_is_refused_with_the_column(write: Write) -> None:
    (description,) = violations_of(write("Date,Item,Qty,Void?\n2026-01-01,soup,5,true\n"))

    assert description.startswith("no row of the file is a sale: rows that were not sold are left out: 1 row voided")
    assert "'Void?'" in description


def test_rows_of_another_restaurant_are_not_told(write: Write) -> None:
    rows = ["2026-01-01,soup,5,false,harbour", "2026-01-01,soup,2,true,station"]
    path = write("Date,Item,Qty,Void?,Branch\n" + "\n".join(rows) + "\n")

    assert not read_sales_file(path, "harbour", SalesColumns()).warnings


@pytest.mark.parametrize("column", ["Void", "Cancelled", "Refunded"])
def test_numbers_of_voided_units_mark_no_rows(write: Write, column: str) -> None:
    read = read_marked(write, column, [("soup", 12, "1"), ("pie", 7, "0"), ("tea", 9, "2")])

    assert units(read) == {"soup": 12.0, "pie": 7.0, "tea": 9.0}


def test_a_mark_with_numbers_of_units_further_below_is_asked_about(write: Write) -> None:
    lines = [f"2026-01-01,dish {at},5,{2 if at == 250 else at % 40 == 7:d}" for at in range(300)]

    (description,) = violations_of(write("Date,Item,Qty,Void\n" + "\n".join(lines) + "\n"))

    assert "column 'Void' marks rows that were not sold by 1, and has other numbers on line 252: '2'" in description


@pytest.mark.parametrize("column", ["Items Refunded", "Qty Returned", "Void qty", "退菜数量"])
def test_units_that_were_returned_are_told_where_they_are_not_subtracted(write: Write, column: str) -> None:
    read = read_marked(write, column, [("soup", 12, "2"), ("pie", 7, "0")])

    assert units(read) == {"soup": 12.0, "pie": 7.0}
    (warning,) = read.warnings
    assert warning.reason == "SALES_FORM"
    assert f"the units of {column!r} are not subtracted from those of 'Qty'" in warning.message

"""Orders whose later lines repeat neither the date nor the order: such lines take them from the line above."""
# ruff: noqa: RUF001  (the words are in many languages)

from collections.abc import Collection, Sequence
from typing import Final

import pandas as pd

from training_service.sources.files.rows.words import words_of
from training_service.sources.files.tills.till import plain

#: Names (in lower case, without blanks) of columns of the number of a receipt or order.
RECEIPT_COLUMNS: Final = frozenset(
    (
        *(
            "receipt",
            "receiptnumber",
            "receiptno",
            "receiptnr",
            "receiptid",
            "order",
            "ordernumber",
            "orderno",
            "orderid",
        ),
        *("orderref", "orderreference", "ordernr", "ordername", "transactionid", "transactionnumber", "transactionno"),
        *(
            "transaction",
            "ticket",
            "ticketnumber",
            "ticketno",
            "ticketid",
            "check",
            "checknumber",
            "checkno",
            "checkid",
        ),
        *("bill", "billnumber", "billno", "billid", "invoice", "invoicenumber", "invoiceno", "invoiceid", "saleid"),
        *("salenumber", "paymentid", "bon", "bonnummer", "bonnr", "beleg", "belegnummer", "belegnr", "rechnung"),
        *("rechnungsnummer", "rechnungsnr", "bestellung", "bestellnummer", "bestellnr", "auftrag", "auftragsnummer"),
        *("kassenbon", "commande", "numérocommande", "ncommande", "numérodecommande", "numéroticket", "facture"),
        *(
            "numérofacture",
            "pedido",
            "numeropedido",
            "númerodepedido",
            "nºpedido",
            "npedido",
            "recibo",
            "númeroderecibo",
        ),
        *(
            "factura",
            "númerodefactura",
            "ordine",
            "numeroordine",
            "scontrino",
            "numeroscontrino",
            "nscontrino",
            "fattura",
        ),
        *("bestelnummer", "bonnetje", "factuurnummer", "paragon", "numerparagonu", "zamówienie", "numerzamówienia"),
        *(
            "sipariş",
            "siparişno",
            "fişno",
            "订单号",
            "订单编号",
            "單號",
            "单号",
            "小票号",
            "流水号",
            "交易号",
            "账单号",
        ),
        *(
            "bonnr",
            "kvittonr",
            "чек",
            "doklad",
            "účtenka",
            "nyugtaszám",
            "bizonylatszám",
            "kuitti",
            "取引id",
            "会計id",
            "發票號碼",
            "レシート番号",
            "取引no",
            "kasticketid",
            "kvittonummer",
            "kvitteringsnummer",
            "kuittinumero",
            "reçun",
            "伝票番号",
            "注文番号",
            "取引番号",
            "영수증번호",
            "주문번호",
            "전표번호",
            "เลขที่ใบเสร็จ",
            "mãđơnhàng",
            "sốhóađơn",
        ),
    )
)

_PLAIN_RECEIPTS = frozenset(map(plain, RECEIPT_COLUMNS))

#: Words for a receipt or order, and words for its number. A name with both and no other word is that of such a column.
_RECEIPT_WORDS: Final = frozenset(
    (
        *("receipt", "order", "transaction", "ticket", "check", "bill", "invoice", "sale", "payment", "cheque", "slip"),
        *("bon", "beleg", "rechnung", "bestellung", "auftrag", "vorgang", "transaktion", "kassenbon", "rechnungs"),
        *("vorgangs", "transaktions", "bestell", "commande", "facture", "transacción", "pedido", "recibo", "factura"),
        *("comprobante", "ordine", "scontrino", "fattura", "ricevuta", "cupom", "venda", "bonnetje", "factuur"),
        *("paragonu", "rachunku", "zamówienia", "adisyon", "fiş", "sipariş", "чека", "чек", "заказа", "замовлення"),
        *("dokladu", "účtenky", "nyugta", "bizonylat", "παραστατικού", "απόδειξης", "kvitto", "kvittering", "kuitti"),
        *("struk", "pesanan", "transaksi", "faktur", "الفاتورة", "الطلب", "الإيصال", "חשבונית", "הזמנה", "קבלה"),
    )
)
_NUMBER_WORDS: Final = frozenset(
    (
        *("number", "no", "nr", "id", "num", "ref", "reference", "code", "key", "uuid", "guid", "display", "short"),
        *("nummer", "n", "nº", "numéro", "numero", "número", "numer", "номер", "číslo", "száma", "αρ", "αριθμός"),
        *("nomor", "kode", "رقم", "מספר", "numărul"),
    )
)
_JOINING_WORDS: Final = frozenset(("de", "du", "la", "le", "del", "della", "do", "da", "di", "van", "of", "the"))


def find_receipt_column(header: Sequence[str], used: Collection[str]) -> str:
    """Finds the column of the number of a receipt or order; empty where there is none.

    Args:
        header: Names of the file's columns.
        used: Names of the columns that are read as something else.
    """
    usual = (name for name in header if plain(name) in _PLAIN_RECEIPTS and name not in used)
    return next(usual, "") or next((name for name in header if name not in used and _names_receipts(name)), "")


def _names_receipts(name: str) -> bool:
    """Whether a name says "number of the receipt" and nothing else, with its words in any order."""
    words = set(words_of(name)) - _JOINING_WORDS
    return bool(words & _RECEIPT_WORDS) and bool(words & _NUMBER_WORDS) and words <= _RECEIPT_WORDS | _NUMBER_WORDS


class OrderLines:
    """Gives lines of orders the cells that only the first line of their order has, part by part.

    Args:
        receipt: Key of the column of the receipt in tables of rows.
        shared: Keys of the columns that an order has once, such as the date, the store and the status.
        of_order: Keys of the columns whose cells count for the whole order, also where its other lines have a date.
    """

    def __init__(self, receipt: str, shared: Sequence[str], of_order: Sequence[str] = ()) -> None:
        self._receipt = receipt
        self._shared = ("date", "store", receipt, *shared)
        self._of_order = of_order
        self._last: pd.DataFrame | None = None
        #: Number of lines that took their date from the line above.
        self.filled = 0

    def completed(self, rows: pd.DataFrame) -> pd.DataFrame:
        """The rows, with the cells of their order where they have none.

        A line belongs to the order above where its date is empty, and its receipt is empty or that of the order.

        Args:
            rows: The next rows, as text without blanks around it; not empty.
        """
        if self._of_order:
            rows = self._with_states(rows)
        heads = rows["date"] != ""
        if heads.all():
            self._last = rows.iloc[-1:]
            return rows
        before = self._last
        joined = rows if before is None else pd.concat([before, rows])
        # The line of a new order opens a group, whose first line must have the date.
        receipt = joined[self._receipt]
        named = receipt.mask(receipt == "").ffill()
        opens = (joined["date"] != "") | ((receipt != "") & (named != named.shift()))
        group = opens.cumsum()
        shared = [name for name in dict.fromkeys(self._shared) if name in joined]
        first = joined.groupby(group)[shared].transform("first")
        follows = (joined["date"] == "") & ~opens & (joined["dish"] != "") & (joined["quantity"] != "") & (group > 0)
        result = joined.copy()
        for name in shared:
            result[name] = joined[name].mask(follows & (joined[name] == ""), first[name])
        if before is not None:
            result, follows = result.iloc[1:], follows.iloc[1:]
        self.filled += int((follows & (result["date"] != "")).sum())
        self._last = result.iloc[-1:]
        return result

    def _with_states(self, rows: pd.DataFrame) -> pd.DataFrame:
        """The rows, with the state of their order in the lines that do not repeat it."""
        before = self._last
        joined = rows.copy() if before is None else pd.concat([before, rows])
        receipt = joined[self._receipt]
        order = (receipt != receipt.shift()).cumsum()
        for name in self._of_order:
            cells = joined[name]
            filled = cells.mask(cells == "").groupby(order).ffill().fillna("")
            joined[name] = filled.where(receipt != "", cells)
        return joined if before is None else joined.iloc[1:]

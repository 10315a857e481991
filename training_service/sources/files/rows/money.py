"""Refuses files in which a column of money would be taken for the units sold."""
# ruff: noqa: RUF001  (the words are in many languages)

from collections.abc import Sequence
from typing import Final

import pandas as pd

from shared.errors import InvalidInput, Violation
from training_service.sources.files.tills.till import plain
from training_service.sources.sales_limits import SALES_FIELD

#: Names (in lower case, without blanks) of columns that have units in some files, and money in others.
UNCERTAIN_NAMES: Final = frozenset(
    (
        *(
            "sales",
            "sold",
            "jumlah",
            "y",
            "verkäufe",
            "verkauf",
            "ventes",
            "vente",
            "ventas",
            "venta",
            "vendite",
            "vendita",
            "vendas",
            "verkoop",
        ),
        *(
            "verkopen",
            "sprzedaż",
            "satış",
            "satışlar",
            "销售",
            "銷售",
            "売上",
            "販売",
            "매출",
            "판매",
            "ยอดขาย",
            "bánhàng",
        ),
    )
)

#: Names of columns that may have the units where a column of UNCERTAIN_NAMES stands beside them.
COUNT_NAMES: Final = frozenset(
    (
        *(
            "transactions",
            "orders",
            "tickets",
            "volume",
            "frequency",
            "times",
            "timessold",
            "ordered",
            "number",
            "numbersold",
            "items",
        ),
        *("plates", "covers", "sold#", "bestellungen", "häufigkeit", "commandes", "pedidos", "ordini", "bestellingen"),
        *("zamówienia", "siparişler", "次数", "单数", "回数", "件数", "주문", "횟수"),
    )
)

_PLAIN_UNCERTAIN, _PLAIN_COUNTS = (frozenset(map(plain, names)) for names in (UNCERTAIN_NAMES, COUNT_NAMES))

#: Names of the columns of the date and the dish in a table that was written for this service, where sales are units.
_OWN_TABLE = frozenset(("date", "dish"))

#: Ends of names of columns of whole numbers that count nothing.
_NO_COUNTS = ("id", "no", "nr", "code", "sku", "plu", "year", "month", "week", "day", "hour", "zip", "phone", "table")

#: Least share of numbers with cents from which on a column is taken for money.
_LEAST_SHARE_WITH_CENTS = 0.3

#: A number with exactly two decimals that are not both 0, with or without a sign of a currency.
_WITH_CENTS = r"\D{0,4}[\d.,]*\d?[.,](?:[1-9]\d|\d[1-9])\D{0,4}"
_WHOLE = r"\d{1,6}(?:[.,]0{1,2})?"


def check_is_no_money(quantity: str, used: Sequence[str], sample: pd.DataFrame) -> None:
    """Checks that the column of the units does not hold money while another column may hold the units.

    Args:
        quantity: Name of the column that was recognised as that of the units.
        used: Names of the columns that are read as something else.
        sample: Some rows of the file with all columns, as text.

    Raises:
        InvalidInput: Another column may have the units; the message names both columns and the setting.
    """
    if plain(quantity) not in _PLAIN_UNCERTAIN or quantity not in sample:
        return
    others = [name for name in dict.fromkeys(sample.columns) if name and name not in (quantity, *used)]
    counts = [name for name in others if plain(name) in _PLAIN_COUNTS]
    amounts = _texts(sample, quantity)
    has_cents = len(amounts) > 0 and amounts.str.fullmatch(_WITH_CENTS).mean() >= _LEAST_SHARE_WITH_CENTS
    if has_cents:
        counts += [name for name in others if name not in counts and _is_whole(name, sample)]
        is_own_table = {plain(name) for name in used} >= _OWN_TABLE
        if not counts and not is_own_table:
            description = (
                f"column {quantity!r} seems to have money: its numbers have cents; export the units sold of each dish. "
                "If these are units, name the column with the server's SALES_QUANTITY_COLUMN"
            )
            raise InvalidInput([Violation(SALES_FIELD, description)])
    if counts:
        description = (
            f"column {quantity!r} may have money, and {' or '.join(map(repr, counts))} the units sold; name the column "
            "of the units with the server's SALES_QUANTITY_COLUMN"
        )
        raise InvalidInput([Violation(SALES_FIELD, description)])


def _is_whole(name: str, sample: pd.DataFrame) -> bool:
    texts = _texts(sample, name)
    return len(texts) > 0 and not plain(name).endswith(_NO_COUNTS) and bool(texts.str.fullmatch(_WHOLE).all())


def _texts(sample: pd.DataFrame, name: str) -> pd.Series:
    """The values of a column that are not empty."""
    texts = sample.iloc[:, list(sample.columns).index(name)].str.strip()
    return texts[texts != ""]

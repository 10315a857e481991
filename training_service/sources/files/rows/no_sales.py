"""Finds the columns of a file that tell which rows are no sales, and the kind of each row."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import pandas as pd

from training_service.sources.files.rows.no_sales_table import (
    AMOUNT_COLUMNS,
    COUNT_WORDS,
    FLAGS,
    MARK_WORDS,
    MONEY_WORDS,
    NET_WORDS,
    NOTHING,
    REASON_WORDS,
    RETURN_WORDS,
    RETURNED,
    SALES_ALL_THE_SAME,
    STATE_COLUMNS,
    STATE_WORDS,
    STATES,
    TYPE_COLUMNS,
    YES,
    Flag,
    Kind,
)
from training_service.sources.files.tills.till import plain


@dataclass(frozen=True, slots=True)
class KindColumn:
    """A column of a file that tells which rows are no sales.

    Args:
        name: Name of the column as the file has it.
        flag: What the column marks; None for a column of states or types.
        is_amount: True for a column of money: a negative amount takes a sale back, whatever the sign of the units.
        is_type: True for a column that tells what a row is. There "returned" is a row that takes a sale back; in a
            column of states "returned" is the sale itself, which was taken back.
    """

    name: str
    flag: Flag | None = None
    is_type: bool = False
    is_amount: bool = False

    @property
    def is_mark(self) -> bool:
        """Whether the column marks rows by yes or no, and by nothing else."""
        return self.flag is not None and not self.flag.is_filled

    def kind_of(self, cell: str) -> Kind | None:
        """The kind of a row by its cell in this column; None for a sale.

        Args:
            cell: Text of the cell, without blanks around it.
        """
        if self.is_amount:
            return Kind.REFUND if re.fullmatch(_NEGATIVE, cell) else None
        if self.flag is not None:
            return self.flag.kind if self._is_marked(cell, self.flag) else None
        if SALES_ALL_THE_SAME.is_in(cell):
            return None
        kind = next((kind for kind, words in STATES.items() if words.is_in(cell)), None)
        if self.is_type and kind is Kind.UNDONE:
            return Kind.REFUND
        if not self.is_type and kind is Kind.REFUND and RETURNED.is_in(cell):
            return Kind.UNDONE
        return kind

    def _is_marked(self, cell: str, flag: Flag) -> bool:
        if flag.is_filled:
            return cell.casefold() not in NOTHING
        # A flag may be written as the word itself, such as "Voided" in a column "Void".
        return YES.is_all_of(cell) or (flag.kind in STATES and STATES[flag.kind].is_in(cell))


#: A negative amount that is not 0, such as "-4.50", "€ -4,50", "(4.50)" or "4.50-".
_NEGATIVE = r"[^\d]*[-\u2212(][^\d]*[\d.,' ]*[1-9][\d.,' ]*[^\d]*|[^\d]*[\d.,' ]*[1-9][\d.,' ]*-"

_PLAIN_AMOUNTS = frozenset(map(plain, AMOUNT_COLUMNS))
_PLAIN_STATES, _PLAIN_TYPES = (frozenset(map(plain, names)) for names in (STATE_COLUMNS, TYPE_COLUMNS))


def find_kind_columns(
    header: Sequence[str], used: Collection[str], sample: pd.DataFrame | None = None
) -> tuple[KindColumn, ...]:
    """Finds the columns of a file that tell which rows are no sales.

    Args:
        header: Names of the file's columns.
        used: Names of the columns that are read as something else.
        sample: Some rows of the file as text. A column with numbers of voided units, such as 2, marks no rows. None
            where only names count.
    """
    found = []
    for name in header:
        short = plain(name)
        if name in used:
            continue
        is_state = short in _PLAIN_STATES or (STATE_WORDS.is_in(name) and short not in _PLAIN_TYPES)
        if is_state or short in _PLAIN_TYPES:
            found.append(KindColumn(name, is_type=short in _PLAIN_TYPES))
        flags = [flag for flag in FLAGS if short in set(map(plain, flag.names))]
        if not flags and not is_state:
            flags = _flags_by_words(name)
        found += [KindColumn(name, flag) for flag in flags if flag.is_filled or not _counts(name, sample)]
    amount = next((name for name in header if plain(name) in _PLAIN_AMOUNTS and name not in used), "")
    # The columns that say what a row is go before the sign of its amount.
    return (*found, KindColumn(amount, is_amount=True)) if amount else tuple(found)


def returns_not_read(header: Sequence[str], quantity: str, sample: pd.DataFrame) -> str:
    """What people should check, as a part of a sentence, where another column has units that were voided or returned.

    Args:
        header: Names of the file's columns.
        quantity: Name of the column of the units.
        sample: Some rows of the file as text.
    """
    if NET_WORDS.is_in(quantity):
        return ""
    names = [name for name in header if name != quantity and RETURN_WORDS.is_in(name) and _counts_units(name, sample)]
    if not names:
        return ""
    return (
        f"the units of {' and '.join(map(repr, dict.fromkeys(names)))} are not subtracted from those of {quantity!r}: "
        "where they should be, name a column of net units with the server's SALES_QUANTITY_COLUMN"
    )


def _counts_units(name: str, sample: pd.DataFrame) -> bool:
    if name not in sample or list(sample.columns).count(name) > 1:
        return False
    texts = sample[name].str.strip()
    numbers = pd.to_numeric(texts[texts != ""], errors="coerce")
    is_whole = numbers.notna().all() and (numbers % 1 == 0).all() and not MONEY_WORDS.is_in(name)
    return bool(is_whole and (numbers > 0).any() and (COUNT_WORDS.is_in(name) or (numbers > 1).any()))


def _flags_by_words(name: str) -> list[Flag]:
    """What a column marks whose name is no usual one, by its words, such as "Was cancelled?" or "Item void reason"."""
    kind = next((kind for kind, words in MARK_WORDS.items() if words.is_in(name)), None)
    if kind is None or COUNT_WORDS.is_in(name):
        return []
    return [Flag(kind, frozenset({plain(name)}), is_filled=kind is not Kind.TEST and REASON_WORDS.is_in(name))]


def _counts(name: str, sample: pd.DataFrame | None) -> bool:
    """Whether a column has numbers of units, which may be other than 0 and 1."""
    if sample is None or name not in sample or list(sample.columns).count(name) > 1:
        return False
    numbers = pd.to_numeric(sample[name].str.strip(), errors="coerce").dropna()
    return bool(((numbers != 0) & (numbers != 1)).any())

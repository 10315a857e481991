"""Finds the columns of a file that tell which rows are no sales, and the kind of each row."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from training_service.sources.files.rows.no_sales_table import (
    FLAGS,
    NOTHING,
    RETURNED,
    SALES_ALL_THE_SAME,
    STATE_COLUMNS,
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
        is_type: True for a column that tells what a row is. There "returned" is a row that takes a sale back; in a
            column of states "returned" is the sale itself, which was taken back.
    """

    name: str
    flag: Flag | None = None
    is_type: bool = False

    def kind_of(self, cell: str) -> Kind | None:
        """The kind of a row by its cell in this column; None for a sale.

        Args:
            cell: Text of the cell, without blanks around it.
        """
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
        return YES.is_all_of(cell) or (flag.kind in STATES and STATES[flag.kind].is_all_of(cell))


_PLAIN_STATES, _PLAIN_TYPES = (frozenset(map(plain, names)) for names in (STATE_COLUMNS, TYPE_COLUMNS))


def find_kind_columns(header: Sequence[str], used: Collection[str]) -> tuple[KindColumn, ...]:
    """Finds the columns of a file that tell which rows are no sales.

    Args:
        header: Names of the file's columns.
        used: Names of the columns that are read as something else.
    """
    found = []
    for name in header:
        short = plain(name)
        if name in used:
            continue
        if short in _PLAIN_STATES or short in _PLAIN_TYPES:
            found.append(KindColumn(name, is_type=short in _PLAIN_TYPES))
        found += [KindColumn(name, flag) for flag in FLAGS if short in set(map(plain, flag.names))]
    return tuple(found)

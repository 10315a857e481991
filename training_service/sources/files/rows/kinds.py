"""Tells sales from other rows of a sales file, and counts the other rows with their first lines."""

import functools
import operator
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from shared.errors import Violation
from shared.notices import Notice
from training_service.outcomes import RETURNS_SUBTRACTED, ROWS_NOT_SOLD, TOTALS_LEFT_OUT
from training_service.sources.files.rows.clock import find_time_column
from training_service.sources.files.rows.no_dishes import is_no_dish
from training_service.sources.files.rows.no_sales import KindColumn, find_kind_columns
from training_service.sources.files.rows.no_sales_table import Flag, Kind
from training_service.sources.files.rows.order_lines import find_receipt_column
from training_service.sources.files.rows.totals import find_label_columns, headings_among, totals_among
from training_service.sources.files.sales_columns import FileColumns
from training_service.sources.files.tills.till import Till, plain
from training_service.sources.files.wrong_lines import WrongLines
from training_service.sources.how_read import LeftOut
from training_service.sources.sales_limits import SALES_FIELD

#: Value of the column `kind` for a sale, for a row that takes sales back, and for a row that was never sold. The
#: quantity of the last is still read: a negative one takes a sale back.
SALE, REFUND, UNDONE = 0, 1, 2

_CODES = {Kind.REFUND: REFUND, Kind.VOIDED: UNDONE, Kind.CANCELLED: UNDONE, Kind.DELETED: UNDONE, Kind.UNDONE: UNDONE}

#: Value for a row that is left out whatever its quantity.
_LEFT_OUT = 3


@dataclass(frozen=True, slots=True)
class RowColumns:
    """Further columns of a file, which tell what its rows mean.

    Args:
        kinds: Columns that tell which rows are no sales.
        labels: Columns in which rows of totals may say what they are.
        time: Column of the time of day; empty where the file has none.
        receipt: Column of the number of the receipt or order; empty where the file has none.
    """

    kinds: tuple[KindColumn, ...] = ()
    labels: tuple[str, ...] = ()
    time: str = ""
    receipt: str = ""

    @property
    def by_key(self) -> dict[str, str]:
        """Names of all these columns as the file has them, by the key that tables of rows have for each of them."""
        names = (*(column.name for column in self.kinds), *self.labels, self.time, self.receipt)
        return {key_of(name): name for name in names if name}


def key_of(name: str) -> str:
    """The name that a table of rows has for a further column of the file, which no other column of the table has.

    Args:
        name: Name of the column as the file has it.
    """
    return f"file: {name}"


def find_row_columns(
    header: Sequence[str], names: FileColumns, till: Till, sample: pd.DataFrame | None = None
) -> RowColumns:
    """Finds the columns of a file that tell what its rows mean.

    Args:
        header: Names of the file's columns.
        names: Columns that are read as the date, the dish, the quantity and the store.
        till: Format of the file.
        sample: Some rows of the file as text, with all columns; None where only names count.
    """
    used = (names.date, names.dish, names.quantity, names.store)
    no_dishes = [
        KindColumn(name, Flag(Kind.NO_DISH, till.no_dishes)) for name in header if plain(name) in till.no_dishes
    ]
    return RowColumns(
        kinds=(*find_kind_columns(header, used, sample), *no_dishes),
        labels=find_label_columns(header, used),
        time=find_time_column(header, used, sample),
        receipt=next((name for name in header if till.receipt and plain(name) == till.receipt), "")
        or find_receipt_column(header, used),
    )


class RowKinds:
    """Tells sales from other rows, part by part.

    Args:
        names: Columns of the date, the dish, the quantity and the store.
        columns: Columns that tell what the rows mean.
    """

    def __init__(self, names: FileColumns, columns: RowColumns) -> None:
        self._names = names
        self._columns = columns
        self._totals, self._headings = WrongLines(), WrongLines()
        self._kinds: dict[tuple[Kind, str], WrongLines] = {}
        #: Cells of columns that mark rows by yes or no, which have numbers of units.
        self._marks: dict[str, WrongLines] = {}
        #: Number of rows with a positive quantity that take sales back.
        self.positive_refunds = 0

    def sales_of(self, rows: pd.DataFrame) -> pd.DataFrame:
        """The rows that are sales or take sales back, with the column `kind`: SALE, REFUND or UNDONE.

        Args:
            rows: The next rows: columns `date`, `dish` and `quantity` and those of `RowColumns.by_key` as text without
                blanks around it, indexed by line number.
        """
        headings = headings_among(rows, self._names.date, self._names.dish)
        totals = totals_among(rows, [key_of(name) for name in self._columns.labels]) & ~headings
        if headings.any() or totals.any():
            self._headings.add(headings)
            self._totals.add(totals, rows["dish"].where(rows["dish"] != "", rows["date"]))
            rows = rows[~headings & ~totals]
        codes = np.zeros(len(rows), dtype=np.int8)
        for column in self._columns.kinds:
            codes = self._add_kinds(column, rows, codes)
        codes = self._add_no_dishes(rows["dish"], codes)
        # A voided row may lack what a sale must have; then it can take nothing back.
        lacks = (rows["date"] == "") | (rows["dish"] == "") | (rows["quantity"] == "")
        codes = np.where((codes == UNDONE) & lacks, _LEFT_OUT, codes)
        rows = rows.assign(kind=codes)
        if (codes == _LEFT_OUT).any():
            rows = rows[codes != _LEFT_OUT]
        return rows

    def have_counts(self, rows: pd.DataFrame) -> pd.Series:
        """Whether rows have numbers of units where a column marks rows by yes or no; `violations` tells such rows.

        Args:
            rows: See `sales_of`.
        """
        marks = [_are_counts(rows[key_of(column.name)]) for column in self._columns.kinds if column.is_mark]
        return functools.reduce(operator.or_, marks, pd.Series(data=False, index=rows.index))

    def warnings(self) -> tuple[Notice, ...]:
        """What people should know about the rows that are no sales."""
        found = []
        not_sold = {key: lines for key, lines in self._found() if key[0] is not Kind.REFUND}
        if not_sold:
            listed = "; ".join(
                f"{_rows(lines)} {kind.value} by column {name!r} ({lines})" for (kind, name), lines in not_sold.items()
            )
            found.append(Notice(ROWS_NOT_SOLD, f"rows that were not sold are left out: {listed}"))
        returns = [
            f"{_rows(lines)} by column {name!r} ({lines})"
            for (kind, name), lines in self._found()
            if kind is Kind.REFUND
        ]
        if returns:
            message = f"returns are subtracted from the sales of their dish and day: {'; '.join(returns)}"
            found.append(Notice(RETURNS_SUBTRACTED, message))
        told = [
            f"{_rows(lines)} of {what} ({lines})"
            for what, lines in (("totals", self._totals), ("headings", self._headings))
            if lines
        ]
        if told:
            found.append(Notice(TOTALS_LEFT_OUT, f"rows that name no dish are left out: {'; '.join(told)}"))
        return tuple(found)

    def violations(self) -> list[Violation]:
        """Columns that were taken for marks, by 0 and 1, and have numbers of units."""
        return [
            Violation(
                SALES_FIELD,
                f"column {name!r} marks rows that were not sold by 1, and has other numbers on {lines}; where it has "
                "numbers of units, delete the column or give it another name",
            )
            for name, lines in self._marks.items()
            if lines and any(of == name for _, of in self._kinds)
        ]

    def left_out(self) -> dict[str, int]:
        """Number of rows that were left out, by reason."""
        counts = {"totals": self._totals.count, "headings": self._headings.count}
        for (kind, _), lines in self._found():
            if kind is not Kind.REFUND:
                counts[kind.value] = counts.get(kind.value, 0) + lines.count
        return {reason: count for reason, count in counts.items() if count}

    def left_out_rows(self) -> tuple[LeftOut, ...]:
        """The rows that were left out, for each reason and column, with their first lines."""
        named = [LeftOut("totals", self._totals.count, self._totals.first)]
        named.append(LeftOut("headings", self._headings.count, self._headings.first))
        for (kind, column), lines in self._found():
            if kind is not Kind.REFUND:
                named.append(LeftOut(kind.value, lines.count, lines.first, column))
        return tuple(each for each in named if each.rows)

    def _found(self) -> list[tuple[tuple[Kind, str], WrongLines]]:
        """The kinds in the order of their columns and of their first lines, in whatever parts the rows came."""
        columns = [*(column.name for column in self._columns.kinds), self._names.dish]
        return sorted(self._kinds.items(), key=lambda each: (columns.index(each[0][1]), each[1].first))

    def _add_no_dishes(self, dish: pd.Series, codes: "np.ndarray") -> "np.ndarray":
        """The codes of the rows, with those that have a tip, a fee or a gift card in place of a dish."""
        marked = dish.isin([name for name in dish.unique() if is_no_dish(name)]) & (codes != _LEFT_OUT)
        if not marked.any():
            return codes
        self._kinds.setdefault((Kind.NO_DISH, self._names.dish), WrongLines()).add(marked, dish)
        return np.where(marked, _LEFT_OUT, codes).astype(np.int8)

    def _add_kinds(self, column: KindColumn, rows: pd.DataFrame, codes: "np.ndarray") -> "np.ndarray":
        """The codes of the rows, with those that this column marks and no column before it has marked."""
        cells = rows[key_of(column.name)]
        distinct = cells.unique()
        kinds = {cell: kind for cell in distinct if (kind := column.kind_of(cell))}
        if column.is_mark:
            self._marks.setdefault(column.name, WrongLines()).add(_are_counts(cells), cells)
        for kind in dict.fromkeys(kinds.values()):
            marked = cells.isin([cell for cell, its in kinds.items() if its is kind]) & (codes == SALE)
            if marked.any():
                self._kinds.setdefault((kind, column.name), WrongLines()).add(marked, cells)
                codes = np.where(marked, _CODES.get(kind, _LEFT_OUT), codes).astype(np.int8)
                if kind is Kind.REFUND:
                    self.positive_refunds += int((~rows.loc[marked, "quantity"].str.startswith("-")).sum())
        return codes


def _are_counts(cells: pd.Series) -> pd.Series:
    """Whether cells have numbers other than 0 and 1."""
    return cells.isin([cell for cell in cells.unique() if cell.isdecimal() and int(cell) > 1])


def _rows(lines: WrongLines) -> str:
    return "1 row" if lines.count == 1 else f"{lines.count:,} rows"

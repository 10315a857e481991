"""Completes the lines of orders and leaves out orders that stand in a file twice, with what people are told of both."""

from collections.abc import Collection, Sequence

import pandas as pd

from shared.notices import Notice
from training_service.outcomes import DATES_FROM_ORDERS, RECEIPTS_TWICE
from training_service.sources.files.rows.kinds import RowColumns, key_of
from training_service.sources.files.rows.order_lines import OrderLines
from training_service.sources.files.rows.receipts import RepeatedReceipts, Repetitions
from training_service.sources.files.tills.till import plain
from training_service.sources.how_read import LeftOut


class LinesRepeated(Exception):
    """The file has lines of receipts twice, and must be read again with all columns.

    Args:
        found: What is repeated in the columns that were read.
    """

    def __init__(self, found: Repetitions) -> None:
        super().__init__()
        self.found = found


class Orders:
    """Orders of a file, read part by part.

    Args:
        columns: Columns that tell what the rows mean.
        header: Names of all columns, which are compared; empty for the first reading, which compares the columns that
            are read anyway.
        of_order: Names, in plain form, of columns of states that only the first line of an order has.
        known: What the first reading has found; None for the first reading.
    """

    def __init__(
        self,
        columns: RowColumns,
        header: Sequence[str] = (),
        of_order: Collection[str] = frozenset(),
        known: Repetitions | None = None,
    ) -> None:
        self._compared = tuple(key_of(name) for name in dict.fromkeys(header))
        self._leaves_out = known is not None and known.are_proven
        self._begin_again = known is not None and known.begin_again
        self._is_first = known is None
        receipt = key_of(columns.receipt) if columns.receipt else ""
        shared = [key_of(column.name) for column in columns.kinds]
        if columns.time:
            shared.append(key_of(columns.time))
        states = [key_of(column.name) for column in columns.kinds if plain(column.name) in of_order]
        self._lines = OrderLines(receipt, shared, list(dict.fromkeys(states))) if receipt else None
        self._receipts = RepeatedReceipts(receipt, known) if receipt else None

    def completed(self, rows: pd.DataFrame) -> pd.DataFrame:
        """The rows with the dates of their orders, without those that are repeated.

        Args:
            rows: The next rows, as text.
        """
        rows = rows.apply(lambda column: column.str.strip())
        if self._lines is None or self._receipts is None or rows.empty:
            return rows
        rows = self._lines.completed(rows)
        repeated = self._receipts.repeated(rows, self._compared or tuple(rows.columns))
        return rows[~repeated] if self._leaves_out and repeated.any() else rows

    def check(self) -> None:
        """Checks, after the last row, that the file need not be read again.

        Raises:
            LinesRepeated: This was the first reading, and lines are repeated in the columns that were read.
        """
        found = self._receipts.found if self._is_first and self._receipts is not None else None
        if found:
            raise LinesRepeated(found)

    def left_out(self) -> tuple[LeftOut, ...]:
        """The rows that were left out because they stand in the file twice."""
        if not self._leaves_out or self._receipts is None or not self._receipts.lines:
            return ()
        lines = self._receipts.lines
        return (LeftOut("the same receipt twice", lines.count, lines.first),)

    def warnings(self) -> tuple[Notice, ...]:
        """What people should know about the orders."""
        found = []
        if self._receipts is not None and self._receipts.lines:
            lines = self._receipts.lines
            why = "they are too scattered for exports that overlap"
            if self._begin_again:
                why = "the numbers of the receipts begin again on other days, as those of several tills do"
            what = (
                "were left out, as two exports overlap in this file"
                if self._leaves_out
                else f"count twice, as {why}; delete those that are wrong"
            )
            equal = f"{lines.count:,} rows that are equal to rows of the same receipt further above"
            found.append(Notice(RECEIPTS_TWICE, f"{equal} {what} ({lines})"))
        if self._lines is not None and self._lines.filled:
            count = self._lines.filled
            message = f"{count:,} lines of orders without a date took the date of their order from the lines above"
            found.append(Notice(DATES_FROM_ORDERS, message))
        return tuple(found)

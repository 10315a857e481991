"""Tells sales from other rows of the sales query by further columns of the query, as those of a file."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from shared.notices import Notice
from training_service.outcomes import RETURNS_SUBTRACTED, ROWS_NOT_SOLD
from training_service.sources.files.rows.kinds import REFUND, SALE, UNDONE
from training_service.sources.files.rows.no_sales import find_kind_columns
from training_service.sources.files.rows.no_sales_table import Kind

#: Columns of the sales query that have a meaning of their own.
OWN_COLUMNS = ("date", "dish", "quantity", "magnitude", "rows", "refunds", "days_back", "early", "early_hour")

#: Kinds of rows whose negative quantities take sales back.
_TAKEN_BACK = (Kind.VOIDED, Kind.CANCELLED, Kind.DELETED, Kind.UNDONE)

#: Value of a row that is left out whatever its quantity.
_LEFT_OUT = 3


class RowKinds:
    """Counts rows that are no sales, by their kind and the column that tells so."""

    def __init__(self) -> None:
        self._counts: dict[tuple[Kind, str], int] = {}

    def sales_of(self, frame: pd.DataFrame, further: pd.DataFrame) -> pd.DataFrame:
        """The rows that are sales, or take sales back.

        Args:
            frame: Columns `sales` (units), `magnitude` (units without sign), `rows`, `refunds` and others.
            further: Further columns that the query gives, indexed as `frame`.

        Returns:
            The rows with the column `undone`: units of rows that were never sold, and have 0 in `sales` and `rows`.
        """
        frame = frame.assign(undone=0.0)
        codes = pd.Series(SALE, index=frame.index)
        for column in find_kind_columns(list(further.columns), ()):
            cells = further[column.name].map(lambda value: "" if pd.isna(value) else str(value).strip())
            kinds = {cell: kind for cell in cells.unique() if (kind := column.kind_of(cell))}
            for kind in dict.fromkeys(kinds.values()):
                marked = cells.isin([cell for cell, its in kinds.items() if its is kind]) & (codes == SALE)
                codes[marked] = REFUND if kind is Kind.REFUND else UNDONE if kind in _TAKEN_BACK else _LEFT_OUT
                key, count = (kind, column.name), int(frame.loc[marked, "rows"].sum())
                if count:
                    self._counts[key] = self._counts.get(key, 0) + count
        refund, undone = codes == REFUND, codes == UNDONE
        if (codes != SALE).any():
            frame["undone"] = np.where(undone, frame["sales"], 0.0)
            frame["sales"] = np.where(refund, -frame["magnitude"], np.where(undone, 0.0, frame["sales"]))
            frame["refunds"] = np.where(refund, frame["rows"], np.where(undone, 0, frame["refunds"]))
            frame["rows"] = np.where(undone, 0, frame["rows"])
        return frame[codes != _LEFT_OUT]

    def warnings(self) -> tuple[Notice, ...]:
        """What people should know about the rows that are no sales."""
        not_sold = self._told([key for key in self._counts if key[0] is not Kind.REFUND])
        returns = self._told([key for key in self._counts if key[0] is Kind.REFUND])
        found = []
        if not_sold:
            found.append(Notice(ROWS_NOT_SOLD, f"rows that were not sold are left out: {not_sold}"))
        if returns:
            message = f"returns are subtracted from the sales of their dish and day: {returns}"
            found.append(Notice(RETURNS_SUBTRACTED, message))
        return tuple(found)

    def left_out(self) -> dict[str, int]:
        """Number of rows that were left out, by reason."""
        counts: dict[str, int] = {}
        for (kind, _), count in self._counts.items():
            if kind is not Kind.REFUND:
                counts[kind.value] = counts.get(kind.value, 0) + count
        return counts

    def _told(self, keys: Sequence[tuple[Kind, str]]) -> str:
        return "; ".join(
            f"{self._counts[key]:,} row{'s' * (self._counts[key] > 1)} {key[0].value} by column {key[1]!r}"
            for key in keys
        )

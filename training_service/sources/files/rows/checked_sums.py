"""Checks the sums of a file: leaves out dishes that are totals, and days that stand in the file several times."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from shared.names import enumerated
from shared.notices import Notice
from training_service.outcomes import RECEIPTS_TWICE, SALES_FORM, TOTALS_LEFT_OUT
from training_service.sources.files.rows.doubled_days import find_doubled_days
from training_service.sources.files.rows.sums import find_sums
from training_service.sources.how_read import LeftOut

#: Reasons of the rows that are left out.
TOTALS, SAME_DAY_TWICE = "totals", "the same day twice"

#: Names of dishes and numbers of lines that a message gives at most.
_NAMES_TOLD, _LINES_TOLD = 3, 5


@dataclass(frozen=True, slots=True)
class CheckedSums:
    """Sums of which some were left out.

    Args:
        table: The sums that are left.
        left_out: The rows that were left out.
        warnings: What people should know about them.
    """

    table: pd.DataFrame
    left_out: tuple[LeftOut, ...] = ()
    warnings: tuple[Notice, ...] = ()

    @property
    def rows_by_reason(self) -> Mapping[str, int]:
        """Number of rows that were left out, by reason."""
        return {each.reason: each.rows for each in self.left_out}


@dataclass(slots=True)
class _Findings:
    left_out: list[LeftOut] = field(default_factory=list)
    warnings: list[Notice] = field(default_factory=list)


def checked_sums(table: pd.DataFrame, dish_column: str, *, has_receipts: bool) -> CheckedSums:
    """The sums without totals under names that tell nothing, and with days that are doubled counted once.

    Args:
        table: Columns `date`, `dish`, `sales`, `rows`, `largest` and `line`, one row for each dish and day.
        dish_column: Name of the column of the dish, for messages.
        has_receipts: Whether the rows have numbers of receipts, which tell better which of them stand there twice.
    """
    found = _Findings()
    table = _without_totals(table, dish_column, found)
    if not has_receipts:
        table = _with_days_once(table, found)
    return CheckedSums(table, tuple(found.left_out), tuple(found.warnings))


def _without_totals(table: pd.DataFrame, dish_column: str, found: _Findings) -> pd.DataFrame:
    sums = find_sums(table)
    for name, members in sums.doubtful:
        of = enumerated([repr(each) for each in members[:_NAMES_TOLD]], len(members))
        message = (
            f"column {dish_column!r}: {name!r} has on every day as many units as {of} together, and counts as a dish; "
            "delete its rows if it is a subtotal"
        )
        found.warnings.append(Notice(SALES_FORM, message))
    if not sums.totals:
        return table
    is_total = table["dish"].isin(sums.totals)
    rows, lines = int(table.loc[is_total, "rows"].sum()), np.sort(table.loc[is_total, "line"].to_numpy())
    told = enumerated([str(line) for line in lines[:_LINES_TOLD]], len(lines))
    names = enumerated([repr(name) for name in sums.totals[:_NAMES_TOLD]], len(sums.totals))
    message = (
        f"column {dish_column!r}: {names} {'has' if len(sums.totals) == 1 else 'have'} on every day as many units as "
        f"other dishes together: {rows:,} rows of totals are left out (lines {told})"
    )
    found.warnings.append(Notice(TOTALS_LEFT_OUT, message))
    found.left_out.append(LeftOut(TOTALS, rows, tuple(int(line) for line in lines[:_LINES_TOLD]), dish_column))
    return table[~is_total].reset_index(drop=True)


def _with_days_once(table: pd.DataFrame, found: _Findings) -> pd.DataFrame:
    doubled = find_doubled_days(table)
    if doubled is None:
        return table
    days = f"{doubled.first}" if doubled.first == doubled.last else f"the days from {doubled.first} to {doubled.last}"
    if not doubled.are_equal:
        message = (
            f"every dish has an even number of rows on {days}: if two exports overlap in this file, these days count "
            "twice; then export the sales without overlap"
        )
        found.warnings.append(Notice(RECEIPTS_TWICE, message))
        return table
    once = table["rows"].to_numpy() // doubled.times
    rows = int((table["rows"] - once).sum())
    message = (
        f"all rows of {days} stand in this file several times, as in exports that overlap: {rows:,} rows that are "
        "equal to another row of the same dish and day were left out"
    )
    found.warnings.append(Notice(RECEIPTS_TWICE, message))
    found.left_out.append(LeftOut(SAME_DAY_TWICE, rows))
    summed = [name for name in ("sales", "undone") if name in table]
    return table.assign(rows=once, **{name: table[name] / doubled.times for name in summed})

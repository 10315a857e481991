"""Checks the rows of one store and adds them up part by part, to the sales of each dish and day."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from shared.arrays import BoolArray, IntArray
from shared.errors import InvalidInput, Violation
from shared.notices import Notice
from training_service.outcomes import FUTURE_SALES
from training_service.sources.files.file_form import form_warning
from training_service.sources.files.opened_file import OpenedFile
from training_service.sources.files.plain_rows import PlainSales
from training_service.sources.files.rows.checked_sums import checked_sums
from training_service.sources.files.rows.clock import Clock, sold_after_midnight
from training_service.sources.files.rows.kinds import REFUND, UNDONE, RowColumns, RowKinds, key_of
from training_service.sources.files.rows.largest_row import add_up_with_lines, lines_of_days, with_lines
from training_service.sources.files.rows.periods import period_of, totals_told
from training_service.sources.files.sales_columns import FileColumns
from training_service.sources.files.sales_dates import DateColumn
from training_service.sources.files.sales_quantities import QuantityColumn
from training_service.sources.files.tills.column_names import is_business_day
from training_service.sources.files.wrong_lines import WrongLines
from training_service.sources.how_read import HowRead, LeftOut
from training_service.sources.sales_limits import CONTROL_CHARACTERS, SALES_FIELD, is_future
from training_service.sources.sales_table import set_off_refunds

KindArray = npt.NDArray[np.int8]

#: Columns that are added up for each dish and day: units and rows that count, units of voided rows, and rows of the
#: hours after midnight.
_SUMMED = ("sales", "rows", "undone", "early")


@dataclass(frozen=True, slots=True)
class FileSales:
    """The sales of one store in a file.

    Args:
        sales: Table with one row for each dish and day, sorted by dish, then by date. Columns: `date` (datetime64[s] at
            midnight), `dish` (str), `sales` (float64, units, at least 0), `rows` (int64, rows of the file that were
            added up).
        columns: Columns of the file that were read.
        lines: Line of the largest row of each dish and day (int64), indexed by `dish` and `date`; in a workbook and a
            Parquet file the number of the row.
        how: How the file was read, and which rows do not count.
        refund_rows: Number of negative rows, which were subtracted from the other sales of their dish and day.
        future_rows: Number of rows of days to come, which were left out.
        left_out_rows: Number of rows that were left out because they are no sales, by reason.
        unfinished_rows: Number of rows of the last day, where it is left out as unfinished.
        warnings: What people should know about the rows of the file.
    """

    sales: pd.DataFrame
    columns: FileColumns
    lines: pd.Series
    how: HowRead
    refund_rows: int = 0
    future_rows: int = 0
    left_out_rows: Mapping[str, int] = field(default_factory=dict)
    unfinished_rows: int = 0
    warnings: tuple[Notice, ...] = ()


class SummedRows:
    """Rows of one store that are checked and added up part by part, so that memory grows with dishes and days only."""

    def __init__(
        self,
        names: FileColumns,
        row_columns: RowColumns,
        date_format: str | None,
        clock: Clock,
        told: Sequence[str],
        file: OpenedFile,
        how: HowRead,
    ) -> None:
        self._names = names
        self._how = how
        self._told = told
        self._clock = clock
        # The day of a restaurant has its hours after midnight already.
        self._time = key_of(row_columns.time) if row_columns.time and not is_business_day(names.date) else ""
        self._has_receipts = bool(row_columns.receipt)
        self._kinds = RowKinds(names, row_columns)
        self._dates = DateColumn(names.date, date_format, clock.time_zone, SALES_FIELD)
        self._quantities = QuantityColumn(names.quantity, file.separator, SALES_FIELD)
        self._unnamed, self._garbled = WrongLines(), WrongLines()
        #: Number of all rows that were added, sales or not.
        self.number_added = 0
        self._has_rows = False
        #: Sums for each pair of a date format and a decimal mark that has fitted all rows so far: which pair is the
        #: right one shows only at the end of the file.
        self._sums: dict[tuple[str, str], pd.DataFrame] = {}

    def add(self, rows: pd.DataFrame) -> None:
        """Adds the next rows.

        Args:
            rows: Columns `date`, `dish` and `quantity` and those of `RowColumns.by_key` as text without blanks around
                it, indexed by line number.
        """
        self.number_added += len(rows)
        if not rows.empty:
            rows = self._kinds.sales_of(rows)
        if rows.empty:
            return
        self._has_rows = True
        dish = rows["dish"]
        read = self._clock.read(rows["date"], rows[self._time] if self._time else None)
        self._unnamed.add(dish == "")
        self._garbled.add(dish.str.contains(CONTROL_CHARACTERS, regex=True))
        days, units = self._dates.add(read.date), self._quantities.add(rows["quantity"])
        back = None if read.days_back is None else pd.to_timedelta(read.days_back, unit="D").as_unit("s")
        if back is not None:
            days = {date_format: day - back for date_format, day in days.items()}
        self._sums = {
            (date_format, decimal): self._added(
                (date_format, decimal),
                with_lines(_summed_columns(rows["kind"].to_numpy(), sold, read.is_early)).assign(date=day, dish=dish),
            )
            for date_format, day in days.items()
            for decimal, sold in units.items()
        }

    def add_plain(self, plain: PlainSales) -> None:
        """Adds plain sales of which equal rows were put together, after all other rows.

        Args:
            plain: Plain sales.
        """
        self.number_added += int(plain.times.sum())
        self._has_rows = True
        read = self._clock.read(plain.date, None)
        days = self._dates.add(read.date, _summed_times(plain.times, plain.date_of))
        units = self._quantities.add(plain.quantity, _summed_times(plain.times, plain.quantity_of))
        columns: dict[str, Any] = {"rows": plain.times, "dish": plain.dish.to_numpy(), "line": plain.line}
        if read.is_early is not None:
            columns["early"] = read.is_early[plain.date_of] * plain.times
        back = 0 if read.days_back is None else pd.to_timedelta(read.days_back, unit="D").as_unit("s")
        sums = {}
        for (date_format, day), (decimal, sold) in itertools.product(days.items(), units.items()):
            date = (day if read.days_back is None else day - back).to_numpy()[plain.date_of]
            largest = sold.to_numpy()[plain.quantity_of]
            rows = pd.DataFrame({**columns, "date": date, "sales": largest * plain.times, "largest": largest})
            sums[date_format, decimal] = self._added((date_format, decimal), rows, are_next=False)
        self._sums = sums

    def sales(self) -> FileSales:
        """The sums of all rows.

        Raises:
            InvalidInput: Rows are wrong, or there are none; every violation is listed.
        """
        if not self._has_rows:
            told = "; ".join(warning.message for warning in self._kinds.warnings())
            description = f"no row of the file is a sale{': ' if told else ''}{told}"
            raise InvalidInput([Violation(SALES_FIELD, description)])
        date_format, violations = self._dates.chosen()
        periods = (
            period_of(table, are_days_sure=form == date_format and not violations)
            for (form, _), table in self._sums.items()
        )
        period = next(filter(None, periods), "")
        if period:
            # Under one form of dates they are totals, and no other form may make days of them.
            violations = [Violation(SALES_FIELD, f"column {self._names.date!r}: {totals_told(period)}")]
        decimal, wrong_quantities = self._quantities.chosen()
        violations += [*wrong_quantities, *self._kinds.violations()]
        column = f"column {self._names.dish!r}"
        if self._unnamed:
            description = f"{column}: no dish named on {self._unnamed}; write its name there, or delete the line"
            violations.append(Violation(SALES_FIELD, description))
        if self._garbled:
            description = f"{column}: control characters in the name of the dish on {self._garbled}; remove them"
            violations.append(Violation(SALES_FIELD, description))
        if violations:
            raise InvalidInput(violations)
        table = self._sums[date_format, decimal]
        future = self._dates.future(date_format)
        if table.empty:
            description = f"column {self._names.date!r}: all days are days to come ({future}); correct the dates"
            raise InvalidInput([Violation(SALES_FIELD, description)])
        # A dish that was only ever voided was never sold, and a day of voided rows alone is no open day.
        table = table[table["rows"] > 0].reset_index(drop=True)
        if table.empty:
            told = "; ".join(warning.message for warning in self._kinds.warnings())
            raise InvalidInput([Violation(SALES_FIELD, f"no row of the file is a sale: {told}")])
        checked = checked_sums(table, self._names.dish, has_receipts=self._has_receipts)
        table = checked.table
        return FileSales(
            sales=set_off_refunds(_with_takebacks(table)),
            columns=self._names,
            lines=lines_of_days(table),
            refund_rows=self._quantities.refunds(decimal).count + self._kinds.positive_refunds,
            future_rows=future.count,
            left_out_rows=_added_counts(self._kinds.left_out(), checked.rows_by_reason),
            how=replace(self._how, dates=self._dates.form(date_format), decimal_mark=decimal).without(
                (
                    *self._kinds.left_out_rows(),
                    *checked.left_out,
                    LeftOut("days to come", future.count, future.first, self._names.date),
                )
            ),
            warnings=(
                *form_warning((*self._told, *self._dates.told())),
                *self._kinds.warnings(),
                *checked.warnings,
                *_future_sales(future),
                *self._sold_after_midnight(table),
            ),
        )

    def _sold_after_midnight(self, table: pd.DataFrame) -> tuple[Notice, ...]:
        if "early" not in table:
            return ()
        return sold_after_midnight(table, self._clock.latest_hour, self._clock.day_ends_at_hour)

    def _added(self, reading: tuple[str, str], rows: pd.DataFrame, *, are_next: bool = True) -> pd.DataFrame:
        # A day to come, such as that of an order made in advance, tells nothing of past sales.
        to_come = is_future(rows["date"])
        if to_come.any():
            rows = rows[~to_come]
        before = self._sums.get(reading)
        if before is not None:
            rows = pd.concat([before, rows], ignore_index=True)
        if before is not None and not are_next:
            # The first of several rows as large is the one whose line is kept.
            rows = rows.sort_values("line", ignore_index=True)
        summed = [name for name in _SUMMED if name in rows]
        # A part of the file without voided rows or times has no column for them.
        return add_up_with_lines(rows.fillna(dict.fromkeys(summed, 0)), summed)


def _added_counts(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    return {reason: one.get(reason, 0) + other.get(reason, 0) for reason in (*one, *other)}


def _summed_columns(kind: KindArray, sold: pd.Series, is_early: BoolArray | None) -> pd.DataFrame:
    """Those columns of _SUMMED that the rows need; "sales" is NaN where the quantity is unreadable."""
    columns: dict[str, Any] = {"sales": sold, "rows": 1}
    if kind.any():
        is_undone = kind == UNDONE
        columns["sales"] = np.where(kind == REFUND, -np.abs(sold), np.where(is_undone, 0.0, sold))
        columns["rows"] = (~is_undone).astype(np.int64)
        columns["undone"] = np.where(is_undone, sold, 0.0)
    if is_early is not None:
        columns["early"] = is_early * columns["rows"]
    return pd.DataFrame(columns, index=sold.index)


def _summed_times(times: IntArray, text_of: IntArray) -> IntArray:
    """How many rows of the file have each text."""
    return np.bincount(text_of, times).astype(np.int64)


def _with_takebacks(table: pd.DataFrame) -> pd.DataFrame:
    """The sums of the rows that count, less the voided rows that take a sale back.

    Tills void in three ways: they mark the voided row, they add a row with a negative quantity and mark it, or they
    mark both. Only what is negative over all marked rows of a dish and day takes back rows that are not marked.
    """
    taken_back = table["undone"].clip(upper=0.0) if "undone" in table else 0.0
    return table.assign(sales=table["sales"] + taken_back)[["date", "dish", "sales", "rows"]]


def _future_sales(future: WrongLines) -> tuple[Notice, ...]:
    if not future:
        return ()
    rows = "1 row of days to come is" if future.count == 1 else f"{future.count:,} rows of days to come are"
    message = f"{rows} left out ({future}); correct the dates where they are wrong"
    return (Notice(FUTURE_SALES, message),)

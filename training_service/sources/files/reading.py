"""Reads the sales of one store from a CSV or Parquet file, in one pass over the file."""

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from shared.errors import InvalidInput, Violation
from shared.names import DEFAULT_STORE
from shared.notices import Notice
from training_service.outcomes import FUTURE_SALES
from training_service.sources.files.csv_file import CsvFile, open_csv
from training_service.sources.files.parquet_file import MOST_ROWS, ParquetFile, open_parquet
from training_service.sources.files.sales_columns import FileColumns, SalesColumns, find_columns, find_till
from training_service.sources.files.sales_dates import DateColumn
from training_service.sources.files.sales_quantities import QuantityColumn
from training_service.sources.files.tills.known_tills import TILLS
from training_service.sources.files.tills.till import Till
from training_service.sources.files.wrong_lines import WrongLines
from training_service.sources.sales_limits import CONTROL_CHARACTERS, SALES_FIELD, is_future
from training_service.sources.sales_table import add_up, set_off_refunds

#: Rows of a file that are in memory at a time, beside the sums of the rows before: about 20 MB of text.
CHUNK_ROWS = 50_000


class StoreNotInFile(InvalidInput):
    """The file has a column of stores, and no row of the store that was asked for."""


@dataclass(frozen=True, slots=True)
class FileSales:
    """The sales of one store in a file.

    Args:
        sales: Table with one row for each dish and day, sorted by dish, then by date. Columns: `date` (datetime64[s] at
            midnight), `dish` (str), `sales` (float64, units, at least 0), `rows` (int64, rows of the file that were
            added up).
        columns: Columns of the file that were read.
        refund_rows: Number of negative rows, which were subtracted from the other sales of their dish and day.
        future_rows: Number of rows of days to come, which were left out.
        warnings: What people should know about the rows of the file.
    """

    sales: pd.DataFrame
    columns: FileColumns
    refund_rows: int = 0
    future_rows: int = 0
    warnings: tuple[Notice, ...] = ()


def read_sales_file(
    path: Path,
    store: str,
    columns: SalesColumns,
    time_zone: str | None = None,
    *,
    tills: Sequence[Till] = TILLS,
    chunk_rows: int = CHUNK_ROWS,
    most_rows: int = MOST_ROWS,
) -> FileSales:
    """Reads the sales of one store from a point-of-sale export or a tidy table.

    Several rows of one dish and day are added up. Negative rows are refunds: they are subtracted from the other sales
    of their dish and day. Rows of days to come are left out. In a file with a column of stores only the rows of `store`
    count. A file without such a column serves every store; a file that names a single store serves the default store
    too.

    Args:
        path: Parquet file with a name that ends in ".parquet"; every other name is that of a CSV file in UTF-8, with or
            without byte-order mark, separated by comma, semicolon, tab or vertical bar.
        store: Name of the store whose sales are read.
        columns: Names of columns and format of dates that need not be recognised.
        time_zone: IANA name of the store's time zone, in which a moment with an offset from UTC is assigned to a day.
            None where the time zone is not known: such a moment then belongs to the day that is written.
        tills: Formats that are tried, in this order.
        chunk_rows: Rows of the file that are in memory at a time.
        most_rows: Largest number of rows of a Parquet file.

    Raises:
        StoreNotInFile: The file has a column of stores, and no row of this store.
        InvalidInput: The file cannot be read as sales; every violation names the column and the first wrong lines.
    """
    with _opened(path, time_zone, chunk_rows, most_rows) as file:
        till = find_till(file.header, tills)
        names = find_columns(file.header, columns, till)
        rows_of_store, rows_of_only_store = (
            _SummedRows(names, columns.date_format, time_zone, file.separator) for _ in range(2)
        )
        stores: set[str] = set()
        for rows in _sales_rows(file, names, till):
            if not names.store:
                rows_of_store.add(rows)
                continue
            in_file = rows["store"].str.strip()
            stores.update(in_file.unique())
            rows_of_store.add(rows[in_file == store])
            # A restaurant with one store has never told us its name: the only store of a file is the default store too.
            if store == DEFAULT_STORE and len(stores) == 1 and store not in stores:
                rows_of_only_store.add(rows)
    if not names.store or store in stores:
        return rows_of_store.sales()
    if store == DEFAULT_STORE and len(stores) == 1:
        return rows_of_only_store.sales()
    # The message does not list the stores of the file: they may belong to other people.
    description = f"column {names.store!r}: no sales of store {store!r}; write the name of the store as in the file"
    raise StoreNotInFile([Violation(SALES_FIELD, description)])


class _SummedRows:
    """Rows of one store that are checked and added up part by part, so that memory grows with dishes and days only."""

    def __init__(self, names: FileColumns, date_format: str | None, time_zone: str | None, separator: str) -> None:
        self._names = names
        self._dates = DateColumn(names.date, date_format, time_zone, SALES_FIELD)
        self._quantities = QuantityColumn(names.quantity, separator, SALES_FIELD)
        self._unnamed, self._garbled = WrongLines(), WrongLines()
        self._has_rows = False
        #: Sums for each pair of a date format and a decimal mark that has fitted all rows so far: which pair is the
        #: right one shows only at the end of the file.
        self._sums: dict[tuple[str, str], pd.DataFrame] = {}

    def add(self, rows: pd.DataFrame) -> None:
        """Adds the next rows.

        Args:
            rows: Columns `date`, `dish` and `quantity` as text, indexed by line number.
        """
        if rows.empty:
            return
        self._has_rows = True
        dish = rows["dish"].str.strip()
        self._unnamed.add(dish == "")
        self._garbled.add(dish.str.contains(CONTROL_CHARACTERS, regex=True))
        days, units = self._dates.add(rows["date"]), self._quantities.add(rows["quantity"])
        self._sums = {
            (date_format, decimal): self._added((date_format, decimal), day, dish, sold)
            for date_format, day in days.items()
            for decimal, sold in units.items()
        }

    def sales(self) -> FileSales:
        """The sums of all rows.

        Raises:
            InvalidInput: Rows are wrong, or there are none; every violation is listed.
        """
        if not self._has_rows:
            raise InvalidInput([Violation(SALES_FIELD, "no row of the file is a sale")])
        date_format, violations = self._dates.chosen()
        decimal, wrong_quantities = self._quantities.chosen()
        violations += wrong_quantities
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
        return FileSales(
            sales=set_off_refunds(table),
            columns=self._names,
            refund_rows=self._quantities.refunds(decimal).count,
            future_rows=future.count,
            warnings=_future_sales(future),
        )

    def _added(self, reading: tuple[str, str], day: pd.Series, dish: pd.Series, sold: pd.Series) -> pd.DataFrame:
        rows = pd.DataFrame({"date": day, "dish": dish, "sales": sold, "rows": 1})
        # A day to come, such as that of an order made in advance, tells nothing of past sales.
        to_come = is_future(day)
        if to_come.any():
            rows = rows[~to_come]
        before = self._sums.get(reading)
        return add_up(rows if before is None else pd.concat([before, rows], ignore_index=True))


def _future_sales(future: WrongLines) -> tuple[Notice, ...]:
    if not future:
        return ()
    rows = "1 row of days to come is" if future.count == 1 else f"{future.count:,} rows of days to come are"
    message = f"{rows} left out ({future}); correct the dates where they are wrong"
    return (Notice(FUTURE_SALES, message),)


@contextlib.contextmanager
def _opened(path: Path, time_zone: str | None, chunk_rows: int, most_rows: int) -> Iterator[CsvFile | ParquetFile]:
    if path.suffix.lower() == ".parquet":
        with open_parquet(path, SALES_FIELD, time_zone, chunk_rows=chunk_rows, most_rows=most_rows) as parquet:
            yield parquet
    else:
        with open_csv(path, SALES_FIELD, chunk_rows=chunk_rows) as csv:
            yield csv


def _sales_rows(file: CsvFile | ParquetFile, names: FileColumns, till: Till) -> Iterator[pd.DataFrame]:
    """The rows of a file that count as sales, part by part, with the columns that `Till.sales_of` describes."""
    by_role = {"date": names.date, "dish": names.dish, "quantity": names.quantity}
    if names.store:
        by_role["store"] = names.store
    by_role |= dict(zip(till.more_columns, names.more, strict=True))
    for part in file.chunks(list(dict.fromkeys(by_role.values()))):
        # One column of the file may have two roles.
        yield till.sales_of(pd.DataFrame({role: part[name] for role, name in by_role.items()}))

"""Reads the sales of one store from a CSV file, a workbook or a Parquet file, in one pass over the file."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import pandas as pd

from shared.errors import InvalidInput, Violation
from shared.names import DEFAULT_STORE
from shared.notices import Notice
from shared.store_names import store_in_data
from training_service.outcomes import LAST_DAY_UNFINISHED, ROWS_NOT_SOLD
from training_service.sources.clean_names import clean_names, store_names
from training_service.sources.files.choices.file_reading import NO_SALE_OF_A_DISH, RowCounts, how_opened, with_all_rows
from training_service.sources.files.csv_file import CsvFile
from training_service.sources.files.opened_file import OpenedFile, open_sales_file
from training_service.sources.files.parquet_file import MOST_ROWS
from training_service.sources.files.plain_rows import NotPlain, PlainRows
from training_service.sources.files.rows.clock import HOURS_OF_DAY, Clock, MomentsFound
from training_service.sources.files.rows.kinds import RowColumns, find_row_columns, key_of
from training_service.sources.files.rows.last_day import may_be_unfinished, unfinished_day
from training_service.sources.files.rows.money import check_is_no_money
from training_service.sources.files.rows.no_sales import returns_not_read
from training_service.sources.files.rows.numbered_dishes import check_has_names
from training_service.sources.files.rows.orders import LinesRepeated, Orders
from training_service.sources.files.rows.receipts import Repetitions
from training_service.sources.files.sales_columns import FileColumns, SalesColumns, find_columns, find_till
from training_service.sources.files.store_column import no_such_store
from training_service.sources.files.summed_rows import FileSales, SummedRows
from training_service.sources.files.tills.column_names import is_business_day
from training_service.sources.files.tills.known_tills import TILLS
from training_service.sources.files.tills.till import Till, all_rows
from training_service.sources.files.wrong_lines import LinesUnknown, WrongLines
from training_service.sources.how_read import ColumnRole, LeftOut
from training_service.sources.sales_limits import SALES_FIELD

#: Rows of a file that are in memory at a time, beside the sums of the rows before: about 20 MB of text.
CHUNK_ROWS = 50_000

#: Rows of a file from which columns of dates, names and numbers are told apart.
SAMPLE_ROWS = 200


class StoreNotInFile(InvalidInput):
    """The file has a column of stores, and no row of the store that was asked for.

    Args:
        message: Why, and what to do.
        stores: Names of the stores that the file has.
    """

    def __init__(self, message: str, stores: Collection[str]) -> None:
        super().__init__([Violation(SALES_FIELD, message)])
        self.stores = frozenset(stores)


def read_sales_file(
    path: Path,
    store: str,
    columns: SalesColumns,
    time_zone: str | None = None,
    *,
    day_ends_at_hour: int = 24,
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
        path: Parquet file with a name that ends in ".parquet"; the contents of every other file tell a workbook from
            text. Encoding and separator of a text, and the sheet of a workbook, are recognised.
        store: Name of the store whose sales are read.
        columns: Names of columns and format of dates that need not be recognised.
        time_zone: IANA name of the store's time zone, in which a moment with an offset from UTC is assigned to a day.
            None where the time zone is not known: such a moment then belongs to the day that is written.
        day_ends_at_hour: Hour at which a day ends. With 26, what is sold before two in the night belongs to the day
            before.
        tills: Formats that are tried, in this order.
        chunk_rows: Rows of the file that are in memory at a time.
        most_rows: Largest number of rows of a Parquet file.

    Raises:
        StoreNotInFile: The file has a column of stores, and no row of this store.
        InvalidInput: The file cannot be read as sales; every violation names the column and the first wrong lines.
    """
    with open_sales_file(path, columns, tills, chunk_rows=chunk_rows, most_rows=most_rows) as file:
        read = partial(_read_again, file, store, columns, tills)
        clocks: list[Clock] = []

        def new_clock(*, midnights_are_days: bool, zoned_format: str | None = None) -> Clock:
            clocks.append(
                Clock(
                    time_zone,
                    day_ends_at_hour,
                    strips_times=columns.date_format is None,
                    midnights_are_days=midnights_are_days,
                    zoned_format=zoned_format,
                    reads_zones=columns.date_format is None or not re.search("%[HI]", columns.date_format),
                )
            )
            return clocks[-1]

        sales = _read_moments(read, new_clock)
        if time_zone and sales.how.dates and any(clock.has_zones for clock in clocks):
            # Only the whole column tells the order of day and month, and only the day tells the time of the store.
            sales = _read_moments(read, partial(new_clock, zoned_format=sales.how.dates.format))
        if not may_be_unfinished(sales.sales, time_zone, day_ends_at_hour):
            return sales
        return _without_unfinished_day(file, sales, time_zone, day_ends_at_hour)


def _read_moments(read: Callable[[Callable[[], Clock]], FileSales], new_clock: Callable[..., Clock]) -> FileSales:
    """The sales of a file whose moments at midnight in UTC are days, unless there are moments of other times."""
    try:
        return read(partial(new_clock, midnights_are_days=True))
    except MomentsFound:
        # Only the rows tell that midnights are not days, and the rows before were read as days.
        return read(partial(new_clock, midnights_are_days=False))


def _without_unfinished_day(
    file: OpenedFile, sales: FileSales, time_zone: str | None, day_ends_at_hour: int
) -> FileSales:
    """The sales without their last day, where the export was made before closing time. The file is read once more."""
    time = next((column.name for column in sales.how.columns if column.role is ColumnRole.TIME), "")
    last = pd.Timestamp(sales.sales["date"].max())
    if is_business_day(sales.columns.date):
        day_ends_at_hour = HOURS_OF_DAY
    by_role = {"date": sales.columns.date} | ({"time": time} if time else {})
    date_format = sales.how.dates.format if sales.how.dates else ""
    found = unfinished_day(_dated_rows(file, sales, by_role), last.date(), date_format, time_zone, day_ends_at_hour)
    if found is None:
        return sales
    is_last = sales.sales["date"] == last
    rows = int(sales.sales.loc[is_last, "rows"].sum())
    message = f"{found.told}: the day is left out as unfinished; export the sales after closing time"
    return replace(
        sales,
        sales=sales.sales[~is_last].reset_index(drop=True),
        lines=sales.lines[sales.lines.index.get_level_values("date") != last],
        how=sales.how.without([LeftOut("the unfinished last day", rows)]),
        unfinished_rows=rows,
        warnings=(*sales.warnings, Notice(LAST_DAY_UNFINISHED, message)),
    )


def _dated_rows(file: OpenedFile, sales: FileSales, by_role: Mapping[str, str]) -> Iterator[pd.DataFrame]:
    """The texts of these columns of the rows of the store that have a date, part by part."""
    store = sales.columns.store
    for part in file.chunks(list(dict.fromkeys([*by_role.values(), *([store] if store else [])]))):
        rows = pd.DataFrame({role: part[name].str.strip() for role, name in by_role.items()})
        chosen = rows["date"] != ""
        if store:
            chosen &= store_names(part[store]) == sales.how.restaurant
        yield rows[chosen]


def _read_again(
    file: OpenedFile, store: str, columns: SalesColumns, tills: Sequence[Till], new_clock: Callable[[], Clock]
) -> FileSales:
    """The sales of a store; a file with lines of receipts that stand there twice is read again."""
    try:
        return _read(file, store, columns, tills, new_clock)
    except LinesRepeated as error:
        # Only a file with such lines is compared in all its columns, as reading all columns takes time.
        return _read(file, store, columns, tills, new_clock, repeated=error.found)


def _read(
    file: OpenedFile,
    store: str,
    columns: SalesColumns,
    tills: Sequence[Till],
    new_clock: Callable[[], Clock],
    *,
    repeated: Repetitions | None = None,
) -> FileSales:
    """The sales of a store in an open file, from its first row; the arguments are those of `read_sales_file`."""
    if isinstance(file, CsvFile) and not repeated:
        try:
            return _read_rows(file, store, columns, tills, new_clock, puts_together=True)
        except StoreNotInFile:
            raise
        except (NotPlain, LinesUnknown, InvalidInput):
            pass  # Only the reading of each row knows all wrong lines.
    return _read_rows(file, store, columns, tills, new_clock, repeated=repeated)


def _read_rows(
    file: OpenedFile,
    store: str,
    columns: SalesColumns,
    tills: Sequence[Till],
    new_clock: Callable[[], Clock],
    *,
    repeated: Repetitions | None = None,
    puts_together: bool = False,
) -> FileSales:
    """The sales of a store, from rows that are read one by one, or where equal rows are put together.

    Raises:
        NotPlain: `puts_together` is true, and the file must be read row by row.
        LinesUnknown: `puts_together` is true, and the number of a line is needed that is not known.
    """
    till = find_till(file.header, tills)
    sample = file.sample(SAMPLE_ROWS)
    names = find_columns(file.header, columns, till, sample)
    if columns.quantity is None:
        check_is_no_money(names.quantity, (names.date, names.dish, names.store, names.number), sample)
    if columns.dish is None:
        check_has_names(names.dish, (names.date, names.quantity, names.store), sample)
    # A name that stands twice in the header names no column: nobody can tell which of the two is meant.
    header = [name for name in file.header if file.header.count(name) == 1]
    row_columns = find_row_columns(header, names, till, sample)
    how = how_opened(file, till, names, row_columns, columns, sample)
    told = (*file.told, *filter(None, [till.told, returns_not_read(file.header, names.quantity, sample)]))
    rows_of_store, rows_of_only_store = (
        SummedRows(names, row_columns, columns.date_format, new_clock(), told, file, how) for _ in range(2)
    )
    compared = header if repeated else ()
    orders = Orders(row_columns, compared, till.of_order, repeated)
    stores: set[str] = set()
    wanted = store_in_data(store)
    counts = RowCounts()
    plain, chunks = None, file.chunks
    if puts_together and isinstance(file, CsvFile):
        plain = _plain_rows(names, row_columns, till, columns, None if store == DEFAULT_STORE else wanted)
        chunks = partial(plain.others, file)
    for rows in _sales_rows(chunks, names, row_columns, till, orders, compared, counts):
        if not names.store:
            rows_of_store.add(rows)
            continue
        in_file = store_names(rows["store"])
        stores.update(name for name in in_file.unique() if name)
        rows_of_store.add(rows[in_file == wanted])
        # A restaurant with one store has never told us its name: the only store of a file is the default store too.
        if store == DEFAULT_STORE and len(stores) <= 1 and wanted not in stores:
            rows_of_only_store.add(rows)
    if plain:
        stores |= plain.stores
        counts.read += plain.count
    orders.check()
    is_only_store = bool(names.store) and wanted not in stores
    if is_only_store and (store != DEFAULT_STORE or len(stores) > 1):
        raise StoreNotInFile(f"column {names.store!r}: {no_such_store(store, stores)}", stores)
    chosen = rows_of_only_store if is_only_store else rows_of_store
    if plain and (found := plain.sales(wanted if names.store and not is_only_store else None)):
        chosen.add_plain(found)
    sales = chosen.sales()
    restaurant = next(iter(stores), "") if is_only_store else wanted if names.store else ""
    return replace(
        sales,
        left_out_rows=dict(sales.left_out_rows)
        | ({NO_SALE_OF_A_DISH: counts.no_sales.count} if counts.no_sales else {}),
        warnings=(*sales.warnings, *_no_sales_by_format(till, counts.no_sales), *orders.warnings()),
        how=with_all_rows(sales.how, counts, chosen.number_added, orders, stores, restaurant),
    )


def _plain_rows(
    names: FileColumns, row_columns: RowColumns, till: Till, columns: SalesColumns, store: str | None
) -> PlainRows:
    """Puts equal rows of the file together.

    Raises:
        NotPlain: The rows of such a file must be read one by one.
    """
    is_plain = till.sales_of is all_rows and not names.more and columns.date_format is None
    if not is_plain or row_columns.receipt or row_columns.time:
        raise NotPlain
    return PlainRows(names, row_columns, store)


def _no_sales_by_format(till: Till, lines: WrongLines) -> tuple[Notice, ...]:
    if not lines:
        return ()
    rows = "1 row is" if lines.count == 1 else f"{lines.count:,} rows are"
    return (Notice(ROWS_NOT_SOLD, f"{rows} no sale of a dish in the format {till.name!r} and left out ({lines})"),)


def _sales_rows(
    chunks: Callable[[list[str]], Iterator[pd.DataFrame]],
    names: FileColumns,
    row_columns: RowColumns,
    till: Till,
    orders: Orders,
    compared: Sequence[str],
    counts: RowCounts,
) -> Iterator[pd.DataFrame]:
    """The rows that the format answers, part by part: the columns of `Till.sales_of` and of `RowColumns.by_key`.

    The lines that the format leaves out are added to `counts`. `chunks` answers columns of the file as text.
    """
    by_role = {"date": names.date, "dish": names.dish, "quantity": names.quantity}
    if names.store:
        by_role["store"] = names.store
    if names.number:
        by_role["number"] = names.number
    by_role |= dict(zip(till.more_columns, names.more, strict=True)) | row_columns.by_key
    by_role |= {key_of(name): name for name in compared}
    for part in chunks(list(dict.fromkeys(by_role.values()))):
        # One column of the file may have two roles.
        rows = pd.DataFrame({role: part[name] for role, name in by_role.items()})
        rows["dish"] = clean_names(rows["dish"])
        if names.number:
            rows["dish"] = rows["dish"].where(rows["dish"] != "", clean_names(rows["number"]))
        counts.read += len(rows)
        completed = orders.completed(rows)
        sales = till.sales_of(completed)
        if len(sales) < len(completed):
            counts.no_sales.add(pd.Series(~completed.index.isin(sales.index), completed.index))
        yield sales

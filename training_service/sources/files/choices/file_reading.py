"""Says how a sales file is read: its form, its columns, and the rows of it that do not count."""

from collections.abc import Collection
from dataclasses import dataclass, field, replace

import pandas as pd

from training_service.sources.files.choices.column_choices import chosen_columns, unread_columns
from training_service.sources.files.csv_file import CsvFile
from training_service.sources.files.encodings import ENCODINGS
from training_service.sources.files.opened_file import OpenedFile
from training_service.sources.files.rows.kinds import RowColumns
from training_service.sources.files.rows.orders import Orders
from training_service.sources.files.sales_columns import FileColumns, SalesColumns
from training_service.sources.files.tills.till import Till
from training_service.sources.files.workbook_file import WorkbookFile
from training_service.sources.files.wrong_lines import WrongLines
from training_service.sources.how_read import HowRead, LeftOut, SourceKind

_UTF_8 = ("utf-8", "utf-8-sig")

#: Reason of the rows that the format of a till leaves out.
NO_SALE_OF_A_DISH = "no sale of a dish"


@dataclass(slots=True)
class RowCounts:
    """Numbers of rows that were read so far.

    Args:
        read: Rows of the file.
        no_sales: Lines that the format of the file has left out.
    """

    read: int = 0
    no_sales: WrongLines = field(default_factory=WrongLines)


def how_opened(
    file: OpenedFile,
    till: Till,
    names: FileColumns,
    row_columns: RowColumns,
    settings: SalesColumns,
    sample: pd.DataFrame,
) -> HowRead:
    """How a file is read, as far as this is known before its rows are read.

    Args:
        file: The open file.
        till: Format of the file.
        names: Columns that are read.
        row_columns: Columns that tell what the rows mean.
        settings: What the settings say about sales files.
        sample: Some rows of the file as text, with all columns.
    """
    columns = chosen_columns(file.header, names, row_columns, settings, till, sample)
    common = HowRead(
        kind=SourceKind.PARQUET,
        till=till.name if till.marks else "",
        columns=columns,
        unread_columns=unread_columns(file.header, columns),
    )
    if isinstance(file, CsvFile):
        return replace(
            common,
            kind=SourceKind.CSV,
            encoding=_called(file.encoding.codec),
            separator=file.separator,
            header_line=file.lines_above + 1,
        )
    if isinstance(file, WorkbookFile):
        return replace(common, kind=SourceKind.WORKBOOK, sheet=file.sheet, header_line=file.lines_above + 1)
    return common


def with_all_rows(
    how: HowRead, counts: RowCounts, rows_of_store: int, orders: Orders, restaurants: Collection[str], restaurant: str
) -> HowRead:
    """How a file was read, after its last row.

    Args:
        how: How the rows of the store were read.
        counts: Numbers of rows of the whole file.
        rows_of_store: Number of rows of the store.
        orders: Orders of the file, which know the rows that stand there twice.
        restaurants: Names of the restaurants in the file.
        restaurant: Name of the restaurant whose rows are used; empty where the file names none.
    """
    repeated = orders.left_out()
    others = counts.read - counts.no_sales.count - sum(each.rows for each in repeated) - rows_of_store
    further = (
        *repeated,
        LeftOut("other restaurants", others),
        LeftOut(NO_SALE_OF_A_DISH, counts.no_sales.count, counts.no_sales.first),
    )
    known = replace(how, rows=counts.read, restaurants=tuple(sorted(restaurants)), restaurant=restaurant)
    return known.without(further)


def _called(codec: str) -> str:
    """The name of an encoding that people know."""
    plain = codec.lower().replace("_", "-")
    return "UTF-8" if plain in _UTF_8 else ENCODINGS.get(codec, codec.upper())

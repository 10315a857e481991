"""Opens a sales file of any kind: the contents tell a workbook from text, and the name tells Parquet."""

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from training_service.sources.files.csv_file import CsvFile, read_csv
from training_service.sources.files.parquet_file import ParquetFile, open_parquet
from training_service.sources.files.sales_columns import SalesColumns, names_all_columns
from training_service.sources.files.tills.till import Till
from training_service.sources.files.workbook_file import WorkbookFile, is_workbook, open_workbook
from training_service.sources.sales_limits import SALES_FIELD

#: A sales file that is open: each kind has `header`, `separator`, `told`, `chunks` and `sample`.
OpenedFile = CsvFile | ParquetFile | WorkbookFile


@contextlib.contextmanager
def open_sales_file(
    path: Path, columns: SalesColumns, tills: Sequence[Till], *, chunk_rows: int, most_rows: int
) -> Iterator[OpenedFile]:
    """Opens a sales file and finds its header.

    Args:
        path: Parquet file with a name that ends in ".parquet", workbook, or text file.
        columns: What the settings say about sales files.
        tills: Formats whose columns make a row the header.
        chunk_rows: Rows of the file that are in memory at a time.
        most_rows: Largest number of rows of a Parquet file.

    Raises:
        InvalidInput: The file cannot be opened as any of these kinds.
    """

    def is_header(row: Sequence[str]) -> bool:
        return names_all_columns(row, columns, tills)

    if path.suffix.lower() == ".parquet":
        with open_parquet(path, SALES_FIELD, chunk_rows=chunk_rows, most_rows=most_rows) as parquet:
            yield parquet
        return
    with path.open("rb") as raw:
        if is_workbook(raw):
            with open_workbook(
                raw, SALES_FIELD, chunk_rows=chunk_rows, is_header=is_header, sheet=columns.sheet
            ) as workbook:
                yield workbook
        else:
            yield read_csv(raw, SALES_FIELD, chunk_rows=chunk_rows, is_header=is_header, codec=columns.encoding)

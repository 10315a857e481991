"""Writes exports of tills with the columns that they document, and tells what the reader made of them."""

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.support.workbooks import Cell, write_xlsx
from training_service.sources.files.reading import read_sales_file
from training_service.sources.files.sales_columns import SalesColumns, find_till
from training_service.sources.files.summed_rows import FileSales
from training_service.sources.files.tills.known_tills import TILLS

#: Units by day and dish, such as {"11-24 Soup": 3.0}.
Units = dict[str, float]


def names_of(header: str, separator: str = ",") -> list[str]:
    """The names of the columns of a header."""
    return header.split(separator)


def write_csv(
    folder: Path,
    columns: Sequence[str],
    rows: Sequence[Mapping[str, str]],
    *,
    separator: str = ",",
    encoding: str = "utf-8",
    above: Sequence[str] = (),
) -> Path:
    """Writes an export as a text file and answers its path.

    Args:
        folder: Folder of the file.
        columns: All columns of the export, in its order.
        rows: Cells of each row by column; other cells are empty.
        separator: Character between the columns.
        encoding: Encoding of the text.
        above: Lines above the header, such as the title of a report.
    """
    text = io.StringIO("".join(f"{line}\n" for line in above))
    text.seek(0, io.SEEK_END)
    writer = csv.writer(text, delimiter=separator, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(_cells(columns, row) for row in rows)
    path = folder / "export.csv"
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def write_workbook(
    folder: Path,
    columns: Sequence[str],
    rows: Sequence[Mapping[str, Cell]],
    *,
    sheet: str = "Sheet0",
    above: Sequence[Sequence[Cell]] = (),
) -> Path:
    """Writes an export as an Excel workbook and answers its path.

    Args:
        folder: Folder of the file.
        columns: All columns of the export, in its order.
        rows: Cells of each row by column; other cells are empty.
        sheet: Name of the sheet.
        above: Rows above the header, such as the title of a report.
    """
    path = folder / "export.xlsx"
    write_xlsx(path, {sheet: [*above, list(columns), *(_cells(columns, row) for row in rows)]})
    return path


def _cells(columns: Sequence[str], row: Mapping[str, Cell]) -> list[Cell]:
    """The cells of a row; a test that names a column that the export does not have fails."""
    assert set(row) <= set(columns), set(row) - set(columns)
    return [row.get(column) for column in columns]


def read(
    path: Path,
    *,
    time_zone: str | None = None,
    day_ends_at_hour: int = 24,
    chunk_rows: int = 100,
    store: str = "default",
) -> FileSales:
    """Reads an export with nothing set; the arguments are those of `read_sales_file`."""
    return read_sales_file(
        path, store, SalesColumns(), time_zone, day_ends_at_hour=day_ends_at_hour, chunk_rows=chunk_rows
    )


def units(sales: FileSales) -> Units:
    """The units by day and dish."""
    keys = sales.sales["date"].dt.strftime("%m-%d ") + sales.sales["dish"]
    return dict(zip(keys, sales.sales["sales"], strict=True))


def till_of(columns: Sequence[str]) -> str:
    """The name of the format that reads a file with these columns."""
    return find_till(columns, TILLS).name

"""Reads a sheet of an Excel or OpenDocument workbook part by part as tables of text like those of CSV files."""

import contextlib
import datetime as dt
import itertools
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import BinaryIO

import pandas as pd
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetVisibleEnum

from shared.errors import InvalidInput, Violation
from shared.names import enumerated
from training_service.sources.files.csv_file import check_names
from training_service.sources.files.header_search import ROWS_SEARCHED, Header, IsHeader, find_header

#: Parts that workbooks have as zip archives.
_PARTS = ("xl/workbook.xml", "xl/workbook.bin", "content.xml")

_ZIP = b"PK\x03\x04"

#: First bytes of .xls files, and of workbooks that a password protects.
_OLD = b"\xd0\xcf\x11\xe0"

#: Largest size of the unpacked parts of a workbook in bytes: ten sheets of a million rows. A small archive can unpack
#: to any size.
MOST_UNPACKED_BYTES = 2_000_000_000

#: Sheets that a message names at most.
_SHEETS_NAMED = 8


def is_workbook(raw: BinaryIO) -> bool:
    """Tells from the contents of a file, whatever its name, whether the file is a workbook.

    Args:
        raw: The opened file, which is left at its beginning.
    """
    begin = raw.read(len(_OLD))
    raw.seek(0)
    if begin != _ZIP:
        return begin == _OLD
    try:
        with zipfile.ZipFile(raw) as archive:
            return not {name.lower() for name in archive.namelist()}.isdisjoint(_PARTS)
    except zipfile.BadZipFile:
        return False
    finally:
        raw.seek(0)


@contextlib.contextmanager
def open_workbook(
    raw: BinaryIO,
    field: str,
    *,
    chunk_rows: int,
    is_header: IsHeader,
    sheet: str | None = None,
    most_unpacked_bytes: int = MOST_UNPACKED_BYTES,
) -> Iterator["WorkbookFile"]:
    """Opens a workbook and finds the sheet with the sales: the one sheet whose header is recognised.

    Args:
        raw: Opened file of the kind .xlsx, .xlsm, .xlsb, .xls or .ods.
        field: Field of the request that violations name.
        chunk_rows: Rows that are in memory at a time, beside the cells of the sheet.
        is_header: Function that recognises the header among the first rows of a sheet.
        sheet: Name of the sheet; None to find the sheet.
        most_unpacked_bytes: Largest size of the unpacked parts of the workbook in bytes.

    Raises:
        InvalidInput: The workbook is damaged, protected or too large, or the sheet is not found.
    """
    _check_unpacked_size(raw, field, most_unpacked_bytes)
    try:
        with CalamineWorkbook.from_filelike(raw) as workbook:
            name, rows, header = _found_sheet(workbook, field, is_header, sheet)
            several = len(workbook.sheet_names) > 1
            yield WorkbookFile(rows, field, header.names, chunk_rows, header.row, name if several else "")
    except CalamineError as error:
        what_to_do = "remove its password if it has one, open it in a spreadsheet, and save it again as .xlsx"
        raise _wrong(field, f"not readable as a workbook ({type(error).__name__}); {what_to_do}") from error


@dataclass(frozen=True, slots=True)
class WorkbookFile:
    """A sheet of an open workbook.

    Args:
        rows: The sheet.
        field: Field of the request that violations name.
        header: Names of the columns, without white space around them.
        chunk_rows: Rows that are in memory as text at a time.
        lines_above: Rows of the sheet above the header, such as the title of a report.
        sheet: Name of the sheet, where the workbook has several; else empty.
        separator: Separator of a CSV file in which numbers would be written as this class writes them.
    """

    rows: CalamineSheet
    field: str
    header: tuple[str, ...]
    chunk_rows: int
    lines_above: int
    sheet: str
    separator: str = ";"

    @property
    def told(self) -> tuple[str, ...]:
        """How the workbook is read, in parts of a sentence, where a plain workbook would be read otherwise."""
        told = []
        if self.sheet:
            told.append(f"the sales are those of the sheet {self.sheet!r}")
        if self.lines_above:
            told.append(f"the names of the columns stand on row {self.lines_above + 1}")
        return tuple(told)

    def chunks(self, columns: Sequence[str]) -> Iterator[pd.DataFrame]:
        """Reads the rows part by part, as text (empty where a cell is empty), indexed by the row of the sheet.

        Args:
            columns: Names in `header` of the columns that are read.

        Raises:
            InvalidInput: The sheet has no rows, or several columns of a name that is needed.
        """
        check_names(self.header, columns, self.field, f"row {self.lines_above + 1}: ")
        positions = [self.header.index(name) for name in columns]
        is_empty = True
        rows = self._rows()
        while part := list(itertools.islice(rows, self.chunk_rows)):
            is_empty = False
            fields = [[text(row[position]) for position in positions] for _, row in part]
            yield pd.DataFrame(fields, index=[number for number, _ in part], columns=list(columns), dtype=str)
        if is_empty:
            raise _wrong(self.field, "there are no rows after the header; export the file again with its rows")

    def sample(self, rows: int) -> pd.DataFrame:
        """The first rows with all columns, as text.

        Args:
            rows: Number of rows at most.
        """
        width = len(self.header)
        first = [[text(cell) for cell in row[:width]] for _, row in itertools.islice(self._rows(), rows)]
        return pd.DataFrame(first, columns=list(self.header), dtype=str)

    def _rows(self) -> Iterator[tuple[int, Sequence[object]]]:
        """The rows after the header that have at least two cells with a value, with their numbers in the sheet.

        A row with a single value, such as the date of the export below the table, is no row of the table.
        """
        first = self.lines_above + 1
        for number, row in enumerate(self.rows.iter_rows(), start=1):
            if number > first and sum(cell != "" for cell in row) > 1:
                yield number, row


def text(cell: object) -> str:
    """A cell as a CSV file would have it.

    Args:
        cell: Value of the cell as calamine answers it.
    """
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, float):
        return _number(cell)
    if isinstance(cell, dt.datetime):
        return cell.strftime("%Y-%m-%d" if cell.time() == dt.time() else "%Y-%m-%d %H:%M:%S")
    return cell.isoformat() if isinstance(cell, dt.date | dt.time) else str(cell)


def _number(value: float) -> str:
    """A number without a decimal mark, such as 35e-1: a mark could be taken for one of thousands."""
    if value.is_integer():
        return str(int(value))
    sign, digits, exponent = Decimal(repr(value)).as_tuple()
    return f"{'-' if sign else ''}{''.join(map(str, digits))}e{exponent}"


def _found_sheet(
    workbook: CalamineWorkbook, field: str, is_header: IsHeader, wanted: str | None
) -> tuple[str, CalamineSheet, Header]:
    """The sheet with the sales, with its name and its header."""
    # A setting may name a hidden sheet; without one, only sheets that people see count.
    names = [
        each.name for each in workbook.sheets_metadata if wanted or each.visible == SheetVisibleEnum.Visible
    ] or workbook.sheet_names
    if wanted is not None:
        if wanted not in names:
            told = f"there is no sheet {wanted!r}; the sheets are {_listed(names)}"
            raise _wrong(field, f"{told}; correct the server's SALES_SHEET")
        names = [wanted]
    found = []
    for name in names:
        sheet = workbook.get_sheet_by_name(name)
        first = [[text(cell) for cell in row] for row in itertools.islice(sheet.iter_rows(), ROWS_SEARCHED)]
        header = find_header(first, is_header)
        if header:
            found.append((name, sheet, header))
    recognised = [each for each in found if each[2].is_recognised]
    if len(recognised) == 1 or (not recognised and len(found) == 1):
        return (recognised or found)[0]
    if not found:
        raise _wrong(field, "there are no rows in the workbook; export the file again with its rows")
    what_to_do = "name one with the server's SALES_SHEET, or save one alone in a file"
    if recognised:
        listed = _listed([name for name, *_ in recognised])
        raise _wrong(field, f"several sheets have columns of sales: {listed}; {what_to_do}")
    listed = _listed([name for name, *_ in found])
    raise _wrong(
        field, f"no sheet has columns for the date, the dish and the quantity; the sheets are {listed}; {what_to_do}"
    )


def _listed(names: Sequence[str]) -> str:
    return enumerated([repr(name) for name in names[:_SHEETS_NAMED]], len(names))


def _check_unpacked_size(raw: BinaryIO, field: str, most_bytes: int) -> None:
    if not zipfile.is_zipfile(raw):
        raw.seek(0)
        return
    with zipfile.ZipFile(raw) as archive:
        size = sum(part.file_size for part in archive.infolist())
    raw.seek(0)
    if size > most_bytes:
        has, most = (f"{value / 1e6:,.0f} MB" for value in (size, most_bytes))
        raise _wrong(field, f"the workbook has {has} when it is unpacked; expected at most {most}: save it as CSV")


def _wrong(field: str, description: str) -> InvalidInput:
    return InvalidInput([Violation(field, description)])

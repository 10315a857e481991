"""Reads CSV files part by part as tables of text, indexed by line number so that messages can name wrong lines."""

import contextlib
import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

import pandas as pd

from shared.errors import InvalidInput, Violation
from training_service.sources.files.wrong_lines import WrongLines

#: Characters that may separate columns; the one that the header has most of is taken.
_SEPARATORS = ",;\t|"

#: First bytes of .xlsx files, which are zip archives, and of .xls files.
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_GZIP = b"\x1f\x8b"

#: Characters of the first line that are read at most: a file without ends of lines must not fill the memory.
_LONGEST_HEADER = 65_536


@contextlib.contextmanager
def open_csv(path: Path, field: str, *, chunk_rows: int) -> Iterator["CsvFile"]:
    """Opens a CSV file and reads its header. The rows come from the same opened file, also if the path is replaced.

    Args:
        path: File in UTF-8, with or without byte-order mark.
        field: Field of the request that violations name.
        chunk_rows: Rows that are in memory at a time.

    Raises:
        InvalidInput: The file is not text in UTF-8, is empty, or has two columns of one name.
    """
    with path.open("rb") as raw:
        _check_is_text(raw.read(len(_WORKBOOKS[0])), field)
        raw.seek(0)
        text = io.TextIOWrapper(raw, encoding="utf-8-sig", newline="")
        try:
            first = text.readline(_LONGEST_HEADER)
        except UnicodeDecodeError as error:
            raise _not_utf8(field) from error
        if not first.strip():
            raise _wrong(field, f"{'line 1 is blank' if first else 'the file is empty'}; expected the names of columns")
        separator = max(_SEPARATORS, key=first.count)
        header = tuple(name.strip() for name in next(csv.reader([first], delimiter=separator)))
        twice = sorted({name for name in header if name and header.count(name) > 1})
        if twice:
            names = ", ".join(map(repr, twice))
            raise _wrong(field, f"line 1: several columns are named {names}; give each column a name of its own")
        header = tuple(name or f"column {i + 1}" for i, name in enumerate(header))
        yield CsvFile(text, field, header, separator, chunk_rows)


@dataclass(frozen=True, slots=True)
class CsvFile:
    """An open CSV file with one line of header. A quoted field may span several lines.

    Args:
        text: The open file.
        field: Field of the request that violations name.
        header: Names of the columns, without white space around them.
        separator: Comma, semicolon, tab or vertical bar; a comma where the header has none of them.
        chunk_rows: Rows that are in memory at a time.
    """

    text: TextIO
    field: str
    header: tuple[str, ...]
    separator: str
    chunk_rows: int

    def chunks(self, columns: Sequence[str]) -> Iterator[pd.DataFrame]:
        """Reads the rows part by part, as text (empty where a field is empty), indexed by the line of each row.

        Lines that have not as many fields as the header are told after all lines were read.

        Args:
            columns: Names in `header` of the columns that are read.

        Raises:
            InvalidInput: The file is not UTF-8, is no CSV, has no rows, or has lines of other lengths than the header.
        """
        positions = [self.header.index(name) for name in columns]
        lines: list[int] = []
        fields: list[list[str]] = []
        ragged, their_length = WrongLines(), 0
        is_empty = True
        for line, row in self._rows():
            is_empty = False
            if len(row) != len(self.header):
                their_length = their_length if ragged else len(row)
                ragged.add_line(line)
                continue
            lines.append(line)
            fields.append([row[position] for position in positions])
            if len(lines) == self.chunk_rows:
                yield pd.DataFrame(fields, index=lines, columns=list(columns), dtype=str)
                lines, fields = [], []
        if is_empty:
            raise _wrong(self.field, "there are no rows after the header; export the file again with its rows")
        if ragged:
            separator = {"\t": "tab"}.get(self.separator, self.separator)
            raise _wrong(
                self.field,
                f"{ragged}: expected {len(self.header)} fields as in the header, got {their_length}; write a field "
                f"that has a separator ({separator}) in it between quotation marks",
            )
        if lines:
            yield pd.DataFrame(fields, index=lines, columns=list(columns), dtype=str)

    def _rows(self) -> Iterator[tuple[int, list[str]]]:
        """The rows after the header that are not blank, with the line that each begins on."""
        try:
            self.text.seek(0)
            reader = csv.reader(self.text, delimiter=self.separator, strict=True)
            next(reader)
            first_line = reader.line_num + 1
            for row in reader:
                if any(row):
                    yield first_line, row
                first_line = reader.line_num + 1
        except UnicodeDecodeError as error:
            raise _not_utf8(self.field) from error
        except csv.Error as error:
            raise _wrong(self.field, f"not readable as CSV: {error}; export the file again as CSV (UTF-8)") from error


def _check_is_text(begin: bytes, field: str) -> None:
    if begin in _WORKBOOKS:
        raise _wrong(field, "this is an Excel workbook, not text; save it as CSV (UTF-8)")
    if begin.startswith(_GZIP):
        raise _wrong(field, "this is a compressed file; unpack it first")


def _not_utf8(field: str) -> InvalidInput:
    return _wrong(field, "expected text in UTF-8; save the file as UTF-8")


def _wrong(field: str, description: str) -> InvalidInput:
    return InvalidInput([Violation(field, description)])

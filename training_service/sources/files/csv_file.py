"""CSV files as tables of text whose index is the line number, so that whatever is wrong can be found."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import pandas as pd

from shared.errors import InvalidInput, Violation
from training_service.sources.files.wrong_lines import WrongLines

_SEPARATORS = ",;\t|"

#: What .xlsx, which is a zip archive, and .xls begin with.
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_GZIP = b"\x1f\x8b"

#: Rows that are in memory at a time.
_CHUNK_ROWS = 50_000


@dataclass(frozen=True, slots=True)
class CsvFile:
    """A CSV file of one header line; a quoted field may span lines.

    Args:
        path: UTF-8, with or without byte-order mark.
        field: that violations name.
        header: names of the columns, without white space around them.
        separator: comma, semicolon, tab or vertical bar; a comma where the file has none.
    """

    path: Path
    field: str
    header: tuple[str, ...]
    separator: str

    @classmethod
    def open(cls, path: Path, field: str) -> Self:
        """Reads the header of a file.

        Raises:
            InvalidInput: not UTF-8, empty, or columns of one name.
        """
        with path.open("rb") as raw:
            begin = raw.read(4)
        if begin in _WORKBOOKS:
            raise _wrong(field, "this is an Excel workbook, not text; save it as CSV (UTF-8)")
        if begin.startswith(_GZIP):
            raise _wrong(field, "this is a compressed file; unpack it first")
        try:
            with path.open(encoding="utf-8-sig", newline="") as file:
                first = file.readline(65536)
        except UnicodeDecodeError as error:
            raise _wrong(field, "expected text in UTF-8; save the file as UTF-8") from error
        if not first.strip():
            raise _wrong(field, "the file is empty" if not first else "line 1: expected the names of the columns")
        separator = max(_SEPARATORS, key=first.count)
        header = tuple(name.strip() for name in next(csv.reader([first], delimiter=separator)))
        twice = sorted({name for name in header if name and header.count(name) > 1})
        if twice:
            raise _wrong(field, f"line 1: columns that stand there twice: {', '.join(map(repr, twice))}")
        return cls(path, field, tuple(name or f"column {i + 1}" for i, name in enumerate(header)), separator)

    def chunks(self, columns: Sequence[str]) -> Iterator[pd.DataFrame]:
        """The rows part by part, as text (empty where a field is); the index is the line that a row begins on.

        What is wrong with the lines themselves is told when the file was read to its end.

        Args:
            columns: that are wanted, of the header.

        Raises:
            InvalidInput: not UTF-8, no CSV, without rows, or with lines of other lengths than the header.
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
            if len(lines) == _CHUNK_ROWS:
                yield pd.DataFrame(fields, index=lines, columns=list(columns), dtype=str)
                lines, fields = [], []
        if is_empty:
            raise _wrong(self.field, "there are no rows after the header")
        if ragged:
            expected = f"expected {len(self.header)} fields as in the header, got {their_length}"
            raise _wrong(self.field, f"{ragged}: {expected}")
        if lines:
            yield pd.DataFrame(fields, index=lines, columns=list(columns), dtype=str)

    def _rows(self) -> Iterator[tuple[int, list[str]]]:
        """The rows after the header that are not blank, with the line that each begins on."""
        try:
            with self.path.open(encoding="utf-8-sig", newline="") as file:
                reader = csv.reader(file, delimiter=self.separator, strict=True)
                next(reader)
                first_line = reader.line_num + 1
                for row in reader:
                    if any(row):
                        yield first_line, row
                    first_line = reader.line_num + 1
        except UnicodeDecodeError as error:
            raise _wrong(self.field, "expected text in UTF-8; save the file as UTF-8") from error
        except csv.Error as error:
            raise _wrong(self.field, f"not readable as CSV: {error}") from error


def _wrong(field: str, description: str) -> InvalidInput:
    return InvalidInput([Violation(field, description)])

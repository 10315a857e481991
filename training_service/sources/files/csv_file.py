"""Reads CSV files part by part as tables of text, indexed by line number so that messages can name wrong lines."""

import codecs
import contextlib
import csv
import io
import itertools
import re
from collections.abc import Collection, Generator, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TextIO

import pandas as pd

from shared.errors import InvalidInput, Violation
from training_service.sources.files.csv_blocks import Block, BlockForm, fields_of_header, regular_blocks
from training_service.sources.files.encodings import Encoding, find_encoding
from training_service.sources.files.header_search import ROWS_SEARCHED, Header, IsHeader, any_header, find_header
from training_service.sources.files.wrong_lines import WrongLines

#: Characters that may separate columns.
_SEPARATORS = ",;\t|"

#: First line with which Excel is told the separator.
_TOLD_SEPARATOR = re.compile(r'"?sep=(?P<separator>[^"\r\n])"?\s*', re.IGNORECASE)

#: First bytes of files that are no text, with what to do about each kind.
_NO_TEXT = {
    b"\x1f\x8b": "this is a compressed file; unpack it first",
    b"PK\x03\x04": "this is an archive; unpack it first",
    b"%PDF": "this is a PDF; export the sales as CSV or as an Excel workbook",
    b"<": "this is a web page or XML, whatever its name says; open it in a spreadsheet and save it as .xlsx",
    b'{"': "this is JSON; export the sales as CSV or as an Excel workbook",
    b"[{": "this is JSON; export the sales as CSV or as an Excel workbook",
}

#: Bytes that show whether a file is text.
_BEGIN = 64

#: Characters of a line that are read at most in search of the header: a file without ends of lines must not fill the
#: memory.
_LONGEST_HEADER = 65_536


@contextlib.contextmanager
def open_csv(path: Path, field: str, *, chunk_rows: int) -> Iterator["CsvFile"]:
    """Opens a CSV file whose header is its first line. The rows come from the same opened file.

    Args:
        path: Text file in any encoding that `find_encoding` recognises.
        field: Field of the request that violations name.
        chunk_rows: Rows that are in memory at a time.

    Raises:
        InvalidInput: The file is no text, its encoding is not recognised, or it is empty.
    """
    with path.open("rb") as raw:
        yield read_csv(raw, field, chunk_rows=chunk_rows, is_header=any_header)


def read_csv(raw: BinaryIO, field: str, *, chunk_rows: int, is_header: IsHeader, codec: str | None = None) -> "CsvFile":
    """Reads the header of an opened CSV file.

    Args:
        raw: The opened file, at its beginning.
        field: Field of the request that violations name.
        chunk_rows: Rows that are in memory at a time.
        is_header: Function that recognises the header among the first lines.
        codec: Encoding as Python calls it; None to recognise the encoding.

    Raises:
        InvalidInput: The file is no text, its encoding is not recognised, or it is empty.
    """
    _check_is_text(raw.read(_BEGIN), field)
    encoding = Encoding(codec) if codec else find_encoding(raw, field, lambda text: _header_of(text, is_header))
    raw.seek(0)
    text = io.TextIOWrapper(raw, encoding=encoding.codec, newline="")
    try:
        begin = [line for line in (text.readline(_LONGEST_HEADER) for _ in range(ROWS_SEARCHED)) if line]
    except UnicodeDecodeError as error:
        raise _not_readable(encoding, field) from error
    separator, header = _separator_and_header(begin, is_header)
    if header is None:
        raise _wrong(field, f"{'line 1 is blank' if begin else 'the file is empty'}; expected the names of columns")
    return CsvFile(text, field, header.names, separator, chunk_rows, header.row, encoding)


@dataclass(frozen=True, slots=True)
class CsvFile:
    """An open CSV file with one header. A quoted field may span several lines.

    Args:
        text: The open file.
        field: Field of the request that violations name.
        header: Names of the columns, without white space around them.
        separator: Character that separates columns.
        chunk_rows: Rows that are in memory at a time.
        lines_above: Lines above the header, such as the title of a report.
        encoding: Encoding of the file.
    """

    text: TextIO
    field: str
    header: tuple[str, ...]
    separator: str
    chunk_rows: int
    lines_above: int
    encoding: Encoding

    @property
    def told(self) -> tuple[str, ...]:
        """How the file is read, in parts of a sentence, where a plain file would be read otherwise."""
        told = []
        if self.encoding.guessed:
            told.append(f"the encoding is taken for {self.encoding.guessed}")
        if self.lines_above:
            told.append(f"the names of the columns stand on line {self.lines_above + 1}")
        return tuple(told)

    def chunks(self, columns: Sequence[str]) -> Iterator[pd.DataFrame]:
        """Reads the rows part by part, as text (empty where a field is empty), indexed by the line of each row.

        Fields beyond the header count only if one of them has a value. Lines with a single field, such as the date of
        the export below the table, are no rows. Other lines that have not as many fields as the header are told after
        all lines were read.

        Args:
            columns: Names in `header` of the columns that are read.

        Raises:
            InvalidInput: The file is not in its encoding, is no CSV, has no rows, has lines of other lengths than the
                header, or has several columns of a name that is needed.
        """
        for part in self.parts(columns):
            if isinstance(part, Block):
                yield from _frames(part, self.chunk_rows)
            else:
                yield part

    def parts(self, columns: Sequence[str], coded: Collection[str] = ()) -> Iterator[Block | pd.DataFrame]:
        """Reads the rows as `chunks` does: as blocks as long as the file is regular, and the rest as tables of text.

        Args:
            columns: Names in `header` of the columns that are read.
            coded: Those of the columns of which blocks have the codes of their distinct texts.

        Raises:
            InvalidInput: See `chunks`.
        """
        check_names(self.header, columns, self.field, f"line {self.lines_above + 1}: ")
        offset, next_line = yield from self._blocks(columns, coded)
        positions = [self.header.index(name) for name in columns]
        width = len(self.header)
        lines: list[int] = []
        fields: list[list[str]] = []
        ragged, their_length = WrongLines(), 0
        is_empty = not offset
        for line, row in self._rows(offset, next_line):
            if len(row) != width:
                if len(row) == 1 < width - 1:
                    continue
                if len(row) < width or any(row[width:]):
                    is_empty = False
                    their_length = their_length if ragged else len(row)
                    ragged.add_line(line)
                    continue
            is_empty = False
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
                f"{ragged}: expected {width} fields as in the header, got {their_length}; write a field "
                f"that has a separator ({separator}) in it between quotation marks",
            )
        if lines:
            yield pd.DataFrame(fields, index=lines, columns=list(columns), dtype=str)

    def _blocks(self, columns: Sequence[str], coded: Collection[str]) -> Generator[Block, None, tuple[int, int]]:
        """The regular blocks of the file, with the position and line after them; 0 where the first is not regular."""
        if codecs.lookup(self.encoding.codec).name not in ("utf-8", "utf-8-sig") or not self.separator.isascii():
            return 0, 0
        raw = self.text.buffer
        raw.seek(0)
        above = [raw.readline() for _ in range(self.lines_above)]
        fields = fields_of_header(raw.readline(), self.header, self.separator)
        if not fields or any(b"\r" in line.rstrip(b"\r\n") for line in above):
            return 0, 0
        form = BlockForm(
            self.separator, len(self.header), fields, {name: self.header.index(name) for name in columns}, coded
        )
        begin = raw.tell()
        offset, line = yield from regular_blocks(raw, form, begin, self.lines_above + 2)
        return (offset, line) if offset > begin else (0, 0)

    def sample(self, rows: int) -> pd.DataFrame:
        """The first rows with all columns, as text, without a look at the rest of the file.

        Args:
            rows: Number of rows at most.
        """
        width = len(self.header)
        first = [row[:width] for _, row in itertools.islice(self._rows(), rows) if len(row) >= width]
        return pd.DataFrame(first, columns=list(self.header), dtype=str)

    def _rows(self, offset: int = 0, line: int = 0) -> Iterator[tuple[int, list[str]]]:
        """The rows that are not blank, with the line that each begins on.

        Args:
            offset: Position in a file in UTF-8 from which on rows are read; 0 for those after the header.
            line: Line at this position.
        """
        try:
            self.text.seek(offset)
            lines_above = line - 1 if offset else self.lines_above
            for _ in range(0 if offset else lines_above):
                self.text.readline()
            reader = csv.reader(self.text, delimiter=self.separator, strict=True)
            if not offset:
                next(reader)
            first_line = lines_above + reader.line_num + 1
            for row in reader:
                if any(row):
                    yield first_line, row
                first_line = lines_above + reader.line_num + 1
        except UnicodeDecodeError as error:
            raise _not_readable(self.encoding, self.field) from error
        except csv.Error as error:
            raise _wrong(self.field, f"not readable as CSV: {error}; export the file again as CSV (UTF-8)") from error


def _frames(block: Block, rows: int) -> Iterator[pd.DataFrame]:
    """The rows of a block as tables of text, indexed by line number."""
    for first in range(0, len(block.rows), rows):
        frame = block.rows.slice(first, rows).to_pandas()
        begin = block.first_line + first
        yield frame.set_axis(pd.RangeIndex(begin, begin + len(frame)))


def check_names(header: Sequence[str], columns: Sequence[str], field: str, place: str) -> None:
    """Refuses a file in which several columns have a name that is needed. Other columns may share their names.

    Args:
        header: Names of all columns.
        columns: Names of the columns that are needed.
        field: Field of the request that violations name.
        place: Beginning of the message, which says where the header is.

    Raises:
        InvalidInput: A needed name stands there twice.
    """
    twice = [name for name in dict.fromkeys(columns) if header.count(name) > 1]
    if twice:
        names = ", ".join(map(repr, twice))
        raise _wrong(field, f"{place}several columns are named {names}; give each column a name of its own")


def _separator_and_header(begin: Sequence[str], is_header: IsHeader) -> tuple[str, Header | None]:
    """The separator under which the header is recognised, and the header with the number of lines above it."""
    told = _TOLD_SEPARATOR.fullmatch(begin[0]) if begin else None
    if told:
        separator = told["separator"]
        header = find_header(_parsed(begin[1:], separator), is_header)
        return separator, header and Header(header.names, header.row + 1, header.is_recognised)
    # Where several separators are as good, the one counts that the first line has most of.
    separators = sorted(_SEPARATORS, key=lambda separator: -begin[0].count(separator)) if begin else _SEPARATORS
    found = [(separator, find_header(_parsed(begin, separator), is_header)) for separator in separators]
    recognised = [(separator, header) for separator, header in found if header and header.is_recognised]
    if recognised:
        return max(recognised, key=lambda pair: (-pair[1].row, len(pair[1].names)))
    return max(found, key=lambda pair: len(pair[1].names) if pair[1] else 0)


def _parsed(begin: Sequence[str], separator: str) -> list[list[str]]:
    """The rows of the first lines; a line inside of a field of several lines counts as an empty row."""
    rows: list[list[str]] = []
    reader = csv.reader(begin, delimiter=separator)
    try:
        for row in reader:
            rows += [row, *([[]] * (reader.line_num - len(rows) - 1))]
    except csv.Error:  # the rest is told when the rows are read
        pass
    return rows


def _header_of(begin: str, is_header: IsHeader) -> tuple[str, ...]:
    header = _separator_and_header(begin.splitlines(), is_header)[1]
    return header.names if header else ()


def _check_is_text(begin: bytes, field: str) -> None:
    begin = begin.removeprefix(codecs.BOM_UTF8).translate(None, b" \t\r\n")
    for first, told in _NO_TEXT.items():
        if begin.startswith(first):
            raise _wrong(field, told)


def _not_readable(encoding: Encoding, field: str) -> InvalidInput:
    return _wrong(field, f"expected text in {encoding.guessed or encoding.codec.upper()}; save the file as UTF-8")


def _wrong(field: str, description: str) -> InvalidInput:
    return InvalidInput([Violation(field, description)])

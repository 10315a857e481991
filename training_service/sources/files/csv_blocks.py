"""Parses blocks of a regular CSV file with pyarrow, several times as fast as the reader of Python's library.

A block is regular where both readers see the same rows: every row is one line with as many fields as the header, and
quotation marks stand around whole fields only. The rest of a file is left to the reader of Python's library.
"""

import csv
from collections import deque
from collections.abc import Collection, Generator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np
import pyarrow as pa
from pyarrow import compute
from pyarrow import csv as arrow_csv

#: Bytes of a block: small beside the memory of the process, and large beside what a call of pyarrow takes.
BLOCK_BYTES = 8 << 20

#: Blocks that are parsed while one is used; to parse a block takes longer than to use it.
_PARSED_AT_ONCE = 2

_CODED = pa.dictionary(pa.int32(), pa.string())


@dataclass(frozen=True, slots=True)
class Block:
    """Rows that follow one another, each of which is one line.

    Args:
        first_line: Line of the first row.
        rows: The rows as text, with one chunk a column.
    """

    first_line: int
    rows: pa.Table


@dataclass(frozen=True, slots=True)
class BlockForm:
    """What the blocks of a file have in common.

    Args:
        separator: Character that separates columns.
        width: Number of columns that have names.
        fields: Number of fields of the line of the header; those beyond the names are empty in regular blocks.
        columns: Positions of the columns that are read, by their names.
        coded: Names of the columns that are read as codes of their distinct texts.
    """

    separator: str
    width: int
    fields: int
    columns: dict[str, int]
    coded: Collection[str] = ()


def fields_of_header(line: bytes, header: Sequence[str], separator: str) -> int:
    """The number of fields of the line of the header; 0 where the header is more than this line, or less.

    Args:
        line: The line, in UTF-8.
        header: Names of the columns.
        separator: Character that separates columns.
    """
    try:
        [fields] = csv.reader([line.decode("utf-8-sig").rstrip("\r\n")], delimiter=separator, strict=True)
    except (UnicodeDecodeError, ValueError, csv.Error):
        return 0
    names = [" ".join(name.split()) for name in fields]
    # A column without a name is called after its position.
    is_header = len(names) >= len(header) and all(map(_is_called, names, header)) and not any(names[len(header) :])
    return len(fields) if is_header else 0


def _is_called(field: str, name: str) -> bool:
    return field in ("", name)


def regular_blocks(
    raw: BinaryIO, form: BlockForm, offset: int, line: int, *, block_bytes: int = BLOCK_BYTES
) -> Generator[Block, None, tuple[int, int]]:
    """Reads blocks as long as they are regular. The next blocks are parsed while one is used.

    Args:
        raw: The open file, in UTF-8.
        form: Form of the blocks.
        offset: Position of the first byte after the header.
        line: Line at this position.
        block_bytes: Bytes of a block.

    Returns:
        Position and line of the first block that is not regular, or of the end of the file.
    """
    raw.seek(offset)

    def next_block() -> bytes:
        block = raw.read(block_bytes)
        return block if block.endswith(b"\n") else block + raw.readline()

    # Only this thread reads the file: a caller who needs no further block may read the file again at once.
    with ThreadPoolExecutor(max_workers=_PARSED_AT_ONCE) as parsers:
        parsing: deque[tuple[int, Future[pa.Table | None]]] = deque()

        def parse_next() -> None:
            block = next_block()
            parsing.append((len(block), parsers.submit(_parsed, block, form)))

        for _ in range(_PARSED_AT_ONCE):
            parse_next()
        while (rows := parsing[0][1].result()) is not None:
            length, _ = parsing.popleft()
            parse_next()
            yield Block(line, rows)
            offset, line = offset + length, line + len(rows)
    return offset, line


def _parsed(block: bytes, form: BlockForm) -> pa.Table | None:
    """The rows of a block; None where the block is empty or not regular."""
    if not block:
        return None
    has_quotes = b'"' in block
    if not _is_utf8(block) or (has_quotes and not _has_quotes_around_fields(block, form.separator)):
        return None
    names = [str(position) for position in range(form.fields)]
    beyond = names[form.width :]
    types = {str(position): _CODED if name in form.coded else pa.string() for name, position in form.columns.items()}
    types |= dict.fromkeys(beyond, _CODED)
    try:
        table = arrow_csv.read_csv(
            pa.BufferReader(block),
            arrow_csv.ReadOptions(use_threads=False, block_size=len(block) + 1, column_names=names),
            arrow_csv.ParseOptions(delimiter=form.separator, ignore_empty_lines=False),
            arrow_csv.ConvertOptions(include_columns=list(types), column_types=types, strings_can_be_null=False),
        )
    except pa.ArrowInvalid:
        return None
    # A quoted field may span several lines.
    if has_quotes and len(table) != block.count(b"\n") + (not block.endswith(b"\n")):
        return None
    if any(table.column(name).chunk(0).dictionary.to_pylist() != [""] for name in beyond) or _may_have_blanks(table):
        return None
    return table.select([str(position) for position in form.columns.values()]).rename_columns(list(form.columns))


def _is_utf8(block: bytes) -> bool:
    if not block.isascii():
        try:
            block.decode()
        except UnicodeDecodeError:
            return False
    return True


def _has_quotes_around_fields(block: bytes, separator: str) -> bool:
    """Whether quotation marks stand around whole fields only, and twice where they are meant."""
    signs = np.frombuffer(b"\n" + block + b"\n", np.uint8)
    marks = np.flatnonzero(signs == ord('"'))
    before, after = signs[marks[0::2] - 1], signs[marks[1::2] + 1]
    ends = (ord(separator), ord('"'), ord("\n"))
    return len(marks) % 2 == 0 and bool(np.isin(before, ends).all() and np.isin(after, (*ends, ord("\r"))).all())


def _may_have_blanks(rows: pa.Table) -> bool:
    """Whether all columns of a row are empty; a row of which all fields are empty is no row."""
    blank = None
    for column in rows.columns:
        is_empty = compute.equal(column.chunk(0), "")
        blank = is_empty if blank is None else compute.and_(blank, is_empty)
        if not compute.any(blank).as_py():
            return False
    return True

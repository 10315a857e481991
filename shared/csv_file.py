"""CSV files as tables of text whose index is the line number, so that whatever is wrong can be found."""

import csv
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from shared.enumeration import enumerated
from shared.errors import InvalidInput, Violation

_SEPARATORS = ",;\t"
_LINES_NAMED = 5


@dataclass(frozen=True, slots=True)
class TextTable:
    """What stands in a file.

    Args:
        header: names of the columns, without white space around them.
        separator: comma, semicolon or tab; a comma where the file has none.
        table: text, empty where a field is; the index is the line that a row begins on (the header is line 1).
    """

    header: tuple[str, ...]
    separator: str
    table: pd.DataFrame


def read_csv_file(path: Path, field: str) -> TextTable:
    """Reads a CSV file of one header line; a quoted field may span lines.

    Args:
        path: UTF-8, with or without byte-order mark.
        field: that violations name.

    Raises:
        InvalidInput: not UTF-8, empty, without rows, or with lines of other lengths than the header.
    """
    header, separator = _read_header(path, field)
    try:
        rows = _read_rows(path, separator)
    except UnicodeDecodeError as error:
        raise _wrong(field, "expected text in UTF-8; save the file as UTF-8") from error
    except csv.Error as error:
        raise _wrong(field, f"not readable as CSV: {error}") from error
    if not rows:
        raise _wrong(field, "there are no rows after the header")
    ragged = {line: len(row) for line, row in rows.items() if len(row) != len(header)}
    if ragged:
        where = lines_of(pd.Series(True, index=list(ragged)))
        got = next(iter(ragged.values()))
        raise _wrong(field, f"{where}: expected {len(header)} fields as in the header, got {got}")
    table = pd.DataFrame(list(rows.values()), index=list(rows), columns=list(header), dtype=str)
    return TextTable(header, separator, table)


def lines_of(wrong: "pd.Series[bool]", text: "pd.Series[str] | None" = None) -> str:
    """Names the first offending lines, and how many there are.

    Args:
        wrong: whether a line is, by line number.
        text: what stands there, to quote the first.
    """
    lines = wrong.index[wrong]
    named = enumerated([str(line) for line in lines[:_LINES_NAMED]], len(lines))
    quoted = f" (line {lines[0]}: {text[lines[0]][:40]!r})" if text is not None else ""
    return f"line{'s' if len(lines) > 1 else ''} {named}{quoted}"


def _read_header(path: Path, field: str) -> tuple[tuple[str, ...], str]:
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
    return tuple(name or f"column {i + 1}" for i, name in enumerate(header)), separator


def _read_rows(path: Path, separator: str) -> dict[int, list[str]]:
    """The rows after the header that are not blank, by the line that each begins on."""
    rows = {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file, delimiter=separator, strict=True)
        next(reader)
        first_line = reader.line_num + 1
        for row in reader:
            if any(row):
                rows[first_line] = row
            first_line = reader.line_num + 1
    return rows


def _wrong(field: str, description: str) -> InvalidInput:
    return InvalidInput([Violation(field, description)])

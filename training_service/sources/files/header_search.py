"""Finds the line with the names of the columns, which a report may write below its title and its period."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

#: Rows at the beginning of a file or sheet among which the header is searched: titles take a few lines.
ROWS_SEARCHED = 40

#: Tells whether a row names the columns that are needed.
IsHeader = Callable[[Sequence[str]], bool]


@dataclass(frozen=True, slots=True)
class Header:
    """The names of the columns of a file or sheet.

    Args:
        names: Names without white space around them; a column without a name is called after its position.
        row: Position of the header among the rows that were searched, counted from 0.
        is_recognised: Whether the row names the columns that are needed.
    """

    names: tuple[str, ...]
    row: int
    is_recognised: bool


def find_header(rows: Sequence[Sequence[str]], is_header: IsHeader) -> Header | None:
    """Finds the header among the first rows of a file or sheet; None where all rows are blank.

    Args:
        rows: The first rows, as text.
        is_header: Function that recognises a header. Where no row is recognised, the first of the rows with the most
            fields counts as the header, so that a message can tell the names of its columns.
    """
    for position, row in enumerate(rows):
        if is_header(_names(row)):
            return Header(_names(row), position, is_recognised=True)
    filled = [sum(bool(field.strip()) for field in row) for row in rows]
    if not any(filled):
        return None
    position = filled.index(max(filled))
    return Header(_names(rows[position]), position, is_recognised=False)


def any_header(names: Sequence[str]) -> bool:
    """Recognises every row: the first line of a file is its header.

    Args:
        names: Names of the row.
    """
    return any(names)


def _names(row: Sequence[str]) -> tuple[str, ...]:
    names = tuple(" ".join(name.split()) for name in row)
    if not any(names):
        return ()
    last = max(position for position, name in enumerate(names) if name)
    # Columns without a name at the end come from separators at the end of the line.
    return tuple(name or f"column {position + 1}" for position, name in enumerate(names[: last + 1]))

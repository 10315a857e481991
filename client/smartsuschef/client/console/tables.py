"""Tables in one style, of which nothing is cut."""

from collections.abc import Collection

from rich.cells import cell_len
from rich.console import Console, JustifyMethod
from rich.table import Column, Table

#: To this width a column that folds gives way, if it holds more; in cells of the terminal.
_NARROWEST_FOLD = 12


def table(*columns: str, right: Collection[str] = (), fold: Collection[str] = ()) -> Table:
    """An empty table in the style of all others.

    Args:
        columns: the headings.
        right: those that hold figures.
        fold: those that give way, over several lines, where the terminal is narrow; all others stay whole.
    """
    made = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold dim")
    for column in columns:
        justify: JustifyMethod = "right" if column in right else "left"
        made.add_column(column, justify=justify, no_wrap=column not in fold, overflow="fold")
    return made


def show_table(console: Console, made: Table) -> None:
    """Prints a table; where the terminal is narrower than its columns need, its lines are longer and wrap there.

    Left to itself, rich cuts columns and leaves out whole ones without a word.
    """
    for column in made.columns:
        column.min_width = _least_width_of(column)
    width = console.width
    console.width = max(width, least_width(made))
    console.print(made)
    console.width = width


def least_width(made: Table) -> int:
    """How wide the lines of a table are at least, in cells of the terminal."""
    return made.padding[1] * len(made.columns) + sum(_least_width_of(column) for column in made.columns)


def _least_width_of(column: Column) -> int:
    texts = [str(cell) for cell in (column.header, *column.cells)]
    longest = max((cell_len(line) for text in texts for line in text.splitlines()), default=0)
    return longest if column.no_wrap else min(longest, _NARROWEST_FOLD)

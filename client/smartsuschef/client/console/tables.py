"""Makes and prints tables in one style. No cell is ever cut off."""

from collections.abc import Collection

from rich.cells import cell_len
from rich.console import Console, JustifyMethod
from rich.table import Column, Table

#: Least width of a column that folds, in cells of the terminal.
_NARROWEST_FOLD = 12


def table(*columns: str, right: Collection[str] = (), fold: Collection[str] = ()) -> Table:
    """Makes an empty table in the style of all tables.

    Args:
        columns: The headings.
        right: The headings of columns with figures, which are aligned to the right.
        fold: The headings of columns that break into several lines in a narrow terminal; other columns never do.
    """
    made = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold dim")
    for column in columns:
        justify: JustifyMethod = "right" if column in right else "left"
        made.add_column(column, justify=justify, no_wrap=column not in fold, overflow="fold")
    return made


def show_table(console: Console, made: Table) -> None:
    """Prints a table. If the terminal is too narrow, the lines of the table are longer than the terminal and wrap.

    By default, rich would cut cells and drop whole columns.

    Args:
        console: The console that prints.
        made: The table.
    """
    for column in made.columns:
        column.min_width = _least_width_of(column)
    width = console.width
    console.width = max(width, least_width(made))
    console.print(made)
    console.width = width


def least_width(made: Table) -> int:
    """Returns the least width of a table, in cells of the terminal.

    Args:
        made: The table.
    """
    return made.padding[1] * len(made.columns) + sum(_least_width_of(column) for column in made.columns)


def _least_width_of(column: Column) -> int:
    texts = [str(cell) for cell in (column.header, *column.cells)]
    longest = max((cell_len(line) for text in texts for line in text.splitlines()), default=0)
    return longest if column.no_wrap else min(longest, _NARROWEST_FOLD)

"""Prints the columns of sales and the rows that are left out, each in a table."""

from rich.console import Console
from rich.table import Table
from rich.text import Text

from smartsuschef.client.console.tables import table
from smartsuschef.forecast.v1.training_pb2 import SalesColumnRole, SalesPreview


def show_columns(console: Console, preview: SalesPreview) -> None:
    """Prints what each column is read as, with an example and why, and the names of the columns that are not read.

    Args:
        console: The console that prints.
        preview: How the sales are read.
    """
    made = table("Column", "Read as", "Example", "Why", fold=("Column", "Example", "Why"))
    for column in preview.columns:
        role = SalesColumnRole.Name(column.role).removeprefix("SALES_COLUMN_ROLE_").lower()
        made.add_row(column.name, role, column.example, column.why)
    _show_folded(console, made)
    if preview.HasField("dates"):
        console.print(Text(f"Dates {preview.dates.description} ({preview.dates.format}): {preview.dates.why}."))
    if preview.unread_columns:
        console.print(Text(f"Not read: {', '.join(map(repr, preview.unread_columns))}."))


def show_left_out(console: Console, preview: SalesPreview) -> None:
    """Prints the rows that are left out, by reason, with their first lines.

    Args:
        console: The console that prints.
        preview: How the sales are read.
    """
    made = table("Left out", "Rows", "Column", "Lines", right=("Rows",), fold=("Left out", "Column", "Lines"))
    for each in preview.left_out:
        lines = ", ".join(map(str, each.lines))
        more = ", …" if 0 < len(each.lines) < each.rows else ""
        made.add_row(each.reason, f"{each.rows:,}", each.column, f"{lines}{more}")
    _show_folded(console, made)


def _show_folded(console: Console, made: Table) -> None:
    """Prints a table of sentences, which break into as many lines as the terminal needs."""
    console.print(made)

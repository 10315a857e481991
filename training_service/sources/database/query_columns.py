"""Columns that queries of a database have to give."""

from collections.abc import Iterable, Sequence


def check_columns(query: str, wanted: Sequence[str], given: Iterable[str]) -> None:
    """Finds out whether a query gives all columns.

    Args:
        query: what it is of, such as "sales", for people.
        wanted: names of columns.
        given: those that it gives.

    Raises:
        ValueError: some are missing; it names them.
    """
    there = list(given)
    missing = [name for name in wanted if name not in there]
    if missing:
        raise ValueError(f"the {query} query gives no column {', '.join(missing)}; it gives {', '.join(there)}")

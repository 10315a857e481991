"""Turns rows of a query into a table of texts, as a file has them, so that both are checked alike."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import pandas as pd

from training_service.sources.database.query_days import query_days


def row_texts(
    rows: Sequence[Mapping[Any, Any]], needed: Sequence[str], optional: Sequence[str], days: Collection[str]
) -> pd.DataFrame:
    """The texts of columns, empty where a value is NULL, indexed by the number of the row.

    Args:
        rows: Rows of a query.
        needed: Names of the columns that are read.
        optional: Names of the columns that are read where the rows have them.
        days: Names of the columns of days. A day may be a date, a moment or ISO text.

    Raises:
        ValueError: A date is none.
    """
    wanted = [name for name in (*needed, *optional) if rows and name in rows[0]]
    values = {name: [row[name] for row in rows] for name in wanted}
    for name in set(days) & set(wanted):
        of_column = query_days(values[name])
        values[name] = [day if isinstance(day, str) else None for day in of_column.strftime("%Y-%m-%d")]
    texts = {name: ["" if value is None else str(value) for value in column] for name, column in values.items()}
    return pd.DataFrame(texts, index=range(1, len(rows) + 1), columns=wanted or [*needed], dtype=str)

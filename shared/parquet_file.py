"""Parquet files as the same tables of text that CSV files give: the index is the number of the row."""

from pathlib import Path

import pandas as pd

from shared.csv_file import TextTable
from shared.errors import InvalidInput, Violation


def read_parquet_file(path: Path, field: str) -> TextTable:
    """Reads a Parquet file.

    Args:
        path: of the file.
        field: that violations name.

    Raises:
        InvalidInput: not Parquet, or without rows.
    """
    try:
        frame = pd.read_parquet(path)
    except (ValueError, OSError) as error:  # what pyarrow raises is one of both
        reason = f"not readable as Parquet ({type(error).__name__})"
        raise InvalidInput([Violation(field, reason)]) from error
    if frame.empty:
        raise InvalidInput([Violation(field, "there are no rows in the file")])
    frame.index = pd.RangeIndex(1, len(frame) + 1)
    frame.columns = [str(name).strip() for name in frame.columns]
    texts = {str(name): _text(column) for name, column in frame.items()}
    return TextTable(tuple(texts), ",", pd.DataFrame(texts, index=frame.index, dtype=str))


def _text(column: pd.Series) -> pd.Series:
    """The values of a column as they would stand in a CSV file; empty where there is none."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        column = column.astype(column.cat.categories.dtype)
    if pd.api.types.is_datetime64_any_dtype(column):
        text = column.dt.strftime("%Y-%m-%d")
    else:
        text = column.map(str, na_action="ignore")
    filled: pd.Series = text.astype("str").fillna("")
    return filled

"""Reads a small table beside a sales file by the exact names of its columns."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from shared.errors import InvalidInput, Violation
from training_service.sources.files.csv_file import open_csv

#: Rows that are in memory at a time before they are put together.
_CHUNK_ROWS = 50_000


def read_named_columns(path: Path, needed: Sequence[str], optional: Sequence[str]) -> pd.DataFrame:
    """The texts of some columns of a CSV file, indexed by line number; other columns are ignored.

    Args:
        path: The file, whose name violations name too.
        needed: Names of the columns that must be there.
        optional: Names of the columns that may be there.

    Raises:
        InvalidInput: The file cannot be read, or a needed column is missing.
    """
    with open_csv(path, path.name, chunk_rows=_CHUNK_ROWS) as file:
        missing = [name for name in needed if name not in file.header]
        if missing:
            description = f"line 1: no column {missing[0]!r}; the columns are {', '.join(file.header)}"
            raise InvalidInput([Violation(path.name, description)])
        return pd.concat(list(file.chunks([*needed, *(name for name in optional if name in file.header)])))

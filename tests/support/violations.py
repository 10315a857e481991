"""Reads sales files that must be refused."""

from pathlib import Path

import pytest

from shared.errors import InvalidInput
from training_service.sources.files.parquet_file import MOST_ROWS
from training_service.sources.files.reading import CHUNK_ROWS, read_sales_file
from training_service.sources.files.sales_columns import SalesColumns


def violations_of(
    path: Path,
    store: str = "default",
    columns: SalesColumns | None = None,
    *,
    chunk_rows: int = CHUNK_ROWS,
    most_rows: int = MOST_ROWS,
) -> list[str]:
    """Reads a sales file that must be refused, and answers the descriptions of its violations.

    Args:
        path, store, columns, chunk_rows, most_rows: Arguments of `read_sales_file`.
    """
    with pytest.raises(InvalidInput) as caught:
        read_sales_file(path, store, columns or SalesColumns(), chunk_rows=chunk_rows, most_rows=most_rows)
    assert {violation.field for violation in caught.value.violations} == {"sales_data_source"}
    return [violation.description for violation in caught.value.violations]

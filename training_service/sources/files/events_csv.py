"""Reads the file of named days that may lie beside a sales file."""

from pathlib import Path

import pandas as pd

from shared.errors import InvalidInput, Violation
from training_service.learning.events import SalesEvent
from training_service.sources.event_table import NEEDED, OPTIONAL, events_of
from training_service.sources.files.csv_file import open_csv

#: Name of the file, which violations name too.
EVENTS_FILE = "events.csv"

#: Rows that are in memory at a time before they are put together.
_CHUNK_ROWS = 50_000


def find_events_csv(sales_path: Path) -> Path | None:
    """The file of the events in the folder of a sales file; None where there is none."""
    path = sales_path.with_name(EVENTS_FILE)
    return path if path.is_file() else None


def read_events_csv(path: Path, store: str) -> tuple[SalesEvent, ...]:
    """Reads the events of a store.

    Args:
        path: File with the columns of `events_of`; other columns are ignored.
        store: Name of the store.

    Raises:
        InvalidInput: The file is wrong; every violation names the column and the first wrong lines.
    """
    with open_csv(path, EVENTS_FILE, chunk_rows=_CHUNK_ROWS) as file:
        missing = [name for name in NEEDED if name not in file.header]
        if missing:
            description = f"line 1: no column {missing[0]!r}; the columns are {', '.join(file.header)}"
            raise InvalidInput([Violation(EVENTS_FILE, description)])
        columns = [*NEEDED, *(name for name in OPTIONAL if name in file.header)]
        return events_of(pd.concat(list(file.chunks(columns))), store, EVENTS_FILE)

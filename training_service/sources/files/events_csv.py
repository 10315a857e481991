"""Reads the file of named days that may lie beside a sales file."""

from pathlib import Path

from training_service.learning.events import SalesEvent
from training_service.sources.event_table import NEEDED, OPTIONAL, events_of
from training_service.sources.files.named_columns import read_named_columns

#: Name of the file, which violations name too.
EVENTS_FILE = "events.csv"


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
    return events_of(read_named_columns(path, NEEDED, OPTIONAL), store, EVENTS_FILE)

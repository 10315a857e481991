"""A storage that hangs, as one over a network does."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def hanging(store: Path) -> Iterator[None]:
    """A store whose storage does not tell what is live; in the end it says that nothing is."""
    current = store / "CURRENT"
    current.unlink()
    os.mkfifo(current)
    try:
        yield
    finally:
        # Whoever reads goes on as soon as there is something to read.
        current.write_text("")

"""Makes the storage of a store hang, as a storage over a network may."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def hanging(store: Path) -> Iterator[None]:
    """Makes every read of CURRENT wait inside the context. Afterwards CURRENT is empty: no version is live.

    Args:
        store: Folder of the store in the registry.
    """
    current = store / "CURRENT"
    current.unlink()
    os.mkfifo(current)
    try:
        yield
    finally:
        # A waiting reader goes on as soon as somebody has written.
        current.write_text("")

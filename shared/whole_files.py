"""Writes files that other processes read at the same time: a reader sees a whole file or none."""

import contextlib
import uuid
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def written_beside(target: Path) -> Iterator[Path]:
    """Provides the path of a temporary file in the folder of a file, whose place it can take; it is gone afterwards.

    Args:
        target: The file; its folder is made where there is none.

    Raises:
        OSError: The folder cannot be made, or the temporary file cannot be deleted.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f".{target.name}.{uuid.uuid4().hex}")
    try:
        yield temporary
    finally:
        temporary.unlink(missing_ok=True)

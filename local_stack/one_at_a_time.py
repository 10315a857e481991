"""Lets only one process at a time write into a folder."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class AlreadyRunning(Exception):
    """Another process does the same in the same folder; the message says what."""


@contextmanager
def one_at_a_time(file: Path, what: str) -> Iterator[None]:
    """Holds a lock meanwhile.

    Args:
        file: that is locked; it stays, while its lock ends with this process, however that ends.
        what: runs here, in words.

    Raises:
        AlreadyRunning: another process holds the lock.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("ab") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise AlreadyRunning(f"another {what} is running here: wait for its end, or stop it first") from error
        yield

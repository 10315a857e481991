"""Lets only one process at a time write into a folder."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class AlreadyRunning(Exception):
    """Another process holds the lock; the message says what is running and what to do."""


@contextmanager
def one_at_a_time(file: Path, what: str) -> Iterator[None]:
    """Holds the lock of a file while the `with` block lasts.

    Args:
        file: The lock file. The file remains afterwards; the system releases the lock however this process ends.
        what: A noun for what holds the lock, such as "stack"; the error message contains this noun.

    Raises:
        AlreadyRunning: Another process holds the lock.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("ab") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise AlreadyRunning(f"another {what} is running here: wait for its end, or stop it first") from error
        yield

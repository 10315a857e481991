"""Limits the number of calls of one kind that are under way, so that memory and time suffice for each of them."""

import contextlib
from collections.abc import Iterator

from shared.errors import Overloaded


class LoadLimit:
    """Counts the calls of one kind that are under way, and refuses those above a limit.

    Args:
        most: Largest number of calls that may be under way at a time.
        what: Name of the calls in the message of a refusal, in the plural.
    """

    def __init__(self, most: int, what: str) -> None:
        self._most = most
        self._what = what
        self._under_way = 0

    @contextlib.contextmanager
    def taken(self) -> Iterator[None]:
        """Counts one call for as long as the context lasts.

        Raises:
            Overloaded: The limit is reached.
        """
        if self._under_way >= self._most:
            raise Overloaded(f"{self._most:,} {self._what} are under way here already; try again soon")
        self._under_way += 1
        try:
            yield
        finally:
            self._under_way -= 1

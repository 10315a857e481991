"""Limits on how many calls of a kind are under way: beyond them all would be slow, and memory end."""

import contextlib
from collections.abc import Iterator

from shared.errors import Overloaded


class LoadLimit:
    """Counts calls of one kind.

    Args:
        most: that may be under way at a time.
        what: they are, for people.
    """

    def __init__(self, most: int, what: str) -> None:
        self._most = most
        self._what = what
        self._under_way = 0

    @contextlib.contextmanager
    def taken(self) -> Iterator[None]:
        """For as long as one call lasts.

        Raises:
            Overloaded: there are as many already.
        """
        if self._under_way >= self._most:
            raise Overloaded(f"{self._most:,} {self._what} are under way here already; try again soon")
        self._under_way += 1
        try:
            yield
        finally:
            self._under_way -= 1

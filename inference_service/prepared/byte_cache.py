"""Keeps values up to a number of bytes; the value that was used least recently goes first."""

import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class ByteCache(Generic[K, V]):
    """A map of values with their sizes; several threads may use it at once.

    Args:
        most_bytes: Largest sum of the sizes; 0 keeps nothing.
    """

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._values: OrderedDict[K, tuple[V, int]] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def get(self, key: K) -> V | None:
        """The value of a key, which counts as used now; None where there is none."""
        with self._lock:
            found = self._values.get(key)
            if found is None:
                return None
            self._values.move_to_end(key)
            return found[0]

    def put(self, key: K, value: V, size: int) -> None:
        """Keeps a value in place of the one that the key had; a value above `most_bytes` is not kept.

        Args:
            key: Key of the value.
            value: The value.
            size: Bytes that the value takes.
        """
        with self._lock:
            self._drop(key)
            if size > self._most_bytes:
                return
            self._values[key] = (value, size)
            self._bytes += size
            while self._bytes > self._most_bytes:
                self._drop(next(iter(self._values)))

    @property
    def size(self) -> int:
        """Sum of the sizes of all values, in bytes."""
        return self._bytes

    def __len__(self) -> int:
        return len(self._values)

    def _drop(self, key: K) -> None:
        _, size = self._values.pop(key, (None, 0))
        self._bytes -= size

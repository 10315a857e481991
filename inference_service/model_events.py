"""Keeps the latest changes of the versions in this process, in order, and tells them to any number of watchers."""

import asyncio
import datetime as dt
import itertools
import secrets
from collections import deque
from collections.abc import AsyncGenerator, Collection
from dataclasses import dataclass
from enum import Enum

from shared.rpc.resume_tokens import resume_token, sequence_of

#: Number of changes that are kept for watchers who come back; a watcher with an older token gets a new snapshot.
CHANGES_KEPT = 10_000


class ModelState(Enum):
    """State of a version in this process; the value is the name in the contract."""

    #: The version is being read from the registry.
    LOADING = "LOADING"
    #: The version is loaded and forecasts once, to show that it works.
    WARMING = "WARMING"
    #: The version answers the requests of its store.
    ACTIVE = "ACTIVE"
    #: The version was replaced, and finishes the requests that began with it.
    DRAINING = "DRAINING"
    #: The version could not be loaded or warmed.
    FAILED = "FAILED"


@dataclass(frozen=True, slots=True)
class ModelChange:
    """One change of the state of a version.

    Args:
        sequence: Number of the change within this process: 1, 2, 3 …
        store: Name of the store.
        version: Name of the version.
        state: The new state of the version.
        dishes: Number of dishes of the version; 0 before it is loaded.
        reason: Why the version failed, for people; empty in every other state.
        time: Time of the change in UTC.
    """

    sequence: int
    store: str
    version: str
    state: ModelState
    dishes: int
    reason: str
    time: dt.datetime


class ModelEvents:
    """The latest changes of one process.

    Args:
        changes_kept: Number of changes that are kept for watchers who come back.
    """

    def __init__(self, changes_kept: int = CHANGES_KEPT) -> None:
        # Sequence numbers begin again in every process: the tokens of another process must not be taken for ours.
        self._process = secrets.token_hex(4)
        self._changes: deque[ModelChange] = deque(maxlen=changes_kept)
        self._numbers = itertools.count(1)
        self._added = asyncio.Event()

    @property
    def last(self) -> int:
        """Sequence number of the latest change; 0 before the first change."""
        return self._changes[-1].sequence if self._changes else 0

    def add(self, store: str, version: str, state: ModelState, dishes: int = 0, reason: str = "") -> None:
        """Adds a change and wakes the watchers; see `ModelChange`."""
        now = dt.datetime.now(dt.UTC)
        self._changes.append(ModelChange(next(self._numbers), store, version, state, dishes, reason, now))
        added, self._added = self._added, asyncio.Event()
        added.set()

    def token(self, sequence: int) -> str:
        """The resume token of a watcher who has received all changes up to a sequence number."""
        return resume_token(self._process, sequence)

    def position(self, token: str) -> int | None:
        """The sequence number of a resume token; None where some of the changes after it are no longer kept."""
        sequence = sequence_of(token, self._process)
        if sequence is None:
            return None
        oldest = self._changes[0].sequence if self._changes else 1
        return sequence if oldest - 1 <= sequence <= self.last else None

    async def after(
        self, sequence: int, stores: Collection[str], heartbeat_seconds: float
    ) -> AsyncGenerator[tuple[int, ModelChange | None]]:
        """Yields the changes after a sequence number, then every new change.

        The generator ends where the watcher was too slow, so that some changes are no longer kept.

        Args:
            sequence: Sequence number of the last change that the watcher has received.
            stores: Names of the stores whose changes are yielded; empty for all stores.
            heartbeat_seconds: Longest time without anything yielded.

        Yields:
            A sequence number with its change; or None for the change where no change of these stores happened for
            `heartbeat_seconds`. All changes of these stores up to the sequence number have been yielded.
        """
        loop = asyncio.get_running_loop()
        silent_since = loop.time()
        while True:
            # Taken before the changes are read: a change that is added in between sets this event.
            added = self._added
            if self._changes and self._changes[0].sequence > sequence + 1:
                return
            for change in self._later_than(sequence):
                sequence = change.sequence
                if not stores or change.store in stores:
                    yield sequence, change
                    silent_since = loop.time()
            try:
                async with asyncio.timeout_at(silent_since + heartbeat_seconds):
                    await added.wait()
            except TimeoutError:
                yield sequence, None
                silent_since = loop.time()

    def _later_than(self, sequence: int) -> list[ModelChange]:
        """The changes after a sequence number, in order."""
        # Searched from the latest change back: thousands of older changes are kept, for as many watchers.
        later = list(itertools.takewhile(lambda change: change.sequence > sequence, reversed(self._changes)))
        return later[::-1]

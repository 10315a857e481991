"""What happened to the models of this process, in order, for any number of watchers."""

import asyncio
import datetime as dt
import itertools
import secrets
from collections import deque
from collections.abc import AsyncGenerator, Collection
from dataclasses import dataclass
from enum import Enum

from shared.rpc.resume_tokens import resume_token, sequence_of

#: Changes that are kept for watchers who come back; an older token gets a fresh snapshot.
_KEPT = 10_000


class ModelState(Enum):
    """What happens to a version; the value is the name in the contract."""

    LOADING = "LOADING"
    WARMING = "WARMING"
    ACTIVE = "ACTIVE"
    #: Replaced; finishes the requests that began on it.
    DRAINING = "DRAINING"
    FAILED = "FAILED"


@dataclass(frozen=True, slots=True)
class ModelChange:
    """One change.

    Args:
        sequence: 1, 2, 3 … within this process.
        store, version: what changed.
        state: into what.
        dishes: of the version; 0 before it is loaded.
        reason: why it failed.
        time: in UTC.
    """

    sequence: int
    store: str
    version: str
    state: ModelState
    dishes: int
    reason: str
    time: dt.datetime


class ModelEvents:
    """The changes of one process, the latest of them kept."""

    def __init__(self) -> None:
        # Tokens of another process, or of an earlier life of this one, must not be taken for ours.
        self._process = secrets.token_hex(4)
        self._changes: deque[ModelChange] = deque(maxlen=_KEPT)
        self._numbers = itertools.count(1)
        self._news = asyncio.Event()

    @property
    def last(self) -> int:
        """Sequence number of the latest change; 0 before the first."""
        return self._changes[-1].sequence if self._changes else 0

    def add(self, store: str, version: str, state: ModelState, dishes: int = 0, reason: str = "") -> None:
        """Notes a change and wakes the watchers."""
        now = dt.datetime.now(dt.UTC)
        self._changes.append(ModelChange(next(self._numbers), store, version, state, dishes, reason, now))
        news, self._news = self._news, asyncio.Event()
        news.set()

    def token(self, sequence: int) -> str:
        """The resume token after a change."""
        return resume_token(self._process, sequence)

    def position(self, token: str) -> int | None:
        """The sequence number that a token stands for; None where changes after it are no longer known."""
        sequence = sequence_of(token, self._process)
        if sequence is None:
            return None
        oldest = self._changes[0].sequence if self._changes else 1
        return sequence if oldest - 1 <= sequence <= self.last else None

    async def after(
        self, sequence: int, stores: Collection[str], heartbeat_seconds: float
    ) -> AsyncGenerator[tuple[int, ModelChange | None]]:
        """Changes after a sequence number, then the coming ones.

        Ends where a watcher was too slow for what is kept, and changes are missing.

        Args:
            sequence: of the last change that is known.
            stores: of interest; none for all.
            heartbeat_seconds: longest silence.

        Yields:
            The sequence number up to which everything was told, with a change, or with None when none of interest
            happened for a while.
        """
        loop = asyncio.get_running_loop()
        silent_since = loop.time()
        while True:
            news = self._news
            if self._changes and self._changes[0].sequence > sequence + 1:
                return
            for change in self._later_than(sequence):
                sequence = change.sequence
                if not stores or change.store in stores:
                    yield sequence, change
                    silent_since = loop.time()
            try:
                async with asyncio.timeout_at(silent_since + heartbeat_seconds):
                    await news.wait()
            except TimeoutError:
                yield sequence, None
                silent_since = loop.time()

    def _later_than(self, sequence: int) -> list[ModelChange]:
        """The changes after a sequence number, looked for from the latest back: there may be thousands of older ones,
        and as many watchers."""
        later = list(itertools.takewhile(lambda change: change.sequence > sequence, reversed(self._changes)))
        return later[::-1]

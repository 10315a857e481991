"""The lock of a store: only one process at a time decides which version of the store is live."""

import contextlib
from collections.abc import Iterator
from typing import Any

import redis

from shared.errors import Unavailable
from shared.messaging.redis_errors import redis_errors
from training_service.runs.keys import Keys


class LiveVersionLock:
    """Locks of all stores, in Redis.

    Args:
        client: Connection to Redis.
        prefix: First part of the name of every key.
        expires_seconds: Seconds after which Redis releases a lock by itself, should its holder have died. A decision
            takes a second or two.
        patience_seconds: Seconds that a process waits for the lock of another one. The default is longer than
            `expires_seconds`, so a process that waits gets the lock of a process that died.
    """

    def __init__(
        self, client: redis.Redis, prefix: str, *, expires_seconds: float = 60.0, patience_seconds: float = 65.0
    ) -> None:
        # redis-py's annotations of locks do not fit decoded answers, hence Any.
        self._client: Any = client
        self._keys = Keys(prefix)
        self._expires_seconds = expires_seconds
        self._patience_seconds = patience_seconds

    @contextlib.contextmanager
    def held(self, store: str) -> Iterator[None]:
        """Holds the lock of a store; waits while another process holds it.

        Args:
            store: Name of the store.

        Raises:
            Unavailable: Another process holds the lock for too long, or Redis does not answer.
        """
        lock = self._client.lock(
            self._keys.live_version_lock(store), timeout=self._expires_seconds, blocking_timeout=self._patience_seconds
        )
        with redis_errors():
            if not lock.acquire():
                raise Unavailable(f"another run or rollback of store {store} is at work; try again soon")
        try:
            yield
        finally:
            # A lock that has expired may be another process's by now: redis-py then releases nothing and says so.
            with redis_errors(), contextlib.suppress(redis.exceptions.LockError):
                lock.release()

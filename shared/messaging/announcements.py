"""News of published versions, from training to every inference process, over a Redis Stream.

Only a hint that makes reloads quick: the registry alone says what is current, and it is polled as well.
"""

import contextlib
from collections.abc import AsyncGenerator
from dataclasses import dataclass

import redis

from shared.messaging.redis_errors import redis_errors
from shared.messaging.redis_streams import follow

#: Announcements that are kept; one that is missed is found by polling.
_KEPT = 1000


@dataclass(frozen=True, slots=True)
class Announcement:
    """A version that was made live.

    Args:
        store, version: which.
    """

    store: str
    version: str


class Announcer:
    """Tells which version was made live.

    Args:
        client: with decoded responses.
        prefix: begins the name of every key.
    """

    def __init__(self, client: redis.Redis, prefix: str) -> None:
        self._client = client
        self._key = _key(prefix)

    def announce(self, announcement: Announcement) -> None:
        """Raises:
        Unavailable: it could not be told; the version is live nevertheless.
        """
        with redis_errors():
            self._client.xadd(
                self._key,
                {"store": announcement.store, "version": announcement.version},
                maxlen=_KEPT,
                approximate=True,
            )


async def listen(url: str, prefix: str) -> AsyncGenerator[Announcement]:
    """Announcements from now on.

    Raises:
        Unavailable: the connection broke; listen again.
    """
    async with contextlib.aclosing(follow(url, _key(prefix), "$")) as stream:
        with redis_errors():
            async for entries in stream:
                for _, fields in entries:
                    yield Announcement(fields["store"], fields["version"])


def _key(prefix: str) -> str:
    return f"{prefix}:announcements"

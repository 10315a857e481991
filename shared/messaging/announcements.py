"""Announces over a Redis Stream that a version went live, so that inference processes load the version at once.

An announcement is a hint only. The registry says which version is live, and inference processes also poll the registry.
"""

import contextlib
from collections.abc import AsyncGenerator
from dataclasses import dataclass

import redis

from shared.messaging.redis_errors import redis_errors
from shared.messaging.redis_streams import follow

#: Number of announcements that Redis keeps. An inference process that misses one finds the version by polling.
_KEPT = 1000


@dataclass(frozen=True, slots=True)
class Announcement:
    """A version that was made live.

    Args:
        store: Name of the store.
        version: Name of the version.
    """

    store: str
    version: str


class Announcer:
    """Sends announcements.

    Args:
        client: Connection to Redis that decodes responses.
        prefix: Beginning of every key.
    """

    def __init__(self, client: redis.Redis, prefix: str) -> None:
        self._client = client
        self._key = _key(prefix)

    def announce(self, announcement: Announcement) -> None:
        """Sends one announcement.

        Raises:
            Unavailable: Redis does not answer; the version is live nevertheless.
        """
        with redis_errors():
            self._client.xadd(
                self._key,
                {"store": announcement.store, "version": announcement.version},
                maxlen=_KEPT,
                approximate=True,
            )


async def listen(url: str, prefix: str) -> AsyncGenerator[Announcement]:
    """The announcements from now on.

    Args:
        url: URL of Redis.
        prefix: Beginning of every key.

    Raises:
        Unavailable: The connection broke; listen again.
    """
    async with contextlib.aclosing(follow(url, _key(prefix), "$")) as stream:
        with redis_errors():
            async for entries in stream:
                for _, fields in entries:
                    yield Announcement(fields["store"], fields["version"])


def _key(prefix: str) -> str:
    return f"{prefix}:announcements"

"""Reads a Redis Stream as it grows."""

from collections.abc import AsyncGenerator, Sequence
from typing import Any

import redis.asyncio

#: Longest wait of one read, in milliseconds; the reader then gets no entries and can notice that it should stop.
_BLOCK_MS = 5000

#: Timeout of the connection, in seconds. It must be longer than the wait of a read: redis-py's own default is as long,
#: and would end every wait without entries as an error.
_SOCKET_SECONDS = 15.0

#: Most entries of one read: the memory would not hold a long stream for each of many readers.
_MOST_ENTRIES = 100

#: Id of an entry, and its fields.
Entry = tuple[str, dict[str, str]]


async def follow(url: str, key: str, after: str) -> AsyncGenerator[Sequence[Entry]]:
    """Yields the entries of a stream after an id, then each new entry, over a connection of its own.

    Args:
        url: URL of Redis.
        key: Key of the stream, which may not exist yet.
        after: Id of an entry; "$" yields new entries only.

    Yields:
        The next entries; an empty sequence when none came for `_BLOCK_MS`.

    Raises:
        redis.RedisError: The connection broke.
    """
    client: Any  # redis-py's annotations cannot tell decoded answers from bytes
    async with redis.asyncio.from_url(url, decode_responses=True, socket_timeout=_SOCKET_SECONDS) as client:
        while True:
            answer = await client.xread({key: after}, count=_MOST_ENTRIES, block=_BLOCK_MS)
            entries = answer[0][1] if answer else []
            if entries:
                after = entries[-1][0]
            yield entries

"""Reading a Redis Stream as it grows."""

from collections.abc import AsyncGenerator, Sequence
from typing import Any

import redis.asyncio

#: Longest wait of one read, in milliseconds.
_BLOCK_MS = 5000

#: Above the wait of a read: redis-py's own default is as long and would end every quiet wait as a failure.
_SOCKET_SECONDS = 15.0

#: Entries of one read: all of a long stream would not fit into memory for many readers.
_MOST_ENTRIES = 100

#: An entry's id and its fields.
Entry = tuple[str, dict[str, str]]


async def follow(url: str, key: str, after: str) -> AsyncGenerator[Sequence[Entry]]:
    """The entries of a stream after an id, then the coming ones, on a connection of its own.

    Args:
        url: of Redis.
        key: of the stream, which may not exist yet.
        after: the id of an entry, or "$" for the coming ones only.

    Yields:
        Entries as they come; none when nothing came for some seconds.

    Raises:
        redis.RedisError: the connection broke.
    """
    client: Any  # redis-py's annotations cannot tell decoded answers from bytes
    async with redis.asyncio.from_url(url, decode_responses=True, socket_timeout=_SOCKET_SECONDS) as client:
        while True:
            answer = await client.xread({key: after}, count=_MOST_ENTRIES, block=_BLOCK_MS)
            entries = answer[0][1] if answer else []
            if entries:
                after = entries[-1][0]
            yield entries

"""Ends the streams of a server when the server drains."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Any, TypeVar

from shared.errors import Unavailable

T = TypeVar("T")


async def until_drained(items: AsyncGenerator[T], draining: asyncio.Event) -> AsyncGenerator[T]:
    """Passes items on until there are no more, or until the server drains.

    Args:
        items: Items to pass on; they are closed at the end, also when the client leaves.
        draining: Event that is set when the server begins to drain.

    Raises:
        Unavailable: The server drains; the client can go on with its resume token at another server.
    """
    stop: asyncio.Future[Any] = asyncio.ensure_future(draining.wait())
    upcoming: asyncio.Future[T] | None = None
    try:
        while True:
            upcoming = asyncio.ensure_future(anext(items))
            await asyncio.wait({upcoming, stop}, return_when=asyncio.FIRST_COMPLETED)
            if not upcoming.done():
                raise Unavailable("the server is stopping; connect again with the last resume_token", reason="DRAINING")
            try:
                item = upcoming.result()
            except StopAsyncIteration:
                return
            yield item
    finally:
        tasks: list[asyncio.Future[Any]] = [stop] if upcoming is None else [stop, upcoming]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await items.aclose()

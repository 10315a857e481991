"""Keeps the model store current: announcements over Redis make it quick, polling makes it certain."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

import structlog

from inference_service.model_store import ModelStore
from shared.messaging.announcements import listen

log = structlog.get_logger(__name__)

_RECONNECT_SECONDS = 2.0


async def poll(models: ModelStore, every_seconds: float, after_each: Callable[[], Awaitable[None]]) -> None:
    """Looks at the registry at once and then again and again, until it is cancelled.

    Args:
        models: to refresh.
        every_seconds: between two looks.
        after_each: is called after every look.
    """
    readable = True
    while True:
        try:
            await models.refresh_all()
            readable = True
        except Exception as error:
            if readable:
                log.warning("registry cannot be read, live versions stay", exc_info=error)
            readable = False
        await after_each()
        await asyncio.sleep(every_seconds)


async def follow_announcements(
    models: ModelStore, redis_url: str, prefix: str, after_each: Callable[[], Awaitable[None]]
) -> None:
    """Refreshes a store as soon as a version of it is announced, until it is cancelled.

    Each on its own: a store whose storage hangs does not hold up those that are announced after it.

    Args:
        models: to refresh.
        redis_url, prefix: where announcements are.
        after_each: is called after every refresh.
    """

    async def refresh(store: str) -> None:
        await models.look_at(store)
        await after_each()

    connected = True
    async with asyncio.TaskGroup() as refreshes:
        while True:
            try:
                async with contextlib.aclosing(listen(redis_url, prefix)) as announcements:
                    async for announcement in announcements:
                        connected = True
                        refreshes.create_task(refresh(announcement.store))
            except Exception as error:  # noqa: BLE001 -- whatever happens to one announcement, listening must go on
                if connected:
                    log.warning("no announcements, polling goes on", error=f"{type(error).__name__}: {error}")
                connected = False
                await asyncio.sleep(_RECONNECT_SECONDS)

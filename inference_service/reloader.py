"""Loads new live versions: at once after an announcement over Redis, and by polling the registry."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

import structlog

from inference_service.live_versions import LiveVersions
from shared.messaging.announcements import listen

log = structlog.get_logger(__name__)

#: Seconds from a lost connection to Redis to the next try: polling finds new versions meanwhile.
RECONNECT_SECONDS = 2.0


async def poll(live_versions: LiveVersions, every_seconds: float, after_each: Callable[[], Awaitable[None]]) -> None:
    """Refreshes all stores at once and then again and again, until it is cancelled.

    Args:
        live_versions: The versions to keep current.
        every_seconds: Time from the end of one look at the registry to the next look.
        after_each: Is called after every look.
    """
    readable = True
    while True:
        try:
            await live_versions.refresh_all()
            readable = True
        except Exception as error:
            if readable:
                log.warning("the registry cannot be read; the live versions stay", exc_info=error)
            readable = False
        await after_each()
        await asyncio.sleep(every_seconds)


async def follow_announcements(
    live_versions: LiveVersions,
    redis_url: str,
    prefix: str,
    after_each: Callable[[], Awaitable[None]],
    *,
    reconnect_seconds: float = RECONNECT_SECONDS,
) -> None:
    """Refreshes a store as soon as a version of the store is announced, until it is cancelled.

    Each store is refreshed by a task of its own: a store whose storage hangs does not hold up the other stores.

    Args:
        live_versions: The versions to keep current.
        redis_url: URL of the Redis that carries the announcements.
        prefix: Prefix of the announcements' key.
        after_each: Is called after every refresh.
        reconnect_seconds: Time from a lost connection to the next try.
    """

    async def refresh(store: str) -> None:
        await live_versions.look_at(store)
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
                    log.warning(
                        "announcements do not arrive; polling goes on", error=f"{type(error).__name__}: {error}"
                    )
                connected = False
                await asyncio.sleep(reconnect_seconds)

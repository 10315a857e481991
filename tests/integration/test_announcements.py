"""An announced version is loaded at once."""

import asyncio
from pathlib import Path

import redis

from inference_service.live_versions import LiveVersions
from inference_service.model_events import ModelEvents
from inference_service.reloader import follow_announcements
from shared.messaging.announcements import Announcement, Announcer
from shared.registry.registry import Registry
from tests.support.hanging import hanging
from tests.support.versions import publish


async def test_a_store_whose_storage_hangs_does_not_delay_the_stores_announced_after_it(
    redis_url: str, tmp_path: Path
) -> None:
    registry = Registry(str(tmp_path))
    for store in ("harbour", "market", "station"):
        publish(registry, store, "v1")
    live_versions = LiveVersions(registry, ModelEvents())
    refreshed = asyncio.Event()

    async def after_each() -> None:
        refreshed.set()

    with redis.from_url(redis_url, decode_responses=True) as client, hanging(tmp_path / "harbour"):
        announcer = Announcer(client, "hanging")
        following = asyncio.create_task(follow_announcements(live_versions, redis_url, "hanging", after_each))
        async with asyncio.timeout(60):
            while "station" not in live_versions.by_store:  # until it listens
                announcer.announce(Announcement("station", "v1"))
                await asyncio.sleep(0.1)
            for store in ("harbour", "market"):
                announcer.announce(Announcement(store, "v1"))
            while "market" not in live_versions.by_store:
                refreshed.clear()
                await refreshed.wait()
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)

    assert set(live_versions.by_store) == {"market", "station"}

"""Watching models: every change of interest once, and a sign of life when there is none."""

import asyncio
import contextlib

from inference_service.model_events import ModelChange, ModelEvents, ModelState

Told = tuple[int, ModelChange | None]


def test_news_of_other_stores_do_not_keep_a_watcher_from_its_heartbeat() -> None:
    async def watch() -> list[Told]:
        events = ModelEvents()

        async def chatter() -> None:
            while True:
                events.add("other", "v1", ModelState.LOADING)
                await asyncio.sleep(0.01)

        talking = asyncio.create_task(chatter())
        told: list[Told] = []
        async with asyncio.timeout(5), contextlib.aclosing(events.after(0, {"mine"}, 0.1)) as changes:
            async for item in changes:
                told.append(item)
                if len(told) == 2:
                    break
        talking.cancel()
        return told

    told = asyncio.run(watch())

    assert [change for _, change in told] == [None, None]
    assert 0 < told[0][0] < told[1][0], "a heartbeat's token goes past what was of no interest"


def test_a_watcher_is_told_the_changes_of_its_stores_only() -> None:
    async def watch() -> list[ModelChange | None]:
        events = ModelEvents()
        for store in ("mine", "other", "mine"):
            events.add(store, "v1", ModelState.ACTIVE)
        async with contextlib.aclosing(events.after(0, {"mine"}, 0.05)) as changes:
            return [(await anext(changes))[1] for _ in range(3)]

    told = asyncio.run(watch())

    assert [change and (change.sequence, change.store) for change in told] == [(1, "mine"), (3, "mine"), None]


def test_a_watcher_too_slow_for_what_is_kept_is_not_left_with_a_gap() -> None:
    async def watch() -> list[int]:
        events = ModelEvents(changes_kept=3)
        for _ in range(2):
            events.add("mine", "v1", ModelState.ACTIVE)
        told = []
        async with asyncio.timeout(5), contextlib.aclosing(events.after(0, (), 60)) as changes:
            async for sequence, _ in changes:
                told.append(sequence)
                if sequence == 2:
                    for _ in range(5):
                        events.add("mine", "v1", ModelState.ACTIVE)
        return told

    assert asyncio.run(watch()) == [1, 2]


def test_a_token_that_no_number_can_be_is_not_known() -> None:
    events = ModelEvents()
    process = events.token(0).partition(".")[0]

    assert events.position(f"{process}.{'9' * 5000}") is None

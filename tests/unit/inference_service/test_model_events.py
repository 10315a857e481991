"""Model events: a watcher gets every change of its stores once, and a heartbeat where no change happens."""

import asyncio
import contextlib

from inference_service.model_events import ModelChange, ModelEvents, ModelState

Yielded = tuple[int, ModelChange | None]


def test_a_watcher_gets_heartbeats_although_other_stores_change() -> None:
    async def watch() -> list[Yielded]:
        events = ModelEvents()

        async def chatter() -> None:
            while True:
                events.add("other", "v1", ModelState.LOADING)
                await asyncio.sleep(0.01)

        talking = asyncio.create_task(chatter())
        received: list[Yielded] = []
        async with asyncio.timeout(5), contextlib.aclosing(events.after(0, {"mine"}, 0.1)) as changes:
            async for item in changes:
                received.append(item)
                if len(received) == 2:
                    break
        talking.cancel()
        return received

    received = asyncio.run(watch())

    assert [change for _, change in received] == [None, None]
    assert 0 < received[0][0] < received[1][0], "a heartbeat counts the changes of the other stores"


def test_a_watcher_gets_the_changes_of_its_stores_only() -> None:
    async def watch() -> list[ModelChange | None]:
        events = ModelEvents()
        for store in ("mine", "other", "mine"):
            events.add(store, "v1", ModelState.ACTIVE)
        async with contextlib.aclosing(events.after(0, {"mine"}, 0.05)) as changes:
            return [(await anext(changes))[1] for _ in range(3)]

    received = asyncio.run(watch())

    assert [change and (change.sequence, change.store) for change in received] == [(1, "mine"), (3, "mine"), None]


def test_the_changes_end_where_a_slow_watcher_has_missed_some() -> None:
    async def watch() -> list[int]:
        events = ModelEvents(changes_kept=3)
        for _ in range(2):
            events.add("mine", "v1", ModelState.ACTIVE)
        received = []
        async with asyncio.timeout(5), contextlib.aclosing(events.after(0, (), 60)) as changes:
            async for sequence, _ in changes:
                received.append(sequence)
                if sequence == 2:
                    for _ in range(5):
                        events.add("mine", "v1", ModelState.ACTIVE)
        return received

    assert asyncio.run(watch()) == [1, 2]


def test_a_token_with_an_impossible_number_has_no_position() -> None:
    events = ModelEvents()
    process = events.token(0).partition(".")[0]

    assert events.position(f"{process}.{'9' * 5000}") is None

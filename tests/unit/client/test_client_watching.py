"""Tests of watches: no event is lost or repeated, whatever happens to the connection; both clients."""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import grpc
import pytest

from smartsuschef.client import AsyncForecastClient, ForecastClient, ForecastServiceError, ResumePolicy
from smartsuschef.forecast.v1.inference_pb2 import (
    MODEL_EVENT_KIND_CHANGE,
    MODEL_EVENT_KIND_SNAPSHOT,
    ModelSnapshot,
    WatchModelsResponse,
)
from smartsuschef.forecast.v1.training_pb2 import TrainingProgress
from tests.unit.client.run_events import RUN_ID, run_events
from tests.unit.client.scripted_server import Context, ScriptedServer, fails, streams, waits

QUICK = ResumePolicy(first_pause=0.01, longest_pause=0.05, give_up_after=20)
UNAVAILABLE = fails(grpc.StatusCode.UNAVAILABLE, "draining")
EVENTS = run_events()


async def watch_in_a_thread(address: str, policy: ResumePolicy = QUICK) -> list[TrainingProgress]:
    def watch() -> list[TrainingProgress]:
        with ForecastClient(training_address=address, resume=policy) as client:
            return list(client.watch_training(RUN_ID))

    return await asyncio.to_thread(watch)


async def watch_in_asyncio(address: str, policy: ResumePolicy = QUICK) -> list[TrainingProgress]:
    async with AsyncForecastClient(training_address=address, resume=policy) as client:
        return [event async for event in client.watch_training(RUN_ID)]


WatchRun = Callable[..., Coroutine[Any, Any, list[TrainingProgress]]]
both_clients = pytest.mark.parametrize("watch_run", [watch_in_a_thread, watch_in_asyncio])


@both_clients
async def test_a_run_is_watched_to_its_last_event(server: ScriptedServer, watch_run: WatchRun) -> None:
    server.on("WatchTraining", streams(EVENTS, then=waits()))
    assert await watch_run(server.address) == EVENTS


@both_clients
async def test_a_broken_watch_repeats_and_loses_no_event(server: ScriptedServer, watch_run: WatchRun) -> None:
    server.on(
        "WatchTraining",
        UNAVAILABLE,
        streams(EVENTS[:4], then=UNAVAILABLE),
        UNAVAILABLE,
        streams(EVENTS[:5], then=UNAVAILABLE),
        streams(EVENTS[:5], then=UNAVAILABLE),
        streams(EVENTS),
    )
    assert await watch_run(server.address) == EVENTS
    tokens = [received.request.resume_token for received in server.received["WatchTraining"]]
    assert tokens == ["", "", "t4", "t4", "t5", "t5"]
    assert {received.request.run_id for received in server.received["WatchTraining"]} == {RUN_ID}


@both_clients
async def test_a_stream_that_ends_before_the_run_does_is_continued(server: ScriptedServer, watch_run: WatchRun) -> None:
    server.on("WatchTraining", streams(EVENTS[:7]), streams(EVENTS))
    assert await watch_run(server.address) == EVENTS


@both_clients
async def test_a_watch_outlives_a_restart_of_the_service(server: ScriptedServer, watch_run: WatchRun) -> None:
    reached = threading.Event()

    def reach(request: object, context: Context) -> Any:
        reached.set()
        return waits()(request, context)

    server.on("WatchTraining", streams(EVENTS[:6], then=reach), streams(EVENTS))
    watching = asyncio.ensure_future(watch_run(server.address))
    await asyncio.to_thread(reached.wait)
    await asyncio.to_thread(server.stop)
    server.start()
    assert await watching == EVENTS


@both_clients
async def test_a_watch_that_a_stopping_server_cancels_goes_on(server: ScriptedServer, watch_run: WatchRun) -> None:
    cancelled = fails(grpc.StatusCode.CANCELLED, "the server stops")
    server.on("WatchTraining", cancelled, streams(EVENTS[:4], then=cancelled), streams(EVENTS))
    assert await watch_run(server.address) == EVENTS


@both_clients
async def test_a_watch_that_a_busy_service_refuses_is_tried_again(server: ScriptedServer, watch_run: WatchRun) -> None:
    busy = fails(grpc.StatusCode.RESOURCE_EXHAUSTED, "too many watch already", retry_after=0.2)
    server.on("WatchTraining", busy, streams(EVENTS))
    assert await watch_run(server.address) == EVENTS


@both_clients
async def test_a_failure_other_than_an_outage_ends_the_watch(server: ScriptedServer, watch_run: WatchRun) -> None:
    server.on("WatchTraining", streams(EVENTS[:4], then=fails(grpc.StatusCode.DATA_LOSS, "events are gone")))
    with pytest.raises(ForecastServiceError, match="events are gone"):
        await watch_run(server.address)
    assert len(server.received["WatchTraining"]) == 1


@both_clients
async def test_a_watch_fails_when_the_outage_does_not_end(server: ScriptedServer, watch_run: WatchRun) -> None:
    server.on("WatchTraining", streams(EVENTS[:2], then=UNAVAILABLE), UNAVAILABLE)
    hasty = ResumePolicy(first_pause=0.01, longest_pause=0.05, give_up_after=0.3)
    with pytest.raises(ForecastServiceError) as caught:
        await watch_run(server.address, hasty)
    assert caught.value.code is grpc.StatusCode.UNAVAILABLE
    assert len(server.received["WatchTraining"]) > 2


def test_a_watch_can_begin_after_a_given_event(server: ScriptedServer) -> None:
    server.on("WatchTraining", streams(EVENTS))
    with ForecastClient(training_address=server.address) as client:
        assert list(client.watch_training(RUN_ID, resume_token="t9")) == EVENTS[9:]


def test_closing_a_watch_cancels_the_call_at_the_service(server: ScriptedServer) -> None:
    cancelled = threading.Event()
    server.on("WatchTraining", _streams_until_cancelled(cancelled))
    with ForecastClient(training_address=server.address) as client:
        with client.watch_training(RUN_ID) as events:
            next(events)
            assert not cancelled.is_set()
        assert cancelled.wait(timeout=10)
        assert list(events) == []


def test_another_thread_can_close_a_watch_that_waits_for_an_event(server: ScriptedServer) -> None:
    server.on("WatchModels", streams([_snapshot("m1")], then=waits()))
    with ForecastClient(inference_address=server.address) as client, ThreadPoolExecutor(1) as pool:
        events = client.watch_models()
        assert next(events) == _snapshot("m1")
        rest = pool.submit(list, events)
        events.close()
        assert rest.result(timeout=10) == []


def test_another_thread_can_close_the_client_of_a_watch_that_waits_for_an_event(server: ScriptedServer) -> None:
    server.on("WatchModels", streams([_snapshot("m1")], then=waits()))
    with ThreadPoolExecutor(1) as pool:
        client = ForecastClient(inference_address=server.address)
        events = client.watch_models()
        assert next(events) == _snapshot("m1")
        rest = pool.submit(list, events)
        client.close()
        assert rest.result(timeout=10) == []


async def test_leaving_an_asyncio_watch_cancels_the_call_at_the_service(server: ScriptedServer) -> None:
    cancelled = threading.Event()
    server.on("WatchTraining", _streams_until_cancelled(cancelled))
    async with AsyncForecastClient(training_address=server.address) as client:
        async with client.watch_training(RUN_ID) as events:
            await anext(events)
            assert not cancelled.is_set()
        assert await asyncio.to_thread(cancelled.wait, 10)
        assert [event async for event in events] == []


async def test_another_task_can_close_an_asyncio_watch_that_waits_for_an_event(server: ScriptedServer) -> None:
    server.on("WatchModels", streams([_snapshot("m1")], then=waits()))
    async with AsyncForecastClient(inference_address=server.address) as client:
        events = client.watch_models()
        assert await anext(events) == _snapshot("m1")
        rest = asyncio.ensure_future(_collect(events))
        await asyncio.sleep(0)
        await events.aclose()
        assert await rest == []


async def test_another_task_can_close_the_client_of_an_asyncio_watch_that_waits(server: ScriptedServer) -> None:
    server.on("WatchModels", streams([_snapshot("m1")], then=waits()))
    client = AsyncForecastClient(inference_address=server.address)
    events = client.watch_models()
    assert await anext(events) == _snapshot("m1")
    rest = asyncio.ensure_future(_collect(events))
    await asyncio.sleep(0)
    await client.close()
    assert await rest == []


async def test_cancelling_the_task_that_watches_cancels_the_call(server: ScriptedServer) -> None:
    cancelled = threading.Event()
    server.on("WatchTraining", _streams_until_cancelled(cancelled))
    async with AsyncForecastClient(training_address=server.address) as client:
        events = client.watch_training(RUN_ID)
        await anext(events)
        task = asyncio.ensure_future(_collect(events))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await asyncio.to_thread(cancelled.wait, 10)


def test_a_watch_of_models_goes_on_after_every_end_of_the_stream_until_it_is_closed(server: ScriptedServer) -> None:
    change = WatchModelsResponse(kind=MODEL_EVENT_KIND_CHANGE, resume_token="m2")
    after_restart = WatchModelsResponse(
        kind=MODEL_EVENT_KIND_SNAPSHOT, resume_token="n1", snapshot=ModelSnapshot(reset=True)
    )
    server.on(
        "WatchModels",
        streams([_snapshot("m1"), change]),
        lambda request, context: iter([after_restart]),
        UNAVAILABLE,
        streams([after_restart], then=waits()),
    )
    with (
        ForecastClient(inference_address=server.address, resume=QUICK) as client,
        client.watch_models(stores="north") as events,
    ):
        assert [next(events) for _ in range(3)] == [_snapshot("m1"), change, after_restart]
    asked = [received.request for received in server.received["WatchModels"]]
    assert [request.resume_token for request in asked] == ["", "m2"]
    assert [list(request.stores) for request in asked] == [["north"], ["north"]]


def _snapshot(token: str) -> WatchModelsResponse:
    return WatchModelsResponse(kind=MODEL_EVENT_KIND_SNAPSHOT, resume_token=token)


def _streams_until_cancelled(cancelled: threading.Event) -> Any:
    def step(request: object, context: Context) -> Any:
        context.add_callback(cancelled.set)
        yield EVENTS[0]
        waits()(request, context)

    return step


async def _collect(events: Any) -> list[Any]:
    return [event async for event in events]

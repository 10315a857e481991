"""Limits of the service over a real connection: too many watchers are refused, large requests hold up no other call."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import grpc
import pytest
from google.rpc import error_details_pb2, status_pb2

from smartsuschef.forecast.v1 import inference_pb2, inference_pb2_grpc

REQUEST = inference_pb2.WatchModelsRequest()


async def test_a_watcher_beyond_the_limit_is_refused_until_another_has_gone(
    channel: grpc.aio.Channel,
) -> None:
    stub = inference_pb2_grpc.InferenceServiceStub(channel)
    first = stub.WatchModels(REQUEST)
    await first.read()

    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await stub.WatchModels(REQUEST).read()

    assert caught.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
    assert retry_after(caught.value) > 0
    first.cancel()
    codes = [grpc.StatusCode.RESOURCE_EXHAUSTED]
    async with asyncio.timeout(10):
        while (
            codes[-1] is grpc.StatusCode.RESOURCE_EXHAUSTED
        ):  # until the service has noticed that the first watcher has gone
            await asyncio.sleep(0.02)
            codes.append(await how_a_watch_begins(stub))
    assert codes[-1] is grpc.StatusCode.OK


async def test_a_large_request_is_checked_in_a_thread_while_other_calls_are_answered(
    channel: grpc.aio.Channel, threads: ThreadPoolExecutor
) -> None:
    stub = inference_pb2_grpc.InferenceServiceStub(channel)
    release = threading.Event()
    threads.submit(release.wait, 60)

    large = asyncio.ensure_future(code_of(stub.Predict(inference_pb2.PredictRequest(dishes=["x" * 100_000]))))
    async with asyncio.timeout(20):
        while not threads._work_queue.qsize():  # until the service has received the large request
            await asyncio.sleep(0.01)
    small = await code_of(stub.Predict(inference_pb2.PredictRequest(dishes=["x" * 1_000])))

    assert small is grpc.StatusCode.INVALID_ARGUMENT
    assert not large.done()
    release.set()
    assert await large is grpc.StatusCode.INVALID_ARGUMENT


async def code_of(call: "grpc.aio.UnaryUnaryCall[Any, Any]") -> grpc.StatusCode:
    try:
        await call
    except grpc.aio.AioRpcError as error:
        return error.code()
    return grpc.StatusCode.OK


async def how_a_watch_begins(stub: "inference_pb2_grpc.InferenceServiceAsyncStub") -> grpc.StatusCode:
    try:
        await stub.WatchModels(REQUEST).read()
    except grpc.aio.AioRpcError as error:
        return error.code()
    return grpc.StatusCode.OK


def retry_after(error: grpc.aio.AioRpcError) -> float:
    """Seconds after which the caller may try again, as the service says."""
    status = status_pb2.Status.FromString(dict(error.trailing_metadata())["grpc-status-details-bin"])
    info = error_details_pb2.RetryInfo()
    assert any(detail.Unpack(info) for detail in status.details)
    return float(info.retry_delay.ToTimedelta().total_seconds())

"""Calls beyond the limits, over real connections."""

import asyncio
import threading
from typing import Any, NoReturn

import grpc
import pytest
from google.rpc import error_details_pb2, status_pb2

from shared.errors import InvalidInput, Violation
from smartsuschef.forecast.v1 import inference_pb2, inference_pb2_grpc

REQUEST = inference_pb2.WatchModelsRequest()


async def test_one_watcher_too_many_is_told_to_come_back_and_may_when_another_has_gone(
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
        while codes[-1] is grpc.StatusCode.RESOURCE_EXHAUSTED:  # until the service has noticed
            await asyncio.sleep(0.02)
            codes.append(await how_a_watch_begins(stub))
    assert codes[-1] is grpc.StatusCode.OK


async def test_a_large_request_keeps_nobody_waiting_while_it_is_read(
    channel: grpc.aio.Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    stub = inference_pb2_grpc.InferenceServiceStub(channel)
    reading, read_on = threading.Event(), threading.Event()

    def read_slowly(request: inference_pb2.PredictRequest) -> NoReturn:
        reading.set()
        assert read_on.wait(20), "the others were kept waiting"
        raise InvalidInput([Violation("recent_sales", "as expected")])

    monkeypatch.setattr("inference_service.requests.predict", read_slowly)
    large = asyncio.ensure_future(code_of(stub.Predict(inference_pb2.PredictRequest(dishes=["x" * 100_000]))))
    await asyncio.to_thread(reading.wait, 60)

    # In the very process and event loop of the service.
    small = await code_of(stub.ListModels(inference_pb2.ListModelsRequest()))

    read_on.set()
    assert small is grpc.StatusCode.FAILED_PRECONDITION
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
    """Seconds after which the service says that one may try again."""
    status = status_pb2.Status.FromString(dict(error.trailing_metadata())["grpc-status-details-bin"])
    info = error_details_pb2.RetryInfo()
    assert any(detail.Unpack(info) for detail in status.details)
    return float(info.retry_delay.ToTimedelta().total_seconds())

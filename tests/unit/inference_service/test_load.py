"""Calls beyond the limits, over real connections."""

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import grpc
import pytest
from google.rpc import error_details_pb2, status_pb2

from inference_service.model_events import ModelEvents
from inference_service.model_store import ModelStore
from inference_service.service import InferenceService
from inference_service.weather_forecasts import WeatherForecasts
from shared.registry import Registry
from shared.rpc.interceptor import CallInterceptor
from shared.rpc.load import LoadLimit
from smartsuschef.forecast.v1 import inference_pb2, inference_pb2_grpc

REQUEST = inference_pb2.WatchModelsRequest()


@pytest.fixture
async def stub(tmp_path: Path) -> AsyncIterator["inference_pb2_grpc.InferenceServiceAsyncStub"]:
    """A service without models that one may watch."""
    events = ModelEvents()
    models = ModelStore(Registry(str(tmp_path), None), events)
    server = grpc.aio.server(interceptors=[CallInterceptor()])
    with ThreadPoolExecutor(1) as threads:
        service = InferenceService(
            models,
            events,
            threads,
            WeatherForecasts(None),
            heartbeat_seconds=60.0,
            draining=asyncio.Event(),
            watching=LoadLimit(1, "watchers"),
        )
        inference_pb2_grpc.add_InferenceServiceServicer_to_server(service, server)
        port = server.add_insecure_port("127.0.0.1:0")
        await server.start()
        async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
            yield inference_pb2_grpc.InferenceServiceStub(channel)
        await server.stop(0)


async def test_one_watcher_too_many_is_told_to_come_back_and_may_when_another_has_gone(
    stub: "inference_pb2_grpc.InferenceServiceAsyncStub",
) -> None:
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

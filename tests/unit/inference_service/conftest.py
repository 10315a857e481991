"""An inference service without models, behind a real connection."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import grpc
import pytest

from inference_service.live_versions import LiveVersions
from inference_service.model_events import ModelEvents
from inference_service.prepared.prepared_forecasts import PreparedForecasts
from inference_service.service import InferenceService
from inference_service.weather_forecasts import WeatherForecasts
from shared.registry.registry import Registry
from shared.rpc.interceptor import CallInterceptor
from shared.rpc.load import LoadLimit
from shared.rpc.metrics import CallMetrics
from smartsuschef.forecast.v1 import inference_pb2_grpc


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    """The only thread of the service."""
    with ThreadPoolExecutor(1) as executor:
        yield executor


@pytest.fixture
def service(tmp_path: Path, threads: ThreadPoolExecutor) -> InferenceService:
    """A service that one client at a time may watch; its registry is in `tmp_path`."""
    events = ModelEvents()
    return InferenceService(
        live_versions=LiveVersions(Registry(str(tmp_path), None), events),
        events=events,
        threads=threads,
        weather_forecasts=WeatherForecasts(None),
        prepared=PreparedForecasts(2**20),
        heartbeat_seconds=60.0,
        draining=asyncio.Event(),
        watching=LoadLimit(1, "watchers"),
    )


@pytest.fixture
async def channel(service: InferenceService) -> AsyncIterator[grpc.aio.Channel]:
    """A channel to the service."""
    server = grpc.aio.server(interceptors=[CallInterceptor(CallMetrics())])
    inference_pb2_grpc.add_InferenceServiceServicer_to_server(service, server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as opened:
        yield opened
    await server.stop(0)

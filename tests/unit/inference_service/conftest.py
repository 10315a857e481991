"""An inference service without models, behind a real connection."""

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import grpc
import pytest

from inference_service.model_events import ModelEvents
from inference_service.model_store import ModelStore
from inference_service.service import InferenceService
from inference_service.weather_forecasts import WeatherForecasts
from shared.registry.registry import Registry
from shared.rpc.interceptor import CallInterceptor
from shared.rpc.load import LoadLimit
from smartsuschef.forecast.v1 import inference_pb2_grpc


@pytest.fixture
async def channel(tmp_path: Path) -> AsyncIterator[grpc.aio.Channel]:
    """To a service that one client at a time may watch."""
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
        async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as opened:
            yield opened
        await server.stop(0)

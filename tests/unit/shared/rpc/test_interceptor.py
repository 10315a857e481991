"""Calls are counted and logged when they end, whichever way they end."""

import asyncio
import logging
import unicodedata
from collections.abc import AsyncIterator

import grpc
import pytest
from structlog.testing import capture_logs

from shared.rpc.interceptor import CallInterceptor
from shared.rpc.metrics import CallMetrics
from smartsuschef.forecast.v1 import inference_pb2

METHOD = "test.Talker/Talk"


async def test_a_stream_that_the_client_leaves_without_reading_is_counted_as_cancelled() -> None:
    metrics = CallMetrics()
    asked_for_more = 0

    async def talk(request: bytes, context: object) -> AsyncIterator[bytes]:
        nonlocal asked_for_more
        while True:
            asked_for_more += 1
            yield b"x" * 100_000

    server = grpc.aio.server(interceptors=[CallInterceptor(metrics)])
    service, _, name = METHOD.partition("/")
    handlers = {name: grpc.unary_stream_rpc_method_handler(talk, bytes, bytes)}
    server.add_generic_rpc_handlers([grpc.method_handlers_generic_handler(service, handlers)])
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
        stream = channel.unary_stream(f"/{METHOD}", bytes, bytes)(b"")
        await stream.read()
        before = -1
        while asked_for_more > before:  # until the connection holds as much as it can
            before = asked_for_more
            await asyncio.sleep(0.5)
        assert metrics.calls(METHOD, "CANCELLED") == 0
        stream.cancel()
        async with asyncio.timeout(30):
            while not metrics.calls(METHOD, "CANCELLED"):
                await asyncio.sleep(0.02)
    await server.stop(0)
    assert metrics.calls(METHOD, "CANCELLED") == 1


@pytest.mark.parametrize(
    ("given", "logged", "label"),
    [
        ("Lower Manhattan", "Lower Manhattan", "Lower Manhattan"),
        (unicodedata.normalize("NFD", "Zürich"), "Zürich", "Zürich"),
        ("", "default", "default"),
        ("a\nb", r"a\nb", "_others"),
        ("\x1b[2Jx", r"\x1b[2Jx", "_others"),
        ("店\u2028", r"\u5e97\u2028", "_others"),
        ("a" * 1_000_000, "a" * 64, "_others"),
    ],
)
async def test_the_store_of_a_call_is_logged_in_one_line_and_counted_in_its_one_form(
    given: str, logged: str, label: str
) -> None:
    metrics = CallMetrics()

    async def predict(request: object, context: object) -> bytes:
        return b""

    server = grpc.aio.server(interceptors=[CallInterceptor(metrics)])
    service, _, name = METHOD.partition("/")
    read = inference_pb2.PredictRequest.FromString
    handlers = {name: grpc.unary_unary_rpc_method_handler(predict, read, bytes)}
    server.add_generic_rpc_handlers([grpc.method_handlers_generic_handler(service, handlers)])
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    with capture_logs() as log:
        async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
            request = inference_pb2.PredictRequest(store=given).SerializeToString()
            await channel.unary_unary(f"/{METHOD}", bytes, bytes)(request)
        await server.stop(0)

    assert [entry["store"] for entry in log] == [logged]
    assert metrics.calls(METHOD, "OK", label) == 1


@pytest.mark.parametrize(
    ("method", "level", "lines"),
    [
        ("smartsuschef.forecast.v1.InferenceService/Predict", logging.INFO, 0),
        ("smartsuschef.forecast.v1.InferenceService/Predict", logging.DEBUG, 1),
        (METHOD, logging.INFO, 1),
    ],
)
async def test_a_quick_forecast_is_counted_and_logged_at_debug_only(
    method: str, level: int, lines: int, caplog: pytest.LogCaptureFixture
) -> None:
    metrics = CallMetrics()
    caplog.set_level(level, logger="shared.rpc.interceptor")

    async def predict(request: object, context: object) -> bytes:
        return b""

    server = grpc.aio.server(interceptors=[CallInterceptor(metrics)])
    service, _, name = method.partition("/")
    handlers = {name: grpc.unary_unary_rpc_method_handler(predict, bytes, bytes)}
    server.add_generic_rpc_handlers([grpc.method_handlers_generic_handler(service, handlers)])
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    with capture_logs() as log:
        async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
            for _ in range(2):
                await channel.unary_unary(f"/{method}", bytes, bytes)(b"")
        await server.stop(0)

    assert len(log) == 2 * lines
    assert metrics.calls(method, "OK") == 2

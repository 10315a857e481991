"""Calls are counted when they end, whichever way they end."""

import asyncio
from collections.abc import AsyncIterator

import grpc

from shared.rpc.interceptor import CallInterceptor
from shared.rpc.metrics import CallMetrics

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

"""Around every call: however a stream ends, that is counted."""

import asyncio
from collections.abc import AsyncIterator

import grpc
from prometheus_client import REGISTRY

from shared.rpc.interceptor import CallInterceptor

METHOD = "test.Talker/Talk"


def cancelled() -> float:
    labels = {"method": METHOD, "code": "CANCELLED", "store": ""}
    return REGISTRY.get_sample_value("suschef_calls_total", labels) or 0.0


async def test_a_stream_that_its_client_leaves_without_reading_it_is_counted() -> None:
    asked_for_more = 0

    async def talk(request: bytes, context: object) -> AsyncIterator[bytes]:
        nonlocal asked_for_more
        while True:
            asked_for_more += 1
            yield b"x" * 100_000

    server = grpc.aio.server(interceptors=[CallInterceptor()])
    service, _, name = METHOD.partition("/")
    handlers = {name: grpc.unary_stream_rpc_method_handler(talk, bytes, bytes)}
    server.add_generic_rpc_handlers([grpc.method_handlers_generic_handler(service, handlers)])
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
        stream = channel.unary_stream(f"/{METHOD}", bytes, bytes)(b"")
        await stream.read()
        before = -1
        while asked_for_more > before:  # until there is no room for more on the way
            before = asked_for_more
            await asyncio.sleep(0.5)
        assert cancelled() == 0
        stream.cancel()
        async with asyncio.timeout(30):
            while not cancelled():
                await asyncio.sleep(0.02)
    await server.stop(0)
    assert cancelled() == 1

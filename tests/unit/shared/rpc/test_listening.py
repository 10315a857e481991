"""A server that cannot listen on its address stops with the reason."""

import asyncio
import socket
from collections.abc import Iterator

import pytest

from shared.rpc.server import Server


@pytest.fixture
def taken() -> Iterator[str]:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield f"127.0.0.1:{other.getsockname()[1]}"


async def test_a_server_on_a_taken_port_stops_with_the_reason(taken: str) -> None:
    await assert_cannot_listen(taken, "Address already in use")


async def test_a_server_on_an_address_of_another_machine_stops_with_the_reason() -> None:
    await assert_cannot_listen("8.8.8.8:50051", "Cannot assign requested address")


async def assert_cannot_listen(address: str, cause: str) -> None:
    server = Server(address, "some.Service")

    with pytest.raises(SystemExit, match=f"cannot listen on {address}: {cause}"):
        await server.run([], 0, asyncio.Event())

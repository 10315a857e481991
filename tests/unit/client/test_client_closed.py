"""A client that was closed raises its own error from every call."""

from collections.abc import Callable
from typing import Any

import grpc
import pytest

from smartsuschef.client import AsyncForecastClient, ForecastClient, ForecastServiceError, SalesRow

ROWS = [SalesRow(date="2026-11-23", dish="soup", quantity=3)]


@pytest.mark.parametrize(
    "call",
    [
        lambda client: client.predict(),
        lambda client: list(client.list_models()),
        lambda client: client.start_training(),
        lambda client: client.import_sales(rows=ROWS),
        lambda client: client.watch_models(),
        lambda client: client.watch_training("run-7"),
    ],
)
def test_a_closed_client_says_that_it_is_closed(call: Callable[[ForecastClient], Any]) -> None:
    client = ForecastClient()
    client.close()

    with pytest.raises(ForecastServiceError) as caught:
        call(client)

    assert (caught.value.code, caught.value.reason) == (grpc.StatusCode.FAILED_PRECONDITION, "CLIENT_CLOSED")


async def test_a_closed_asyncio_client_says_that_it_is_closed() -> None:
    client = AsyncForecastClient()
    await client.close()

    for call in (client.predict, client.start_training, lambda: client.import_sales(rows=ROWS)):
        with pytest.raises(ForecastServiceError) as caught:
            await call()
        assert caught.value.reason == "CLIENT_CLOSED"
    for watch in (client.watch_models, lambda: client.watch_training("run-7")):
        with pytest.raises(ForecastServiceError) as caught:
            watch()
        assert caught.value.reason == "CLIENT_CLOSED"


def test_a_client_may_be_closed_twice() -> None:
    client = ForecastClient()
    client.close()
    client.close()

"""Fixtures of the client's tests: the time zone UTC, and a scripted server."""

import time
from collections.abc import Iterator

import pytest

from tests.unit.client.scripted_server import ScriptedServer


@pytest.fixture(autouse=True)
def utc(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Sets the time zone of this machine to UTC, because the console shows local times."""
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "UTC")
        time.tzset()
        yield
    time.tzset()


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    """A server that listens with both services on one port."""
    scripted = ScriptedServer()
    scripted.start()
    yield scripted
    scripted.stop()

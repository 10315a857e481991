import time
from collections.abc import Iterator

import pytest

from tests.unit.client.scripted_server import ScriptedServer


@pytest.fixture(autouse=True)
def utc(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The console shows times of this machine's zone; here that is UTC."""
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "UTC")
        time.tzset()
        yield
    time.tzset()


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    """Both services on one port, listening."""
    scripted = ScriptedServer()
    scripted.start()
    yield scripted
    scripted.stop()

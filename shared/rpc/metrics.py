"""What Prometheus is told of a server: its calls, kept apart by store."""

from collections.abc import Generator
from contextlib import contextmanager

from prometheus_client import Counter, Histogram, start_http_server

from shared.names import STORE_OR_VERSION_NAME

#: Stores that are counted by name. Anybody can name stores that do not exist, and each takes memory for good.
_MOST_STORES = 10_000

#: Stands for the stores beyond that.
_OTHERS = "_others"

_CALLS = Counter("suschef_calls", "Calls that have ended.", ["method", "code", "store"])
_SECONDS = Histogram("suschef_call_seconds", "Seconds that calls with a single answer took.", ["method"])
_stores: set[str] = set()


def count_call(method: str, code: str, store: str) -> None:
    """Counts a call that has ended.

    Args:
        method: its full name, such as "/smartsuschef.forecast.v1.InferenceService/Predict".
        code: name of its status.
        store: as the caller gave it; empty where the call is about none or several.
    """
    _CALLS.labels(method.lstrip("/"), code, _label(store)).inc()


def time_call(method: str, seconds: float) -> None:
    """Notes how long a call with a single answer took."""
    _SECONDS.labels(method.lstrip("/")).observe(seconds)


@contextmanager
def metrics_served(address: str | None) -> Generator[None]:
    """Answers scrapes of Prometheus over HTTP; nothing where the address is None.

    Args:
        address: host:port.

    Raises:
        SystemExit: the address cannot be listened on.
    """
    if address is None:
        yield
        return
    host, _, port = address.rpartition(":")
    try:
        server, thread = start_http_server(int(port), host.strip("[]"))
    except OSError as error:
        raise SystemExit(f"cannot listen on {address} for metrics: {error.strerror}") from error
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _label(store: str) -> str:
    if not store or store in _stores:
        return store
    if not STORE_OR_VERSION_NAME.fullmatch(store) or len(_stores) >= _MOST_STORES:
        return _OTHERS
    _stores.add(store)
    return store

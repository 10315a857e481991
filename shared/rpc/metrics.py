"""Counts the calls of a server by method, status and store, and serves the counts to Prometheus over HTTP."""

from collections.abc import Generator
from contextlib import contextmanager

from prometheus_client import (
    CollectorRegistry,
    Counter,
    GCCollector,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    start_http_server,
)

from shared.store_names import store_name

#: Stores that are counted under their own name. A caller can name stores that do not exist, and each name that is
#: counted takes memory until the process ends.
_STORES_MAX = 10_000

#: Label of the calls of all other stores.
_OTHER_STORES = "_others"


class CallMetrics:
    """The metrics of one server, beside those of its process that `prometheus_client` collects by itself.

    Args:
        stores_max: Number of stores that are counted under their own name.
    """

    def __init__(self, stores_max: int = _STORES_MAX) -> None:
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        PlatformCollector(registry=self._registry)
        GCCollector(registry=self._registry)
        self._calls = Counter(
            "suschef_calls", "Calls that have ended.", ["method", "code", "store"], registry=self._registry
        )
        self._seconds = Histogram(
            "suschef_call_seconds",
            "Seconds that calls with a single answer took.",
            ["method"],
            registry=self._registry,
        )
        self._stores: set[str] = set()
        self._stores_max = stores_max

    def count_call(self, method: str, code: str, store: str) -> None:
        """Counts a call that has ended.

        Args:
            method: Full name of the method, such as "/smartsuschef.forecast.v1.InferenceService/Predict".
            code: Name of the gRPC status.
            store: Name of the store as the caller gave it, which is counted in its one form; empty where the call
                concerns no store or several.
        """
        self._calls.labels(method.lstrip("/"), code, self._label(store)).inc()

    def time_call(self, method: str, seconds: float) -> None:
        """Notes the duration of a call with a single answer.

        Args:
            method: Full name of the method, as in `count_call`.
            seconds: Duration of the call.
        """
        self._seconds.labels(method.lstrip("/")).observe(seconds)

    def calls(self, method: str, code: str, store: str = "") -> float:
        """The number of calls that were counted under these labels.

        Args:
            method: Full name of the method without the leading slash.
            code: Name of the gRPC status.
            store: Label of the store.
        """
        labels = {"method": method, "code": code, "store": store}
        return self._registry.get_sample_value("suschef_calls_total", labels) or 0.0

    @contextmanager
    def served(self, address: str | None) -> Generator[None]:
        """Answers Prometheus over HTTP for as long as the context lasts.

        Args:
            address: Address to listen on, host:port; None serves nothing.

        Raises:
            SystemExit: Nobody can listen on the address.
        """
        if address is None:
            yield
            return
        host, _, port = address.rpartition(":")
        try:
            server, thread = start_http_server(int(port), host.strip("[]"), registry=self._registry)
        except OSError as error:
            raise SystemExit(f"cannot listen on {address} for metrics: {error.strerror}") from error
        try:
            yield
        finally:
            server.shutdown()
            server.server_close()
            thread.join()

    def _label(self, store: str) -> str:
        if not store:
            return ""
        try:
            name = store_name(store)
        except ValueError:
            return _OTHER_STORES
        if name not in self._stores and len(self._stores) >= self._stores_max:
            return _OTHER_STORES
        self._stores.add(name)
        return name

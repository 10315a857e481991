"""Starts a gRPC server with health and reflection, and drains it in order on SIGTERM or SIGINT."""

import asyncio
import logging
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import Any

import grpc
import structlog
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection

from shared.rpc.interceptor import CallInterceptor
from shared.rpc.listening import listen
from shared.rpc.metrics import metrics_served

log = structlog.get_logger(__name__)

_SERVING = health_pb2.HealthCheckResponse.SERVING
_NOT_SERVING = health_pb2.HealthCheckResponse.NOT_SERVING

#: Recent sales and weather of a large restaurant fit well; anything larger is a mistake.
_MAX_REQUEST_BYTES = 16 * 1024 * 1024


class Health(health.aio.HealthServicer):  # type: ignore[misc]
    """grpc.health.v1: "" tells that the process is up, the service's name that it can do its work."""

    def __init__(self, service: str) -> None:
        super().__init__()
        self._service = service
        self._draining = asyncio.Event()

    async def begin(self) -> None:
        """The process is not yet up, its service not yet ready."""
        await self.set("", _NOT_SERVING)
        await self.set(self._service, _NOT_SERVING)

    async def up(self) -> None:
        """The process is up."""
        if not self._draining.is_set():
            await self.set("", _SERVING)

    async def ready(self, is_ready: bool) -> None:
        """Tells whether the service can do its work; after the drain began it stays NOT_SERVING."""
        if not self._draining.is_set():
            await self.set(self._service, _SERVING if is_ready else _NOT_SERVING)

    async def drain(self) -> None:
        """Says NOT_SERVING for everything, then ends open Watch streams: the server's stop would wait for them."""
        await self.enter_graceful_shutdown()
        self._draining.set()

    async def Watch(self, request: Any, context: Any) -> None:  # noqa: N802 -- the protocol's name
        """See grpc.health.v1."""
        watching = asyncio.ensure_future(super().Watch(request, context))
        draining = asyncio.ensure_future(self._draining.wait())
        try:
            await asyncio.wait({watching, draining}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (watching, draining):
                task.cancel()
            await asyncio.gather(watching, draining, return_exceptions=True)


class Server:
    """A gRPC server of one service.

    Args:
        address: host:port; port 0 picks a free one.
        service: full name of the service, for health and reflection.
        metrics_address: where Prometheus may ask, host:port; None: nowhere.
    """

    def __init__(self, address: str, service: str, metrics_address: str | None = None) -> None:
        self._address = address
        self._metrics_address = metrics_address
        self._server = grpc.aio.server(
            interceptors=[CallInterceptor()],
            options=[
                ("grpc.max_receive_message_length", _MAX_REQUEST_BYTES),
                # Two processes on one port would share its calls at random.
                ("grpc.so_reuseport", 0),
                # Clients that watch ping to notice a vanished server; by default that is allowed every 5 minutes.
                ("grpc.http2.min_ping_interval_without_data_ms", 30_000),
                ("grpc.keepalive_permit_without_calls", 1),
                # Clients that vanished without a word would hold their streams for as long as nothing happens.
                ("grpc.keepalive_time_ms", 60_000),
                ("grpc.keepalive_timeout_ms", 20_000),
                ("grpc.http2.max_pings_without_data", 0),
            ],
        )
        self.health = Health(service)
        health_pb2_grpc.add_HealthServicer_to_server(self.health, self._server)
        reflection.enable_server_reflection((service, health.SERVICE_NAME, reflection.SERVICE_NAME), self._server)

    @property
    def grpc(self) -> grpc.aio.Server:
        """To add servicers to."""
        return self._server

    async def run(
        self,
        drains: Sequence[Callable[[], Awaitable[None]]],
        grace_seconds: float,
        stop: asyncio.Event,
    ) -> None:
        """Serves until `stop` is set, then drains: health first, then open streams, then calls in flight.

        Args:
            drains: each ends the open streams of one part.
            grace_seconds: that calls in flight get.
            stop: set by a signal, or by a test.

        Raises:
            SystemExit: an address cannot be listened on.
        """
        try:
            port = self._server.add_insecure_port(self._address)
        except RuntimeError as error:
            raise SystemExit(f"cannot listen on {self._address}: {_cause(self._address, error)}") from error
        with metrics_served(self._metrics_address):
            await self._server.start()
            log.info("listening", address=f"{self._address.rsplit(':', 1)[0]}:{port}")
            try:
                await stop.wait()
            finally:
                log.info("draining", grace_seconds=grace_seconds)
                await self.health.drain()
                for drain in drains:
                    await drain()
                await self._server.stop(grace_seconds)
                log.info("stopped")


def run_to_the_end(serving: Coroutine[Any, Any, None]) -> None:
    """Runs a server until it has stopped, then ends the process.

    A thread that reads a large file, or from a storage that hangs, cannot be interrupted, and Python would wait for it:
    by then every call has had its time.
    """
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    loop.run_until_complete(serving)
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


def _cause(address: str, error: RuntimeError) -> str:
    """Why nobody can listen on an address, which gRPC's error does not tell."""
    try:
        listen(address).close()
    except OSError as cause:
        return cause.strerror or str(cause)
    return str(error)


def stop_on_signals() -> asyncio.Event:
    """An event that SIGTERM and SIGINT set."""
    stop = asyncio.Event()
    for signum in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(signum, stop.set)
    return stop

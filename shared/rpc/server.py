"""Runs a gRPC server with health checks and reflection, and drains it when SIGTERM or SIGINT arrives."""

import asyncio
import logging
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import Any

import grpc
import structlog
from grpc_health.v1 import health, health_pb2_grpc

from shared.rpc.health import Health
from shared.rpc.interceptor import CallInterceptor
from shared.rpc.listening import listen
from shared.rpc.metrics import CallMetrics
from shared.rpc.reflection import add_reflection

log = structlog.get_logger(__name__)

#: Largest request, in bytes. The recent sales and the weather of a large restaurant take a small part of it.
_MAX_REQUEST_BYTES = 16 * 1024 * 1024


class Server:
    """A gRPC server of one service.

    Args:
        address: Address to listen on, host:port; port 0 picks a free port.
        service: Full name of the service, for health and reflection.
        metrics_address: Address on which Prometheus may ask for metrics, host:port; None serves no metrics.
    """

    def __init__(self, address: str, service: str, metrics_address: str | None = None) -> None:
        self._address = address
        self._metrics_address = metrics_address
        self._metrics = CallMetrics()
        self._server = grpc.aio.server(
            interceptors=[CallInterceptor(self._metrics)],
            options=[
                ("grpc.max_receive_message_length", _MAX_REQUEST_BYTES),
                # With port sharing, two processes on one port would each get a random part of the calls.
                ("grpc.so_reuseport", 0),
                # Clients that watch a stream ping to notice a vanished server. Default: a ping in 5 minutes.
                ("grpc.http2.min_ping_interval_without_data_ms", 30_000),
                ("grpc.keepalive_permit_without_calls", 1),
                # Pings find clients that vanished; otherwise their streams would stay open until the next event.
                ("grpc.keepalive_time_ms", 60_000),
                ("grpc.keepalive_timeout_ms", 20_000),
                ("grpc.http2.max_pings_without_data", 0),
            ],
        )
        self.health = Health(service)
        health_pb2_grpc.add_HealthServicer_to_server(self.health, self._server)
        add_reflection((service, health.SERVICE_NAME), self._server)

    @property
    def grpc(self) -> grpc.aio.Server:
        """The underlying server, to which servicers are added."""
        return self._server

    async def run(
        self,
        drains: Sequence[Callable[[], Awaitable[None]]],
        grace_seconds: float,
        stop: asyncio.Event,
    ) -> None:
        """Serves until `stop` is set, then drains: health first, then open streams, then calls in flight.

        Args:
            drains: Functions of which each ends the open streams of one part of the service.
            grace_seconds: Seconds that calls in flight get to finish.
            stop: Event that ends the server; a signal or a test sets it.

        Raises:
            SystemExit: Nobody can listen on one of the addresses.
        """
        try:
            port = self._server.add_insecure_port(self._address)
        except RuntimeError as error:
            raise SystemExit(f"cannot listen on {self._address}: {_cause(self._address, error)}") from error
        with self._metrics.served(self._metrics_address):
            await self._server.start()
            log.info("the server listens", address=f"{self._address.rsplit(':', 1)[0]}:{port}")
            try:
                await stop.wait()
            finally:
                log.info("the server drains", grace_seconds=grace_seconds)
                await self.health.drain()
                for drain in drains:
                    await drain()
                await self._server.stop(grace_seconds)
                log.info("the server has stopped")


def run_to_the_end(serving: Coroutine[Any, Any, None]) -> None:
    """Runs a server until it has stopped, then ends the process without waiting for threads.

    A thread that reads a large file, or waits for a storage that hangs, cannot be interrupted. Python would wait for
    such a thread at exit, although every call has had its grace time by then.

    Args:
        serving: Coroutine that returns when the server has stopped.
    """
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    loop.run_until_complete(serving)
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


def _cause(address: str, error: RuntimeError) -> str:
    """The reason why nobody can listen on an address. gRPC's error does not have the reason, so we try ourselves."""
    try:
        listen(address).close()
    except OSError as cause:
        return cause.strerror or str(cause)
    return str(error)


def stop_on_signals() -> asyncio.Event:
    """An event that SIGTERM or SIGINT sets."""
    stop = asyncio.Event()
    for signum in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(signum, stop.set)
    return stop

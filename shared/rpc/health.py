"""The health service of a server: says whether the process is up, and whether its service can do its work."""

import asyncio
from typing import Any

from grpc_health.v1 import health, health_pb2

_SERVING = health_pb2.HealthCheckResponse.SERVING
_NOT_SERVING = health_pb2.HealthCheckResponse.NOT_SERVING


class Health(health.aio.HealthServicer):  # type: ignore[misc]
    """The protocol grpc.health.v1, with one state under "" for the process and one under the name of the service.

    A container runtime restarts a process that is not up. A load balancer skips a service that is not ready.

    Args:
        service: Full name of the service.
    """

    def __init__(self, service: str) -> None:
        super().__init__()
        self._service = service
        self._draining = asyncio.Event()

    async def begin(self) -> None:
        """Says NOT_SERVING for the process and the service, until `up` and `ready` are called."""
        await self.set("", _NOT_SERVING)
        await self.set(self._service, _NOT_SERVING)

    async def up(self) -> None:
        """Says SERVING for the process, unless the server drains already."""
        if not self._draining.is_set():
            await self.set("", _SERVING)

    async def ready(self, is_ready: bool) -> None:
        """Says SERVING or NOT_SERVING for the service; once the server drains, the service stays NOT_SERVING.

        Args:
            is_ready: Whether the service can do its work.
        """
        if not self._draining.is_set():
            await self.set(self._service, _SERVING if is_ready else _NOT_SERVING)

    async def drain(self) -> None:
        """Says NOT_SERVING for everything, then ends the open Watch streams, for which the stop would wait."""
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

"""Around every call: failures become status, surprises are logged under an id, calls are logged with their time."""

import asyncio
import contextlib
import time
import uuid
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Any

import grpc
import structlog

from shared.errors import ForecastingError
from shared.rpc.errors import abort, code_of

log = structlog.get_logger(__name__)

#: Called every few seconds by load balancers and agents: logging them would drown the rest.
_QUIET = ("/grpc.health.v1.", "/grpc.reflection.")


class CallInterceptor(grpc.aio.ServerInterceptor):
    """Maps and logs the outcome of unary and server-streaming calls."""

    async def intercept_service(
        self,
        continuation: Callable[[grpc.HandlerCallDetails], Awaitable[Any]],
        handler_call_details: grpc.HandlerCallDetails,
    ) -> Any:
        """See `grpc.aio.ServerInterceptor`."""
        handler = await continuation(handler_call_details)
        method = handler_call_details.method
        if handler is None or method.startswith(_QUIET):
            return handler
        serializers = {
            "request_deserializer": handler.request_deserializer,
            "response_serializer": handler.response_serializer,
        }
        if handler.unary_unary:
            return grpc.unary_unary_rpc_method_handler(_unary(handler.unary_unary, method), **serializers)
        if handler.unary_stream:
            return grpc.unary_stream_rpc_method_handler(_stream(handler.unary_stream, method), **serializers)
        return handler


def _unary(behavior: Callable[[Any, Any], Awaitable[Any]], method: str) -> Callable[[Any, Any], Awaitable[Any]]:
    async def call(request: Any, context: Any) -> Any:
        started = time.monotonic()
        try:
            answer = await behavior(request, context)
        except Exception as error:  # noqa: BLE001 -- the outermost edge: what is not mapped is logged and INTERNAL
            await _fail(context, method, started, error)
        log.info("call", method=method, code="OK", seconds=round(time.monotonic() - started, 4))
        return answer

    return call


def _stream(
    behavior: Callable[[Any, Any], AsyncGenerator[Any]], method: str
) -> Callable[[Any, Any], AsyncGenerator[Any]]:
    async def call(request: Any, context: Any) -> AsyncGenerator[Any]:
        started = time.monotonic()
        try:
            async with contextlib.aclosing(behavior(request, context)) as answers:
                async for answer in answers:
                    yield answer
        except asyncio.CancelledError:
            log.info("call", method=method, code="CANCELLED", seconds=round(time.monotonic() - started, 4))
            raise
        except Exception as error:  # noqa: BLE001 -- the outermost edge: what is not mapped is logged and INTERNAL
            await _fail(context, method, started, error)
        log.info("call", method=method, code="OK", seconds=round(time.monotonic() - started, 4))

    return call


async def _fail(context: Any, method: str, started: float, error: Exception) -> None:
    seconds = round(time.monotonic() - started, 4)
    if isinstance(error, grpc.aio.AbortError):
        raise error
    if isinstance(error, ForecastingError):
        log.info("call", method=method, code=code_of(error).name, reason=error.reason, seconds=seconds)
        await abort(context, error)
    incident = uuid.uuid4().hex[:12]
    log.error("call", method=method, code="INTERNAL", incident=incident, seconds=seconds, exc_info=error)
    surprise = ForecastingError(
        f"an error on our side (incident {incident}); the server's log tells more",
        reason="INTERNAL_ERROR",
        metadata={"incident": incident},
    )
    await abort(context, surprise, grpc.StatusCode.INTERNAL)

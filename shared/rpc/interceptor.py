"""Around every call: failures become status, surprises are logged under an id, calls are logged and counted."""

import asyncio
import contextlib
import time
import uuid
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Any, NoReturn

import grpc
import structlog
from google.protobuf.message import DecodeError

from shared.errors import ForecastingError, InvalidInput, Violation
from shared.names import DEFAULT_STORE
from shared.rpc.errors import abort, code_of
from shared.rpc.metrics import count_call, time_call

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
            "request_deserializer": _readable_or_why_not(handler.request_deserializer),
            "response_serializer": handler.response_serializer,
        }
        if handler.unary_unary:
            return grpc.unary_unary_rpc_method_handler(_unary(handler.unary_unary, method), **serializers)
        if handler.unary_stream:
            return grpc.unary_stream_rpc_method_handler(_stream(handler.unary_stream, method), **serializers)
        return handler


def _readable_or_why_not(deserialize: Callable[[bytes], Any]) -> Callable[[bytes], Any]:
    """Gives the error as the request where bytes are none: raised here, it would be UNKNOWN and a traceback."""

    def read(sent: bytes) -> Any:
        try:
            return deserialize(sent)
        except DecodeError as error:
            return error

    return read


def _readable(request: Any) -> Any:
    """Raises:
    InvalidInput: it is the error of bytes that are none.
    """
    if isinstance(request, DecodeError):
        raise InvalidInput([Violation("request", f"{request}; is the client made from this service's protos?")])
    return request


class _Call:
    """One call, to be logged and counted when it ends."""

    def __init__(self, method: str, request: Any) -> None:
        self._method = method
        store = getattr(request, "store", None)
        self._store = "" if store is None else store or DEFAULT_STORE
        self._started = time.monotonic()

    @property
    def seconds(self) -> float:
        """Since it began."""
        return time.monotonic() - self._started

    def ended(self, code: str, **more: str) -> None:
        """Tells how."""
        count_call(self._method, code, self._store)
        facts = {"store": self._store, **more} if self._store else more
        log.info("call", method=self._method, code=code, **facts, seconds=round(self.seconds, 4))

    async def failed(self, context: Any, error: Exception) -> NoReturn:
        """Ends it with the status of a failure; one that is not ours is logged under an id and INTERNAL."""
        if isinstance(error, grpc.aio.AbortError):
            raise error
        if isinstance(error, ForecastingError):
            self.ended(code_of(error).name, reason=error.reason)
            await abort(context, error)
        incident = uuid.uuid4().hex[:12]
        log.error("an error on our side", incident=incident, exc_info=error)
        self.ended("INTERNAL", incident=incident)
        surprise = ForecastingError(
            f"an error on our side (incident {incident}); the server's log tells more",
            reason="INTERNAL_ERROR",
            metadata={"incident": incident},
        )
        await abort(context, surprise, grpc.StatusCode.INTERNAL)


def _unary(behavior: Callable[[Any, Any], Awaitable[Any]], method: str) -> Callable[[Any, Any], Awaitable[Any]]:
    async def run(request: Any, context: Any) -> Any:
        call = _Call(method, request)
        try:
            answer = await behavior(_readable(request), context)
        except asyncio.CancelledError:
            call.ended("CANCELLED")
            raise
        except Exception as error:  # noqa: BLE001 -- the outermost edge: what is not mapped is logged and INTERNAL
            await call.failed(context, error)
        finally:
            time_call(method, call.seconds)
        call.ended("OK")
        return answer

    return run


def _stream(
    behavior: Callable[[Any, Any], AsyncGenerator[Any]], method: str
) -> Callable[[Any, Any], AsyncGenerator[Any]]:
    async def run(request: Any, context: Any) -> AsyncGenerator[Any]:
        call = _Call(method, request)
        try:
            async with contextlib.aclosing(behavior(_readable(request), context)) as answers:
                async for answer in answers:
                    yield answer
        except (asyncio.CancelledError, GeneratorExit):
            # The latter where the client left, or vanished, while it was not reading: gRPC then just drops the stream.
            call.ended("CANCELLED")
            raise
        except Exception as error:  # noqa: BLE001 -- the outermost edge: what is not mapped is logged and INTERNAL
            await call.failed(context, error)
        call.ended("OK")

    return run

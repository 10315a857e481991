"""Wraps every call of a server: turns errors into a gRPC status, and logs and counts the call when it ends."""

import asyncio
import contextlib
import logging
import time
import uuid
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from typing import Any, NoReturn

import grpc
import structlog
from google.protobuf.message import DecodeError

from shared.errors import ForecastingError, InvalidInput, Violation
from shared.names import DEFAULT_STORE
from shared.rpc.errors import abort, code_of
from shared.rpc.metrics import CallMetrics
from shared.store_names import LONGEST_STORE, store_name

log = structlog.get_logger(__name__)

#: Methods that load balancers and agents call every few seconds. They are not logged: the log would hold little else.
_QUIET = ("/grpc.health.v1.", "/grpc.reflection.")

#: Methods of which thousands are called in a second. A quick call that succeeds is logged at DEBUG only: its line takes
#: longer than its answer, and the metrics count it.
_FREQUENT = ("/smartsuschef.forecast.v1.InferenceService/Predict",)

#: Seconds up to which a call counts as quick.
_QUICK_SECONDS = 0.1


class CallInterceptor(grpc.aio.ServerInterceptor):
    """Wraps calls with one answer, calls with a stream of requests and calls with a stream of answers.

    Args:
        metrics: Metrics of the server, which count and time the calls.
    """

    def __init__(self, metrics: CallMetrics) -> None:
        self._metrics = metrics
        # The handler of a method never changes, and looking it up and wrapping it takes longer than a small answer.
        self._wrapped: dict[str, Any] = {}

    async def intercept_service(
        self,
        continuation: Callable[[grpc.HandlerCallDetails], Awaitable[Any]],
        handler_call_details: grpc.HandlerCallDetails,
    ) -> Any:
        """See `grpc.aio.ServerInterceptor`."""
        method = handler_call_details.method
        wrapped = self._wrapped.get(method)
        if wrapped is None:
            wrapped = self._wrap(await continuation(handler_call_details), method)
            if wrapped is not None:  # names of unknown methods would fill the memory
                self._wrapped[method] = wrapped
        return wrapped

    def _wrap(self, handler: Any, method: str) -> Any:
        if handler is None or method.startswith(_QUIET):
            return handler
        serializers = {
            "request_deserializer": _readable_or_why_not(handler.request_deserializer),
            "response_serializer": handler.response_serializer,
        }
        if handler.unary_unary:
            return grpc.unary_unary_rpc_method_handler(
                _unary(handler.unary_unary, method, self._metrics), **serializers
            )
        if handler.stream_unary:
            return grpc.stream_unary_rpc_method_handler(
                _streamed(handler.stream_unary, method, self._metrics), **serializers
            )
        if handler.unary_stream:
            return grpc.unary_stream_rpc_method_handler(
                _stream(handler.unary_stream, method, self._metrics), **serializers
            )
        return handler


def _readable_or_why_not(deserialize: Callable[[bytes], Any]) -> Callable[[bytes], Any]:
    """A deserializer that returns the error of malformed bytes instead of raising it.

    gRPC answers an error that a deserializer raises with UNKNOWN and a traceback; `_readable` raises it where our own
    handling of errors applies.
    """

    def read(sent: bytes) -> Any:
        try:
            return deserialize(sent)
        except DecodeError as error:
            return error

    return read


def _readable(request: Any) -> Any:
    """The request, if the bytes that the client sent were a message.

    Raises:
        InvalidInput: The bytes were malformed.
    """
    if isinstance(request, DecodeError):
        raise InvalidInput([Violation("request", f"{request}; is the client made from this service's protos?")])
    return request


class _Call:
    """One call, which is logged and counted when it ends.

    Args:
        method: Full name of the method.
        request: Message of the caller, or the error of malformed bytes.
        metrics: Metrics of the server.
    """

    def __init__(self, method: str, request: Any, metrics: CallMetrics) -> None:
        self._method = method
        self._metrics = metrics
        store = getattr(request, "store", None)
        self._store = "" if store is None else store or DEFAULT_STORE
        self._started = time.monotonic()

    @property
    def seconds(self) -> float:
        """Seconds since the call began."""
        return time.monotonic() - self._started

    def ended(self, code: str, **more: str) -> None:
        """Logs and counts the end of the call.

        Args:
            code: Name of the gRPC status.
            more: Further facts for the log.
        """
        self._metrics.count_call(self._method, code, self._store)
        seconds = round(self.seconds, 4)
        is_common = code == "OK" and self._method in _FREQUENT and seconds <= _QUICK_SECONDS
        if is_common and not logging.getLogger(__name__).isEnabledFor(logging.DEBUG):
            return

        def write() -> None:
            facts = {"store": _logged(self._store), **more} if self._store else more
            tell = log.debug if is_common else log.info
            tell("a call ended", method=self._method, code=code, **facts, seconds=seconds)

        # The answer is sent first: writing the line takes about as long as a small answer.
        asyncio.get_running_loop().call_soon(write)

    async def failed(self, context: Any, error: Exception) -> NoReturn:
        """Ends the call with the status of an error.

        An error that is not one of ours becomes INTERNAL with a random incident id. The log has the traceback under the
        same id, so that the caller's message leads to the log without showing the traceback.

        Args:
            context: Context of the call.
            error: Error that the method raised.
        """
        if isinstance(error, grpc.aio.AbortError):
            raise error
        if isinstance(error, ForecastingError):
            self.ended(code_of(error).name, reason=error.reason)
            await abort(context, error)
        incident = uuid.uuid4().hex[:12]
        log.error("a call failed unexpectedly", incident=incident, exc_info=error)
        self.ended("INTERNAL", incident=incident)
        surprise = ForecastingError(
            f"the server failed (incident {incident}); look for this incident in the log of the server",
            reason="INTERNAL_ERROR",
            metadata={"incident": incident},
        )
        await abort(context, surprise, grpc.StatusCode.INTERNAL)


def _logged(store: str) -> str:
    """The name of a store for the log: a name that is refused may be long, or hold what a terminal obeys."""
    try:
        return store_name(store)
    except ValueError:
        return store[:LONGEST_STORE].encode("unicode_escape").decode()


def _unary(
    behavior: Callable[[Any, Any], Awaitable[Any]], method: str, metrics: CallMetrics
) -> Callable[[Any, Any], Awaitable[Any]]:
    async def run(request: Any, context: Any) -> Any:
        call = _Call(method, request, metrics)
        try:
            answer = await behavior(_readable(request), context)
        except asyncio.CancelledError:
            call.ended("CANCELLED")
            raise
        except Exception as error:  # noqa: BLE001 -- the outermost edge: an unknown error is logged and becomes INTERNAL
            await call.failed(context, error)
        finally:
            metrics.time_call(method, call.seconds)
        call.ended("OK")
        return answer

    return run


def _streamed(
    behavior: Callable[[Any, Any], Awaitable[Any]], method: str, metrics: CallMetrics
) -> Callable[[Any, Any], Awaitable[Any]]:
    """Wraps a method that takes a stream of requests; its log tells no store."""
    answer_one = _unary(behavior, method, metrics)

    async def run(requests: Any, context: Any) -> Any:
        return await answer_one(_Requests(requests), context)

    return run


class _Requests:
    """A stream of requests whose messages are checked as they come.

    Args:
        requests: Messages of the caller, or errors of malformed bytes.
    """

    def __init__(self, requests: AsyncIterator[Any]) -> None:
        self._requests = requests

    def __aiter__(self) -> "_Requests":
        return self

    async def __anext__(self) -> Any:
        return _readable(await anext(self._requests))


def _stream(
    behavior: Callable[[Any, Any], AsyncGenerator[Any]], method: str, metrics: CallMetrics
) -> Callable[[Any, Any], AsyncGenerator[Any]]:
    async def run(request: Any, context: Any) -> AsyncGenerator[Any]:
        call = _Call(method, request, metrics)
        try:
            async with contextlib.aclosing(behavior(_readable(request), context)) as answers:
                async for answer in answers:
                    yield answer
        except (asyncio.CancelledError, GeneratorExit):
            # gRPC closes the generator where the client left, or vanished, while it was not reading.
            call.ended("CANCELLED")
            raise
        except Exception as error:  # noqa: BLE001 -- the outermost edge: an unknown error is logged and becomes INTERNAL
            await call.failed(context, error)
        call.ended("OK")

    return run

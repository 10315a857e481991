"""A real gRPC server with both services, whose answers a test scripts."""

import threading
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent import futures
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeAlias

import grpc
from google.protobuf import any_pb2, duration_pb2
from google.protobuf.descriptor import MethodDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass
from google.rpc import error_details_pb2, status_pb2
from grpc_health.v1 import health, health_pb2_grpc
from grpc_status import rpc_status

from smartsuschef.forecast.v1 import inference_pb2, training_pb2

Context: TypeAlias = grpc.ServicerContext
#: Answers one call with a message, or with an iterator of messages for a stream, or aborts the call.
Step: TypeAlias = Callable[[Any, Context], Message | Iterator[Message]]


@dataclass(frozen=True, slots=True)
class Received:
    """A call that arrived.

    Args:
        request: The request of the call.
        seconds_left: Seconds until the deadline of the call; None for a call without a deadline.
    """

    request: Any
    seconds_left: float | None


class ScriptedServer:
    """A server with both services and their health on one port of the loopback.

    Each call takes the next step that a test scripted for its method. The last step repeats.
    """

    def __init__(self) -> None:
        self.received: defaultdict[str, list[Received]] = defaultdict(list)
        self.health = health.HealthServicer()
        self._steps: dict[str, deque[Step]] = {}
        self._port = 0
        self._server: grpc.Server | None = None

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self._port}"

    def on(self, method: str, *steps: Step | Message) -> None:
        """Scripts the answers of a method.

        Args:
            method: Name of the method, such as "Predict".
            steps: The steps in the order of the calls; a message stands for a step that answers with this message.
        """
        self._steps[method] = deque(answers(step) if isinstance(step, Message) else step for step in steps)

    def start(self) -> None:
        """Listens on a free port; after `stop`, listens on the same port again."""
        server = grpc.server(futures.ThreadPoolExecutor(8), options=[("grpc.so_reuseport", 0)])
        for file in (inference_pb2.DESCRIPTOR, training_pb2.DESCRIPTOR):
            for service in file.services_by_name.values():
                handlers = {method.name: self._handler(method) for method in service.methods}
                server.add_generic_rpc_handlers([grpc.method_handlers_generic_handler(service.full_name, handlers)])
        health_pb2_grpc.add_HealthServicer_to_server(self.health, server)
        self._port = server.add_insecure_port(self.address)
        server.start()
        self._server = server

    def stop(self) -> None:
        """Aborts every call and stops listening."""
        if self._server is not None:
            self._server.stop(grace=None).wait()
            self._server = None

    def _handler(self, method: MethodDescriptor) -> "grpc.RpcMethodHandler[Any, Any]":
        make = grpc.unary_stream_rpc_method_handler if method.server_streaming else grpc.unary_unary_rpc_method_handler
        return make(
            lambda request, context: self._answer(method.name, request, context),
            request_deserializer=GetMessageClass(method.input_type).FromString,
            response_serializer=GetMessageClass(method.output_type).SerializeToString,
        )

    def _answer(self, method: str, request: Message, context: Context) -> Message | Iterator[Message]:
        self.received[method].append(Received(request, context.time_remaining()))
        steps = self._steps.get(method)
        if not steps:
            context.abort(grpc.StatusCode.UNIMPLEMENTED, f"{method} is not scripted")
        return (steps.popleft() if len(steps) > 1 else steps[0])(request, context)


def answers(message: Message) -> Step:
    """Makes a step that answers with one message."""
    return lambda request, context: message


def streams(events: Iterable[Message], *, then: Step | None = None) -> Step:
    """Makes a step that streams the events after the resume_token of the request.

    Args:
        events: All events of the stream.
        then: What follows the last event; None ends the stream.
    """
    script = list(events)

    def step(request: Any, context: Context) -> Iterator[Message]:
        tokens = [event.resume_token for event in script]  # type: ignore[attr-defined]
        yield from script[tokens.index(request.resume_token) + 1 if request.resume_token else 0 :]
        if then is not None:
            then(request, context)

    return step


def waits() -> Step:
    """Makes a step that keeps the call open without an answer, until the client or the server ends the call."""

    def step(request: Any, context: Context) -> Message:
        ended = threading.Event()
        context.add_callback(ended.set)
        ended.wait()
        return Message()

    return step


def fails(
    code: grpc.StatusCode,
    message: str = "scripted failure",
    *,
    reason: str = "",
    violations: Mapping[str, str] | None = None,
    metadata: Mapping[str, str] | None = None,
    retry_after: float | None = None,
) -> Step:
    """Makes a step that aborts its call with a status, and with the details that the arguments give."""
    details: list[Message] = []
    if reason:
        details.append(error_details_pb2.ErrorInfo(reason=reason, domain="smartsuschef", metadata=metadata))
    if violations:
        fields = [
            error_details_pb2.BadRequest.FieldViolation(field=field, description=description)
            for field, description in violations.items()
        ]
        details.append(error_details_pb2.BadRequest(field_violations=fields))
    if retry_after is not None:
        delay = duration_pb2.Duration()
        delay.FromTimedelta(timedelta(seconds=retry_after))
        details.append(error_details_pb2.RetryInfo(retry_delay=delay))
    status = status_pb2.Status(code=code.value[0], message=message, details=[_packed(detail) for detail in details])

    def step(request: Any, context: Context) -> Message:
        context.abort_with_status(rpc_status.to_status(status))
        raise AssertionError("abort raises")

    return step


def _packed(detail: Message) -> any_pb2.Any:
    packed = any_pb2.Any()
    packed.Pack(detail)
    return packed

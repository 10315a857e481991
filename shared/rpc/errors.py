"""Maps our failures to gRPC status with details (google.rpc.ErrorInfo, BadRequest, RetryInfo), in one place."""

from collections.abc import Mapping
from typing import NoReturn

import grpc
from google.protobuf import any_pb2, duration_pb2
from google.protobuf.message import Message
from google.rpc import error_details_pb2, status_pb2
from grpc_status import rpc_status

from shared.errors import AlreadyExists, ForecastingError, InvalidInput, NotFound, NotReady, Unavailable

#: `domain` of every ErrorInfo.
DOMAIN = "forecast.smartsuschef"

_CODES: Mapping[type[ForecastingError], grpc.StatusCode] = {
    InvalidInput: grpc.StatusCode.INVALID_ARGUMENT,
    NotFound: grpc.StatusCode.NOT_FOUND,
    AlreadyExists: grpc.StatusCode.ALREADY_EXISTS,
    NotReady: grpc.StatusCode.FAILED_PRECONDITION,
    Unavailable: grpc.StatusCode.UNAVAILABLE,
}


def code_of(error: ForecastingError) -> grpc.StatusCode:
    """The status of a failure; those of a class without one of its own are failed preconditions."""
    for kind in type(error).__mro__:
        if kind in _CODES:
            return _CODES[kind]
    return grpc.StatusCode.FAILED_PRECONDITION


async def abort(
    context: "grpc.aio.ServicerContext[Message, Message]", error: ForecastingError, code: grpc.StatusCode | None = None
) -> NoReturn:
    """Ends the call with the status of a failure and its details.

    Args:
        context: of the call.
        error: what happened.
        code: instead of `code_of(error)`.
    """
    status = rpc_status.to_status(
        status_pb2.Status(code=(code or code_of(error)).value[0], message=error.message, details=_details(error))
    )
    await context.abort(status.code, status.details, status.trailing_metadata)


def _details(error: ForecastingError) -> list[any_pb2.Any]:
    details: list[Message] = [error_details_pb2.ErrorInfo(reason=error.reason, domain=DOMAIN, metadata=error.metadata)]
    if isinstance(error, InvalidInput):
        violations = [
            error_details_pb2.BadRequest.FieldViolation(field=v.field, description=v.description)
            for v in error.violations
        ]
        details.append(error_details_pb2.BadRequest(field_violations=violations))
    if isinstance(error, Unavailable):
        delay = duration_pb2.Duration()
        delay.FromMilliseconds(int(error.retry_after_seconds * 1000))
        details.append(error_details_pb2.RetryInfo(retry_delay=delay))
    packed = [any_pb2.Any() for _ in details]
    for box, detail in zip(packed, details, strict=True):
        box.Pack(detail)
    return packed

"""Turns our errors into a gRPC status with details (google.rpc.ErrorInfo, BadRequest, RetryInfo)."""

from collections.abc import Mapping
from typing import NoReturn

import grpc
from google.protobuf import any_pb2, duration_pb2
from google.protobuf.message import Message
from google.rpc import error_details_pb2, status_pb2
from grpc_status import rpc_status

from shared.errors import AlreadyExists, ForecastingError, InvalidInput, NotFound, NotReady, Overloaded, Unavailable

#: `domain` of every ErrorInfo.
DOMAIN = "forecast.smartsuschef"

#: Largest sizes in bytes: of a message, of all violations together, of one field, of one description and of one value
#: of the metadata. Clients accept 8 KiB of headers, and status and details travel in headers: a byte outside ASCII
#: takes three bytes in the status, and four bytes of Base64 carry three bytes of details.
_MESSAGE_BYTES = 600
_VIOLATIONS_BYTES = 2400
_FIELD_BYTES = 120
_DESCRIPTION_BYTES = 400
_METADATA_BYTES = 400

_CODES: Mapping[type[ForecastingError], grpc.StatusCode] = {
    InvalidInput: grpc.StatusCode.INVALID_ARGUMENT,
    NotFound: grpc.StatusCode.NOT_FOUND,
    AlreadyExists: grpc.StatusCode.ALREADY_EXISTS,
    NotReady: grpc.StatusCode.FAILED_PRECONDITION,
    Unavailable: grpc.StatusCode.UNAVAILABLE,
    Overloaded: grpc.StatusCode.RESOURCE_EXHAUSTED,
}


def code_of(error: ForecastingError) -> grpc.StatusCode:
    """The gRPC status of an error; FAILED_PRECONDITION where neither its class nor a base class has one."""
    for kind in type(error).__mro__:
        if kind in _CODES:
            return _CODES[kind]
    return grpc.StatusCode.FAILED_PRECONDITION


async def abort(
    context: "grpc.aio.ServicerContext[Message, Message]", error: ForecastingError, code: grpc.StatusCode | None = None
) -> NoReturn:
    """Ends the call with the status of an error and its details.

    Args:
        context: Context of the call.
        error: Error that ends the call.
        code: Status to send; None sends `code_of(error)`.
    """
    status = rpc_status.to_status(
        status_pb2.Status(code=(code or code_of(error)).value[0], message=_message(error), details=_details(error))
    )
    await context.abort(status.code, status.details, status.trailing_metadata)


def _message(error: ForecastingError) -> str:
    if isinstance(error, InvalidInput) and len(error.violations) > 1 and len(error.message.encode()) > _MESSAGE_BYTES:
        first = error.violations[0]
        others = f"; and {len(error.violations) - 1} more violations, see the details"
        return _shortened(f"{first.field}: {first.description}", _MESSAGE_BYTES - len(others)) + others
    return _shortened(error.message, _MESSAGE_BYTES)


def _field_violations(error: InvalidInput | NotFound) -> list[error_details_pb2.BadRequest.FieldViolation]:
    """As many violations as fit into `_VIOLATIONS_BYTES`, then one entry with the number of the others."""
    found: list[error_details_pb2.BadRequest.FieldViolation] = []
    room = _VIOLATIONS_BYTES
    for violation in error.violations:
        told = error_details_pb2.BadRequest.FieldViolation(
            field=_shortened(violation.field, _FIELD_BYTES),
            description=_shortened(violation.description, _DESCRIPTION_BYTES),
        )
        room -= told.ByteSize() + 4
        if room < 0:
            more = len(error.violations) - len(found)
            found.append(error_details_pb2.BadRequest.FieldViolation(description=f"and {more} more violations"))
            break
        found.append(told)
    return found


def _shortened(text: str, limit: int) -> str:
    """The text, cut to at most `limit` bytes of UTF-8."""
    encoded = text.encode()
    return text if len(encoded) <= limit else encoded[: limit - 3].decode(errors="ignore") + "…"


def _details(error: ForecastingError) -> list[any_pb2.Any]:
    metadata = {name: _shortened(value, _METADATA_BYTES) for name, value in error.metadata.items()}
    details: list[Message] = [error_details_pb2.ErrorInfo(reason=error.reason, domain=DOMAIN, metadata=metadata)]
    if isinstance(error, InvalidInput | NotFound) and error.violations:
        details.append(error_details_pb2.BadRequest(field_violations=_field_violations(error)))
    if isinstance(error, Unavailable):
        delay = duration_pb2.Duration()
        delay.FromMilliseconds(int(error.retry_after_seconds * 1000))
        details.append(error_details_pb2.RetryInfo(retry_delay=delay))
    packed = [any_pb2.Any() for _ in details]
    for box, detail in zip(packed, details, strict=True):
        box.Pack(detail)
    return packed

"""The only error that the client raises, and how the client reads the error from the status that a service sends."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, cast

import grpc
from google.protobuf.message import DecodeError
from google.rpc import error_details_pb2, status_pb2

#: Key of the trailing metadata in which gRPC sends the details of a status.
_DETAILS_KEY = "grpc-status-details-bin"


@dataclass(frozen=True, slots=True)
class FieldViolation:
    """One fault of one field of a request.

    Args:
        field: Path of the field, such as `dishes[1]`.
        description: What is wrong and what was expected, for people.
    """

    field: str
    description: str


class ForecastServiceError(Exception):
    """A call failed, or was not made because its request cannot hold an argument.

    Args:
        code: The gRPC status code; INVALID_ARGUMENT also for an argument that the client itself refuses.
        message: What happened, for people.
        reason: A stable code in UPPER_SNAKE_CASE, for programs; docs/reasons.md lists all codes. Empty if no service
            answered.
        violations: The faults of the request, one for each field. The arguments of the client have the names of the
            fields.
        metadata: Further facts for programs, such as the `run_id` of the run that prevents another run.
        retry_after: Seconds after which a retry makes sense; None if the service does not say.
    """

    def __init__(
        self,
        code: grpc.StatusCode,
        message: str,
        *,
        reason: str = "",
        violations: Iterable[FieldViolation] = (),
        metadata: Mapping[str, str] | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(f"{code.name}: {message}")
        self.code = code
        self.message = message
        self.reason = reason
        self.violations = tuple(violations)
        self.metadata = dict(metadata or {})
        self.retry_after = retry_after


def from_rpc_error(error: grpc.RpcError) -> ForecastServiceError:
    """Makes the error of the client from a failure of grpc or grpc.aio, with the details of its `google.rpc.Status`.

    Args:
        error: The failure that a call raised.
    """
    call = cast(_FailedCall, error)
    reason, retry_after = "", None
    metadata: dict[str, str] = {}
    violations: list[FieldViolation] = []
    for detail in _status(call).details:
        info, request, retry = (
            error_details_pb2.ErrorInfo(),
            error_details_pb2.BadRequest(),
            error_details_pb2.RetryInfo(),
        )
        if detail.Unpack(info):
            reason, metadata = info.reason, dict(info.metadata)
        elif detail.Unpack(request):
            violations += [FieldViolation(v.field, v.description) for v in request.field_violations]
        elif detail.Unpack(retry):
            retry_after = retry.retry_delay.ToTimedelta().total_seconds()
    return ForecastServiceError(
        call.code(),
        call.details() or "",
        reason=reason,
        violations=violations,
        metadata=metadata,
        retry_after=retry_after,
    )


def refused(violations: Sequence[FieldViolation]) -> ForecastServiceError:
    """Makes the error of arguments that the client itself refuses.

    Args:
        violations: What is wrong with each argument, at least one.
    """
    message = "; ".join(f"{each.field}: {each.description}" for each in violations)
    return ForecastServiceError(grpc.StatusCode.INVALID_ARGUMENT, message, violations=violations)


def client_is_closed() -> ForecastServiceError:
    """Makes the error of a call that is made after the client was closed."""
    message = "the client is closed; make a new client"
    return ForecastServiceError(grpc.StatusCode.FAILED_PRECONDITION, message, reason="CLIENT_CLOSED")


class _FailedCall(Protocol):
    """The methods of every RpcError that a call raises; grpc declares them on subclasses only."""

    def code(self) -> grpc.StatusCode: ...

    def details(self) -> str | None: ...

    def trailing_metadata(self) -> Iterable[tuple[str, str | bytes]] | None: ...


def _status(call: _FailedCall) -> status_pb2.Status:
    for key, value in call.trailing_metadata() or ():
        if key == _DETAILS_KEY and isinstance(value, bytes):
            try:
                return status_pb2.Status.FromString(value)
            except DecodeError:
                # A proxy may have written something else under this key. Code and message are right all the same.
                break
    return status_pb2.Status()

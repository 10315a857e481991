"""The one error that the client raises, read from the rich status that the services send."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol, cast

import grpc
from google.protobuf.message import DecodeError
from google.rpc import error_details_pb2, status_pb2

_DETAILS_KEY = "grpc-status-details-bin"


@dataclass(frozen=True, slots=True)
class FieldViolation:
    """One thing wrong with one field of the request.

    Args:
        field: path of the field, such as `dishes[1]`.
        description: what is wrong and what was expected, for people.
    """

    field: str
    description: str


class ForecastServiceError(Exception):
    """A call failed; or it could not be made, because an argument is nothing that its request can hold.

    Args:
        code: the gRPC status; INVALID_ARGUMENT also for what the client itself refused.
        message: what happened, for people.
        reason: UPPER_SNAKE_CASE and stable, for programs; empty where no service answered.
        violations: every field of the request that was refused; the arguments of the client have the same names.
        metadata: further facts for programs, such as the `run_id` in the way.
        retry_after: seconds after which a retry makes sense; None where the service does not say.
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
    """Reads a failure of grpc or grpc.aio, with its `google.rpc.Status` details where there are any."""
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


class _FailedCall(Protocol):
    """What every RpcError that a call raises can tell; grpc declares it only on its subclasses."""

    def code(self) -> grpc.StatusCode: ...

    def details(self) -> str | None: ...

    def trailing_metadata(self) -> Iterable[tuple[str, str | bytes]] | None: ...


def _status(call: _FailedCall) -> status_pb2.Status:
    for key, value in call.trailing_metadata() or ():
        if key == _DETAILS_KEY and isinstance(value, bytes):
            try:
                return status_pb2.Status.FromString(value)
            except DecodeError:
                # A proxy on the way may have put something else there; code and message still hold.
                break
    return status_pb2.Status()

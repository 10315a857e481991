"""The failures that a caller may see. `shared.rpc.errors` maps each to one gRPC status."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Violation:
    """One thing wrong with one field of the input.

    Args:
        field: path of the field, such as `dishes[1]` or `sales_data_source`.
        description: what is wrong and what was expected, for people.
    """

    field: str
    description: str


class ForecastingError(Exception):
    """Base of all failures that are told to the caller.

    Args:
        message: what happened and what to do next, for people.
        reason: UPPER_SNAKE_CASE, stable, for programs.
        metadata: further facts for programs, such as the id of the run in the way.
    """

    default_reason: ClassVar[str] = "FORECASTING_ERROR"

    def __init__(self, message: str, *, reason: str = "", metadata: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.reason = reason or self.default_reason
        self.metadata = dict(metadata or {})


class InvalidInput(ForecastingError):
    """The caller's input is wrong; all its violations are listed."""

    default_reason = "INVALID_INPUT"

    def __init__(self, violations: Sequence[Violation], *, reason: str = "") -> None:
        super().__init__("; ".join(f"{v.field}: {v.description}" for v in violations), reason=reason)
        self.violations = tuple(violations)


class NotFound(ForecastingError):
    """What the caller named does not exist."""

    default_reason = "NOT_FOUND"


class AlreadyExists(ForecastingError):
    """What the caller wants to make is there already."""

    default_reason = "ALREADY_EXISTS"


class NotReady(ForecastingError):
    """The system is not in the state that this call needs; something else must happen first."""

    default_reason = "NOT_READY"


class Unavailable(ForecastingError):
    """A part that is needed does not answer now.

    Args:
        retry_after_seconds: when a retry makes sense.
    """

    default_reason = "UNAVAILABLE"

    def __init__(self, message: str, *, reason: str = "", retry_after_seconds: float = 1.0) -> None:
        super().__init__(message, reason=reason)
        self.retry_after_seconds = retry_after_seconds


class Overloaded(Unavailable):
    """There is too much to do at once; later, or elsewhere, it can be done."""

    default_reason = "OVERLOADED"


class UnservableVersion(ForecastingError):
    """A stored version that this release must not or cannot serve; the store is to be trained again."""

    default_reason = "UNSERVABLE_VERSION"

"""The errors that a caller may see; `shared.rpc.errors` gives each of them one gRPC status."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Violation:
    """One mistake in one field of the input.

    Args:
        field: Path of the field, such as `dishes[1]` or `sales_data_source`.
        description: What is wrong and what was expected, for people.
    """

    field: str
    description: str


class ForecastingError(Exception):
    """Base class of all errors that a caller may see.

    Args:
        message: What happened and what to do next, for people.
        reason: Stable code in UPPER_SNAKE_CASE, for programs; empty for the `default_reason` of the class.
        metadata: Further facts for programs, such as the id of the run that holds the store.
    """

    default_reason: ClassVar[str] = "FORECASTING_ERROR"

    def __init__(self, message: str, *, reason: str = "", metadata: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.reason = reason or self.default_reason
        self.metadata = dict(metadata or {})


class InvalidInput(ForecastingError):
    """The caller's input is wrong.

    Args:
        violations: Every mistake in the input.
        reason: See `ForecastingError`.
    """

    default_reason = "INVALID_INPUT"

    def __init__(self, violations: Sequence[Violation], *, reason: str = "") -> None:
        super().__init__("; ".join(f"{v.field}: {v.description}" for v in violations), reason=reason)
        self.violations = tuple(violations)


class NotFound(ForecastingError):
    """The thing that the caller named does not exist.

    Args:
        message: See `ForecastingError`.
        reason: See `ForecastingError`.
        metadata: See `ForecastingError`.
        violations: Each field of the request that names such a thing.
    """

    default_reason = "NOT_FOUND"

    def __init__(
        self,
        message: str,
        *,
        reason: str = "",
        metadata: Mapping[str, str] | None = None,
        violations: Sequence[Violation] = (),
    ) -> None:
        super().__init__(message, reason=reason, metadata=metadata)
        self.violations = tuple(violations)


class AlreadyExists(ForecastingError):
    """The thing that the caller wants to make exists already."""

    default_reason = "ALREADY_EXISTS"


class NotReady(ForecastingError):
    """The call needs a state that the system is not in: something else must happen first."""

    default_reason = "NOT_READY"


class Unavailable(ForecastingError):
    """A part that the call needs does not answer now.

    Args:
        message: See `ForecastingError`.
        reason: See `ForecastingError`.
        retry_after_seconds: Seconds after which a retry makes sense.
    """

    default_reason = "UNAVAILABLE"

    def __init__(self, message: str, *, reason: str = "", retry_after_seconds: float = 1.0) -> None:
        super().__init__(message, reason=reason)
        self.retry_after_seconds = retry_after_seconds


class Overloaded(Unavailable):
    """There is too much to do at once; the call can be made later, or at another server."""

    default_reason = "OVERLOADED"


class UnservableVersion(ForecastingError):
    """A stored version that this release must not or cannot serve; the store is to be trained again."""

    default_reason = "UNSERVABLE_VERSION"

"""Decides when a broken stream is opened again, and from which event; both clients use the same rules."""

import logging
import random
import time
from collections.abc import Callable
from dataclasses import dataclass

import grpc

from smartsuschef.client.channels import CONNECT_TIMEOUT
from smartsuschef.client.errors import ForecastServiceError

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ResumePolicy:
    """How a broken stream is continued.

    Args:
        first_pause: Pause before the first attempt, in seconds; doubled before each further attempt.
        longest_pause: Upper bound of the pause, in seconds.
        give_up_after: Length of an outage, in seconds, after which the stream fails.
    """

    first_pause: float = 0.2
    longest_pause: float = 5.0
    give_up_after: float = 60.0


class Resumption:
    """The state of one stream: the token to continue from, and the beginning of the present outage.

    Args:
        policy: The pauses, and the end of the patience.
        token: The resume_token of the event to begin after; empty for the beginning.
        clock: Returns a time in seconds that never goes back.
        spread: Returns a factor from 0.5 to 1 for each pause, so that not all clients return at the same moment.
    """

    def __init__(
        self,
        policy: ResumePolicy,
        token: str = "",
        *,
        clock: Callable[[], float] = time.monotonic,
        spread: Callable[[], float] = lambda: random.uniform(0.5, 1.0),  # noqa: S311 - not a secret
    ) -> None:
        self._policy = policy
        self.token = token
        self._clock = clock
        self._spread = spread
        self._opened = clock()
        self._outage_began: float | None = None
        self._attempts = 0

    def opened(self) -> None:
        """Notes that a call was begun. The call has not necessarily reached the service."""
        self._opened = self._clock()

    def received(self, resume_token: str) -> None:
        """Notes that an event arrived: the outage is over, and the next call continues after this event.

        Args:
            resume_token: The token of the event; empty if the event has none.
        """
        self.token = resume_token or self.token
        self._outage_began = None

    def pause_after(self, error: ForecastServiceError) -> float | None:
        """Returns the seconds to wait before the stream is opened again; None if the stream must fail.

        Args:
            error: The failure that ended the stream.
        """
        if not _is_outage(error):
            return None
        now = self._clock()
        # A call that lasted longer than two attempts to connect had a connection, even if no event arrived.
        if self._outage_began is None or now - self._opened > 2 * CONNECT_TIMEOUT:
            self._outage_began, self._attempts = now, 0
            busy = error.code is grpc.StatusCode.RESOURCE_EXHAUSTED
            what = "The service is busy" if busy else "There is no connection to the service"
            logger.warning("%s; the client tries again for %.0f s", what, self._policy.give_up_after)
        pause = min(self._policy.first_pause * 2.0**self._attempts, self._policy.longest_pause) * self._spread()
        pause = max(pause, error.retry_after or 0.0)
        self._attempts += 1
        return pause if now + pause - self._outage_began <= self._policy.give_up_after else None


def _is_outage(error: ForecastServiceError) -> bool:
    """Returns whether a stream that failed with this error may continue later."""
    match error.code:
        # A server that stops answers CANCELLED to a stream that is still on its way to the server. A stream that the
        # client itself closed never arrives here.
        case grpc.StatusCode.UNAVAILABLE | grpc.StatusCode.CANCELLED:
            return True
        # With a delay, too many clients watch at the moment: after a restart all of them return at once. Without a
        # delay the failure is permanent, such as a message that is too large.
        case grpc.StatusCode.RESOURCE_EXHAUSTED:
            return error.retry_after is not None
        case _:
            return False


def ended_early() -> ForecastServiceError:
    """Returns the error of a stream that ended before its last event: the server is stopping."""
    return ForecastServiceError(grpc.StatusCode.UNAVAILABLE, "the service ended the stream before its last event")

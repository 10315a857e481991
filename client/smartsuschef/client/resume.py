"""When and how a stream that broke off is continued; the same for the sync and the asyncio client."""

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
        first_pause: seconds before the first attempt; doubled with each further one.
        longest_pause: seconds, the bound of that doubling.
        give_up_after: seconds of one outage after which the stream fails.
    """

    first_pause: float = 0.2
    longest_pause: float = 5.0
    give_up_after: float = 60.0


class Resumption:
    """Where one stream stands: the token to go on from, and how long the present outage lasts.

    Args:
        policy: how patient to be.
        token: resume_token to begin after; empty for the beginning.
        clock: seconds that only grow.
        spread: a number from 0.5 to 1 by which each pause is multiplied, so that clients do not return in step.
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
        """A call was begun, which does not yet mean that it reached the service."""
        self._opened = self._clock()

    def received(self, resume_token: str) -> None:
        """An event arrived: the connection is good, and a later call goes on after it."""
        self.token = resume_token or self.token
        self._outage_began = None

    def pause_after(self, error: ForecastServiceError) -> float | None:
        """Seconds to wait before the stream is opened again; None where it must fail with `error`."""
        if not _is_outage(error):
            return None
        now = self._clock()
        # A call that lasted longer than a connection can take had one, even if the service had nothing to say.
        if self._outage_began is None or now - self._opened > 2 * CONNECT_TIMEOUT:
            self._outage_began, self._attempts = now, 0
            busy = error.code is grpc.StatusCode.RESOURCE_EXHAUSTED
            what = "The service is busy" if busy else "No connection to the service"
            logger.warning("%s; trying for %.0f s", what, self._policy.give_up_after)
        pause = min(self._policy.first_pause * 2.0**self._attempts, self._policy.longest_pause) * self._spread()
        pause = max(pause, error.retry_after or 0.0)
        self._attempts += 1
        return pause if now + pause - self._outage_began <= self._policy.give_up_after else None


def _is_outage(error: ForecastServiceError) -> bool:
    """Whether a stream that failed with `error` may go on later."""
    match error.code:
        # A server that stops answers streams that are on their way to it with CANCELLED; a stream that the client
        # itself closed never gets here.
        case grpc.StatusCode.UNAVAILABLE | grpc.StatusCode.CANCELLED:
            return True
        # Too many watch, for now: after a restart, those who come back all at once. Without a delay it is for good.
        case grpc.StatusCode.RESOURCE_EXHAUSTED:
            return error.retry_after is not None
        case _:
            return False


def ended_early() -> ForecastServiceError:
    """What a stream that ended before its last event counts as: a server that leaves."""
    return ForecastServiceError(grpc.StatusCode.UNAVAILABLE, "the service ended the stream before its last event")

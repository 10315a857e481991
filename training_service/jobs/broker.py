"""The Dramatiq broker: limits, retries and recovery set for trainings that take minutes."""

import time
from typing import Any, cast

import structlog
from dramatiq import Message
from dramatiq.brokers.redis import RedisBroker
from dramatiq.middleware import Callbacks, Retries, Shutdown, ShutdownNotifications, TimeLimit

from shared.errors import Unavailable
from shared.messaging.redis_errors import redis_errors
from shared.settings import TrainingSettings

#: First and longest wait before a message is tried again, in milliseconds; a worker does nothing else meanwhile.
_MIN_BACKOFF, _MAX_BACKOFF = 1_000, 20_000

#: Commands out of a million on which a worker looks for dead ones. The default (1,000) can take minutes to find one.
_MAINTENANCE_CHANCE = 100_000

_SECONDS_BETWEEN_TRIES = 1.0

log = structlog.get_logger(__name__)


class LastingRetries(Retries):
    """Retries that outlast Redis: Dramatiq acknowledges a message also when its retry could not be sent, and a worker
    that loses its connection forgets the messages that it was to send later.

    So the worker itself waits until a message is to be tried again, and sends it then.
    """

    def after_process_message(self, broker: Any, message: Any, *, result: Any = None, exception: Any = None) -> None:
        """Sends the retry; waits for Redis where it is away, with the message unacknowledged."""
        before = dict(message.options)
        if isinstance(exception, Shutdown):
            # A worker that is asked to stop is no failure of the message; Dramatiq counts it all the same.
            before["retries"] = before.get("retries", 0) - 1
        while True:
            message.options.clear()
            message.options.update(before)  # what was not sent is no attempt either
            try:
                with redis_errors():
                    super().after_process_message(  # type: ignore[no-untyped-call]
                        _WaitingBroker(broker), message, result=result, exception=exception
                    )
                return
            except Unavailable as error:
                log.warning("retry waits for Redis", message=message.message_id, error=str(error))
                time.sleep(_SECONDS_BETWEEN_TRIES)


class _WaitingBroker:
    """A broker that waits until a message is to be sent, rather than to let it lie for later."""

    def __init__(self, broker: Any) -> None:
        self._broker = broker

    def get_actor(self, name: str) -> Any:
        """See `dramatiq.Broker`."""
        return self._broker.get_actor(name)

    def enqueue(self, message: Any, *, delay: int = 0) -> Any:
        """See `dramatiq.Broker`; the delay is in milliseconds."""
        time.sleep(delay / 1000)
        return self._broker.enqueue(message)


def create_broker(settings: TrainingSettings) -> RedisBroker:
    """A broker for both the service, which only sends, and the workers.

    Args:
        settings: Redis, time limit, retries and heartbeat.
    """
    return RedisBroker(  # type: ignore[no-untyped-call]
        url=settings.require_redis_url(),
        namespace=f"{settings.redis_prefix}:dramatiq",
        heartbeat_timeout=int(settings.worker_heartbeat_seconds * 1000),
        maintenance_chance=_MAINTENANCE_CHANCE,
        middleware=[
            # First, and hence the last one after a message: time limits then no longer interrupt it.
            LastingRetries(
                max_retries=settings.message_max_retries, min_backoff=_MIN_BACKOFF, max_backoff=_MAX_BACKOFF
            ),
            TimeLimit(time_limit=int(settings.dish_time_limit_seconds * 1000)),
            ShutdownNotifications(notify_shutdown=True),
            Callbacks(),
        ],
    )


def waiting_runs(broker: RedisBroker) -> set[str]:
    """Runs that have a message in a queue which no worker has taken yet.

    Raises:
        Unavailable: Redis does not answer.
    """
    found: set[str] = set()
    with redis_errors():
        for queue in broker.get_declared_queues():
            key = f"{broker.namespace}:{queue}"
            waiting = broker.client.lrange(key, 0, -1)
            bodies = broker.client.hmget(f"{key}.msgs", waiting) if waiting else []
            found.update(str(Message.decode(cast("bytes", body)).args[0]) for body in bodies if body)
    return found

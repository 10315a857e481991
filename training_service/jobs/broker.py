"""The Dramatiq broker, with time limits, retries and recovery for trainings that take minutes."""

import time
from typing import Any, cast

import structlog
from dramatiq import Message
from dramatiq.brokers.redis import RedisBroker
from dramatiq.middleware import Callbacks, Retries, Shutdown, ShutdownNotifications, TimeLimit

from shared.errors import Unavailable
from shared.messaging.redis_errors import redis_errors
from shared.settings import TrainingSettings

#: Commands out of a million after which a worker looks for dead workers. Dramatiq's default (1,000) can take minutes to
#: find one.
_MAINTENANCE_CHANCE = 100_000

log = structlog.get_logger(__name__)


class LastingRetries(Retries):
    """Retries that are not lost when Redis is away.

    Dramatiq acknowledges a message also when its retry could not be sent, and a worker that loses its connection
    forgets the messages that it was to send later. So the worker itself waits until the time of the retry, and sends
    the retry then.

    Args:
        patience_seconds: Wait between two tries to send a retry while Redis is away.
        options: Options of Dramatiq's `Retries`.
    """

    def __init__(self, *, patience_seconds: float, **options: Any) -> None:
        super().__init__(**options)
        self._patience_seconds = patience_seconds

    def after_process_message(self, broker: Any, message: Any, *, result: Any = None, exception: Any = None) -> None:
        """Sends the retry of a failed message; while Redis is away it waits, and the message stays unacknowledged."""
        before = dict(message.options)
        if isinstance(exception, Shutdown):
            # The message did not fail: its worker was asked to stop. Dramatiq counts a retry all the same.
            before["retries"] = before.get("retries", 0) - 1
        while True:
            message.options.clear()
            message.options.update(before)  # a retry that was not sent does not count
            try:
                with redis_errors():
                    super().after_process_message(  # type: ignore[no-untyped-call]
                        _WaitingBroker(broker), message, result=result, exception=exception
                    )
                return
            except Unavailable as error:
                log.warning("a retry waits for Redis", message=message.message_id, error=str(error))
                time.sleep(self._patience_seconds)


class _WaitingBroker:
    """A broker that sleeps until the time of a delayed message, and sends the message then."""

    def __init__(self, broker: Any) -> None:
        self._broker = broker

    def get_actor(self, name: str) -> Any:
        """See `dramatiq.Broker`."""
        return self._broker.get_actor(name)

    def enqueue(self, message: Any, *, delay: int = 0) -> Any:
        """See `dramatiq.Broker`; the delay is in milliseconds."""
        time.sleep(delay / 1000)
        return self._broker.enqueue(message)


def create_broker(
    settings: TrainingSettings,
    *,
    first_wait_seconds: float = 1.0,
    longest_wait_seconds: float = 20.0,
    redis_patience_seconds: float = 1.0,
) -> RedisBroker:
    """Makes a broker, for the training service as well as for the workers.

    Args:
        settings: Settings of Redis, the time limit, the retries and the heartbeat.
        first_wait_seconds: Wait before the first retry of a message; every further wait is longer. The worker does
            nothing else meanwhile.
        longest_wait_seconds: Longest wait before a retry.
        redis_patience_seconds: Wait between two tries to send a retry while Redis is away.
    """
    return RedisBroker(  # type: ignore[no-untyped-call]
        url=settings.require_redis_url(),
        namespace=f"{settings.redis_prefix}:dramatiq",
        heartbeat_timeout=int(settings.worker_heartbeat_seconds * 1000),
        maintenance_chance=_MAINTENANCE_CHANCE,
        middleware=[
            # The first middleware is the last one to act after a message: no time limit interrupts its waits.
            LastingRetries(
                patience_seconds=redis_patience_seconds,
                max_retries=settings.message_max_retries,
                min_backoff=int(first_wait_seconds * 1000),
                max_backoff=int(longest_wait_seconds * 1000),
            ),
            TimeLimit(time_limit=int(settings.dish_time_limit_seconds * 1000)),
            ShutdownNotifications(notify_shutdown=True),
            Callbacks(),
        ],
    )


def waiting_runs(broker: RedisBroker) -> set[str]:
    """Ids of the runs and groups that have a message in a queue which no worker has taken yet.

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

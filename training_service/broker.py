"""The Dramatiq broker: limits, retries and recovery set for trainings that take minutes."""

from dramatiq.brokers.redis import RedisBroker
from dramatiq.middleware import Callbacks, CurrentMessage, Retries, Shutdown, ShutdownNotifications, TimeLimit

from shared.settings import TrainingSettings

#: First and longest wait before a message is tried again, in milliseconds.
_MIN_BACKOFF, _MAX_BACKOFF = 1_000, 60_000

#: Commands out of a million on which a worker looks for dead ones. The default (1,000) can take minutes to find one.
_MAINTENANCE_CHANCE = 100_000


def create_broker(settings: TrainingSettings) -> RedisBroker:
    """A broker for both the service, which only sends, and the workers.

    Args:
        settings: Redis, time limit, retries and heartbeat.
    """
    max_retries = settings.message_max_retries

    def retry_when(retries: int, error: BaseException) -> bool:
        # A worker that is asked to stop is no failure of the message.
        return isinstance(error, Shutdown) or retries < max_retries

    return RedisBroker(  # type: ignore[no-untyped-call]
        url=settings.require_redis_url(),
        namespace=f"{settings.redis_prefix}:dramatiq",
        heartbeat_timeout=int(settings.worker_heartbeat_seconds * 1000),
        maintenance_chance=_MAINTENANCE_CHANCE,
        middleware=[
            TimeLimit(time_limit=int(settings.dish_time_limit_seconds * 1000)),
            ShutdownNotifications(notify_shutdown=True),
            Callbacks(),
            CurrentMessage(),
            Retries(retry_when=retry_when, min_backoff=_MIN_BACKOFF, max_backoff=_MAX_BACKOFF),
        ],
    )

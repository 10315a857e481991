"""Tells an outage of Redis as one of our own failures."""

import contextlib
from collections.abc import Iterator

import redis

from shared.errors import Unavailable


@contextlib.contextmanager
def redis_errors() -> Iterator[None]:
    """Raises:
    Unavailable: instead of what redis-py raises.
    """
    try:
        yield
    except redis.RedisError as error:
        raise Unavailable(f"Redis does not answer ({type(error).__name__}); try again soon") from error

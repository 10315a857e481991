"""Turns the errors of redis-py into `Unavailable`."""

import contextlib
from collections.abc import Iterator

import redis

from shared.errors import Unavailable


@contextlib.contextmanager
def redis_errors() -> Iterator[None]:
    """Replaces errors of redis-py within the context.

    Raises:
        Unavailable: The call of redis-py raised an error.
    """
    try:
        yield
    except redis.RedisError as error:
        raise Unavailable(f"Redis does not answer ({type(error).__name__}); try again soon") from error

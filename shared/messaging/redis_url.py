"""Checks the URL of Redis without connecting."""

import re

import redis

#: Form of the URLs that redis-py reads as a whole. In other URLs redis-py passes over what it does not understand, such
#: as a password after an unescaped slash.
_PLAIN = re.compile(r"rediss?://[^/?#]*(/[0-9]*)?(\?[^@#]*)?|unix://[^/?#]*/[^@#]*")


def check_redis_url(url: str) -> None:
    """Checks that redis-py understands a URL and all of its options.

    Args:
        url: URL that begins with redis://, rediss:// or unix://.

    Raises:
        ValueError: The URL is none that redis-py understands. The message holds no part of the URL (a password).
    """
    try:
        is_plain = _PLAIN.fullmatch(url)
        redis.ConnectionPool.from_url(url).make_connection()
    except (ValueError, TypeError, redis.RedisError):
        is_plain = None
    if not is_plain:
        # The message of redis-py may hold parts of the password.
        raise ValueError(
            "expected redis://[user:password@]host[:port][/number of the database], the same with rediss://, or "
            "unix://[user:password@]/path; in a password write %2F for /, %3F for ? and %23 for #"
        )

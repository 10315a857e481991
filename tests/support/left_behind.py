"""Finds processes that a test has left behind."""

from pathlib import Path


def left_in(folder: Path) -> list[str]:
    """Commands of the processes that still run in a folder."""
    return [command for _, command in running_in(folder)]


def running_in(folder: Path) -> list[tuple[int, str]]:
    """Process ids and commands of the processes that run in a folder."""
    found = []
    for process in Path("/proc").iterdir():
        if process.name.isdigit():
            try:
                if (process / "cwd").resolve().is_relative_to(folder):
                    found.append((int(process.name), (process / "cmdline").read_text().replace("\0", " ")))
            except OSError:
                continue  # it has ended meanwhile
    return found

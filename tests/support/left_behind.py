"""Finds processes that a test started and did not stop."""

from pathlib import Path


def left_in(folder: Path) -> list[str]:
    """Command lines of the processes whose working directory lies in a folder."""
    return [command for _, command in running_in(folder)]


def running_in(folder: Path) -> list[tuple[int, str]]:
    """Process ids and command lines of the processes whose working directory lies in a folder."""
    found = []
    for process in Path("/proc").iterdir():
        if process.name.isdigit():
            try:
                if (process / "cwd").resolve().is_relative_to(folder):
                    found.append((int(process.name), (process / "cmdline").read_text().replace("\0", " ")))
            except OSError:
                continue  # the process has ended meanwhile
    return found

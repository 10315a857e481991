"""Runs the other forecasters in an environment of their own, and keeps their answers for the next benchmark."""

import hashlib
import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.accuracy.ours import Task

PROGRAM = Path(__file__).with_name("peers.py")
_PACKAGES = Path(__file__).with_name("peers.txt")


@dataclass(frozen=True, slots=True)
class Peers:
    """The other forecasters.

    Args:
        python: Python of the environment of the other forecasters.
        kept: Folder of their answers. An answer is named after the digest of the sales, of the program and of the
            versions of its packages, and is used again as long as these are the same.
        program: The program that asks the other forecasters.
    """

    python: Path
    kept: Path
    program: Path = PROGRAM

    def answers(self, tasks: Sequence[Task]) -> list[Mapping[str, Any]]:
        """The answers to the tasks, in their order: by forecaster its CPU seconds, and its forecasts by dish."""
        self.kept.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory() as name:
            files = []
            for task in tasks:
                sales = task.series.panel(task.cutoff).to_csv(index=False).encode()
                digest = hashlib.sha256(sales + self.program.read_bytes() + _PACKAGES.read_bytes()).hexdigest()[:24]
                files.append(self.kept / f"{digest}.json")
                if not files[-1].is_file():
                    Path(name, f"{digest}.csv").write_bytes(sales)
            if any(Path(name).iterdir()):
                finished = subprocess.run([self.python, self.program, name, self.kept], check=False)  # noqa: S603 -- our own program
                if finished.returncode:
                    sys.exit("the other forecasters ended with an error; their output above tells why")
        return [json.loads(file.read_text(encoding="utf-8")) for file in files]

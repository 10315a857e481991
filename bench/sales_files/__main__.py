"""`make bench-sales`: measures how long sales files of five million rows take to read, beside pandas alone.

Each reading is a process of its own, and the readers take turns, so that other work of the machine slows all of them
alike. The fastest of several readings counts, because other work only ever adds time. Imports are not measured. pandas
reads the three columns of the moment, the dish and the quantity into the memory, and does nothing with them.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from rich.console import Console
from rich.table import Table

from bench.cpu_time import cpu_seconds
from bench.sales_files.files import FILES, STORES, write_files
from training_service.sources.files.reading import read_sales_file
from training_service.sources.files.sales_columns import SalesColumns

#: The file to which the goal applies: how many times as long as the fastest engine of pandas our reading may take, and
#: the largest peak memory of its process, in megabytes.
_GOAL_FILE, _MOST_TIMES, _MOST_MEGABYTES = "till.csv", 2.5, 500

_OURS = "ours"


@dataclass(frozen=True, slots=True)
class Reading:
    """What one reading took.

    Args:
        seconds: Seconds that passed.
        cpu_seconds: Processor time in seconds, of all threads.
        megabytes: Peak memory of the process in megabytes.
    """

    seconds: float
    cpu_seconds: float
    megabytes: float


def main() -> None:
    """Writes the files, measures each reader, prints a table and writes the result as JSON."""
    parser = argparse.ArgumentParser(prog="make bench-sales", description=__doc__)
    parser.add_argument("--rows", type=int, default=5_000_000, help="number of rows of each file")
    parser.add_argument("--rounds", type=int, default=3, help="number of readings by each reader")
    parser.add_argument("--output", type=Path, default=Path("var/bench"), help="folder of the result, sales_files.json")
    parser.add_argument("--files", nargs="+", choices=FILES, default=list(FILES), help="files that are read")
    parser.add_argument("--write", type=Path, metavar="FOLDER", help=argparse.SUPPRESS)
    parser.add_argument("--read", nargs=2, metavar=("READER", "FILE"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.read:
        _read(*arguments.read)
        return
    if arguments.write:
        write_files(arguments.write, arguments.rows)
        return
    console = Console(width=120)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with console.status("Writing the files …"):
            # A process begins with the peak of the memory of the one that starts it.
            _run("--write", str(folder), "--rows", str(arguments.rows))
        sizes = {file: (folder / file).stat().st_size / 1e6 for file in arguments.files}
        found: dict[str, dict[str, Reading]] = {}
        for file in arguments.files:
            with console.status(f"Reading {file} …"):
                found[file] = _measured(folder / file, arguments.rounds)
    console.print(_table(found, sizes, arguments.rows))
    if _GOAL_FILE in found:
        console.print(_verdict(found[_GOAL_FILE]), highlight=False)
    arguments.output.mkdir(parents=True, exist_ok=True)
    target = arguments.output / "sales_files.json"
    report = {
        file: {reader: _record(reading) for reader, reading in readers.items()} for file, readers in found.items()
    }
    target.write_text(json.dumps({"rows": arguments.rows, "megabytes": sizes, "files": report}, indent=1) + "\n")
    console.print(f"\nWritten: {target}", highlight=False)


def _readers(path: Path) -> dict[str, Callable[[Path], object]]:
    columns = list(FILES[path.name][1])
    ours: dict[str, Callable[[Path], object]] = {
        _OURS: lambda file: read_sales_file(file, STORES[1], SalesColumns()),
    }
    if path.suffix == ".parquet":
        return {"pandas": lambda file: pd.read_parquet(file, columns=columns), **ours}
    return {
        "pandas, engine c": lambda file: pd.read_csv(file, usecols=columns, engine="c"),
        "pandas, engine pyarrow": lambda file: pd.read_csv(file, usecols=columns, engine="pyarrow"),
        **ours,
    }


def _read(reader: str, file: str) -> None:
    """Reads a file once and prints what this took."""
    read = _readers(Path(file))[reader]
    started, cpu_started = time.monotonic(), cpu_seconds()
    read(Path(file))
    seconds, cpu = time.monotonic() - started, cpu_seconds() - cpu_started
    sys.stdout.write(json.dumps([seconds, cpu, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024]))


def _run(*arguments: str) -> str:
    """Runs this program in a process of its own, and answers what it prints."""
    command = [sys.executable, "-m", "bench.sales_files", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout  # noqa: S603 -- this program


def _measured(path: Path, rounds: int) -> dict[str, Reading]:
    """The fastest reading of a file by each reader, with the largest peak of its memory."""
    taken: dict[str, list[Reading]] = {name: [] for name in _readers(path)}
    for _ in range(rounds):
        for name, readings in taken.items():
            readings.append(Reading(*json.loads(_run("--read", name, str(path)))))
    return {
        name: Reading(
            min(each.seconds for each in readings),
            min(each.cpu_seconds for each in readings),
            max(each.megabytes for each in readings),
        )
        for name, readings in taken.items()
    }


def _table(found: dict[str, dict[str, Reading]], sizes: dict[str, float], rows: int) -> Table:
    headings = ("File", "Reader", "Seconds", "CPU seconds", "Peak MB", "Times pandas", "Times its CPU")
    table = Table(title=f"{rows:,} rows", box=None, header_style="bold dim", padding=(0, 2, 0, 0))
    for heading in headings:
        table.add_column(heading, justify="left" if heading in ("File", "Reader") else "right")
    for file, readers in found.items():
        label = f"{FILES[file][0]}, {sizes[file]:.0f} MB"
        fastest = _fastest_pandas(readers)
        for name, each in readers.items():
            times = (f"{each.seconds / fastest.seconds:.2f}", f"{each.cpu_seconds / fastest.cpu_seconds:.2f}")
            figures = (f"{each.seconds:.2f}", f"{each.cpu_seconds:.2f}", f"{each.megabytes:.0f}")
            table.add_row(label, name, *figures, *times, style="bold" if name == _OURS else "")
            label = ""
    return table


def _verdict(readers: dict[str, Reading]) -> str:
    """One line that says whether the goal is reached."""
    times = readers[_OURS].seconds / _fastest_pandas(readers).seconds
    megabytes = readers[_OURS].megabytes
    reached = times <= _MOST_TIMES and megabytes < _MOST_MEGABYTES
    return (
        f"\n{'reached' if reached else 'MISSED'}: the till export is read {times:.2f} times as long as by pandas alone "
        f"(goal {_MOST_TIMES}), with a peak of {megabytes:.0f} MB (goal {_MOST_MEGABYTES})"
    )


def _fastest_pandas(readers: dict[str, Reading]) -> Reading:
    return min((each for name, each in readers.items() if name.startswith("pandas")), key=lambda each: each.seconds)


def _record(reading: Reading) -> dict[str, float]:
    return {
        "seconds": round(reading.seconds, 3),
        "cpu_seconds": round(reading.cpu_seconds, 3),
        "peak_megabytes": round(reading.megabytes, 1),
    }


if __name__ == "__main__":
    main()

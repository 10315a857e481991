"""`make bench-database` measures peak memory and time of reading millions of single sales rows from a database."""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table
from sqlalchemy import create_engine, text

from training_service.sources.database.connection import parse_url
from training_service.sources.database.queries import Queries
from training_service.sources.database.sales_database import SalesDatabase

#: Query of a table with one row for each portion, which the database does not group.
_QUERY = "SELECT sold_on AS date, dish, quantity FROM bench_till WHERE branch = :store"

_SERIES = {
    "mysql": "(SELECT seq AS n FROM seq_1_to_{rows}) AS numbers",
    "mariadb": "(SELECT seq AS n FROM seq_1_to_{rows}) AS numbers",
    "postgresql": "generate_series(1, {rows}) AS numbers(n)",
    "sqlite": "numbers",
}
_DAY = {
    "mysql": "DATE_ADD('2014-01-01', INTERVAL n % 4000 DAY)",
    "mariadb": "DATE_ADD('2014-01-01', INTERVAL n % 4000 DAY)",
    "postgresql": "DATE '2014-01-01' + CAST(n % 4000 AS INTEGER)",
    "sqlite": "DATE('2014-01-01', '+' || (n % 4000) || ' days')",
}
_DISH = {
    "mysql": "CONCAT('dish ', n % 50)",
    "mariadb": "CONCAT('dish ', n % 50)",
    "postgresql": "CONCAT('dish ', n % 50)",
    "sqlite": "'dish ' || (n % 50)",
}
_NUMBERS = "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {rows}) "


def main() -> None:
    """Measures each database in a process of its own, which this program starts with `--read URL`."""
    parser = argparse.ArgumentParser(prog="make bench-database", description=__doc__)
    parser.add_argument("urls", nargs="*", help="databases in which a table may be made (default: SQLite)")
    parser.add_argument("--rows", type=int, default=5_000_000, help="number of rows that are read")
    parser.add_argument("--read", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.read:
        _read(arguments.read)
        return
    shown = Table(box=None, header_style="bold dim", padding=(0, 2, 0, 0))
    for heading in ("Database", "Rows", "Seconds", "Peak memory MB"):
        shown.add_column(heading, justify="left" if heading == "Database" else "right")
    with tempfile.TemporaryDirectory() as folder:
        for url in arguments.urls or [f"sqlite:///{Path(folder) / 'sales.db'}"]:
            _make(url, arguments.rows)
            try:
                command = [sys.executable, "-m", "bench.database", "--read", url]
                answer = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 -- this program
            finally:
                _execute(url, "DROP TABLE bench_till")
            shown.add_row(*answer.stdout.strip().splitlines()[-1].split("\t"))
    Console().print(shown)


def _make(url: str, rows: int) -> None:
    kind = create_engine(parse_url(url)).dialect.name
    begin = _NUMBERS.format(rows=rows) if kind == "sqlite" else ""
    _execute(
        url,
        "CREATE TABLE bench_till (branch VARCHAR(20), sold_on DATE, dish VARCHAR(20), quantity INTEGER)",
        f"INSERT INTO bench_till {begin}SELECT 'north', {_DAY[kind]}, {_DISH[kind]}, 1 "  # noqa: S608 -- our own words
        f"FROM {_SERIES[kind].format(rows=rows)}",
    )


def _execute(url: str, *statements: str) -> None:
    engine = create_engine(parse_url(url))
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


def _read(url: str) -> None:
    database = SalesDatabase(url, Queries(sales=_QUERY), timeout_seconds=600)
    started = time.monotonic()
    sales = database.sales("north").sales
    seconds = time.monotonic() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(f"{database.name.split()[0]}\t{int(sales['rows'].sum()):,}\t{seconds:.0f}\t{peak:.0f}\n")


if __name__ == "__main__":
    os.environ["OMP_NUM_THREADS"] = "1"
    main()

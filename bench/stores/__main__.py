"""`make bench-stores`: measures how long many small stores wait for their training while a big store is trained.

The real services and workers train the stores. The result is the end of each training as a share of the whole time; the
share hardly depends on the machine.
"""

import argparse
import sqlite3
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import numpy as np
import pandas as pd
from rich.console import Console
from rich.table import Table

from bench.sales import counted_sales
from bench.stack import running_stack
from local_stack.child import exit_on_stop_signals
from smartsuschef.client import ForecastClient
from smartsuschef.forecast.v1.training_pb2 import PROGRESS_KIND_DISH_FINISHED

#: Length of the history of each dish, in days.
_DAYS = 200


def main() -> None:
    """Makes the stores, trains them and prints the table."""
    parser = argparse.ArgumentParser(prog="make bench-stores", description=__doc__)
    parser.add_argument("--stores", type=int, default=50, help="number of small stores")
    parser.add_argument("--dishes", type=int, default=6, help="number of dishes of a small store")
    parser.add_argument("--big", type=int, default=300, help="number of dishes of the big store")
    arguments = parser.parse_args()
    exit_on_stop_signals()
    console = Console()
    with tempfile.TemporaryDirectory() as folder:
        url = _database(Path(folder), arguments.stores, arguments.dishes, arguments.big)
        with (
            running_stack(Path(folder), {"SALES_DATABASE_URL": url}) as (training, _),
            console.status(f"Training {arguments.stores} small stores behind a big one …"),
        ):
            seconds = _train(training, arguments.stores)
    console.print(_table(seconds, arguments))


def _database(folder: Path, stores: int, dishes: int, big: int) -> str:
    """Makes a sales database in the schema of the application, with the stores "1", "2" … and "big".

    Args:
        folder: Folder of the database file.
        stores: Number of small stores.
        dishes: Number of dishes of a small store.
        big: Number of dishes of the big store.

    Returns:
        URL of the database.
    """
    path = folder / "sales.db"
    rng = np.random.default_rng(1)
    dates = pd.date_range("2026-01-05", periods=_DAYS)
    sizes = {str(store): dishes for store in range(1, stores + 1)} | {"big": big}
    with closing(sqlite3.connect(path)) as connection, connection:
        pd.DataFrame({"Id": range(big), "Name": [f"dish {i}" for i in range(big)]}).to_sql("Recipes", connection)
        for store, count in sizes.items():
            rows = pd.DataFrame(
                {
                    "Date": np.tile(dates, count),
                    "StoreId": store,
                    "RecipeId": np.repeat(np.arange(count), _DAYS),
                    "Quantity": counted_sales(count, dates, rng).ravel(),
                }
            )
            rows.to_sql("SalesData", connection, index=False, if_exists="append")
    return f"sqlite:///{path}"


def _train(address: str, stores: int) -> dict[str, float]:
    """Seconds from the start of the big store's training to the end of each store's training, by store."""
    with ForecastClient(training_address=address) as client:

        def ended(store: str, run_id: str) -> float:
            *_, last = client.watch_training(run_id, store=store)
            if not last.result.published:
                raise RuntimeError(f"run {run_id} of store {store}: {last.message}")
            return time.monotonic()

        started = time.monotonic()
        big = client.start_training(store="big")
        events = client.watch_training(big.run_id, store="big")
        next(event for event in events if event.kind == PROGRESS_KIND_DISH_FINISHED)
        runs = {str(store): client.start_training(store=str(store)) for store in range(1, stores + 1)} | {"big": big}
        with ThreadPoolExecutor(len(runs)) as threads:
            ends = threads.map(ended, runs, [run.run_id for run in runs.values()])
        return {store: end - started for store, end in zip(runs, ends, strict=True)}


def _table(seconds: dict[str, float], arguments: argparse.Namespace) -> Table:
    everything = max(seconds.values())
    small = sorted(value for store, value in seconds.items() if store != "big")
    title = f"{len(small)} stores of {arguments.dishes} dishes started behind one of {arguments.big}"
    table = Table("live after", "seconds", "share of all", title=title)
    for name, value in (
        ("first small store", small[0]),
        ("half of them", small[len(small) // 2]),
        ("last small store", small[-1]),
        ("big store", seconds["big"]),
    ):
        table.add_row(name, f"{value:.0f}", f"{value / everything:.0%}")
    return table


if __name__ == "__main__":
    main()

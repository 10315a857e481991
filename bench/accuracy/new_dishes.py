"""Measures forecasts of new dishes: shortens known histories and compares our forecast with the mean of the rest."""

import os
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any

import numpy as np
from rich.console import Console
from rich.progress import track
from rich.table import Table

from bench.accuracy.dataset import HORIZON, Series
from bench.accuracy.ours import Task, forecast_quietly
from shared.config import PipelineConfig
from shared.restaurant.place import Place

#: Days of history that a shortened dish keeps.
LENGTHS = (14, 21, 28)

#: Groups of dishes that are shortened in turn; the dishes of the other groups keep their history.
_GROUPS = 2


def compare(
    restaurants: Sequence[Series], cutoffs: int, place: Place, config: PipelineConfig, console: Console
) -> list[dict[str, Any]]:
    """Compares the WAPE of our forecasts with that of the mean of the known days.

    Args:
        restaurants: Restaurants whose dishes are shortened.
        cutoffs: Number of cutoffs of each restaurant.
        place: Place of the restaurants.
        config: Configuration of the trainings.
        console: Console that shows the progress.

    Returns:
        One row for each length of history.
    """
    tasks, lengths = [], []
    for series in restaurants:
        for cutoff in series.cutoffs(cutoffs):
            for length in LENGTHS:
                for group in range(_GROUPS):
                    dishes = series.dishes(cutoff)[group::_GROUPS]
                    short = series.shortened(dishes, length, cutoff)
                    known = short.history.until(cutoff).sales
                    dishes = [dish for dish in dishes if dish in known and np.nansum(known[dish]) > 0]
                    if dishes:
                        tasks.append(Task(short, cutoff, place, config, dishes))
                        lengths.append(length)
    rows = {length: {"days": length, "ours": 0.0, "mean": 0.0, "sold": 0.0, "dishes": 0} for length in LENGTHS}
    os.environ["OMP_NUM_THREADS"] = "1"
    with ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("spawn")) as pool:
        found = track(pool.map(forecast_quietly, tasks), "new dishes", total=len(tasks), console=console)
        for task, length, forecast in zip(tasks, lengths, found, strict=True):
            row = rows[length]
            for dish in task.dishes:
                actual = np.nan_to_num(task.series.actual(dish, task.cutoff))
                seen = task.series.history.sales[dish][: task.cutoff]
                row["ours"] += float(np.abs(forecast.of(dish)[0] - actual).sum())
                row["mean"] += float(np.abs(np.nanmean(seen) - actual).sum())
                row["sold"] += float(actual.sum())
                row["dishes"] += 1
    return [
        {
            "days_of_history": length,
            "wape": row["ours"] / row["sold"],
            "wape_of_mean": row["mean"] / row["sold"],
            "dishes": row["dishes"],
        }
        for length, row in rows.items()
        if row["sold"] > 0
    ]


def show(rows: Sequence[dict[str, Any]], console: Console) -> None:
    """Prints the comparison as a table."""
    shown = Table(box=None, header_style="bold dim", padding=(0, 2, 0, 0))
    for heading in ("Days of history", "WAPE", "WAPE of the mean seen", "Forecasts"):
        shown.add_column(heading, justify="right")
    for row in rows:
        cells = (row["days_of_history"], f"{row['wape']:.4f}", f"{row['wape_of_mean']:.4f}", row["dishes"])
        shown.add_row(*map(str, cells), style="green" if row["wape"] < row["wape_of_mean"] else "red")
    console.print()
    console.print(shown)
    console.print(f"\nNew dishes, {HORIZON} days each.", highlight=False)

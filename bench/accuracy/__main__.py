"""`make bench-accuracy` compares our forecasts with those of other forecasters, from the same cutoffs, in one run."""

import argparse
import datetime as dt
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from importlib.metadata import version
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.progress import track
from rich.table import Table

from bench.accuracy import new_dishes
from bench.accuracy.dataset import HORIZON, LEAST_DAYS, REAL_DATA, Series, read_series
from bench.accuracy.ours import Task, forecast_quietly
from bench.accuracy.picture import draw
from bench.accuracy.scores import Score, seasonal_naive_mae, table
from shared.config import PipelineConfig
from shared.errors import InvalidInput
from shared.restaurant.calendar import country_is_known
from shared.restaurant.place import Place

PEERS = Path(__file__).with_name("peers.py")
OURS = "SmartSusChef"
_CUTOFFS = 4

_PACKAGES = ("numpy", "pandas", "lightgbm", "prophet", "holidays")


def main() -> None:
    """Runs the benchmark. Exits with 2 after wrong use, and with 1 if a part of the benchmark failed."""
    arguments = _parse()
    if arguments.data:
        places = {arguments.data: (arguments.country, arguments.subdivision, arguments.cutoffs or _CUTOFFS)}
    else:
        root = Path(os.environ.get("SUSCHEF_TEST_DATA", "../shared/data"))
        places = {
            root / name: (country, subdivision, arguments.cutoffs or cutoffs)
            for name, (country, subdivision, cutoffs) in REAL_DATA.items()
            if (root / name / "sales.csv").is_file()
        }
        if not places:
            sys.exit(f"no real data in {root}: give DATA=folder COUNTRY=XX, or SUSCHEF_TEST_DATA")
    measure = _measure_new_dishes if arguments.new_dishes else _measure
    for folder, (country, subdivision, cutoffs) in places.items():
        try:
            config = PipelineConfig.from_file(arguments.config) if arguments.config else PipelineConfig()
            restaurants = read_series(folder, arguments.stores)
        except (InvalidInput, OSError) as error:
            sys.exit(f"{folder}: {error}")
        measure(folder, restaurants, cutoffs, Place(country=country, subdivision=subdivision), config, arguments)


def _measure(
    folder: Path,
    restaurants: list[Series],
    cutoffs: int,
    place: Place,
    config: PipelineConfig,
    arguments: argparse.Namespace,
) -> None:
    """Measures one data set, prints the table of results, and writes the results as JSON and as a picture."""
    console = Console(stderr=True)
    tasks = [Task(each, cutoff, place, config) for each in restaurants for cutoff in each.cutoffs(cutoffs)]
    tasks = [task for task in tasks if task.series.dishes(task.cutoff)]
    if not tasks:
        sys.exit(f"{folder}: no dish has {LEAST_DAYS} days and {HORIZON} more after a cutoff")
    scores: dict[str, Score] = {OURS: Score()}
    trust = _score_ours(tasks, scores[OURS], console)
    if arguments.peers:
        _score_peers(tasks, scores, arguments.peers)
    report = _heading(folder) | {
        "cutoffs": [f"{task.series.store} {task.series.last_day(task.cutoff)}" for task in tasks],
        "dishes": sorted({dish for task in tasks for dish in task.series.dishes(task.cutoff)}),
        "forecasters": table(scores),
        "wape_by_horizon": {name: _by_day(score) for name, score in scores.items()},
        **trust,
    }
    target = _write(report, "accuracy", arguments.output)
    draw(report, target.with_suffix(".png"))
    _show(report, Console())
    Console().print(f"Written: {target} and {target.with_suffix('.png').name}", highlight=False, soft_wrap=True)


def _measure_new_dishes(
    folder: Path,
    restaurants: list[Series],
    cutoffs: int,
    place: Place,
    config: PipelineConfig,
    arguments: argparse.Namespace,
) -> None:
    """Measures one data set with shortened histories, prints the results and writes them as JSON."""
    rows = new_dishes.compare(restaurants, cutoffs, place, config, Console(stderr=True))
    target = _write(_heading(folder) | {"new_dishes": rows}, "new-dishes", arguments.output)
    Console().print(f"\n{folder.resolve().name}", highlight=False)
    new_dishes.show(rows, Console())
    Console().print(f"Written: {target}", highlight=False, soft_wrap=True)


def _heading(folder: Path) -> dict[str, Any]:
    return {
        "data": folder.resolve().name,
        "date": dt.datetime.now(dt.UTC).date().isoformat(),
        "horizon_days": HORIZON,
        "versions": {name: version(name) for name in _PACKAGES},
    }


def _write(report: dict[str, Any], kind: str, output: Path) -> Path:
    output.mkdir(parents=True, exist_ok=True)
    target = output / f"{kind}-{report['data']}.json"
    target.write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return target


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench-accuracy", description=__doc__)
    parser.add_argument(
        "--data",
        type=Path,
        help="folder with sales.csv and, if you have it, weather.csv (default: real data)",
    )
    parser.add_argument("--country", default="", help="country whose public holidays apply, such as DE")
    parser.add_argument("--subdivision", default="", help="state or province of the country, such as BW")
    parser.add_argument("--cutoffs", type=int, help=f"number of cutoffs, {HORIZON} days apart (default: {_CUTOFFS})")
    parser.add_argument(
        "--stores", type=int, default=5, help="number of stores that are measured in a file with several stores"
    )
    parser.add_argument("--config", type=Path, help="JSON file with fields of the pipeline configuration")
    parser.add_argument(
        "--peers", type=Path, help="Python of the environment of the other forecasters; they are left out without it"
    )
    parser.add_argument(
        "--new-dishes",
        action="store_true",
        help="measure dishes with a shortened history, without the other forecasters",
    )
    parser.add_argument("--output", type=Path, default=Path("var/bench"), help="folder of the results")
    arguments = parser.parse_args()
    if arguments.data and not (arguments.data / "sales.csv").is_file():
        parser.error(f"there is no file {arguments.data / 'sales.csv'}")
    if arguments.data and not country_is_known(arguments.country):
        parser.error(f"expected a country such as COUNTRY=DE, got {arguments.country!r}")
    return arguments


def _score_ours(tasks: list[Task], score: Score, console: Console) -> dict[str, Any]:
    """Scores our forecasts, and compares the MAE that the backtests expected with the MAE after the cutoffs."""
    os.environ["OMP_NUM_THREADS"] = "1"
    reported, experienced, weights = [], [], dict[str, float]()
    with ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("spawn")) as pool:
        found = track(pool.map(forecast_quietly, tasks), "ours", total=len(tasks), console=console)
        for task, forecast in zip(tasks, found, strict=True):
            score.cpu_seconds += forecast.cpu_seconds
            both = []
            for dish, past, actual in _each_dish(task):
                yhat, quantiles = forecast.of(dish)
                score.add(actual, yhat, quantiles, seasonal_naive_mae(past))
                if dish in forecast.reported_mae and np.isfinite(actual).any():
                    both.append((forecast.reported_mae[dish], float(np.nanmean(np.abs(actual - yhat)))))
                for name, weight in forecast.champions.get(dish, {}).items():
                    weights[name] = weights.get(name, 0.0) + weight
            if both:  # without any, the restaurant was closed on all days after this cutoff
                reported.append(np.mean([pair[0] for pair in both]))
                experienced.append(np.mean([pair[1] for pair in both]))
    total = sum(weights.values())
    return {
        "reported_mae": float(np.mean(reported)),
        "experienced_mae": float(np.mean(experienced)),
        "mean_weights": {name: weight / total for name, weight in sorted(weights.items())},
    }


def _score_peers(tasks: list[Task], scores: dict[str, Score], python: Path) -> None:
    """Runs the other forecasters in an environment of their own and scores their forecasts."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for task in tasks:
            task.series.panel(task.cutoff).to_csv(folder / f"{task.name}.csv", index=False)
        finished = subprocess.run([python, PEERS, folder], check=False)  # noqa: S603 -- our own program
        if finished.returncode:
            sys.exit("the other forecasters ended with an error; their output above tells why")
        for task in tasks:
            answers = json.loads((folder / f"{task.name}.json").read_text(encoding="utf-8"))
            for peer, answer in answers.items():
                score = scores.setdefault(peer, Score())
                score.cpu_seconds += answer["cpu_seconds"]
                for dish, past, actual in _each_dish(task):
                    forecast = answer["dishes"].get(dish)
                    if forecast is None:
                        sys.exit(
                            f"{peer} has no forecast of {dish!r} at {task.name}; leave --peers out to run without them"
                        )
                    quantiles = np.array(forecast["quantiles"]) if forecast["quantiles"] else None
                    yhat = np.maximum(np.array(forecast["yhat"]), 0.0)
                    score.add(actual, yhat, quantiles, seasonal_naive_mae(past))


def _each_dish(task: Task) -> Iterator[tuple[str, np.ndarray, np.ndarray]]:
    """Each dish with its sales before the cutoff and its sales after the cutoff."""
    panel = task.series.panel(task.cutoff)
    for dish in task.series.dishes(task.cutoff):
        yield dish, panel.loc[panel["unique_id"] == dish, "y"].to_numpy(), task.series.actual(dish, task.cutoff)


def _by_day(score: Score) -> list[float | None]:
    absolute, sold = score.by_day
    return [float(a / s) if s > 0 else None for a, s in zip(absolute, sold, strict=True)]


def _show(report: dict[str, Any], console: Console) -> None:
    shown = Table(box=None, header_style="bold dim", padding=(0, 2, 0, 0))
    headings = ("WAPE", "MASE", "Bias", "Pinball", "80 % coverage", "CPU s/dish")
    shown.add_column("Forecaster")
    for heading in headings:
        shown.add_column(heading, justify="right")
    for row in report["forecasters"]:
        cells = [
            _cell(row["wape"], ".4f"),
            _cell(row["mase"], ".3f"),
            _cell(row["bias"], "+.1%"),
            _cell(row["pinball"], ".4f"),
            _cell(row["coverage_80"], ".1%"),
            _cell(row["cpu_seconds_per_dish"], ".2f"),
        ]
        shown.add_row(row["forecaster"], *cells, style="bold green" if row["forecaster"] == OURS else "")
    console.print()
    console.print(shown)
    console.print(
        f"\n{report['data']}: {len(report['dishes'])} dishes, {len(report['cutoffs'])} cutoffs, {HORIZON} days each. "
        f"Expected MAE (from the backtest of each training): {report['reported_mae']:.2f}; "
        f"measured MAE: {report['experienced_mae']:.2f}.",
        highlight=False,
    )


def _cell(value: float | None, form: str) -> str:
    return "-" if value is None else format(value, form)


if __name__ == "__main__":
    main()

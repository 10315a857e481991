"""`make bench-accuracy` compares our forecasts with those of other forecasters, from the same cutoffs, in one run."""

import argparse
import datetime as dt
import json
import os
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
from bench.accuracy.derived import DERIVED
from bench.accuracy.errors import Errors
from bench.accuracy.ours import Task, forecast_quietly
from bench.accuracy.peer_answers import Peers
from bench.accuracy.picture import draw
from bench.accuracy.scores import Score, seasonal_naive_mae, table
from bench.accuracy.summary import HEADINGS, OURS, earlier_reports, results, rows, sentences
from shared.config import PipelineConfig
from shared.errors import InvalidInput
from shared.restaurant.calendar import country_is_known
from shared.restaurant.place import Place

_CUTOFFS = 4

#: Width of the tables in a file or pipe, in characters.
_WIDTH = 160

_PACKAGES = ("numpy", "pandas", "lightgbm", "prophet", "holidays")


def main() -> None:
    """Runs the benchmark. Exits with 2 after wrong use, and with 1 if a part of the benchmark failed."""
    arguments = _parse()
    measure = _measure_new_dishes if arguments.new_dishes else _measure
    with tempfile.TemporaryDirectory() as temporary:
        chosen = _sets(arguments, Path(temporary))
        reports = []
        for done, (folder, (country, subdivision, cutoffs)) in enumerate(chosen.items(), start=1):
            try:
                config = PipelineConfig.from_file(arguments.config) if arguments.config else PipelineConfig()
                restaurants = read_series(folder, arguments.stores)
            except (InvalidInput, OSError) as error:
                sys.exit(f"{folder}: {error}")
            if len(chosen) > 1:
                sys.stderr.write(f"{folder.name}: set {done} of {len(chosen)}\n")
            place = Place(country=country, subdivision=subdivision)
            reports.append(measure(folder, restaurants, cutoffs, place, config, arguments))
    if len(reports) > 1 and not arguments.new_dishes:
        _show_summary(reports, arguments.before, _console())


def _sets(arguments: argparse.Namespace, temporary: Path) -> dict[Path, tuple[str, str, int]]:
    """The folders of the chosen sets, each with its country, subdivision and number of cutoffs."""
    if arguments.data:
        return {arguments.data: (arguments.country, arguments.subdivision, arguments.cutoffs or _CUTOFFS)}
    root = Path(os.environ.get("SUSCHEF_TEST_DATA", "../shared/data"))
    found = {
        root / name: (country, subdivision, arguments.cutoffs or cutoffs)
        for name, (country, subdivision, cutoffs) in REAL_DATA.items()
        if (root / name / "sales.csv").is_file() and (not arguments.sets or name in arguments.sets)
    }
    for name, derived in DERIVED.items() if arguments.derived else ():
        if (root / derived.source / "sales.csv").is_file() and (not arguments.sets or name in arguments.sets):
            derived.write(root, temporary / name)
            found[temporary / name] = (derived.country, derived.subdivision, arguments.cutoffs or derived.cutoffs)
    if not found:
        sys.exit(f"no real data in {root}: give DATA=folder COUNTRY=XX, or SUSCHEF_TEST_DATA")
    return found


def _measure(
    folder: Path,
    restaurants: list[Series],
    cutoffs: int,
    place: Place,
    config: PipelineConfig,
    arguments: argparse.Namespace,
) -> dict[str, Any]:
    """Measures one data set, prints the table of results, and writes the results as JSON and as a picture."""
    progress, console = Console(stderr=True), _console()
    tasks = [Task(each, cutoff, place, config) for each in restaurants for cutoff in each.cutoffs(cutoffs)]
    tasks = [task for task in tasks if task.series.dishes(task.cutoff)]
    if not tasks:
        sys.exit(f"{folder}: no dish has {LEAST_DAYS} days and {HORIZON} more after a cutoff")
    scores: dict[str, Score] = {OURS: Score()}
    errors = Errors()
    trust = _score_ours(tasks, scores[OURS], errors, progress)
    if arguments.peers:
        _score_peers(tasks, scores, errors, Peers(arguments.peers, arguments.peer_answers))
    report = _heading(folder) | {
        "cutoffs": [f"{task.series.store} {task.series.last_day(task.cutoff)}" for task in tasks],
        "dishes": sorted({dish for task in tasks for dish in task.series.dishes(task.cutoff)}),
        "forecasters": table(scores),
        "wape_by_horizon": {name: _by_day(score) for name, score in scores.items()},
        **trust,
        "errors": errors.rows(),
    }
    target = _write(report, "accuracy", arguments.output)
    draw(report, target.with_suffix(".png"))
    _show(report, console)
    console.print(f"Written: {target} and {target.with_suffix('.png').name}", highlight=False, soft_wrap=True)
    return report


def _measure_new_dishes(
    folder: Path,
    restaurants: list[Series],
    cutoffs: int,
    place: Place,
    config: PipelineConfig,
    arguments: argparse.Namespace,
) -> dict[str, Any]:
    """Measures one data set with shortened histories, prints the results and writes them as JSON."""
    rows = new_dishes.compare(restaurants, cutoffs, place, config, Console(stderr=True))
    report = _heading(folder) | {"new_dishes": rows}
    target = _write(report, "new-dishes", arguments.output)
    Console().print(f"\n{folder.resolve().name}", highlight=False)
    new_dishes.show(rows, Console())
    Console().print(f"Written: {target}", highlight=False, soft_wrap=True)
    return report


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
        "--peer-answers",
        type=Path,
        default=Path("var/bench/peers"),
        help="folder in which the answers of the other forecasters are kept for the next benchmark",
    )
    parser.add_argument("--derived", action="store_true", help="measure the sets derived from the real data too")
    parser.add_argument(
        "--sets", nargs="+", default=[], metavar="NAME", help="measure these of the real and derived sets only"
    )
    parser.add_argument(
        "--before", type=Path, help="folder with the results of an earlier benchmark, which the summary compares with"
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
    known = [*REAL_DATA, *DERIVED] if arguments.derived else list(REAL_DATA)
    if unknown := [name for name in arguments.sets if name not in known]:
        parser.error(f"expected sets among {', '.join(known)}, got {', '.join(unknown)}")
    return arguments


def _score_ours(tasks: list[Task], score: Score, errors: Errors, console: Console) -> dict[str, Any]:
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
                errors.add(OURS, task, dish, actual, yhat)
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


def _score_peers(tasks: list[Task], scores: dict[str, Score], errors: Errors, peers: Peers) -> None:
    """Scores the forecasts of the other forecasters."""
    for task, answers in zip(tasks, peers.answers(tasks), strict=True):
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
                errors.add(peer, task, dish, actual, yhat)


def _each_dish(task: Task) -> Iterator[tuple[str, np.ndarray, np.ndarray]]:
    """Each dish with its sales before the cutoff and its sales after the cutoff."""
    panel = task.series.panel(task.cutoff)
    for dish in task.series.dishes(task.cutoff):
        yield dish, panel.loc[panel["unique_id"] == dish, "y"].to_numpy(), task.series.actual(dish, task.cutoff)


def _by_day(score: Score) -> list[float | None]:
    absolute, sold = score.by_day
    return [float(a / s) if s > 0 else None for a, s in zip(absolute, sold, strict=True)]


def _console() -> Console:
    """The console of the results; a file or a pipe gets tables of full width."""
    return Console() if sys.stdout.isatty() else Console(width=_WIDTH)


def _show(report: dict[str, Any], console: Console) -> None:
    shown = Table(box=None, header_style="bold dim", padding=(0, 2, 0, 0))
    headings = ("WAPE", "MASE", "Bias", "WAPE + |bias|", "Pinball", "80 % coverage", "CPU s/dish")
    shown.add_column("Forecaster", no_wrap=True)
    for heading in headings:
        shown.add_column(heading, justify="right")
    for row in report["forecasters"]:
        cells = [
            _cell(row["wape"], ".4f"),
            _cell(row["mase"], ".3f"),
            _cell(row["bias"], "+.1%"),
            _cell(row["wape_and_bias"], ".4f"),
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


def _show_summary(reports: list[dict[str, Any]], before: Path | None, console: Console) -> None:
    sets = results(reports, earlier_reports(before) if before else {})
    shown = Table(box=None, header_style="bold dim", padding=(0, 2, 0, 0))
    for number, heading in enumerate(HEADINGS):
        shown.add_column(heading, justify="right" if number not in (0, HEADINGS.index("best other")) else "left")
    for cells in rows(sets):
        shown.add_row(*cells)
    console.print()
    console.print(shown)
    for sentence in sentences(sets):
        console.print(sentence, highlight=False, soft_wrap=True)


def _cell(value: float | None, form: str) -> str:
    return "-" if value is None else format(value, form)


if __name__ == "__main__":
    main()

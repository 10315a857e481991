"""`make bench-prophet`: compares our fits of Prophet with those of Stan, on every dish of the real data sets.

The logarithm of the posterior tells which fit is nearer to the mode; a higher one is nearer.
"""

import logging
import os
import sys
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.progress import track
from rich.table import Table

from bench.accuracy.dataset import HORIZON, LEAST_DAYS, REAL_DATA, Series, read_series
from bench.cpu_time import cpu_seconds
from shared.arrays import FloatArray
from shared.config import PipelineConfig
from shared.forecasting.days import Days
from shared.restaurant.calendar import HolidayCalendar
from training_service.learning.fitting.prophet import with_damped_trend
from training_service.learning.fitting.prophet_design import Design, design
from training_service.learning.fitting.prophet_mode import NoMode, Posterior, find_mode, log_posterior
from training_service.learning.fitting.prophet_package import extract, fit_package_model
from training_service.learning.folds import future_days, trim_to_first_sale


@dataclass(frozen=True, slots=True)
class Comparison:
    """One dish at one cutoff.

    Args:
        gain: Logarithm of the posterior at our mode minus that at the parameters of Stan.
        difference: Mean absolute difference of both forecasts of the horizon, as a share of the mean sales.
        seconds: Processor seconds of our fit.
        package_seconds: Processor seconds of the fit by the package and Stan.
    """

    gain: float
    difference: float
    seconds: float
    package_seconds: float


def main() -> None:
    """Compares the fits and prints a row for each data set."""
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)
    root = Path(os.environ.get("SUSCHEF_TEST_DATA", "../shared/data"))
    places = {name: place for name, place in REAL_DATA.items() if (root / name / "sales.csv").is_file()}
    if not places:
        sys.exit(f"no real data in {root}: give SUSCHEF_TEST_DATA")
    table = Table(box=None, title="Our fits of Prophet beside those of Stan", title_justify="left")
    for heading in ("data", "fits", "gain, least", "most", "difference, mean", "most", "CPU ms", "of the package"):
        table.add_column(heading)
    for name, (country, subdivision, cutoffs) in places.items():
        calendar = HolidayCalendar(country, subdivision)
        restaurants = read_series(root / name, 1)
        work = [part for series in restaurants for part in _histories(series, cutoffs, calendar)]
        found = [_compare(*part) for part in track(work, name, console=Console(stderr=True))]
        fits = [each for each in found if each is not None]
        gains, differences = ([getattr(each, field) for each in fits] for field in ("gain", "difference"))
        table.add_row(
            name,
            f"{len(fits)} of {len(found)}",
            f"{min(gains):+.3f}",
            f"{max(gains):+.3f}",
            f"{np.mean(differences):.2%}",
            f"{max(differences):.2%}",
            f"{1000 * np.mean([each.seconds for each in fits]):.1f}",
            f"{1000 * np.mean([each.package_seconds for each in fits]):.0f}",
        )
    Console().print(table)
    Console().print(
        "Gain: log posterior of our fit minus that of Stan's. Difference: of both forecasts, as a share of mean sales."
    )


def _histories(
    series: Series, cutoffs: int, calendar: HolidayCalendar
) -> Iterator[tuple[FloatArray, Days, Days, PipelineConfig]]:
    """Sales and days of each dish up to each cutoff, the days after the cutoff, and the configuration."""
    config = PipelineConfig()
    for cutoff in series.cutoffs(cutoffs):
        past = series.history.until(cutoff)
        ahead = future_days(past, HORIZON, calendar, config)
        for sales in past.sales.values():
            if np.isfinite(sales).sum() >= LEAST_DAYS:
                yield *trim_to_first_sale(sales, past.days(calendar, config)), ahead, config


def _compare(sales: FloatArray, days: Days, ahead: Days, config: PipelineConfig) -> Comparison | None:
    """Compares both fits; None where ours leaves the fit to the package."""
    started = cpu_seconds()
    plan = design(sales, days, config)
    try:
        mode = find_mode(plan.problem) if plan else None
    except NoMode:
        mode = None
    between = cpu_seconds()
    if plan is None or mode is None:
        return None
    model = fit_package_model(sales, days, config)
    theirs = extract(model)
    ended = cpu_seconds()
    ours, stan = (with_damped_trend(each, config.prophet_trend_kept) for each in (plan.forecaster(mode), theirs))
    return Comparison(
        gain=log_posterior(plan.problem, mode) - log_posterior(plan.problem, _parameters(model, plan)),
        difference=float(np.abs(ours.predict(ahead) - stan.predict(ahead)).mean() / np.nanmean(sales)),
        seconds=between - started,
        package_seconds=ended - between,
    )


def _parameters(model: Any, plan: Design) -> Posterior:
    """Parameters that Stan has found, with the effects in the order of our model."""
    theirs = extract(model)
    seasons = [beta for name in plan.orders for beta in theirs.seasonalities[name].beta]
    others = [theirs.holidays[name].beta for name in plan.holidays]
    others += [theirs.regressors[name].beta for name in plan.regressors]
    return Posterior(
        k=theirs.k,
        m=theirs.m,
        deltas=theirs.deltas[: len(plan.problem.changepoints)],
        beta=np.array([*seasons, *others]),
        sigma=float(np.mean(model.params["sigma_obs"])),
    )


if __name__ == "__main__":
    main()

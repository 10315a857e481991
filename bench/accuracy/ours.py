"""Makes our own forecasts as the services do: plan, training of every dish, registry, loading, Predict."""

import datetime as dt
import logging
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import structlog

from bench.accuracy.dataset import HORIZON, Series
from bench.accuracy.scores import LEVELS
from bench.cpu_time import cpu_seconds
from inference_service.forecast_request import ForecastRequest
from inference_service.loaded_version import load_version
from inference_service.predictor import predict
from shared.arrays import FloatArray
from shared.config import PipelineConfig
from shared.registry.registry import Registry
from shared.restaurant.place import Place
from training_service.learning.train_dish import train_dish
from training_service.outcomes import DishOutcome, DishSuccess
from training_service.runs.run_models import Run, RunRequest, RunState
from training_service.sources.files.access import SalesFiles
from training_service.sources.files.sales_columns import SalesColumns
from training_service.sources.files.school_holidays_file import find_school_holidays
from training_service.sources.sales_source import SalesSource
from training_service.versions.new_manifest import build_manifest, version_of
from training_service.versions.plan import make_plan


@dataclass(frozen=True, slots=True)
class Task:
    """One cutoff of one restaurant.

    Args:
        series: Sales of the restaurant.
        cutoff: Number of known days.
        place: Place of the restaurant.
        config: Configuration of the training.
        dishes: Names of the dishes that are trained; empty for all.
    """

    series: Series
    cutoff: int
    place: Place
    config: PipelineConfig
    dishes: Sequence[str] = ()

    @property
    def name(self) -> str:
        """Name of the files of this task."""
        return f"{self.series.store}-{self.cutoff:05}"


@dataclass(frozen=True, slots=True)
class OurForecast:
    """The result of one training and one Predict.

    Args:
        yhat: Expected demand by dish, in units, shape (HORIZON,).
        quantiles: Quantiles by dish, in units, shape (HORIZON, len(LEVELS)).
        reported_mae: MAE that the training expects of the champion, by dish, in units.
        champions: Weights of the members of the champion, by dish.
        cpu_seconds: CPU seconds of training and forecast, with those of the processes that fit Prophet.
    """

    yhat: Mapping[str, FloatArray]
    quantiles: Mapping[str, FloatArray]
    reported_mae: Mapping[str, float]
    champions: Mapping[str, Mapping[str, float]]
    cpu_seconds: float

    def of(self, dish: str) -> tuple[FloatArray, FloatArray | None]:
        """Forecast and quantiles of a dish; zeros for a dish that was skipped as no longer sold."""
        if dish not in self.yhat:
            return np.zeros(HORIZON), np.zeros((HORIZON, len(LEVELS)))
        return self.yhat[dish], self.quantiles.get(dish)


def forecast_quietly(task: Task) -> OurForecast:
    """Calls `forecast` without any log, in a process of the pool."""
    logging.disable(logging.WARNING)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    return forecast(task)


def forecast(task: Task) -> OurForecast:
    """Trains on the days up to a cutoff and forecasts the days after the cutoff.

    The training reads a file that holds the days up to the cutoff only.
    """
    with tempfile.TemporaryDirectory() as folder:
        return _forecast(Path(folder), task)


def _forecast(folder: Path, task: Task) -> OurForecast:
    series, cutoff, place, config = task.series, task.cutoff, task.place, task.config
    last = series.last_day(cutoff)
    known = series.sales.loc[series.sales["date"] <= pd.Timestamp(last), ["date", "dish", "sales"]]
    # The other forecasters see zeros on closed days. So does ours, also on closed days at the end of the known part.
    missing = pd.date_range(known["date"].max(), pd.Timestamp(last), inclusive="right")
    closed = pd.DataFrame({"date": missing, "dish": known["dish"].iloc[0], "sales": 0.0})
    pd.concat([known, closed]).to_csv(folder / "sales.csv", index=False)
    weather = series.sales_file.with_name("weather.csv")
    if weather.is_file():
        table = pd.read_csv(weather)
        table[table["date"] <= last.isoformat()].to_csv(folder / "weather.csv", index=False)
    # School holidays are known years before.
    school_holidays = find_school_holidays(series.sales_file)
    if school_holidays:
        shutil.copy(school_holidays, folder)
    registry = Registry(str(folder / "models"))
    request = RunRequest(store=series.store, place=place, sales_data_source=str(folder / "sales.csv"))
    now = dt.datetime.now(dt.UTC)
    run = Run(run_id="bench", request=request, state=RunState.PROGRESS, created=now, updated=now)
    started = cpu_seconds()
    work = make_plan(
        run, SalesSource(SalesFiles(folder), "sales.csv", SalesColumns(), config), registry, config, lanes=1
    )
    if work.store_fit is None:
        raise ValueError("no dish to train")
    outcomes: dict[str, DishOutcome] = {}
    for dish in task.dishes or work.dishes:
        trained = train_dish(dish, work.history, work.store_fit, place.calendar, config)
        artifact = registry.put(series.store, trained.model.to_payload())
        entry = trained.entry(artifact, work.trees, version_of(run))
        outcomes[dish] = DishOutcome(success=DishSuccess(dish=dish, entry=entry, seconds=0.0))
    manifest = build_manifest(run, work, outcomes, registry, config)
    registry.add(manifest)
    version = load_version(registry, series.store, manifest.version)
    forecast_request = ForecastRequest(start=last + dt.timedelta(days=1), horizon=HORIZON, levels=LEVELS)
    prediction = predict(version, forecast_request, lambda: False)
    spent = cpu_seconds() - started
    shutil.rmtree(folder / "models")
    return OurForecast(
        yhat={each.dish: each.forecast.yhat for each in prediction.dishes},
        quantiles={each.dish: each.quantiles for each in prediction.dishes if each.quantiles is not None},
        reported_mae={
            dish: entry.figures[0].expected_mae
            for dish, entry in manifest.dishes.items()
            if entry.figures and entry.figures[0].expected_mae is not None
        },
        champions={dish: entry.weights for dish, entry in manifest.dishes.items()},
        cpu_seconds=spent,
    )

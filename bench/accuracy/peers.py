"""Forecasts with libraries that a restaurant could use in place of this product, set up as their documentation says.

The program `python peers.py FOLDER ANSWERS` runs in an environment of its own (`peers.txt`), because these libraries
need an older pandas than the product. The program reads every `<task>.csv` of FOLDER (columns `unique_id`, `ds` and
`y`) and writes `<task>.json` into ANSWERS with the forecasts, quantiles and CPU seconds of each library. An answer
appears in ANSWERS only when it is complete, so that the answers of a program that was stopped can be kept.
"""

import json
import logging
import os
import sys
import time
import warnings
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from itertools import repeat
from multiprocessing import get_context
from pathlib import Path

os.environ |= {"OMP_NUM_THREADS": "1", "NIXTLA_ID_AS_COL": "1"}

import lightgbm
import numpy as np
import pandas as pd
from mlforecast import MLForecast
from mlforecast.lag_transforms import RollingMean
from mlforecast.utils import PredictionIntervals
from prophet import Prophet
from statsforecast import StatsForecast
from statsforecast.models import (
    MSTL,
    AutoARIMA,
    AutoCES,
    AutoETS,
    AutoTheta,
    SeasonalNaive,
    SeasonalWindowAverage,
)

HORIZON = 14
SEASON = 7
#: Levels of the quantiles, equal to `bench.accuracy.scores.LEVELS`, and the central intervals, in percent, whose ends
#: these levels are.
LEVELS = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)
INTERVALS = (50, 80, 90)

#: By dish: forecasts of shape (HORIZON,), and quantiles of shape (HORIZON, len(LEVELS)) or None.
Forecasts = dict[str, tuple[np.ndarray, np.ndarray | None]]


def main() -> None:
    """Forecasts all tasks of the folder."""
    folder, answers = map(Path, sys.argv[1:])
    tasks = sorted(folder.glob("*.csv"))
    with ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("spawn")) as pool:
        for done, _ in enumerate(pool.map(work, tasks, repeat(answers)), start=1):
            # A terminal shows the progress in one line, a log in one line each.
            begin, end = ("\r", "" if done < len(tasks) else "\n") if sys.stderr.isatty() else ("", "\n")
            sys.stderr.write(f"{begin}peers: {done} of {len(tasks)} cutoffs{end}")
            sys.stderr.flush()


def work(task: Path, folder: Path) -> None:
    """Forecasts one task with every peer, and writes the answer into the folder."""
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)
    panel = pd.read_csv(task, parse_dates=["ds"], dtype={"unique_id": str})
    found: dict[str, tuple[Forecasts, float]] = {}
    for name, peer in (PEERS | MEMBERS_ONLY).items():
        started = time.process_time() + sum(os.times()[2:4])
        forecasts = peer(panel)
        found[name] = forecasts, time.process_time() + sum(os.times()[2:4]) - started
    members = [found[name] for name in MEAN]
    found["mean of four"] = mean([forecasts for forecasts, _ in members]), sum(spent for _, spent in members)
    answers = {
        name: {
            "cpu_seconds": spent,
            "dishes": {
                dish: {"yhat": yhat.tolist(), "quantiles": None if quantiles is None else quantiles.tolist()}
                for dish, (yhat, quantiles) in forecasts.items()
            },
        }
        for name, (forecasts, spent) in found.items()
        if name not in MEMBERS_ONLY
    }
    unfinished = folder / f"{task.stem}.unfinished"
    unfinished.write_text(json.dumps(answers))
    unfinished.replace(folder / f"{task.stem}.json")


def statistical(model: object, *, intervals: bool = True) -> Callable[[pd.DataFrame], Forecasts]:
    """A forecaster that fits a model of statsforecast to each dish."""

    def forecast(panel: pd.DataFrame) -> Forecasts:
        fitted = StatsForecast(models=[model], freq="D", n_jobs=1, fallback_model=SeasonalNaive(SEASON))
        answer = fitted.forecast(df=panel, h=HORIZON, level=list(INTERVALS) if intervals else None)
        return by_dish(answer, repr(model), intervals=intervals)

    return forecast


def machine_learning(panel: pd.DataFrame) -> Forecasts:
    """One LightGBM for all dishes, recursive, with conformal intervals, as in mlforecast's own guide."""
    model = lightgbm.LGBMRegressor(n_estimators=200, learning_rate=0.05, verbosity=-1, n_jobs=1, random_state=0)
    fitted = MLForecast(
        models={"lgbm": model},
        freq="D",
        lags=[1, 7, 14, 28],
        lag_transforms={1: [RollingMean(7), RollingMean(28)], 7: [RollingMean(7), RollingMean(28)]},
        date_features=["dayofweek", "month", "dayofyear"],
        num_threads=1,
    )
    # A dish that is too short for the lags and the windows of the intervals would end the whole fit. Such a dish gets
    # the seasonal naive forecast, as statsforecast does it.
    lengths = panel.groupby("unique_id")["y"].transform("size")
    is_long = lengths >= 28 + 2 * HORIZON + SEASON
    long, short = panel[is_long], panel[~is_long]
    found = {} if short.empty else statistical(SeasonalNaive(SEASON))(short)
    if long.empty:
        return found
    fitted.fit(long, prediction_intervals=PredictionIntervals(n_windows=2, h=HORIZON), static_features=[])
    return found | by_dish(fitted.predict(HORIZON, level=list(INTERVALS)), "lgbm", intervals=True)


def prophet_default(panel: pd.DataFrame) -> Forecasts:
    """Prophet with its defaults, fitted to each dish."""
    found: Forecasts = {}
    for dish, rows in panel.groupby("unique_id"):
        np.random.seed(0)
        model = Prophet().fit(rows[["ds", "y"]], seed=0)
        future = model.make_future_dataframe(HORIZON, include_history=False)
        samples = model.predictive_samples(future)["yhat"]
        found[str(dish)] = (model.predict(future)["yhat"].to_numpy(), np.quantile(samples, LEVELS, axis=1).T)
    return found


def mean(members: list[Forecasts]) -> Forecasts:
    """The mean of the forecasts of several forecasters, and the mean of their quantiles; none may be below zero."""
    found: Forecasts = {}
    for dish in members[0]:
        forecasts = [np.maximum(each[dish][0], 0.0) for each in members]
        quantiles = [each[dish][1] for each in members]
        found[dish] = np.mean(forecasts, axis=0), np.mean([each for each in quantiles if each is not None], axis=0)
    return found


def by_dish(answer: pd.DataFrame, model: str, *, intervals: bool) -> Forecasts:
    """Reads the table of a Nixtla library: one column of forecasts, and two columns for each interval."""
    found: Forecasts = {}
    for dish, rows in answer.groupby("unique_id"):
        ends = [rows[f"{model}-lo-{level}"] for level in reversed(INTERVALS)] if intervals else []
        ends += [rows[model]] if intervals else []
        ends += [rows[f"{model}-hi-{level}"] for level in INTERVALS] if intervals else []
        found[str(dish)] = (rows[model].to_numpy(np.float64), np.column_stack(ends) if intervals else None)
    return found


PEERS: dict[str, Callable[[pd.DataFrame], Forecasts]] = {
    "seasonal naive": statistical(SeasonalNaive(SEASON)),
    "weekday mean": statistical(SeasonalWindowAverage(SEASON, 4), intervals=False),
    "AutoETS": statistical(AutoETS(season_length=SEASON)),
    "AutoTheta": statistical(AutoTheta(season_length=SEASON)),
    "MSTL": statistical(MSTL(season_length=SEASON)),
    "mlforecast LightGBM": machine_learning,
    "Prophet default": prophet_default,
}

#: The forecasters whose mean is a peer, as in the competitions of forecasters; two of them are no peers themselves.
MEAN = ("AutoETS", "AutoTheta", "AutoCES", "AutoARIMA")
MEMBERS_ONLY: dict[str, Callable[[pd.DataFrame], Forecasts]] = {
    "AutoCES": statistical(AutoCES(season_length=SEASON)),
    # The approximation is the default of R's auto.arima for series as long as these. Without it this one forecaster
    # takes five times as long as all others together.
    "AutoARIMA": statistical(AutoARIMA(season_length=SEASON, approximation=True)),
}

if __name__ == "__main__":
    main()

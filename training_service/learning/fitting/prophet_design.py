"""Lays out the model that the package `prophet` would fit to a series, without the package and without tables.

What the package computes before it calls Stan is computed here from arrays: scales, changepoints, columns of the
effects and their priors. Settings that are not known here are left to the package.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, get_args

import numpy as np

from shared.arrays import FloatArray, IntArray
from shared.config import PipelineConfig
from shared.forecasting.days import Days
from shared.forecasting.prophet import HolidayEffect, Mode, ProphetForecaster, Regressor, Seasonality, waves
from training_service.learning.fitting.prophet_mode import Posterior, Problem

#: Settings of `prophet.Prophet` that are known here, with the defaults of the package.
_DEFAULTS: Mapping[str, Any] = {
    "growth": "linear",
    "n_changepoints": 25,
    "changepoint_range": 0.8,
    "changepoint_prior_scale": 0.05,
    "seasonality_mode": "additive",
    "seasonality_prior_scale": 10.0,
    "holidays_prior_scale": 10.0,
    "yearly_seasonality": "auto",
    "weekly_seasonality": "auto",
    "daily_seasonality": "auto",
    "interval_width": 0.8,
    "mcmc_samples": 0,
    "scaling": "absmax",
}

#: Period in days and order of each seasonality of the package.
_SEASONALITIES = {"yearly": (365.25, 10), "weekly": (7.0, 3), "daily": (1.0, 4)}

#: Days of a history from which the package takes seasonalities by itself.
_YEARLY_FROM_DAYS, _WEEKLY_FROM_DAYS = 730, 14


@dataclass(frozen=True, slots=True)
class Design:
    """The model of a series, and what turns its parameters into a forecaster.

    Args:
        problem: The series with its model.
        start: First day that is learnt, ISO 8601.
        t_scale: Days from the first to the last day that is learnt.
        y_scale: Units that 1.0 stands for.
        mode: Whether the effects are added to the trend or multiply it.
        orders: Period in days and order of each seasonality, by name.
        holidays: Names of the holidays.
        regressors: Mean and deviation of each regressor, by name.
    """

    problem: Problem
    start: str
    t_scale: float
    y_scale: float
    mode: Mode
    orders: Mapping[str, tuple[float, int]]
    holidays: tuple[str, ...]
    regressors: Mapping[str, tuple[float, float]]

    def forecaster(self, at: Posterior) -> ProphetForecaster:
        """The forecaster with these parameters.

        Args:
            at: Parameters of the model.
        """
        position, seasonalities = 0, {}
        for name, (period, order) in self.orders.items():
            beta = at.beta[position : position + 2 * order]
            seasonalities[name] = Seasonality(period, self.mode, beta)
            position += 2 * order
        others = iter(at.beta[position:].tolist())
        return ProphetForecaster(
            start=self.start,
            t_scale=self.t_scale,
            y_scale=self.y_scale,
            k=at.k,
            m=at.m,
            changepoints=self.problem.changepoints,
            deltas=at.deltas,
            seasonalities=seasonalities,
            holidays={name: HolidayEffect(self.mode, next(others)) for name in self.holidays},
            regressors={
                name: Regressor(self.mode, mean, deviation, next(others))
                for name, (mean, deviation) in self.regressors.items()
            },
        )


def design(sales: FloatArray, days: Days, config: PipelineConfig) -> Design | None:
    """The model that the package would fit to a history.

    Args:
        sales: Units of n consecutive days, NaN where closed, shape (n,).
        days: The same days with their holidays and weather.
        config: `prophet_params` and `prophet_regressors`.

    Returns:
        The model; None where only the package can fit it: with settings that are not known here, without changepoints
        or effects, and where a dish always sells the same.
    """
    settings = {**_DEFAULTS, **config.prophet_params}
    # The package knows one weekday of a date. Worked weekends would blur its Saturdays and Sundays.
    learnt = np.flatnonzero(np.isfinite(sales) & (days.usual_weekdays == days.weekdays))
    if not _are_known(settings) or len(learnt) < 2 or np.ptp(sales[learnt]) == 0:
        return None
    numbers, series = days.numbers[learnt], sales[learnt]
    span = float(numbers[-1] - numbers[0])
    times = (numbers - numbers[0]) / span
    changepoints = _changepoints(times, settings)
    if not len(changepoints):
        return None
    orders = {name: found for name in _SEASONALITIES if (found := _order(name, numbers, settings))[1]}
    of_seasons = [waves(numbers, period, order) for period, order in orders.values()]
    holidays, of_holidays = _holidays(days, learnt)
    regressors, of_regressors = _regressors(days, learnt, config)
    effects = np.hstack([*of_seasons, of_holidays, of_regressors])
    if not effects.shape[1]:
        return None
    scales = np.full(effects.shape[1], float(settings["holidays_prior_scale"]))
    scales[: sum(2 * order for _, order in orders.values())] = settings["seasonality_prior_scale"]
    y_scale = float(np.abs(series).max())
    is_linear = settings["growth"] == "linear"
    return Design(
        problem=Problem(
            times=times,
            series=series / y_scale,
            changepoints=changepoints if is_linear else changepoints[:0],
            effects=effects,
            scales=scales,
            multiplies=np.full(len(scales), settings["seasonality_mode"] == "multiplicative"),
            change_scale=float(settings["changepoint_prior_scale"]),
            has_rate=is_linear,
        ),
        start=str(days.dates[learnt[0]].date()),
        t_scale=span,
        y_scale=y_scale,
        mode=settings["seasonality_mode"],
        orders=orders,
        holidays=holidays,
        regressors=regressors,
    )


def _are_known(settings: Mapping[str, Any]) -> bool:
    """Whether settings are of those that are known here. The package tells what is wrong with wrong ones."""
    seasonalities = (settings[f"{name}_seasonality"] for name in _SEASONALITIES)
    return (
        settings.keys() == _DEFAULTS.keys()
        and settings["growth"] in ("linear", "flat")
        and settings["seasonality_mode"] in get_args(Mode)
        and isinstance(settings["n_changepoints"], int)
        and 0 <= settings["changepoint_range"] <= 1
        and all(settings[f"{name}_prior_scale"] > 0 for name in ("changepoint", "seasonality", "holidays"))
        and all(wanted == "auto" or (isinstance(wanted, int) and wanted >= 0) for wanted in seasonalities)
    )


def _changepoints(times: FloatArray, settings: Mapping[str, Any]) -> FloatArray:
    """Times at which the rate may change: evenly spread days of the first part of the history."""
    size = int(np.floor(len(times) * settings["changepoint_range"]))
    count = min(settings["n_changepoints"], size - 1)
    if count < 1:
        return times[:0]
    return times[np.linspace(0, size - 1, count + 1).round().astype(np.int64)[1:]]


def _order(name: str, numbers: IntArray, settings: Mapping[str, Any]) -> tuple[float, int]:
    """Period in days and order of a seasonality; the order is 0 where the series has none."""
    period, usual = _SEASONALITIES[name]
    wanted = settings[f"{name}_seasonality"]
    if wanted == "auto":
        span = numbers[-1] - numbers[0]
        is_taken = {
            "yearly": span >= _YEARLY_FROM_DAYS,
            "weekly": span >= _WEEKLY_FROM_DAYS and np.diff(numbers).min() < 7,
            "daily": False,
        }
        return period, usual if is_taken[name] else 0
    return period, usual if wanted is True else int(wanted)


def _holidays(days: Days, learnt: IntArray) -> tuple[tuple[str, ...], FloatArray]:
    """Names of the occasions of the learnt days, and a column for each that is 1 on its days."""
    position: dict[str, int] = {}
    cells = [
        (row, position.setdefault(name, len(position)))
        for row, day in enumerate(learnt)
        for name in days.occasions[day]
    ]
    columns = np.zeros((len(learnt), len(position)))
    for cell in cells:
        columns[cell] = 1.0
    return tuple(position), columns


def _regressors(
    days: Days, learnt: IntArray, config: PipelineConfig
) -> tuple[dict[str, tuple[float, float]], FloatArray]:
    """Mean and deviation of each column of weather that is a regressor, and these columns, standardised."""
    scales: dict[str, tuple[float, float]] = {}
    columns = []
    for name in config.prophet_regressors:
        if name not in days.columns:
            continue
        values = days.columns[name][learnt]
        distinct = np.unique(values)
        # The package leaves columns of zeros and ones, and constant columns, as they are.
        as_it_is = len(distinct) < 2 or distinct.tolist() == [0, 1]
        scales[name] = (0.0, 1.0) if as_it_is else (float(values.mean()), float(values.std(ddof=1)))
        columns.append((values - scales[name][0]) / scales[name][1])
    return scales, np.column_stack(columns) if columns else np.empty((len(learnt), 0))

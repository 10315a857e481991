"""Fits Prophet with its package and with Stan, and extracts the parameters.

The import of the package takes a second and much memory, so only `prophet.py` beside this module imports this module,
where a model needs the package.
"""

import contextlib
import logging
import tempfile
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from prophet import Prophet

from shared.arrays import BoolArray, FloatArray
from shared.config import PipelineConfig
from shared.forecasting.days import Days
from shared.forecasting.prophet import HolidayEffect, Mode, ProphetForecaster, Regressor, Seasonality

_DAY = pd.Timedelta(days=1)

#: Seconds after which the process of a fit is killed; a fit takes one or two. The time limit of a message does not
#: interrupt the wait for a process, so a process that hangs would hold its worker for good.
LONGEST_FIT_SECONDS = 120.0


def fit_package_model(
    sales: FloatArray,
    days: Days,
    config: PipelineConfig,
    *,
    longest_fit_seconds: float = LONGEST_FIT_SECONDS,
    stan_model: Any = None,
) -> Any:
    """The fitted `prophet.Prophet` itself.

    Args:
        sales: Units of n consecutive days, NaN where closed, shape (n,).
        days: The same days with their holidays and weather.
        config: `prophet_params`, `prophet_regressors` and the seed.
        longest_fit_seconds: Seconds after which the process of the fit is killed.
        stan_model: Compiled model, a `cmdstanpy.CmdStanModel`; None for the model of the package.

    Raises:
        TimeoutError: Stan hung and was killed.
    """
    # The package knows one weekday of a date. Worked weekends would blur its Saturdays and Sundays.
    learnt = np.isfinite(sales) & (days.usual_weekdays == days.weekdays)
    frame = pd.DataFrame({"ds": days.dates[learnt], "y": sales[learnt]})
    holidays = holiday_frame(days, learnt)
    # Intervals come from the backtest; Prophet's own would only cost time.
    model: Any = Prophet(**config.prophet_params, holidays=holidays, uncertainty_samples=0)
    if stan_model is not None:
        model.stan_backend.model = stan_model
    for name in config.prophet_regressors:
        if name in days.columns:
            model.add_regressor(name)
            frame[name] = days.columns[name][learnt]
    # Stan's files would otherwise stay until the process ends, and a worker lives for weeks.
    with _quiet(), tempfile.TemporaryDirectory(prefix="suschef-fit-") as folder:
        try:
            model.fit(frame, seed=config.random_seed, output_dir=folder, timeout=longest_fit_seconds)
        except TimeoutError as error:
            raise TimeoutError(f"Stan did not end within {longest_fit_seconds:g} s") from error
    return model


def holiday_frame(days: Days, learnt: BoolArray) -> pd.DataFrame | None:
    """The occasions of the learnt days in the form that Prophet takes: columns `ds` and `holiday`; None without any.

    Args:
        days: The n days with their occasions.
        learnt: Whether each day is learnt, shape (n,).
    """
    rows = [
        (date, name)
        for date, names, is_learnt in zip(days.dates, days.occasions, learnt, strict=True)
        if is_learnt
        for name in names
    ]
    return pd.DataFrame(rows, columns=["ds", "holiday"]) if rows else None


def extract(model: Any) -> ProphetForecaster:
    """Extracts the parameters of a fitted model.

    Args:
        model: A fitted `prophet.Prophet` with linear or flat growth and without windows of holidays.
    """
    names = model.make_all_seasonality_features(model.history)[0].columns
    beta = np.asarray(model.params["beta"], dtype=np.float64).mean(axis=0)
    coefficients = dict(zip(names, beta.tolist(), strict=True))
    holiday_mode: Mode = model.holidays_mode
    linear = model.growth == "linear"
    deltas = np.asarray(model.params["delta"], dtype=np.float64).mean(axis=0)
    return ProphetForecaster(
        start=model.start.date().isoformat(),
        t_scale=float(model.t_scale / _DAY),
        y_scale=float(model.y_scale),
        k=float(np.mean(model.params["k"])) if linear else 0.0,
        m=float(np.mean(model.params["m"])),
        changepoints=np.asarray(model.changepoints_t, dtype=np.float64),
        deltas=deltas if linear else np.zeros_like(deltas),
        seasonalities={
            name: Seasonality(
                float(s["period"]),
                s["mode"],
                np.array([coefficients[f"{name}_delim_{i + 1}"] for i in range(2 * s["fourier_order"])]),
            )
            for name, s in model.seasonalities.items()
        },
        holidays={
            name: HolidayEffect(holiday_mode, coefficients[f"{name}_delim_+0"])
            for name in (model.train_holiday_names if model.train_holiday_names is not None else ())
        },
        regressors={
            name: Regressor(r["mode"], float(r["mu"]), float(r["std"]), coefficients[name])
            for name, r in model.extra_regressors.items()
        },
    )


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keeps Prophet and its Stan driver from logging every fit."""
    # A filter is used because the driver sets the level of its logger itself.
    loggers = [logging.getLogger(name) for name in ("prophet", "cmdstanpy")]
    for logger in loggers:
        logger.addFilter(_is_warning)
    try:
        yield
    finally:
        for logger in loggers:
            logger.removeFilter(_is_warning)


def _is_warning(record: logging.LogRecord) -> bool:
    return record.levelno >= logging.WARNING

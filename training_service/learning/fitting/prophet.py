"""Fits Prophet: in this process where its model is known, else with the package and Stan."""

from dataclasses import replace

import numpy as np

from shared.arrays import FloatArray
from shared.config import PipelineConfig
from shared.forecasting.days import Days
from shared.forecasting.prophet import ProphetForecaster
from training_service.learning.fitting.fits import DishHistory
from training_service.learning.fitting.prophet_design import design
from training_service.learning.fitting.prophet_mode import NoMode, find_mode


def fit_prophet(history: DishHistory) -> ProphetForecaster:
    """Fits Prophet to the open days of a history.

    Args:
        history: The history of the dish; its configuration has the settings `prophet_...` and the seed.

    Raises:
        TimeoutError: Stan was needed, hung and was killed.
    """
    sales, days, config = history.sales, history.days, history.config
    fitted = fit_in_process(sales, days, config) or _fit_with_the_package(sales, days, config)
    return with_damped_trend(fitted, config.prophet_trend_kept)


def fit_in_process(sales: FloatArray, days: Days, config: PipelineConfig) -> ProphetForecaster | None:
    """Prophet at the mode of its posterior; None where only the package can fit it.

    Args:
        sales: Units of n consecutive days, NaN where closed, shape (n,).
        days: The same days with their holidays and weather.
        config: `prophet_params` and `prophet_regressors`.
    """
    planned = design(sales, days, config)
    if planned is None:
        return None
    try:
        return planned.forecaster(find_mode(planned.problem))
    except NoMode:
        return None


def with_damped_trend(forecaster: ProphetForecaster, kept: float) -> ProphetForecaster:
    """The same forecaster, with a flatter trend after the history. Forecasts of the history stay the same.

    Args:
        forecaster: Parameters as they were fitted.
        kept: Share of the last slope that goes on after the history, 0 to 1.
    """
    slope = forecaster.k + float(forecaster.deltas.sum())
    last_day = 1.0  # times are shares of the training span
    return replace(
        forecaster,
        changepoints=np.append(forecaster.changepoints, last_day),
        deltas=np.append(forecaster.deltas, -(1.0 - kept) * slope),
    )


def _fit_with_the_package(sales: FloatArray, days: Days, config: PipelineConfig) -> ProphetForecaster:
    from training_service.learning.fitting.prophet_package import extract, fit_package_model

    return extract(fit_package_model(sales, days, config))

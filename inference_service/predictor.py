"""Forecasts the dishes of a loaded version; knows no gRPC."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import structlog

from inference_service.forecast_warnings import forecast_warnings
from inference_service.loaded_version import LoadedVersion
from inference_service.wishes import Wish, dishes_of, span_of, staleness
from shared.arrays import FloatArray, IntArray
from shared.forecasting.days import Days
from shared.forecasting.dish_forecasts import forecast_dishes
from shared.forecasting.dish_model import DishModel
from shared.forecasting.forecaster import Forecast
from shared.forecasting.preparation import prepare_quantities
from shared.notices import DishFailure, Notice
from shared.restaurant.weather import WeatherSource

log = structlog.get_logger(__name__)

#: Dishes that are forecast together; between batches a caller that has left is noticed.
_BATCH = 64


@dataclass(frozen=True, slots=True)
class DishPrediction:
    """The forecast of one dish.

    Args:
        dish, champion: who is forecast, by whom.
        history_end: the last day whose sales the forecast knew.
        days: that were asked for.
        forecast: one value for each day.
        quantiles: shape (days, levels); None where none were asked for or the store has no backtest.
        prepare: whole portions of each day, shape (days,); None as for the quantiles.
    """

    dish: str
    champion: str
    history_end: dt.date
    days: Days
    forecast: Forecast
    quantiles: FloatArray | None
    prepare: IntArray | None


@dataclass(frozen=True, slots=True)
class Prediction:
    """The answer to a wish.

    Args:
        dishes: that could be served.
        failures: dishes that could not be served, in a call for the whole store.
        weather_source: where the weather came from.
        warnings: what the caller should know of the forecast.
    """

    dishes: Sequence[DishPrediction]
    failures: Sequence[DishFailure]
    weather_source: WeatherSource
    warnings: Sequence[Notice]


class Cancelled(Exception):
    """The caller has left."""


def predict(version: LoadedVersion, wish: Wish, is_cancelled: Callable[[], bool]) -> Prediction:
    """Forecasts several days ahead, as the backtest did.

    Args:
        version: to forecast with.
        wish: what.
        is_cancelled: asked between batches of dishes.

    Raises:
        NotFound: a dish without a model was named.
        InvalidInput: days that cannot be forecast, or too many quantiles.
        NotReady: a dish was named whose model is too old.
        Cancelled: nobody waits any more.
    """
    wish = replace(wish, horizon=wish.horizon or version.config.forecast_horizon)
    dishes = dishes_of(version, wish)
    first, last = span_of(version, dishes, wish)
    failures: list[DishFailure] = []
    for dish in dishes:
        stale = staleness(version.models[dish], first)
        if stale and wish.dishes:
            raise stale
        if stale:
            failures.append(DishFailure(dish, stale.reason, stale.message))
    failed = {failure.dish for failure in failures}
    fresh = [dish for dish in dishes if dish not in failed]
    earliest = min((version.models[dish].history_end + dt.timedelta(days=1) for dish in fresh), default=first)
    # The days computed begin before the days shown where a model's history ends before the start of the forecast.
    computed_from = min(earliest, first)
    dates = pd.date_range(computed_from, last, freq="D", unit="s")
    weather = version.weather(dates, wish.weather, wish.weather_forecast)
    days = version.days(dates, weather, wish.place, wish.openings, _reopened(version, wish))
    by_dish: dict[str, DishPrediction] = {}
    for models in _batches([version.models[dish] for dish in fresh]):
        predictions, failed_here = _predict_batch(version, models, days, wish, is_cancelled)
        by_dish |= {prediction.dish: prediction for prediction in predictions}
        failures += failed_here
    failures.sort(key=lambda failure: failure.dish)
    served = [by_dish[dish] for dish in fresh if dish in by_dish]
    known_until = {prediction.dish: prediction.history_end for prediction in served}
    warnings = forecast_warnings(version, wish, known_until, days, first)
    return Prediction(served, failures, weather.source_from((first - computed_from).days), warnings)


def _reopened(version: LoadedVersion, wish: Wish) -> dt.date | None:
    """The first day after the history on which anything was sold, as far as the caller has told."""
    told = (item for sales in wish.recent_sales.values() for item in sales.items())
    return min((date for date, sold in told if sold > 0 and date > version.history_end), default=None)


def _batches(models: Sequence[DishModel]) -> list[Sequence[DishModel]]:
    """Models whose histories end on the same day, a batch at a time."""
    by_end: dict[dt.date, list[DishModel]] = {}
    for model in models:
        by_end.setdefault(model.history_end, []).append(model)
    return [group[i : i + _BATCH] for group in by_end.values() for i in range(0, len(group), _BATCH)]


def _predict_batch(
    version: LoadedVersion, models: Sequence[DishModel], days: Days, wish: Wish, is_cancelled: Callable[[], bool]
) -> tuple[list[DishPrediction], list[DishFailure]]:
    """Forecasts of dishes, and failures as in `Prediction`."""
    if is_cancelled():
        raise Cancelled
    try:
        return _predict_dishes(models, days, wish), []
    except Exception as error:
        if wish.dishes:
            raise
        # The whole store was asked for: one dish must not cost the others.
        if len(models) > 1:
            alone = [_predict_batch(version, [model], days, wish, is_cancelled) for model in models]
            return [each for served, _ in alone for each in served], [each for _, failed in alone for each in failed]
        [model] = models
        log.exception("dish not served", store=version.manifest.store, dish=model.dish)
        return [], [DishFailure(model.dish, "FORECAST_FAILED", f"{type(error).__name__}: {error}")]


def _predict_dishes(models: Sequence[DishModel], days: Days, wish: Wish) -> list[DishPrediction]:
    """Forecasts from the day after the models' history, through to the days that are wanted."""
    skipped = ((models[0].history_end + dt.timedelta(days=1)) - days.dates[0].date()).days
    ahead = days[skipped:]
    wanted = len(ahead) - wish.horizon
    shown = ahead[wanted:]
    forecasts = forecast_dishes(models, ahead, wish.recent_sales, explain=wish.full)
    return [
        _prediction(model, shown, forecast.from_day(wanted), wish)
        for model, forecast in zip(models, forecasts, strict=True)
    ]


def _prediction(model: DishModel, shown: Days, forecast: Forecast, wish: Wish) -> DishPrediction:
    recent = wish.recent_sales.get(model.dish, {})
    known_until = max([model.history_end, *(date for date in recent if date < shown.dates[0].date())])
    far = (shown.dates - pd.Timestamp(known_until)).days.to_numpy(np.float64)

    def demand(levels: Sequence[float]) -> FloatArray | None:
        if not levels or model.spread is None:
            return None
        widths = model.spread.widths(shown.returning)
        quantiles = model.spread.quantiles(forecast.yhat, far, widths, levels)
        quantiles[shown.closed] = 0.0
        return quantiles

    at_service_level = demand([wish.service_level] if wish.service_level is not None else [])
    return DishPrediction(
        model.dish,
        model.forecaster.name,
        known_until,
        shown,
        forecast,
        demand(wish.levels),
        None if at_service_level is None else prepare_quantities(at_service_level[:, 0]),
    )

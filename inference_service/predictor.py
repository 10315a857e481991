"""Forecasts the dishes of a store with a loaded version; knows no gRPC.

Each forecaster computes the expected demand. The quantiles of every forecaster, the blend as well, are computed from
the expected demand by `Spread.quantiles` in shared/forecasting/spread.py.
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd
import structlog

from inference_service.forecast_request import ForecastRequest
from inference_service.forecast_scope import dishes_of, span_of, staleness
from inference_service.forecast_warnings import forecast_warnings
from inference_service.loaded_version import LoadedVersion
from shared.arrays import FloatArray, IntArray
from shared.forecasting.days import Days
from shared.forecasting.dish_forecasts import forecast_dishes
from shared.forecasting.dish_model import DishModel
from shared.forecasting.forecaster import Forecast
from shared.forecasting.preparation import prepare_quantities
from shared.notices import DishFailure, Notice
from shared.restaurant.weather import FilledWeather, WeatherSource

log = structlog.get_logger(__name__)

#: Number of dishes that are forecast together. Between two batches the predictor notices that the caller has left.
_DISHES_IN_A_BATCH = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class DishPrediction:
    """The forecast of one dish.

    Args:
        dish: Name of the dish.
        champion: Name of the forecaster.
        weights: Weight of each forecaster that makes the champion, by name; they add up to 1.
        history_end: Last day before the forecast whose sales are known, from the training or from the request.
        days: The n days that the request asked for.
        forecast: Expected demand of each day, in units.
        quantiles: Quantiles of the demand in units, shape (n, levels); None where the request asks for no quantiles or
            the dish has no backtest.
        prepare: Whole portions to prepare on each day, shape (n,); None where the request has no service level or the
            dish has no backtest.
    """

    dish: str
    champion: str
    weights: Mapping[str, float]
    history_end: dt.date
    days: Days
    forecast: Forecast
    quantiles: FloatArray | None
    prepare: IntArray | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction:
    """The forecasts of all dishes of a request.

    Args:
        dishes: Forecasts of the dishes, in the order of the request.
        failures: Dishes that could not be forecast, sorted by name; only where the request names no dishes.
        days: The days that were computed; they end with the last day of the forecast, and may begin before the first.
        weather: Weather of these days.
        shown_from: Position of the first day of the forecast among these days.
        warnings: What the caller should know of the forecast.
    """

    dishes: Sequence[DishPrediction]
    failures: Sequence[DishFailure]
    days: Days
    weather: FilledWeather
    shown_from: int
    warnings: Sequence[Notice]

    @property
    def weather_source(self) -> WeatherSource:
        """Where the weather of the forecast days came from."""
        return self.weather.source_from(self.shown_from)


class Cancelled(Exception):
    """The caller has left, and nobody reads the answer."""


def predict(version: LoadedVersion, request: ForecastRequest, is_cancelled: Callable[[], bool]) -> Prediction:
    """Forecasts the dishes and days of a request with the forecasters and features that the backtest used.

    The backtest differs in two points: its folds expect no ongoing closure, and no caller names recent sales or dates.

    Args:
        version: Version that forecasts.
        request: What the caller asks for.
        is_cancelled: Tells whether the caller has left; called before each batch of dishes.

    Raises:
        NotFound: The request names a dish that has no model.
        InvalidInput: The days cannot be forecast, or the answer would have too many quantiles.
        NotReady: The request names a dish whose model is too old.
        Cancelled: The caller has left.
    """
    request = replace(request, horizon=request.horizon or version.config.forecast_horizon)
    dishes = dishes_of(version, request)
    first, last = span_of(version, dishes, request)
    failures: list[DishFailure] = []
    for dish in dishes:
        stale = staleness(version.models[dish], first)
        if stale and request.dishes:
            raise stale
        if stale:
            failures.append(DishFailure(dish, stale.reason, stale.message))
    stale_dishes = {failure.dish for failure in failures}
    fresh = [dish for dish in dishes if dish not in stale_dishes]
    earliest = min((version.models[dish].history_end + dt.timedelta(days=1) for dish in fresh), default=first)
    # A forecaster goes on from the end of its history, so that days before the first one of the answer are computed.
    computed_from = min(earliest, first)
    dates = pd.date_range(computed_from, last, freq="D", unit="s")
    weather = version.weather(dates, request.weather, request.weather_forecast)
    days = version.days(dates, weather, request.place, request.openings, _reopened(version, request))
    by_dish: dict[str, DishPrediction] = {}
    for models in _batches([version.models[dish] for dish in fresh]):
        predictions, failed_here = _predict_batch(version, models, days, request, is_cancelled)
        by_dish |= {prediction.dish: prediction for prediction in predictions}
        failures += failed_here
    served = [by_dish[dish] for dish in fresh if dish in by_dish]
    last_sales = {prediction.dish: prediction.history_end for prediction in served}
    return Prediction(
        dishes=served,
        failures=sorted(failures, key=lambda failure: failure.dish),
        days=days,
        weather=weather,
        shown_from=(first - computed_from).days,
        warnings=forecast_warnings(version, request, last_sales, days, (first, last)),
    )


def _reopened(version: LoadedVersion, request: ForecastRequest) -> dt.date | None:
    """The first day after the history on which the restaurant sold anything, as the request tells; None for no day."""
    sales = (item for by_date in request.recent_sales.values() for item in by_date.items())
    return min((date for date, units in sales if units > 0 and date > version.history_end), default=None)


def _batches(models: Sequence[DishModel]) -> list[Sequence[DishModel]]:
    """The models in batches; the histories of one batch end on the same day, so that its forecasts begin together."""
    by_end: dict[dt.date, list[DishModel]] = {}
    for model in models:
        by_end.setdefault(model.history_end, []).append(model)
    size = _DISHES_IN_A_BATCH
    return [group[i : i + size] for group in by_end.values() for i in range(0, len(group), size)]


def _predict_batch(
    version: LoadedVersion,
    models: Sequence[DishModel],
    days: Days,
    request: ForecastRequest,
    is_cancelled: Callable[[], bool],
) -> tuple[list[DishPrediction], list[DishFailure]]:
    """Forecasts of the dishes of one batch, and the dishes that failed; raises where the request names the dishes."""
    if is_cancelled():
        raise Cancelled
    try:
        return _predict_dishes(models, days, request), []
    except Exception as error:
        if request.dishes:
            raise
        # The batch is repeated dish by dish, so that the dish that failed does not cost the others their forecast.
        if len(models) > 1:
            alone = [_predict_batch(version, [model], days, request, is_cancelled) for model in models]
            return [each for served, _ in alone for each in served], [each for _, failed in alone for each in failed]
        [model] = models
        log.exception("the forecast of a dish failed", store=version.manifest.store, dish=model.dish)
        return [], [DishFailure(model.dish, "FORECAST_FAILED", f"{type(error).__name__}: {error}")]


def _predict_dishes(models: Sequence[DishModel], days: Days, request: ForecastRequest) -> list[DishPrediction]:
    """Forecasts from the day after the history of the models; answers the last days, those of the request."""
    skipped = ((models[0].history_end + dt.timedelta(days=1)) - days.dates[0].date()).days
    ahead = days[skipped:]
    shown_from = len(ahead) - request.horizon
    shown = ahead[shown_from:]
    forecasts = forecast_dishes(models, ahead, request.recent_sales, explain=request.full)
    return [
        dish_prediction(model, shown, forecast.from_day(shown_from), request)
        for model, forecast in zip(models, forecasts, strict=True)
    ]


def dish_prediction(model: DishModel, shown: Days, forecast: Forecast, request: ForecastRequest) -> DishPrediction:
    """The forecast of one dish with the quantiles and portions that a request asks for.

    Args:
        model: Model of the dish.
        shown: The n days that the request asks for.
        forecast: Expected demand of these days.
        request: What the caller asks for.
    """
    recent = request.recent_sales.get(model.dish, {})
    last_sale = max([model.history_end, *(date for date in recent if date < shown.dates[0].date())])
    days_ahead = shown.days_since(last_sale)

    def demand_at(levels: Sequence[float]) -> FloatArray | None:
        if not levels or model.spread is None:
            return None
        widths = model.spread.widths(shown.returning)
        quantiles = model.spread.quantiles(forecast.yhat, days_ahead, widths, levels)
        quantiles[shown.closed] = 0.0
        return quantiles

    at_service_level = demand_at([request.service_level] if request.service_level is not None else [])
    return DishPrediction(
        dish=model.dish,
        champion=model.forecaster.name,
        weights=model.weights,
        history_end=last_sale,
        days=shown,
        forecast=forecast,
        quantiles=demand_at(request.levels),
        prepare=None if at_service_level is None else prepare_quantities(at_service_level[:, 0]),
    )

"""Translates forecasts, models and changes of versions into the gRPC messages of the contract."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import asdict

from inference_service.forecast_request import ForecastRequest
from inference_service.forecast_scope import age_of_sales
from inference_service.live_versions import FailedVersion, LiveVersion
from inference_service.loaded_version import LoadedVersion
from inference_service.model_events import ModelChange, ModelState
from inference_service.predictor import DishPrediction, Prediction
from shared.errors import InvalidInput, Violation
from shared.notices import DishFailure, Notice
from shared.registry.manifest import DishEntry, Manifest
from shared.restaurant.weather import WeatherSource
from shared.rpc.translate import figures_message, timestamp
from smartsuschef.forecast.v1 import forecast_pb2, inference_pb2

#: Bytes of the largest answer: gRPC clients accept no larger one unless they are configured otherwise.
LARGEST_ANSWER_BYTES = 4 * 2**20

#: Largest number of portions that the contract has room for.
_MOST_PORTIONS = 2**31 - 1


def predict_response(
    version: LoadedVersion, request: ForecastRequest, prediction: Prediction
) -> inference_pb2.PredictResponse:
    """The answer to Predict.

    Args:
        version: Version that forecast.
        request: What the caller asked for.
        prediction: The forecasts.
    """
    response = response_frame(
        version,
        request,
        weather_source=prediction.weather_source,
        failures=prediction.failures,
        warnings=prediction.warnings,
        made=request.asked,
        last_sales={dish.dish: dish.history_end for dish in prediction.dishes},
    )
    response.forecasts.extend(dish_forecast(dish, request) for dish in prediction.dishes)
    return response


def response_frame(
    version: LoadedVersion,
    request: ForecastRequest,
    *,
    weather_source: WeatherSource,
    failures: Sequence[DishFailure],
    warnings: Sequence[Notice],
    made: dt.datetime,
    last_sales: Mapping[str, dt.date],
) -> inference_pb2.PredictResponse:
    """The answer to Predict without the forecasts of the dishes.

    Args:
        version: Version that forecast.
        request: What the caller asked for.
        weather_source: Where the weather of the forecast days came from.
        failures: Dishes that could not be forecast.
        warnings: What the caller should know of the forecast.
        made: When the forecast was made, with a time zone.
        last_sales: Last day before the forecast whose sales are known, by name of each dish that is forecast.
    """
    return inference_pb2.PredictResponse(
        store=version.manifest.store,
        version=version.manifest.version,
        weather_source=f"WEATHER_SOURCE_{weather_source.name}",
        errors=[forecast_pb2.DishError(**asdict(failure)) for failure in failures],
        warnings=[forecast_pb2.Warning(**asdict(warning)) for warning in warnings],
        service_level=request.service_level,
        forecast_time=timestamp(made),
        sales_age_days=age_of_sales(version, request, last_sales),
    )


def sendable(
    response: inference_pb2.PredictResponse, largest_bytes: int = LARGEST_ANSWER_BYTES
) -> inference_pb2.PredictResponse:
    """The same answer, where clients accept an answer of its size.

    Args:
        response: The answer to Predict.
        largest_bytes: Size of the largest answer that clients accept.

    Raises:
        InvalidInput: The answer is too large.
    """
    size = response.ByteSize()
    if size > largest_bytes:
        parts = []
        if response.forecasts:
            parts.append(f"{len(response.forecasts):,} dishes, {len(response.forecasts[0].days)} days each")
        if response.errors:
            parts.append(f"{len(response.errors):,} dishes that cannot be forecast")
        description = (
            f"the answer for {' and '.join(parts)} has {size / 2**20:.1f} MiB, and clients accept "
            f"{largest_bytes / 2**20:.0f} MiB by default: name some of the dishes (ListModels lists all), or ask for "
            f"fewer days, fewer quantiles or the BASIC view"
        )
        raise InvalidInput([Violation("dishes", description)])
    return response


def model_message(dish: str, manifest: Manifest) -> inference_pb2.Model:
    """The champion of one dish.

    Args:
        dish: Name of a dish of the version.
        manifest: Manifest of the version.
    """
    entry: DishEntry = manifest.dishes[dish]
    return inference_pb2.Model(
        dish=dish,
        champion=entry.champion,
        candidates=[figures_message(figures) for figures in entry.figures],
        history_start=entry.history_start.isoformat(),
        history_end=entry.history_end.isoformat(),
        history_days=entry.history_days,
        artifact_digest=entry.artifact,
        trained_version=entry.trained_version,
        weights=entry.weights,
        horizon_figures=[inference_pb2.HorizonFigures(**horizon.model_dump()) for horizon in entry.horizons],
    )


def live_message(store: str, live: LiveVersion) -> inference_pb2.LiveVersion:
    """A live version.

    Args:
        store: Name of the store.
        live: The live version of the store.
    """
    manifest = live.version.manifest
    return inference_pb2.LiveVersion(
        store=store, version=manifest.version, dishes=len(manifest.dishes), active_time=timestamp(live.since)
    )


def failure_message(store: str, failed: FailedVersion) -> inference_pb2.ModelChange:
    """The change to FAILED of a version that could not be loaded.

    Args:
        store: Name of the store.
        failed: The version that is current in the registry and could not be loaded.
    """
    return inference_pb2.ModelChange(
        store=store, version=failed.version, state=f"MODEL_STATE_{ModelState.FAILED.value}", reason=failed.reason
    )


def change_message(change: ModelChange) -> inference_pb2.ModelChange:
    """A change of the state of a version."""
    return inference_pb2.ModelChange(
        store=change.store,
        version=change.version,
        state=f"MODEL_STATE_{change.state.value}",
        reason=change.reason,
        dishes=change.dishes,
    )


def dish_forecast(prediction: DishPrediction, request: ForecastRequest) -> inference_pb2.DishForecast:
    """The forecast of one dish.

    Args:
        prediction: The forecast.
        request: What the caller asked for.
    """
    return inference_pb2.DishForecast(
        dish=prediction.dish,
        champion=prediction.champion,
        history_end=prediction.history_end.isoformat(),
        days=[_day(prediction, request, i) for i in range(len(prediction.days))],
    )


def _day(prediction: DishPrediction, request: ForecastRequest, i: int) -> inference_pb2.DayForecast:
    forecast, days = prediction.forecast, prediction.days
    day = inference_pb2.DayForecast(
        date=days.dates[i].date().isoformat(), yhat=forecast.yhat[i], closed=bool(days.closed[i])
    )
    if forecast.prophet_yhat is not None:
        day.prophet_yhat = forecast.prophet_yhat[i]
    if forecast.residual_hat is not None:
        day.residual_hat = forecast.residual_hat[i]
    if prediction.quantiles is not None:
        day.quantiles.extend(
            inference_pb2.Quantile(level=level, value=value)
            for level, value in zip(request.levels, prediction.quantiles[i], strict=True)
        )
    if prediction.prepare is not None:
        day.prepare_quantity = min(int(prediction.prepare[i]), _MOST_PORTIONS)
    if request.full:
        day.holidays.extend(days.holidays[i])
        day.contributions.extend(
            inference_pb2.Contribution(group=f"FEATURE_GROUP_{group.value}", value=values[i])
            for group, values in forecast.contributions.items()
        )
        # The only forecaster of a champion that is no blend forecasts what the champion does.
        day.members.extend(
            inference_pb2.MemberForecast(
                forecaster=name, yhat=forecast.members.get(name, forecast.yhat)[i], weight=prediction.weights[name]
            )
            for name in sorted(prediction.weights)
        )
    return day

"""Builds the requests of every call from plain Python values; the services alone judge whether they are right."""

import uuid
from collections.abc import Iterable
from datetime import date
from typing import TypeVar

from smartsuschef.forecast.v1 import forecast_pb2, inference_pb2, training_pb2

Watched = TypeVar("Watched", inference_pb2.WatchModelsRequest, training_pb2.WatchTrainingRequest)
Listed = TypeVar(
    "Listed",
    inference_pb2.ListModelsRequest,
    training_pb2.ListTrainingsRequest,
    training_pb2.ListVersionsRequest,
    training_pb2.ListStoresRequest,
)


def predict(
    *,
    store: str,
    dishes: str | Iterable[str],
    start_date: date | str | None,
    horizon_days: int | None,
    recent_sales: Iterable[inference_pb2.SalesDay],
    weather: Iterable[inference_pb2.WeatherDay],
    location: forecast_pb2.Location | None,
    open_dates: Iterable[date | str],
    closed_dates: Iterable[date | str],
    quantiles: Iterable[float],
    service_level: float | None,
    portion_costs: inference_pb2.PortionCosts | None,
    version: str,
    full: bool,
) -> inference_pb2.PredictRequest:
    return inference_pb2.PredictRequest(
        store=store,
        dishes=_several(dishes),
        start_date=None if start_date is None else _day(start_date),
        horizon_days=horizon_days,
        recent_sales=recent_sales,
        weather=weather,
        location=location,
        open_dates=map(_day, open_dates),
        closed_dates=map(_day, closed_dates),
        quantiles=quantiles,
        service_level=service_level,
        portion_costs=portion_costs,
        version=version,
        view=inference_pb2.PREDICT_VIEW_FULL if full else inference_pb2.PREDICT_VIEW_BASIC,
    )


def watch_models(stores: str | Iterable[str]) -> inference_pb2.WatchModelsRequest:
    return inference_pb2.WatchModelsRequest(stores=_several(stores))


def start_training(
    *,
    store: str,
    address: str,
    location: forecast_pb2.Location | None,
    retrain_all: bool,
    sales_data_source: str,
    request_id: str,
    force: bool,
) -> training_pb2.StartTrainingRequest:
    return training_pb2.StartTrainingRequest(
        store=store,
        address=address,
        location=location,
        retrain_all=retrain_all,
        sales_data_source=sales_data_source,
        # Without one, a retry whose first attempt did arrive would be refused because of its own run.
        request_id=request_id or uuid.uuid4().hex,
        force=force,
    )


def after(request: Watched, resume_token: str) -> Watched:
    """The same request, continued after an event."""
    continued = type(request)(resume_token=resume_token)
    continued.MergeFrom(request)
    return continued


def page(request: Listed, page_token: str) -> Listed:
    """The same request, for a further page."""
    further = type(request)(page_token=page_token)
    further.MergeFrom(request)
    return further


def _day(day: date | str) -> str:
    return day.isoformat() if isinstance(day, date) else day


def _several(names: str | Iterable[str]) -> list[str]:
    return [names] if isinstance(names, str) else list(names)

"""Builds the request of every call from plain Python values.

Only the services judge whether a value is right. This module refuses values that a request cannot hold.
"""

import reprlib
import uuid
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, TypeVar

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message

from smartsuschef.client.errors import FieldViolation, refused
from smartsuschef.forecast.v1 import forecast_pb2, inference_pb2, training_pb2

Request = TypeVar("Request", bound=Message)
Watched = TypeVar("Watched", inference_pb2.WatchModelsRequest, training_pb2.WatchTrainingRequest)
Listed = TypeVar(
    "Listed",
    inference_pb2.ListModelsRequest,
    training_pb2.ListTrainingsRequest,
    training_pb2.ListVersionsRequest,
    training_pb2.ListStoresRequest,
)

#: What a field of each type of protobuf expects, for people.
_EXPECTED = {
    FieldDescriptor.CPPTYPE_INT32: f"a whole number up to {2**31 - 1}",
    FieldDescriptor.CPPTYPE_DOUBLE: "a number",
    FieldDescriptor.CPPTYPE_BOOL: "True or False",
    FieldDescriptor.CPPTYPE_STRING: "a text",
}


def build(kind: type[Request], **values: Any) -> Request:
    """Builds a request.

    Args:
        kind: The class of the request.
        values: The values of the fields, by field name; None leaves a field out.

    Raises:
        ForecastServiceError: INVALID_ARGUMENT, with one violation for each field that cannot hold its value, and for
            each group of fields of which a request holds only one and of which several are given.
    """
    request = kind()
    violations = _given_together(kind, values)
    for name, value in values.items():
        try:
            # The values are set one by one, because protobuf does not say which field refuses its value.
            request.MergeFrom(kind(**{name: value}))
        except (TypeError, ValueError, OverflowError):
            violations.append(FieldViolation(name, _expected(request, name, value)))
    if violations:
        raise refused(violations)
    return request


def predict(
    *,
    store: str,
    dishes: str | Iterable[str],
    start_date: date | str | None,
    horizon_days: int | None,
    recent_sales: Iterable[inference_pb2.SalesDay],
    weather: Iterable[inference_pb2.WeatherDay],
    location: forecast_pb2.Location | None,
    open_dates: date | str | Iterable[date | str],
    closed_dates: date | str | Iterable[date | str],
    quantiles: Iterable[float],
    service_level: float | None,
    portion_costs: inference_pb2.PortionCosts | None,
    version: str,
    full: bool,
) -> inference_pb2.PredictRequest:
    """Builds the request of Predict; see `ForecastClient.predict` for the arguments."""
    return build(
        inference_pb2.PredictRequest,
        store=store,
        dishes=_several(dishes),
        start_date=_day(start_date),
        horizon_days=horizon_days,
        recent_sales=recent_sales,
        weather=weather,
        location=location,
        open_dates=_days(open_dates),
        closed_dates=_days(closed_dates),
        quantiles=quantiles,
        service_level=service_level,
        portion_costs=portion_costs,
        version=version,
        view=inference_pb2.PREDICT_VIEW_FULL if full else inference_pb2.PREDICT_VIEW_BASIC,
    )


def watch_models(stores: str | Iterable[str]) -> inference_pb2.WatchModelsRequest:
    """Builds the request of WatchModels; see `ForecastClient.watch_models` for the argument."""
    return build(inference_pb2.WatchModelsRequest, stores=_several(stores))


def start_training(
    *,
    store: str,
    address: str,
    location: forecast_pb2.Location | None,
    train_only_new: bool,
    keep_outliers: bool,
    events: Iterable[training_pb2.SalesEvent],
    sales_data_source: str,
    request_id: str,
    force: bool,
    validate_only: bool = False,
) -> training_pb2.StartTrainingRequest:
    """Builds the request of StartTraining; see `ForecastClient.start_training` for the arguments."""
    return build(
        training_pb2.StartTrainingRequest,
        store=store,
        address=address or None,
        location=location,
        train_only_new=train_only_new,
        keep_outliers=keep_outliers,
        events=events,
        sales_data_source=sales_data_source,
        # Without a request_id, a retry would be refused because of the run that its own first attempt has started.
        request_id=request_id or uuid.uuid4().hex,
        force=force,
        validate_only=validate_only,
    )


def start_group_training(
    *,
    members: str | training_pb2.GroupMember | Iterable[str | training_pb2.GroupMember],
    all_stores: bool,
    location: forecast_pb2.Location | None,
    train_only_new: bool,
    keep_outliers: bool,
    sales_data_source: str,
    request_id: str,
    force: bool,
) -> training_pb2.StartGroupTrainingRequest:
    """Builds the request of StartGroupTraining; see `ForecastClient.start_group_training` for the arguments."""
    return build(
        training_pb2.StartGroupTrainingRequest,
        members=_members(members),
        all_stores=all_stores,
        location=location,
        train_only_new=train_only_new,
        keep_outliers=keep_outliers,
        sales_data_source=sales_data_source,
        # As in `start_training`: a retry must find the runs of its own first attempt.
        request_id=request_id or uuid.uuid4().hex,
        force=force,
    )


def check_sales(
    *,
    store: str,
    address: str,
    location: forecast_pb2.Location | None,
    keep_outliers: bool,
    events: Iterable[training_pb2.SalesEvent],
    sales_data_source: str,
) -> training_pb2.StartTrainingRequest:
    """Builds the request that only checks sales of the service; see `ForecastClient.check_sales` for the arguments."""
    return start_training(
        store=store,
        address=address,
        location=location,
        train_only_new=False,
        keep_outliers=keep_outliers,
        events=events,
        sales_data_source=sales_data_source,
        request_id="",
        force=False,
        validate_only=True,
    )


def after(request: Watched, resume_token: str) -> Watched:
    """Copies the request of a stream, so that the stream continues after an event.

    Args:
        request: The request, without a resume_token.
        resume_token: The token of the last event that arrived; empty for the beginning.
    """
    continued = build(type(request), resume_token=resume_token)
    continued.MergeFrom(request)
    return continued


def page(request: Listed, page_token: str) -> Listed:
    """Copies the request of a list, so that the answer is a certain page.

    Args:
        request: The request, without a page_token.
        page_token: The token of the page; empty for the first page.
    """
    further = type(request)(page_token=page_token)
    further.MergeFrom(request)
    return further


def _given_together(kind: type[Request], values: Mapping[str, object]) -> list[FieldViolation]:
    """The violations of fields that exclude each other; protobuf would keep the last one without a word."""
    given = {name for name, value in values.items() if value is not None}
    together = ([each.name for each in group.fields if each.name in given] for group in kind.DESCRIPTOR.oneofs)
    return [
        FieldViolation(names[0], f"expected either {' or '.join(names)}, not both")
        for names in together
        if len(names) > 1
    ]


def _day(day: date | str | None) -> str | None:
    return day.isoformat() if isinstance(day, date) else day


def _days(days: date | str | Iterable[date | str]) -> Iterable[str | None]:
    # A value that is not iterable is passed on, and `build` refuses the value with the name of its field.
    if isinstance(days, str | date):
        return [_day(days)]
    return [_day(day) for day in days] if isinstance(days, Iterable) else days


def _members(
    members: str | training_pb2.GroupMember | Iterable[str | training_pb2.GroupMember],
) -> Iterable[training_pb2.GroupMember]:
    # A value that is not iterable is passed on, and `build` refuses the value with the name of its field.
    listed = [members] if isinstance(members, str | training_pb2.GroupMember) else members
    if not isinstance(listed, Iterable):
        return listed
    return [training_pb2.GroupMember(store=member) if isinstance(member, str) else member for member in listed]


def _several(names: str | Iterable[str]) -> Iterable[str]:
    return [names] if isinstance(names, str) else names


def _expected(request: Message, name: str, value: object) -> str:
    field = request.DESCRIPTOR.fields_by_name[name]
    one = f"a {field.message_type.name}" if field.message_type else _EXPECTED[field.cpp_type]
    return f"expected {'a list, each ' if field.is_repeated else ''}{one}, got {reprlib.repr(value)}"

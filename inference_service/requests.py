"""Checks the requests of the contract, all violations at once, and translates them into plain values."""

import datetime as dt
import math
from collections.abc import Sized

import numpy as np
import pandas as pd

from inference_service.forecast_request import LONGEST_HORIZON, RELATIVE_DAYS, ForecastRequest
from shared.forecasting.preparation import newsvendor_level
from shared.names import LONGEST_DISH, MOST_UNITS, PLAIN_NAME
from shared.restaurant.weather import WEATHER_COLS, weather_bounds
from shared.rpc.page_tokens import PageToken
from shared.rpc.validation import Violations
from smartsuschef.forecast.v1 import inference_pb2

#: Largest number of entries of each list in a request: sales of 300 dishes over a year, and every day of five years.
#: Checking more entries would keep the other calls waiting.
_MOST_ENTRIES = {
    "dishes": 10_000,
    "recent_sales": 110_000,
    "weather": 2_000,
    "quantiles": 99,
    "open_dates": 2_000,
    "closed_dates": 2_000,
}

#: Largest number of stores that one WatchModels stream can name.
_MOST_STORES = 1_000


def predict(request: inference_pb2.PredictRequest) -> tuple[str, str, ForecastRequest]:
    """Checks a request to Predict.

    Args:
        request: Request as it came.

    Returns:
        Name of the store, name of the pinned version (empty for the live one), and the request as plain values.

    Raises:
        InvalidInput: The request is wrong; every violation is listed.
    """
    violations = Violations()
    for name, most in _MOST_ENTRIES.items():
        _check_count(name, getattr(request, name), most, violations)
    violations.raise_if_any()
    store = violations.store(request.store)
    version = _version(request.version, violations)
    for i, dish in enumerate(request.dishes):
        _check_dish(f"dishes[{i}]", dish, violations)
    if request.HasField("horizon_days") and not 1 <= request.horizon_days <= LONGEST_HORIZON:
        violations.add("horizon_days", f"expected 1 to {LONGEST_HORIZON}, got {request.horizon_days}")
    if request.view not in inference_pb2.PredictView.values():
        violations.add("view", "expected BASIC or FULL")
    checked = ForecastRequest(
        dishes=tuple(request.dishes),
        start=_start(request.start_date, violations),
        horizon=request.horizon_days,
        recent_sales=_recent_sales(request, violations),
        weather=_weather(request, violations),
        place=violations.place("location", request.location) if request.HasField("location") else None,
        openings=_openings(request, violations),
        levels=_levels(request, violations),
        service_level=_service_level(request, violations),
        full=request.view == inference_pb2.PREDICT_VIEW_FULL,
    )
    violations.raise_if_any()
    return store, version, checked


def list_models(request: inference_pb2.ListModelsRequest) -> tuple[PageToken, int]:
    """Checks a request to ListModels.

    Args:
        request: Request as it came.

    Returns:
        The list, whose version is empty for the live one, with the last dish of the page before (empty for the first
        page); and the size of the page in models.

    Raises:
        InvalidInput: The request is wrong; every violation is listed.
    """
    violations = Violations()
    store = violations.store(request.store)
    version = _version(request.version, violations)
    size = violations.page_size(request.page_size)
    token = violations.page_token(request.page_token, "ListModels", store, version)
    violations.raise_if_any()
    return token, size


def get_model(request: inference_pb2.GetModelRequest) -> tuple[str, str, str]:
    """Checks a request to GetModel.

    Args:
        request: Request as it came.

    Returns:
        Name of the store, name of the pinned version (empty for the live one), and name of the dish.

    Raises:
        InvalidInput: The request is wrong; every violation is listed.
    """
    violations = Violations()
    store = violations.store(request.store)
    version = _version(request.version, violations)
    _check_dish("dish", request.dish, violations)
    violations.raise_if_any()
    return store, version, request.dish


def watch_models(request: inference_pb2.WatchModelsRequest) -> frozenset[str]:
    """Checks a request to WatchModels.

    Args:
        request: Request as it came.

    Returns:
        Names of the stores to watch; empty for all stores.

    Raises:
        InvalidInput: The request is wrong; every violation is listed.
    """
    violations = Violations()
    _check_count("stores", request.stores, _MOST_STORES, violations)
    violations.raise_if_any()
    stores = set()
    for i, store in enumerate(request.stores):
        stores.add(violations.named_store(f"stores[{i}]", store))
    violations.raise_if_any()
    return frozenset(stores)


def _check_count(field: str, entries: Sized, most: int, violations: Violations) -> None:
    if len(entries) > most:
        violations.add(field, f"expected at most {most:,} entries, got {len(entries):,}")


def _check_dish(field: str, name: str, violations: Violations) -> None:
    if not 0 < len(name) <= LONGEST_DISH:
        violations.add(field, f"expected the name of a dish, 1 to {LONGEST_DISH} characters")


def _version(value: str, violations: Violations) -> str:
    if value and not PLAIN_NAME.fullmatch(value):
        violations.add("version", "expected the name of a version, as ListVersions lists it")
    return value


def _start(value: str, violations: Violations) -> dt.date | str | None:
    return value if value in RELATIVE_DAYS else violations.date("start_date", value)


def _recent_sales(request: inference_pb2.PredictRequest, violations: Violations) -> dict[str, dict[dt.date, float]]:
    by_dish: dict[str, dict[dt.date, float]] = {}
    for i, entry in enumerate(request.recent_sales):
        field = f"recent_sales[{i}]"
        _check_dish(f"{field}.dish", entry.dish, violations)
        if not entry.HasField("sales"):
            violations.add(f"{field}.sales", "expected the units sold; 0 on a day without sales")
        elif not 0 <= entry.sales <= MOST_UNITS:
            violations.add(f"{field}.sales", f"expected units sold, 0 to {MOST_UNITS:,.0f}, got {entry.sales:g}")
        date = violations.required_date(f"{field}.date", entry.date)
        if date is None:
            continue
        if date in by_dish.setdefault(entry.dish, {}):
            violations.add(field, f"{entry.dish!r} has sales of {date} twice; give them once")
        by_dish[entry.dish][date] = entry.sales
    return by_dish


def _weather(request: inference_pb2.PredictRequest, violations: Violations) -> pd.DataFrame | None:
    rows: dict[dt.date, list[float]] = {}
    for i, day in enumerate(request.weather):
        field = f"weather[{i}]"
        values = []
        for column in WEATHER_COLS:
            value = getattr(day, column) if day.HasField(column) else np.nan
            if day.HasField(column):
                violations.between(f"{field}.{column}", value, *weather_bounds(column))
            values.append(value)
        date = violations.required_date(f"{field}.date", day.date)
        if date in rows:
            violations.add(f"{field}.date", f"{date} is given twice; give the weather of a day once")
        if date:
            rows[date] = values
    if not rows:
        return None
    return pd.DataFrame.from_dict(rows, orient="index", columns=list(WEATHER_COLS)).set_axis(
        pd.DatetimeIndex(list(rows)).as_unit("s")
    )


def _openings(request: inference_pb2.PredictRequest, violations: Violations) -> dict[dt.date, bool]:
    openings: dict[dt.date, bool] = {}
    for name, is_open in (("open_dates", True), ("closed_dates", False)):
        for i, value in enumerate(getattr(request, name)):
            date = violations.required_date(f"{name}[{i}]", value)
            if date and openings.setdefault(date, is_open) != is_open:
                violations.add(f"{name}[{i}]", f"{date} is in open_dates too; name the day in one of the two")
    return openings


def _levels(request: inference_pb2.PredictRequest, violations: Violations) -> tuple[float, ...]:
    for i, level in enumerate(request.quantiles):
        if not (math.isfinite(level) and 0 < level < 1):
            violations.add(f"quantiles[{i}]", f"expected a level between 0 and 1 such as 0.9, got {level:g}")
    return tuple(sorted(set(request.quantiles)))


def _service_level(request: inference_pb2.PredictRequest, violations: Violations) -> float | None:
    costs = request.portion_costs
    if request.HasField("service_level"):
        level = request.service_level
        if not (math.isfinite(level) and 0 < level < 1):
            violations.add("service_level", f"expected a level between 0 and 1 such as 0.9, got {level:g}")
        return level
    if not request.HasField("portion_costs"):
        return None
    before = len(violations.found)
    for name, cost in (("wasted", costs.wasted), ("missed", costs.missed)):
        if not (math.isfinite(cost) and cost > 0):
            violations.add(f"portion_costs.{name}", f"expected a finite cost above 0, got {cost:g}")
    if len(violations.found) > before:
        return None
    level = newsvendor_level(costs.wasted, costs.missed)
    if not 0 < level < 1:
        violations.add(
            "portion_costs",
            f"wasted {costs.wasted:g} and missed {costs.missed:g} are too far apart: their service level would be "
            f"{level:g}; expected costs whose service level is between 0 and 1, or a service_level such as 0.99",
        )
    return level

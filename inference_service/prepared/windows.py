"""Windows: the forecasts of a version for the longest horizon from one first day on, without overrides.

A shorter forecast from the same day is the beginning of the window: no forecaster looks at days after the one that it
forecasts.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

import pandas as pd

from inference_service.forecast_request import LONGEST_HORIZON, ForecastRequest
from inference_service.loaded_version import LoadedVersion
from inference_service.predictor import predict
from shared.forecasting.days import Days
from shared.forecasting.forecaster import Forecast
from shared.notices import DishFailure
from shared.restaurant.weather import WeatherSource

#: Bytes that a window takes beside its arrays: days, names and the objects themselves.
_WINDOW_BYTES = 32 * 1024


@dataclass(frozen=True, slots=True)
class WindowKey:
    """What a window is kept under, beside the weather forecast, with which the window is compared.

    Args:
        store: Name of the store.
        version: Name of the version. A version holds its sales, its place and its settings, and never changes.
        first: First day of the window.
        full: Whether the forecasts have contributions.
    """

    store: str
    version: str
    first: dt.date
    full: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The forecasts of some or all dishes of a version.

    Args:
        weather: Forecast of the weather service that the window was made with; compared by identity, see
            `WeatherForecasts.at`.
        made: When the forecasts were made, in UTC.
        days: The days of the window, as many as the longest horizon.
        sources: Where the weather of the first day came from, of the first two days, and so on.
        forecasts: Forecast of each dish, by name of the dish.
        failures: Dishes that could not be forecast, sorted by name; empty unless `is_whole`.
        is_whole: Whether every dish of the version is in `forecasts` or in `failures`.
    """

    weather: pd.DataFrame | None
    made: dt.datetime
    days: Days
    sources: Sequence[WeatherSource]
    forecasts: dict[str, Forecast]
    failures: Sequence[DishFailure]
    is_whole: bool

    @property
    def size(self) -> int:
        """Bytes that the window takes."""
        return _WINDOW_BYTES + sum(forecast.size for forecast in self.forecasts.values())


def make_window(version: LoadedVersion, request: ForecastRequest, first: dt.date) -> Window:
    """Makes a window.

    Args:
        version: Version that forecasts.
        request: Request without overrides, whose dishes, weather forecast and view the window has.
        first: First day of the window.

    Raises:
        Exception: The error that a request for these dishes and days would fail with.
    """
    # Quantiles and portions are computed when the window is handed out, as each caller asks for other ones.
    asked = replace(request, start=first, horizon=LONGEST_HORIZON, levels=(), service_level=None)
    prediction = predict(version, asked, lambda: False)
    shown_from = prediction.shown_from
    return Window(
        weather=request.weather_forecast,
        made=asked.asked,
        days=prediction.days[shown_from:],
        sources=[
            prediction.weather.source_from(shown_from, shown_from + days) for days in range(1, LONGEST_HORIZON + 1)
        ],
        forecasts={dish.dish: dish.forecast for dish in prediction.dishes},
        failures=prediction.failures,
        is_whole=not request.dishes,
    )


def merged(old: Window, new: Window) -> Window:
    """Both windows in one, where they were made with the same weather; else the new one.

    Args:
        old: Window that is kept.
        new: Window of the same key that was made later.
    """
    if new.is_whole or old.weather is not new.weather:
        return new
    return replace(old, forecasts={**new.forecasts, **old.forecasts})

"""The request for a forecast as plain values that have been checked; knows no gRPC."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from shared.restaurant.place import Place

#: First days that a request can name by their distance in days from the present day on the clock of the restaurant.
RELATIVE_DAYS = {"today": 0, "tomorrow": 1}

#: Largest number of days that a request can ask for.
LONGEST_HORIZON = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class ForecastRequest:
    """What a caller asks Predict for.

    Args:
        dishes: Names of the dishes to forecast; empty for all dishes of the store.
        start: First day of the forecast, one of RELATIVE_DAYS, or None for the day after the last known sale.
        horizon: Number of days to forecast; 0 for the number that the version was configured for.
        recent_sales: Units sold by dish and day, on days after the training or as corrections of days before it.
        weather: Weather that the caller gave, WEATHER_COLS by day (DatetimeIndex), NaN for unknown; or None.
        weather_forecast: Forecast of a weather service, used where `weather` says nothing; of the same shape, or None.
        place: Place of the restaurant, or None for the place that the version was trained for.
        openings: Whether the restaurant will be open on a day; on all other days its closing habits decide.
        levels: Levels of the quantiles to answer, ascending, each between 0 and 1.
        service_level: Probability with which the quantity to prepare is to meet the demand; None for no such quantity.
        full: Whether the answer has the contributions of the features and the names of the holidays.
        asked: When the caller asked, with a time zone; "today" is its day in the place of the restaurant.
    """

    dishes: Sequence[str] = ()
    start: dt.date | str | None = None
    horizon: int = 0
    recent_sales: Mapping[str, Mapping[dt.date, float]] = field(default_factory=dict)
    weather: pd.DataFrame | None = None
    weather_forecast: pd.DataFrame | None = None
    place: Place | None = None
    openings: Mapping[dt.date, bool] = field(default_factory=dict)
    levels: Sequence[float] = ()
    service_level: float | None = None
    full: bool = False
    asked: dt.datetime = field(default_factory=lambda: dt.datetime.now(dt.UTC))

    @property
    def has_overrides(self) -> bool:
        """Whether the caller tells what changes a forecast: sales, weather, open or closed dates, or a place."""
        return bool(self.recent_sales or self.openings) or self.weather is not None or self.place is not None

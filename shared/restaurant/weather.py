"""Fills the weather of the days to forecast: from the caller, else the weather service, else the climatology."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Self

import numpy as np
import pandas as pd

from shared.arrays import BoolArray, FloatArray, IntArray
from shared.errors import UnservableVersion

#: Columns of daily weather that the models can use: temperatures in degrees Celsius, humidity in percent, precipitation
#: in millimetres. A source need not have all of them.
WEATHER_COLS = (
    "temperature_2m_max",
    "temperature_2m_min",
    "temperature_2m_mean",
    "relative_humidity_2m_mean",
    "precipitation_sum",
)

#: Number of days before and after a day of the year over which the climatology averages: together about a month.
CLIMATOLOGY_HALF_WINDOW = 15

#: Days of a leap year.
_DAYS_OF_YEAR = 366

#: Lowest and highest value that weather on earth can have, by column; the other columns are temperatures.
_BOUNDS = {"relative_humidity_2m_mean": (0.0, 100.0), "precipitation_sum": (0.0, 2000.0)}
_TEMPERATURE_BOUNDS = (-90.0, 60.0)


def weather_bounds(column: str) -> tuple[float, float]:
    """The lowest and the highest value that a column of weather can have, in its unit."""
    return _BOUNDS.get(column, _TEMPERATURE_BOUNDS)


class WeatherSource(Enum):
    """Where the weather behind a forecast came from; the contract has the same names."""

    NONE = "none"
    REQUEST = "request"
    FORECAST = "forecast"
    CLIMATOLOGY = "climatology"
    MIXED = "mixed"


@dataclass(frozen=True, slots=True)
class Climatology:
    """The mean weather by day of the year.

    Args:
        means: Mean of each day of the year by name of the weather column, shape (366,); index 0 is 1 January.
    """

    means: Mapping[str, FloatArray]

    @classmethod
    def from_weather(cls, weather: pd.DataFrame) -> "Climatology":
        """Averages each column over the days around each day of the year, in all years.

        Where the weather has no such days, the mean of all of its days stands in.

        Args:
            weather: Float64 columns of weather by date (DatetimeIndex), NaN for unknown.
        """
        position = pd.DatetimeIndex(weather.index).day_of_year.to_numpy() - 1
        return cls({str(name): _circular_mean(position, weather[name].to_numpy(np.float64)) for name in weather})

    def to_payload(self) -> dict[str, Any]:
        """Plain values and arrays, to be stored."""
        return dict(self.means)

    @classmethod
    def from_payload(cls, payload: Mapping[str, Any]) -> Self:
        """The inverse of `to_payload`.

        Raises:
            UnservableVersion: A column is not one of WEATHER_COLS, or has no value for each day of a leap year.
        """
        for name, means in payload.items():
            if name not in WEATHER_COLS or np.shape(means) != (_DAYS_OF_YEAR,):
                raise UnservableVersion(
                    f"the stored climatology is of another release: {name!r} of shape {np.shape(means)} is no column "
                    f"of weather with a mean for each of {_DAYS_OF_YEAR} days"
                )
        return cls(dict(payload))

    def values(self, name: str, dates: pd.DatetimeIndex) -> FloatArray:
        """The mean of a column on the days of the year of `dates`, shape (len(dates),)."""
        values: FloatArray = self.means[name][dates.day_of_year.to_numpy() - 1]
        return values


@dataclass(frozen=True, slots=True)
class FilledWeather:
    """Weather of n days without gaps.

    Args:
        columns: Values by name of the column, each of shape (n,).
        given: Whether the caller gave the value of a day; by column, each of shape (n,).
        measured: Whether the value of a day was given or forecast, not filled in; by column, each of shape (n,).
    """

    columns: Mapping[str, FloatArray]
    given: Mapping[str, BoolArray]
    measured: Mapping[str, BoolArray]

    @property
    def source(self) -> WeatherSource:
        """Where the weather of all n days came from."""
        return self.source_from(0)

    def source_from(self, day: int, end: int | None = None) -> WeatherSource:
        """Where the weather of some of the days came from.

        Args:
            day: Index of the first of these days.
            end: Index of the day after the last of these days; None for all days after the first.
        """
        sources: set[WeatherSource] = set()
        for name in self.columns:
            given, measured = self.given[name][day:end], self.measured[name][day:end]
            kinds = (
                (WeatherSource.REQUEST, given),
                (WeatherSource.FORECAST, measured & ~given),
                (WeatherSource.CLIMATOLOGY, ~measured),
            )
            sources |= {kind for kind, found in kinds if found.any()}
        if not sources:
            return WeatherSource.NONE
        return sources.pop() if len(sources) == 1 else WeatherSource.MIXED


def fill_weather(
    dates: pd.DatetimeIndex,
    given: pd.DataFrame | None,
    climatology: Climatology,
    forecast: pd.DataFrame | None = None,
) -> FilledWeather:
    """Fills the weather of days: with the given value, else with the forecast, else with the climatology.

    Args:
        dates: Days to forecast, length n.
        given: Weather that the caller knows, by date (DatetimeIndex): any columns and days, NaN for unknown.
        climatology: Mean weather; its columns are those of the result.
        forecast: Forecast of a weather service, in the form of `given`.
    """
    columns: dict[str, FloatArray] = {}
    is_given: dict[str, BoolArray] = {}
    measured: dict[str, BoolArray] = {}
    for name in climatology.means:
        from_request, from_forecast = _column(given, name, dates), _column(forecast, name, dates)
        is_given[name] = np.isfinite(from_request)
        measured[name] = is_given[name] | np.isfinite(from_forecast)
        columns[name] = np.select(
            [is_given[name], measured[name]], [from_request, from_forecast], default=climatology.values(name, dates)
        )
    return FilledWeather(columns, is_given, measured)


def _column(weather: pd.DataFrame | None, name: str, dates: pd.DatetimeIndex) -> FloatArray:
    if weather is None or name not in weather:
        return np.full(len(dates), np.nan)
    values: FloatArray = weather[name].reindex(dates).to_numpy(np.float64)
    return values


def _circular_mean(position: IntArray, values: FloatArray) -> FloatArray:
    known = np.isfinite(values)
    if not known.any():
        return np.zeros(_DAYS_OF_YEAR)
    sums = np.bincount(position[known], weights=values[known], minlength=_DAYS_OF_YEAR)
    counts = np.bincount(position[known], minlength=_DAYS_OF_YEAR).astype(np.float64)
    offsets = np.arange(-CLIMATOLOGY_HALF_WINDOW, CLIMATOLOGY_HALF_WINDOW + 1)
    around = (np.arange(_DAYS_OF_YEAR)[:, None] + offsets) % _DAYS_OF_YEAR
    window_counts = counts[around].sum(axis=1)
    overall = values[known].mean()
    with np.errstate(invalid="ignore"):
        means: FloatArray = np.where(window_counts > 0, sums[around].sum(axis=1) / window_counts, overall)
    return means

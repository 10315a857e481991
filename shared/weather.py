"""Weather of days to forecast: what the caller gives, filled with the climatology of the training span."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

import numpy as np
import numpy.typing as npt
import pandas as pd

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

#: Days of the year on each side that climatology averages over.
CLIMATOLOGY_HALF_WINDOW = 15
_DAYS_OF_YEAR = 366


class WeatherSource(Enum):
    """Where the weather behind a forecast came from."""

    NONE = "none"
    REQUEST = "request"
    CLIMATOLOGY = "climatology"
    MIXED = "mixed"


@dataclass(frozen=True, slots=True)
class Climatology:
    """Mean weather by day of the year.

    Args:
        means: a column of weather by its name, shape (366,): index 0 is 1 January.
    """

    means: Mapping[str, FloatArray]

    @classmethod
    def from_weather(cls, weather: pd.DataFrame) -> "Climatology":
        """Averages each column over the days within half a month of each day of the year.

        Where the span has no such days, the mean of the whole span stands in.

        Args:
            weather: float columns, DatetimeIndex.
        """
        position = pd.DatetimeIndex(weather.index).day_of_year.to_numpy() - 1
        return cls({str(name): _circular_mean(position, weather[name].to_numpy(np.float64)) for name in weather})

    def values(self, name: str, dates: pd.DatetimeIndex) -> FloatArray:
        """Mean of a column on the given days of the year, shape (len(dates),)."""
        values: FloatArray = self.means[name][dates.day_of_year.to_numpy() - 1]
        return values


@dataclass(frozen=True, slots=True)
class FilledWeather:
    """Weather of n days without gaps.

    Args:
        columns: by name, shape (n,).
        measured: whether every column of a day was given, not filled in; shape (n,).
        source: where the values came from.
    """

    columns: Mapping[str, FloatArray]
    measured: BoolArray
    source: WeatherSource


def fill_weather(dates: pd.DatetimeIndex, given: pd.DataFrame | None, climatology: Climatology) -> FilledWeather:
    """Weather for every day and every column that the models know.

    Args:
        dates: the days to forecast.
        given: what is known of them; DatetimeIndex, any columns and days, NaN for unknown.
        climatology: its columns are those of the result.
    """
    measured = np.ones(len(dates), dtype=np.bool_)
    if not climatology.means:
        return FilledWeather({}, measured, WeatherSource.NONE)
    aligned = given.reindex(dates) if given is not None else pd.DataFrame(index=dates)
    columns: dict[str, FloatArray] = {}
    known_values = 0
    for name in climatology.means:
        known = aligned[name].to_numpy(np.float64) if name in aligned else np.full(len(dates), np.nan)
        known_values += int(np.isfinite(known).sum())
        measured &= np.isfinite(known)
        columns[name] = np.where(np.isfinite(known), known, climatology.values(name, dates))
    if known_values == 0:
        return FilledWeather(columns, measured, WeatherSource.CLIMATOLOGY)
    return FilledWeather(columns, measured, WeatherSource.REQUEST if measured.all() else WeatherSource.MIXED)


def _circular_mean(position: npt.NDArray[np.int64], values: FloatArray) -> FloatArray:
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

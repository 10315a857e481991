"""Consecutive days with the features that all dishes of a store share: calendar, holidays and weather."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from shared.arrays import BoolArray, FloatArray, IntArray
from shared.config import PipelineConfig
from shared.restaurant.calendar import WEEKDAY_FEATURES, HolidayCalendar
from shared.restaurant.calendar_days import calendar_days, time_features
from shared.restaurant.weather import FilledWeather

#: Day from which days are numbered.
_EPOCH = dt.date(1970, 1, 1)

#: Weekday of 1970-01-01, 0 is Monday.
_THURSDAY = 3


@dataclass(frozen=True, slots=True)
class Days:
    """Consecutive days with their features.

    Args:
        dates: The days at midnight, ascending without gaps, length n.
        columns: Features of time, holidays and weather, by name, each of shape (n,).
        holidays: Names of the public holidays of each day, length n.
        occasions: Names of the occasions of each day, see `HolidayCalendar.occasions`, length n.
        returning: Occasion of each day under the name with which it returns every year, empty on an ordinary day, see
            `HolidayCalendar.returning`, length n.
        seasons: Seasons that move which each day belongs to, see `seasons_on`, length n.
        usual_weekdays: Weekday whose usual sales each day has, 0 is Monday, see `HolidayCalendar.usual_weekday`, shape
            (n,). It is the weekday of the day itself, but for weekends that the country works on.
        closed: Whether the restaurant is closed, or expected to be, shape (n,).
        weather: Names of those columns that are weather.
        measured: Whether the weather of a day was given or forecast, and not filled from the climatology; by column,
            shape (n,).
        numbers: Days from 1970-01-01 to each day, shape (n,).
        weekdays: Weekday of each day, 0 is Monday, shape (n,).
    """

    dates: pd.DatetimeIndex
    columns: Mapping[str, FloatArray]
    holidays: Sequence[tuple[str, ...]]
    occasions: Sequence[tuple[str, ...]]
    returning: Sequence[str]
    seasons: Sequence[tuple[str, ...]]
    usual_weekdays: IntArray
    closed: BoolArray
    weather: tuple[str, ...]
    measured: Mapping[str, BoolArray]
    # Each forecaster of each dish asks for them.
    numbers: IntArray = field(init=False, repr=False, compare=False)
    weekdays: IntArray = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        numbers = self.dates.to_numpy().astype("datetime64[D]").astype(np.int64)
        object.__setattr__(self, "numbers", numbers)
        object.__setattr__(self, "weekdays", (numbers + _THURSDAY) % 7)

    def __len__(self) -> int:
        return len(self.dates)

    def days_since(self, day: dt.date) -> FloatArray:
        """Number of days from a day to each of these days, shape (n,)."""
        return (self.numbers - (day - _EPOCH).days).astype(np.float64)

    def __getitem__(self, part: slice) -> "Days":
        columns = {name: values[part] for name, values in self.columns.items()}
        return Days(
            self.dates[part],
            columns,
            self.holidays[part],
            self.occasions[part],
            self.returning[part],
            self.seasons[part],
            self.usual_weekdays[part],
            self.closed[part],
            self.weather,
            {name: is_measured[part] for name, is_measured in self.measured.items()},
        )

    @property
    def is_holiday(self) -> BoolArray:
        """Whether each day is a public holiday, shape (n,)."""
        festive: BoolArray = self.columns["is_public_holiday"] > 0
        return festive

    @property
    def is_irregular(self) -> BoolArray:
        """Whether each day is a public holiday or a worked weekend: it tells nothing of its weekday, shape (n,)."""
        irregular: BoolArray = self.is_holiday | (self.usual_weekdays != self.weekdays)
        return irregular


def build_days(
    dates: pd.DatetimeIndex,
    calendar: HolidayCalendar,
    weather: FilledWeather,
    closed: BoolArray,
    config: PipelineConfig,
) -> Days:
    """Computes the features of days, for training and for serving alike.

    Args:
        dates: Consecutive days, length n.
        calendar: Public holidays of the place.
        weather: Weather of these days.
        closed: Whether the restaurant is closed, or expected to be, shape (n,).
        config: Names the time features and the columns of weather.
    """
    of_calendar = calendar_days(calendar, dates)
    columns = time_features(config.time_features, dates)
    # A worked weekend has the features of the working day that it replaces.
    weekday_features = [name for name in config.time_features if name in WEEKDAY_FEATURES]
    columns |= {name: WEEKDAY_FEATURES[name](of_calendar.usual_weekdays) for name in weekday_features}
    columns |= of_calendar.holiday_features
    weather_names = tuple(name for name in config.weather_cols if name in weather.columns)
    columns |= {name: weather.columns[name] for name in weather_names}
    return Days(
        dates,
        columns,
        of_calendar.holidays,
        of_calendar.occasions,
        of_calendar.returning,
        of_calendar.seasons,
        of_calendar.usual_weekdays,
        closed,
        weather_names,
        weather.measured,
    )


def regular_sales(sales: FloatArray, is_irregular: BoolArray) -> FloatArray:
    """Sales with NaN on irregular days: such a day tells nothing about the level of the days after it.

    Args:
        sales: Units of each day, shape (n,), or of D dishes, shape (D, n).
        is_irregular: Whether each day is a public holiday or a worked weekend, shape (n,).

    Returns:
        An array of the shape of `sales`.
    """
    regular: FloatArray = np.where(is_irregular, np.nan, sales)
    return regular

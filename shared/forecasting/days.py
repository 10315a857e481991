"""What is known in advance about a run of consecutive days: the half of the features that all dishes share."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from shared.arrays import BoolArray, FloatArray, IntArray
from shared.config import PipelineConfig
from shared.restaurant.calendar import HolidayCalendar, time_feature
from shared.restaurant.weather import FilledWeather

#: 1970-01-01 was one.
_THURSDAY = 3


@dataclass(frozen=True, slots=True)
class Days:
    """Consecutive days with their features.

    Args:
        dates: the days, midnight, ascending without gaps, length n.
        columns: time, holiday and weather features by name, each of shape (n,).
        holidays: names of the public holidays of each day.
        occasions: the same, and those of the day before and the day after; see `HolidayCalendar.occasions`.
        returning: what returns every year on each day, empty for an ordinary one; see `HolidayCalendar.returning`.
        closed: the restaurant is known or expected to be closed, shape (n,).
        weather: names of those columns that are weather.
        measured: whether the weather of a day is known or forecast, rather than usual for the time of the year; by
            column, shape (n,).
    """

    dates: pd.DatetimeIndex
    columns: Mapping[str, FloatArray]
    holidays: Sequence[tuple[str, ...]]
    occasions: Sequence[tuple[str, ...]]
    returning: Sequence[str]
    closed: BoolArray
    weather: tuple[str, ...]
    measured: Mapping[str, BoolArray]

    def __len__(self) -> int:
        return len(self.dates)

    def __getitem__(self, part: slice) -> "Days":
        columns = {name: values[part] for name, values in self.columns.items()}
        return Days(
            self.dates[part],
            columns,
            self.holidays[part],
            self.occasions[part],
            self.returning[part],
            self.closed[part],
            self.weather,
            {name: known[part] for name, known in self.measured.items()},
        )

    @property
    def is_holiday(self) -> BoolArray:
        """Whether a day is a public holiday, shape (n,)."""
        festive: BoolArray = self.columns["is_public_holiday"] > 0
        return festive

    @property
    def numbers(self) -> IntArray:
        """Days since 1970-01-01, shape (n,)."""
        return self.dates.to_numpy().astype("datetime64[D]").astype(np.int64)

    @property
    def weekdays(self) -> IntArray:
        """0 for Monday to 6 for Sunday, shape (n,)."""
        weekdays: IntArray = (self.numbers + _THURSDAY) % 7
        return weekdays


def build_days(
    dates: pd.DatetimeIndex,
    calendar: HolidayCalendar,
    weather: FilledWeather,
    closed: BoolArray,
    config: PipelineConfig,
) -> Days:
    """Computes the features of days, for training and for serving alike.

    Args:
        dates: consecutive days.
        calendar: the public holidays of the place.
        weather: of these days.
        closed: shape (len(dates),).
        config: names the time features and the weather columns.
    """
    names = [calendar.names(date.date()) for date in dates]
    occasions = [calendar.occasions(date.date()) for date in dates]
    returning = [calendar.returning(date.date()) for date in dates]
    columns = {name: time_feature(name, dates) for name in config.time_features}
    columns |= calendar.holiday_features(dates)
    weather_names = tuple(name for name in config.weather_cols if name in weather.columns)
    columns |= {name: weather.columns[name] for name in weather_names}
    return Days(dates, columns, names, occasions, returning, closed, weather_names, weather.measured)


def regular_sales(sales: FloatArray, is_holiday: BoolArray) -> FloatArray:
    """Sales without those of public holidays, which are no news of the days after them; shape of `sales`.

    Args:
        sales: shape (n,), or (D, n) of D dishes.
        is_holiday: of each day, shape (n,).
    """
    regular: FloatArray = np.where(is_holiday, np.nan, sales)
    return regular

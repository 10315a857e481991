"""The sales history of a store as it is trained on: one calendar for all dishes, closed days told from zero sales."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from shared.arrays import BoolArray, FloatArray, IntArray
from shared.config import PipelineConfig
from shared.forecasting.days import Days, build_days
from shared.restaurant.calendar import HolidayCalendar
from shared.restaurant.closing_habits import ClosingHabits
from shared.restaurant.weather import Climatology, fill_weather

#: A weather column is used when at least this share of the history's days has it.
MIN_WEATHER_COVERAGE = 0.8


@dataclass(frozen=True, slots=True)
class StoreHistory:
    """Sales of all dishes of a store over its consecutive days, length n.

    Args:
        start: the store's first day.
        sales: units by dish, shape (n,): NaN before the dish's first sale and on closed days, 0 where an open
            restaurant sold none.
        closed: days on which the whole restaurant sold nothing, shape (n,).
        weather: columns as measured, shape (n,); NaN where unknown.
        is_forecast: whether a forecast of the weather will be at hand when sales are forecast.
    """

    start: dt.date
    sales: Mapping[str, FloatArray]
    closed: BoolArray
    weather: Mapping[str, FloatArray]
    is_forecast: bool = False

    @property
    def dates(self) -> pd.DatetimeIndex:
        """All days of the history."""
        return pd.date_range(self.start, periods=len(self.closed), freq="D", unit="s")

    @property
    def end(self) -> dt.date:
        """The store's last day."""
        return self.start + dt.timedelta(days=len(self.closed) - 1)

    @property
    def dish_days(self) -> int:
        """Open days of all dishes together, each from its first sale on."""
        return sum(int(np.isfinite(values).sum()) for values in self.sales.values())

    def until(self, length: int) -> "StoreHistory":
        """What was known after the first `length` days."""
        return StoreHistory(
            self.start,
            {dish: values[:length] for dish, values in self.sales.items()},
            self.closed[:length],
            {name: values[:length] for name, values in self.weather.items()},
            self.is_forecast,
        )

    def stopped(self, days: int) -> list[str]:
        """Dishes that were sold, but on none of the last open days.

        Args:
            days: how many of them.
        """
        recent = np.flatnonzero(~self.closed)[-days:]
        return [
            dish for dish, values in self.sales.items() if np.nansum(values) > 0 and not np.nansum(values[recent]) > 0
        ]

    def climatology(self) -> Climatology:
        """Mean weather by day of the year over this history."""
        return Climatology.from_weather(pd.DataFrame(dict(self.weather), index=self.dates))

    def closing_habits(self, calendar: HolidayCalendar, config: PipelineConfig) -> ClosingHabits:
        """When the restaurant closes, as far as this history tells."""
        return ClosingHabits.learn(self.dates, self.closed, calendar, config.closed_weekday_weeks)

    def days(self, calendar: HolidayCalendar, config: PipelineConfig) -> Days:
        """The history's days with their features, to train on; gaps of the weather are filled from climatology."""
        known = pd.DataFrame(dict(self.weather), index=self.dates)
        weather = fill_weather(self.dates, known, self.climatology())
        return build_days(self.dates, calendar, weather, self.closed, config)

    def to_payload(self) -> dict[str, Any]:
        """Plain values and arrays, to be stored in a run's workspace."""
        return {
            "start": self.start.isoformat(),
            "sales": dict(self.sales),
            "closed": self.closed,
            "weather": dict(self.weather),
            "is_forecast": self.is_forecast,
        }

    @classmethod
    def from_payload(cls, payload: Mapping[str, Any]) -> "StoreHistory":
        """The inverse of `to_payload`."""
        return cls(**{**payload, "start": dt.date.fromisoformat(payload["start"])})


def first_days(sales: FloatArray) -> IntArray:
    """The position of the first known day of each dish, n where there is none; shape (D,).

    Args:
        sales: of D dishes and n days, shape (D, n), NaN where unknown.
    """
    known = np.isfinite(sales)
    first: IntArray = np.where(known.any(axis=1), known.argmax(axis=1), sales.shape[1])
    return first


def build_store_history(sales: pd.DataFrame, weather: pd.DataFrame | None, config: PipelineConfig) -> StoreHistory:
    """Lays the sales of a store out by day.

    Args:
        sales: `date`, `dish`, `sales` (>= 0), one row per dish and day, not empty.
        weather: columns of weather, DatetimeIndex; None where there is none.
        config: names the weather columns.
    """
    dates = pd.date_range(sales["date"].min(), sales["date"].max(), freq="D", unit="s")
    table = sales.pivot(index="date", columns="dish", values="sales").reindex(dates)
    closed = ~(table.fillna(0.0) > 0).any(axis=1).to_numpy()
    by_dish: dict[str, FloatArray] = {}
    for dish in sorted(table.columns):
        values = table[dish].fillna(0.0).to_numpy(np.float64, copy=True)
        sold = np.flatnonzero(values > 0)
        values[: sold[0] if len(sold) else len(values)] = np.nan
        values[closed] = np.nan
        by_dish[str(dish)] = values
    return StoreHistory(dates[0].date(), by_dish, closed, _usable_weather(weather, dates, config))


def weather_coverage(weather: pd.DataFrame, dates: pd.DatetimeIndex, config: PipelineConfig) -> dict[str, float]:
    """The share of days on which each column is known.

    Args:
        weather: columns of weather, DatetimeIndex.
        dates: the days.
        config: names the weather columns.
    """
    known = weather.reindex(dates).notna().mean()
    return {name: float(known[name]) for name in config.weather_cols if name in known}


def _usable_weather(
    weather: pd.DataFrame | None, dates: pd.DatetimeIndex, config: PipelineConfig
) -> dict[str, FloatArray]:
    if weather is None:
        return {}
    aligned, shares = weather.reindex(dates), weather_coverage(weather, dates, config)
    usable = [name for name, share in shares.items() if share >= MIN_WEATHER_COVERAGE]
    return {name: aligned[name].to_numpy(np.float64, copy=True) for name in usable}

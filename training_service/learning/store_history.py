"""Lays the sales of a store out by day, with one calendar for all dishes, and tells closed days from zero sales."""

import datetime as dt
from collections.abc import Callable, Hashable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from shared.arrays import BoolArray, FloatArray, IntArray
from shared.config import PipelineConfig
from shared.forecasting.days import Days, build_days
from shared.restaurant.calendar import HolidayCalendar
from shared.restaurant.closing_habits import ClosingHabits
from shared.restaurant.school_holidays import SchoolHoliday
from shared.restaurant.weather import Climatology, fill_weather
from training_service.learning.open_days import closed_days

_T = TypeVar("_T")

#: Least share of the history's days on which a weather column must be known to be used.
MIN_WEATHER_COVERAGE = 0.8


@dataclass(frozen=True, slots=True)
class LimitedDay:
    """A day on which a dish sold so much more than ever before that forecasters learn a limit instead.

    Args:
        dish: Name of the dish.
        day: Position of the day in the history.
        sold: Units sold.
        limit: Units that the forecasters learn.
        known_from: Number of days of the history from which the day is limited.
        known_until: Number of days of the history from which the day is not limited any more, because days like it
            followed; None for never.
    """

    dish: str
    day: int
    sold: float
    limit: float
    known_from: int
    known_until: int | None = None

    def is_known(self, length: int) -> bool:
        """Whether the day is limited in a history of `length` days."""
        return self.known_from <= length and (self.known_until is None or length < self.known_until)


@dataclass(frozen=True, slots=True)
class StoreHistory:
    """Sales of all dishes of a store over its n consecutive days.

    Args:
        start: First day of the store.
        sales: Units sold by name of the dish, each of shape (n,): NaN before the first sale of the dish and on closed
            days, 0 where the open restaurant sold none. Limited days have their limit, see `limit_outliers`.
        closed: Whether the whole restaurant was closed on a day, shape (n,); see `closed_days`.
        weather: Measured weather by name of the column, each of shape (n,); NaN where unknown.
        is_forecast: Whether a weather forecast will be at hand when the store is served.
        limited: Days that are limited now, or were limited when the history ended earlier.
        school_holidays: School holidays of the store, also those after the history: they are known years before.
    """

    start: dt.date
    sales: Mapping[str, FloatArray]
    closed: BoolArray
    weather: Mapping[str, FloatArray]
    is_forecast: bool = False
    limited: tuple[LimitedDay, ...] = ()
    school_holidays: tuple[SchoolHoliday, ...] = ()
    _kept: dict[Hashable, tuple[PipelineConfig | None, Any]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    @property
    def dates(self) -> pd.DatetimeIndex:
        """All n days of the history."""
        return pd.date_range(self.start, periods=len(self.closed), freq="D", unit="s")

    @property
    def end(self) -> dt.date:
        """Last day of the history."""
        return self.start + dt.timedelta(days=len(self.closed) - 1)

    @property
    def dish_days(self) -> int:
        """Open days since the first sale of each dish, summed over all dishes."""
        return sum(int(np.isfinite(values).sum()) for values in self.sales.values())

    def once(self, key: Hashable, config: PipelineConfig | None, compute: Callable[[], _T]) -> _T:
        """What was computed from this history before. All dishes of a store ask for the same days.

        Args:
            key: Name of what is computed, with all that it depends on beside history and configuration.
            config: Configuration; of two, the result of the later one is kept.
            compute: Computes it.
        """
        if key not in self._kept or self._kept[key][0] != config:
            self._kept[key] = (config, compute())
        kept: _T = self._kept[key][1]
        return kept

    def until(self, length: int) -> "StoreHistory":
        """The history as it was after its first `length` days. Only days limited at that time are limited."""
        return self.once(("until", length), None, lambda: self._until(length))

    def _until(self, length: int) -> "StoreHistory":
        limited = tuple(day for day in self.limited if day.day < length)
        sales = {dish: values[:length] for dish, values in self.sales.items()}
        sales |= {dish: sales[dish].copy() for dish in {day.dish for day in limited}}
        for day in limited:
            sales[day.dish][day.day] = day.limit if day.is_known(length) else day.sold
        return StoreHistory(
            start=self.start,
            sales=sales,
            closed=self.closed[:length],
            weather={name: values[:length] for name, values in self.weather.items()},
            is_forecast=self.is_forecast,
            limited=limited,
            school_holidays=self.school_holidays,
        )

    @property
    def limited_now(self) -> tuple[LimitedDay, ...]:
        """The days that are limited in this history."""
        return tuple(day for day in self.limited if day.is_known(len(self.closed)))

    def as_sold(self) -> dict[str, FloatArray]:
        """Units sold by name of the dish, as `sales`, without any limit."""
        sales = dict(self.sales)
        sales |= {dish: sales[dish].copy() for dish in {day.dish for day in self.limited}}
        for day in self.limited:
            sales[day.dish][day.day] = day.sold
        return sales

    def stopped(self, days: int) -> list[str]:
        """Names of the dishes that were sold before, but not on the last open days.

        Args:
            days: Number of last open days that are looked at.
        """
        recent = np.flatnonzero(~self.closed)[-days:]
        return [
            dish for dish, values in self.sales.items() if np.nansum(values) > 0 and not np.nansum(values[recent]) > 0
        ]

    def climatology(self) -> Climatology:
        """Usual weather by day of the year, learnt from this history."""
        return self.once("climatology", None, self._climatology)

    def _climatology(self) -> Climatology:
        return Climatology.from_weather(pd.DataFrame(dict(self.weather), index=self.dates))

    def calendar(self, place: HolidayCalendar) -> HolidayCalendar:
        """The calendar of the place with the school holidays of the store."""
        return place.with_school_holidays(self.school_holidays)

    def closing_habits(self, calendar: HolidayCalendar, config: PipelineConfig) -> ClosingHabits:
        """Closing habits of the restaurant, learnt from this history."""
        return ClosingHabits.learn(self.dates, self.closed, self.calendar(calendar), config.closed_weekday_weeks)

    def days(self, calendar: HolidayCalendar, config: PipelineConfig) -> Days:
        """The n days with their features, to train on. Gaps of the weather are filled with the usual weather."""
        return self.once(("days", calendar), config, lambda: self._days(calendar, config))

    def _days(self, calendar: HolidayCalendar, config: PipelineConfig) -> Days:
        measured = pd.DataFrame(dict(self.weather), index=self.dates)
        weather = fill_weather(self.dates, measured, self.climatology())
        return build_days(self.dates, self.calendar(calendar), weather, self.closed, config)

    def to_payload(self) -> dict[str, Any]:
        """The history as plain values and arrays, to be stored in the workspace of a run."""
        return {
            "start": self.start.isoformat(),
            "sales": dict(self.sales),
            "closed": self.closed,
            "weather": dict(self.weather),
            "is_forecast": self.is_forecast,
            "limited": [asdict(day) for day in self.limited],
            "school_holidays": [holiday.to_payload() for holiday in self.school_holidays],
        }

    @classmethod
    def from_payload(cls, payload: Mapping[str, Any]) -> "StoreHistory":
        """Reads what `to_payload` has written."""
        limited = tuple(LimitedDay(**day) for day in payload["limited"])
        start = dt.date.fromisoformat(payload["start"])
        school_holidays = tuple(map(SchoolHoliday.from_payload, payload["school_holidays"]))
        return cls(**{**payload, "start": start, "limited": limited, "school_holidays": school_holidays})


def first_days(sales: FloatArray) -> IntArray:
    """Position of the first sale of each of D dishes, n for a dish without a sale, shape (D,).

    Args:
        sales: Units sold of D dishes on n days, shape (D, n), NaN before the first sale and on closed days.
    """
    is_open = np.isfinite(sales)
    first: IntArray = np.where(is_open.any(axis=1), is_open.argmax(axis=1), sales.shape[1])
    return first


def build_store_history(sales: pd.DataFrame, weather: pd.DataFrame | None, config: PipelineConfig) -> StoreHistory:
    """Lays the sales of a store out by day, from the first day with a row to the last.

    Args:
        sales: Table with `date` (datetime64), `dish` (str) and `sales` (float, >= 0, in units), one row per dish and
            day, not empty.
        weather: Table of weather columns (float) with a DatetimeIndex; None without weather.
        config: Names of the weather columns.
    """
    dates = pd.date_range(sales["date"].min(), sales["date"].max(), freq="D", unit="s")
    table = sales.pivot(index="date", columns="dish", values="sales").reindex(dates)
    closed = closed_days(table.to_numpy(np.float64).T, dates.day_of_week.to_numpy(np.int64))
    by_dish: dict[str, FloatArray] = {}
    for dish in sorted(table.columns):
        values = table[dish].fillna(0.0).to_numpy(np.float64, copy=True)
        sold = np.flatnonzero(values > 0)
        values[: sold[0] if len(sold) else len(values)] = np.nan
        values[closed] = np.nan
        by_dish[str(dish)] = values
    return StoreHistory(
        start=dates[0].date(), sales=by_dish, closed=closed, weather=_usable_weather(weather, dates, config)
    )


def weather_coverage(weather: pd.DataFrame, dates: pd.DatetimeIndex, config: PipelineConfig) -> dict[str, float]:
    """Share of the days on which each weather column is known, by name of the column.

    Args:
        weather: Table of weather columns with a DatetimeIndex.
        dates: Days to look at.
        config: Names of the weather columns.
    """
    shares = weather.reindex(dates).notna().mean()
    return {name: float(shares[name]) for name in config.weather_cols if name in shares}


def _usable_weather(
    weather: pd.DataFrame | None, dates: pd.DatetimeIndex, config: PipelineConfig
) -> dict[str, FloatArray]:
    if weather is None:
        return {}
    aligned, shares = weather.reindex(dates), weather_coverage(weather, dates, config)
    usable = [name for name, share in shares.items() if share >= MIN_WEATHER_COVERAGE]
    return {name: aligned[name].to_numpy(np.float64, copy=True) for name in usable}

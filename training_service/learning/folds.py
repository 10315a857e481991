"""Lays the folds of a backtest at the end of a history, and builds their days with what was known at the cutoff."""

import numpy as np
import pandas as pd

from shared.arrays import FloatArray
from shared.config import PipelineConfig
from shared.forecasting.days import Days, build_days
from shared.restaurant.calendar import HolidayCalendar
from shared.restaurant.weather import fill_weather
from training_service.learning.store_history import StoreHistory
from training_service.learning.weather_hindcast import weather_hindcast

#: A window with fewer than one part in so many of the usual open days is no fold: one or two days would choose a
#: champion by chance.
_LEAST_PART_OF_USUAL = 2


def cutoffs(store: StoreHistory, config: PipelineConfig) -> list[int]:
    """Number of days of the history that are known at each cutoff, ascending.

    Cutoffs lie on fixed dates, `test_window_days` apart. So the trainings of two days have the same folds, and their
    figures can be compared. The window of the last fold may be cut short to half of its days.

    A window with less than half of the usual open days is no fold. Such windows lie in long closures. Earlier windows
    take their place.

    Args:
        store: The whole history.
        config: Number of folds, and days of a window.
    """
    window = config.test_window_days
    latest = len(store.closed) - (window + 1) // 2
    latest -= (store.start.toordinal() + latest) % window
    open_days = {cutoff: int((~store.closed[cutoff : cutoff + window]).sum()) for cutoff in range(latest, 0, -window)}
    usual = np.median([count for count in open_days.values() if count] or [0])
    folds = [cutoff for cutoff, count in open_days.items() if count and count >= usual // _LEAST_PART_OF_USUAL]
    return folds[: config.n_cv_folds][::-1]


def fold_days(
    store: StoreHistory,
    cutoff: int,
    calendar: HolidayCalendar,
    config: PipelineConfig,
    *,
    is_forecast: bool | None = None,
) -> Days:
    """The `test_window_days` days after a cutoff, with what could be known about them at the cutoff.

    Args:
        store: The whole history.
        cutoff: Number of days known at the cutoff.
        calendar: Public holidays, which are known in advance.
        config: Days of a window, and size of the errors of weather forecasts.
        is_forecast: Whether the days have a weather forecast; None for what the store will have when it is served.
    """
    known = store.is_forecast if is_forecast is None else is_forecast

    def compute() -> Days:
        past, days = store.until(cutoff), config.test_window_days
        forecast = weather_hindcast(store, cutoff, days, config) if known else None
        return future_days(past, days, calendar, config, forecast)

    return store.once(("fold", cutoff, calendar, known), config, compute)


def future_days(
    store: StoreHistory,
    horizon: int,
    calendar: HolidayCalendar,
    config: PipelineConfig,
    weather_forecast: pd.DataFrame | None = None,
) -> Days:
    """The days after a history, with what can be known about them at the end of the history.

    Holidays are known in advance. Closing habits tell the closed days. The weather is the forecast, or the usual
    weather of the time of the year where there is no forecast.

    Args:
        store: History up to the day before the first of these days.
        horizon: Number of days.
        calendar: Public holidays.
        config: Features of the days.
        weather_forecast: Weather columns with a DatetimeIndex; None without a forecast.
    """
    dates = pd.date_range(store.dates[-1] + pd.Timedelta(days=1), periods=horizon, freq="D", unit="s")
    weather = fill_weather(dates, None, store.climatology(), weather_forecast)
    closed = store.closing_habits(calendar, config).expected(dates, store.calendar(calendar))
    return build_days(dates, store.calendar(calendar), weather, closed, config)


def trim_to_first_sale(sales: FloatArray, days: Days) -> tuple[FloatArray, Days]:
    """The history of a dish from its first sale on.

    Args:
        sales: Units sold, NaN before the first sale and on closed days, shape (n,).
        days: The same n days with their features.
    """
    sold = np.flatnonzero(np.isfinite(sales))
    first = int(sold[0]) if len(sold) else 0
    return sales[first:], days[first:]

"""The folds of a backtest: cutoffs at the end of a history, and what can be known there of the days after."""

import numpy as np
import pandas as pd

from shared.arrays import FloatArray
from shared.config import PipelineConfig
from shared.forecasting.days import Days, build_days
from shared.restaurant.calendar import HolidayCalendar
from shared.restaurant.weather import fill_weather
from training_service.learning.store_history import StoreHistory
from training_service.learning.weather_hindcast import weather_hindcast


def cutoffs(store: StoreHistory, config: PipelineConfig) -> list[int]:
    """Days known at each cutoff, ascending.

    They lie on dates that do not depend on the history, `test_window_days` apart: trainings of one day and of the next
    share their folds, so that their figures can be compared. The last fold may be cut short, to half of that at most.
    Windows with less than half of the open days that the restaurant usually has, such as those of a long closure, are
    no folds: those before them are, as one or two days would choose a champion by chance.
    """
    window = config.test_window_days
    latest = len(store.closed) - (window + 1) // 2
    latest -= (store.start.toordinal() + latest) % window
    open_days = {cutoff: int((~store.closed[cutoff : cutoff + window]).sum()) for cutoff in range(latest, 0, -window)}
    usual = np.median([count for count in open_days.values() if count] or [0])
    folds = [cutoff for cutoff, count in open_days.items() if count and count >= usual // 2]
    return folds[: config.n_cv_folds][::-1]


def fold_days(
    store: StoreHistory,
    cutoff: int,
    calendar: HolidayCalendar,
    config: PipelineConfig,
    *,
    is_forecast: bool | None = None,
) -> Days:
    """The `test_window_days` days after a cutoff with what could be known of them there.

    Args:
        store: its whole history.
        cutoff: days known.
        calendar: public holidays, which are known in advance.
        config: the window, and the errors of weather forecasts.
        is_forecast: whether there is a forecast of the weather; None: if the store will have one when it is served.
    """
    past, days = store.until(cutoff), config.test_window_days
    if not (store.is_forecast if is_forecast is None else is_forecast):
        return future_days(past, days, calendar, config)
    return future_days(past, days, calendar, config, weather_hindcast(store, cutoff, days, config))


def future_days(
    store: StoreHistory,
    horizon: int,
    calendar: HolidayCalendar,
    config: PipelineConfig,
    weather_forecast: pd.DataFrame | None = None,
) -> Days:
    """The days after a history with what can be known of them at its end: holidays, habits of closing, and the weather
    that is usual, or forecast."""
    dates = pd.date_range(store.dates[-1] + pd.Timedelta(days=1), periods=horizon, freq="D", unit="s")
    weather = fill_weather(dates, None, store.climatology(), weather_forecast)
    closed = store.closing_habits(calendar, config).expected(dates, calendar)
    return build_days(dates, calendar, weather, closed, config)


def trim_to_first_sale(sales: FloatArray, days: Days) -> tuple[FloatArray, Days]:
    """A dish's history from its first sale on."""
    known = np.flatnonzero(np.isfinite(sales))
    first = int(known[0]) if len(known) else 0
    return sales[first:], days[first:]

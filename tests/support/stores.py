"""Makes the histories of stores for tests: real ones from the data sets, and small ones from a formula."""

import datetime as dt
from pathlib import Path

import numpy as np
import pandas as pd

from shared.config import PipelineConfig
from shared.restaurant.calendar import HolidayCalendar
from training_service.learning.store_history import StoreHistory, build_store_history

#: Public holidays of each real data set, by name of its folder.
CALENDARS = {
    "grilled_fish": HolidayCalendar("CN"),
    "yaz": HolidayCalendar("DE", "BW"),
    "kiel_bakery": HolidayCalendar("DE", "SH"),
}


def real_store(folder: Path, config: PipelineConfig) -> StoreHistory:
    """The history of a real data set, with its weather.

    Args:
        folder: Folder with `sales.csv` and `weather.csv`.
        config: Names of the weather columns.
    """
    sales = pd.read_csv(folder / "sales.csv", parse_dates=["date"])
    weather = pd.read_csv(folder / "weather.csv", parse_dates=["date"]).set_index("date")
    return build_store_history(sales, weather, config)


def weekly_sales(days: int, start: str = "2025-01-06", level: float = 20.0) -> pd.DataFrame:
    """Sales of a soup that grow through the week and repeat exactly every week.

    Args:
        days: Number of days.
        start: First day, a Monday by default.
        level: Units sold on Mondays.

    Returns:
        Table with `date`, `dish` and `sales`.
    """
    dates = pd.date_range(start, periods=days, unit="s")
    units = level + 5 * dates.day_of_week.to_numpy(np.float64)
    return pd.DataFrame({"date": dates, "dish": "soup", "sales": units})


def simple_store(days: int = 120, config: PipelineConfig | None = None) -> StoreHistory:
    """A history of `weekly_sales`, without weather and without closed days."""
    return build_store_history(weekly_sales(days), None, config or PipelineConfig())


def noisy_store(days: int, seed: int = 7) -> StoreHistory:
    """A history of two dishes with a weekly pattern and Poisson noise, with temperatures, closed on Mondays."""
    rng = np.random.default_rng(seed)
    dates = pd.date_range("2024-03-04", periods=days, unit="s")
    open_days = dates[dates.day_of_week != 0]
    frames = []
    for dish, level in (("soup", 30.0), ("fish", 12.0)):
        mean = level * (1 + 0.1 * open_days.day_of_week.to_numpy())
        frames.append(pd.DataFrame({"date": open_days, "dish": dish, "sales": rng.poisson(mean).astype(float)}))
    weather = pd.DataFrame({"temperature_2m_mean": rng.normal(12, 5, days)}, index=dates)
    return build_store_history(pd.concat(frames), weather, PipelineConfig())


def tomorrow(store: StoreHistory) -> dt.date:
    """The first day after a history."""
    return store.end + dt.timedelta(days=1)

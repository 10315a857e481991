"""The weather forecast that would have been at hand at a cutoff of the past: what then came, blurred as forecasts are.

A backtest that saw the weather as it came would promise more than any forecast of it can keep.
"""

import numpy as np
import pandas as pd

from shared.config import PipelineConfig
from training_service.learning.store_history import StoreHistory

#: Days ahead from which on nobody forecasts the weather.
LONGEST_FORECAST = 16

#: Values that a column cannot leave.
_BOUNDS = {"relative_humidity_2m_mean": (0.0, 100.0), "precipitation_sum": (0.0, np.inf)}


def weather_hindcast(store: StoreHistory, cutoff: int, days: int, config: PipelineConfig) -> pd.DataFrame:
    """What a weather service would have forecast at a cutoff.

    A forecast of skill r (its correlation with the deviation from the usual) explains the share r² of the variance and
    errs by the rest of it; with `weather_forecast_error` of 1, r² falls evenly from 1 to 0 at LONGEST_FORECAST days:
    0.75 after four days, 0.5 after eight, near to what services reach for temperatures.

    Args:
        store: its whole history; of the weather before the cutoff only the spread is used.
        cutoff: days known.
        days: after it that are forecast.
        config: size of the errors, and the seed.

    Returns:
        The store's columns of weather; NaN where it was not measured, and beyond the longest forecast.
    """
    past = store.until(cutoff)
    dates = pd.date_range(past.dates[-1] + pd.Timedelta(days=1), periods=days, freq="D", unit="s")
    usual = past.climatology()
    ahead = np.arange(1, days + 1)
    explained = np.clip(1.0 - config.weather_forecast_error * ahead / LONGEST_FORECAST, 0.0, 1.0)
    rng = np.random.default_rng((config.random_seed, cutoff))
    columns = {}
    for name, measured in store.weather.items():
        before = past.weather[name] - usual.values(name, past.dates)
        came = np.full(days, np.nan)
        came[: len(measured) - cutoff] = measured[cutoff : cutoff + days]
        normal = usual.values(name, dates)
        noise = np.sqrt(explained * (1.0 - explained)) * float(np.nanstd(before)) * rng.standard_normal(days)
        told = normal + explained * (came - normal) + noise
        told[ahead >= LONGEST_FORECAST] = np.nan
        columns[name] = np.clip(told, *_BOUNDS.get(name, (-np.inf, np.inf)))
    return pd.DataFrame(columns, index=dates)

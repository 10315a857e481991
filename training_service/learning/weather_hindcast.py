"""Makes the weather forecast that would have been at hand at a past cutoff, from the weather measured after the cutoff.

A backtest that saw the measured weather would promise more than any weather forecast can keep.
"""

import numpy as np
import pandas as pd

from shared.config import PipelineConfig
from training_service.learning.store_history import StoreHistory

#: Days ahead from which on no weather service forecasts the weather.
LONGEST_FORECAST = 16

#: Lowest and highest possible value of weather columns, in their units (%, mm).
_BOUNDS = {"relative_humidity_2m_mean": (0.0, 100.0), "precipitation_sum": (0.0, np.inf)}


def weather_hindcast(store: StoreHistory, cutoff: int, days: int, config: PipelineConfig) -> pd.DataFrame:
    """What a weather service would have forecast at a cutoff.

    A forecast correlates with the measured deviation from the usual weather. The square r² of the correlation is the
    share of the variance that the forecast explains; noise makes up the rest. With a `weather_forecast_error` of 1, r²
    falls evenly from 1 to 0 at LONGEST_FORECAST days: 0.75 after four days, 0.5 after eight. Weather services reach
    about this skill for temperatures.

    Args:
        store: The whole history. Its weather after the cutoff is what the forecast is made from; the weather before
            the cutoff tells the usual weather and the variance.
        cutoff: Number of days known at the cutoff.
        days: Number of days to forecast.
        config: Size of the errors, and the random seed.

    Returns:
        The store's weather columns for the days after the cutoff. A value is NaN where the weather was not measured,
        and beyond the longest forecast.
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
        after = np.full(days, np.nan)
        after[: len(measured) - cutoff] = measured[cutoff : cutoff + days]
        usual_values = usual.values(name, dates)
        noise = np.sqrt(explained * (1.0 - explained)) * float(np.nanstd(before)) * rng.standard_normal(days)
        forecast = usual_values + explained * (after - usual_values) + noise
        forecast[ahead >= LONGEST_FORECAST] = np.nan
        columns[name] = np.clip(forecast, *_BOUNDS.get(name, (-np.inf, np.inf)))
    return pd.DataFrame(columns, index=dates)

"""Record of how much weather forecasts help the sales forecasts of a store."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WeatherWorth:
    """Backtests of the pooled trees with weather forecasts and without.

    Args:
        wape_with: WAPE with weather forecasts.
        wape_without: WAPE without weather forecasts, with the usual weather in their place.
        days: Number of scored days, summed over all dishes.
        is_forecast: Whether weather forecasts will be at hand when the store is served.
    """

    wape_with: float
    wape_without: float
    days: int
    is_forecast: bool

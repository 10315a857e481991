"""How much forecasts of the weather help the forecasts of the sales."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WeatherWorth:
    """What forecasts of the weather are good for: backtests of the pooled trees with them and without.

    Args:
        wape_with, wape_without: of either.
        days: of all dishes that were scored.
        is_forecast: whether such forecasts will be at hand when sales are forecast.
    """

    wape_with: float
    wape_without: float
    days: int
    is_forecast: bool

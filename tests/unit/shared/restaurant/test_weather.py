"""The weather of days to forecast: values given by the caller, filled with the climatology."""

import numpy as np
import pandas as pd
import pytest

from shared.restaurant.weather import Climatology, WeatherSource, fill_weather

YEAR = pd.date_range("2024-01-01", "2024-12-31", unit="s")


@pytest.fixture
def climatology() -> Climatology:
    seasonal = 10 - 10 * np.cos(2 * np.pi * YEAR.day_of_year.to_numpy() / 366)
    return Climatology.from_weather(pd.DataFrame({"temperature_2m_mean": seasonal}, index=YEAR))


def test_the_climatology_is_the_mean_around_each_day_of_the_year(climatology: Climatology) -> None:
    july = climatology.values("temperature_2m_mean", pd.DatetimeIndex(["2026-07-01"]))

    assert july == pytest.approx([20], abs=0.3)


def test_the_mean_of_a_short_history_fills_the_rest_of_the_year() -> None:
    days = pd.date_range("2025-05-01", periods=10, unit="s")
    climatology = Climatology.from_weather(pd.DataFrame({"precipitation_sum": np.arange(10.0)}, index=days))

    assert climatology.values("precipitation_sum", pd.DatetimeIndex(["2025-11-20"])) == pytest.approx([4.5])


def test_a_rain_of_zero_is_kept_and_an_unknown_rain_is_filled() -> None:
    usual = {"precipitation_sum": np.full(366, 3.0), "temperature_2m_mean": np.full(366, 12.0)}
    dates = pd.date_range("2026-01-01", periods=2, unit="s")
    given = pd.DataFrame({"precipitation_sum": [0.0, np.nan]}, index=dates)

    filled = fill_weather(dates, given, Climatology(usual))

    assert filled.columns["precipitation_sum"].tolist() == [0.0, 3.0]
    assert filled.columns["temperature_2m_mean"].tolist() == [12.0, 12.0]
    assert {name: known.tolist() for name, known in filled.measured.items()} == {
        "precipitation_sum": [True, False],
        "temperature_2m_mean": [False, False],
    }
    assert filled.source is WeatherSource.MIXED


def test_the_source_says_where_the_weather_came_from(climatology: Climatology) -> None:
    dates = pd.date_range("2026-01-01", periods=2, unit="s")
    complete = pd.DataFrame({"temperature_2m_mean": [1.0, 2.0]}, index=dates)

    beginning = complete.iloc[:1]
    forecast = fill_weather(dates, beginning, climatology, forecast=complete + 5)
    assert fill_weather(dates, None, climatology, complete).source is WeatherSource.FORECAST
    assert forecast.source is WeatherSource.MIXED
    assert forecast.columns["temperature_2m_mean"].tolist() == [1.0, 7.0]
    assert forecast.measured["temperature_2m_mean"].all()
    assert fill_weather(dates, None, climatology).source is WeatherSource.CLIMATOLOGY
    assert fill_weather(dates, complete, climatology).source is WeatherSource.REQUEST
    assert fill_weather(dates, complete, Climatology({})).source is WeatherSource.NONE

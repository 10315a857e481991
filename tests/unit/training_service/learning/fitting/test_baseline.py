"""The baseline learns the mean of each weekday, and not from public holidays."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from shared.config import PipelineConfig
from shared.forecasting.days import Days, build_days
from shared.restaurant.calendar import HolidayCalendar
from shared.restaurant.weather import Climatology, fill_weather
from training_service.learning.fitting.baseline import fit_baseline
from training_service.learning.fitting.fits import DishHistory

DE = HolidayCalendar("DE")
#: A public holiday that is a Thursday.
LABOUR_DAY = dt.date(2025, 5, 1)


def days(first: dt.date, count: int) -> Days:
    dates = pd.date_range(first, periods=count, unit="s")
    weather = fill_weather(dates, None, Climatology({}))
    return build_days(dates, DE, weather, np.zeros(count, dtype=np.bool_), PipelineConfig())


def thursday_after(sales: np.ndarray, first: dt.date, told: float = np.nan) -> float:
    """Forecasts the second Thursday after a history; `told` are the sales of the first Thursday after it."""
    forecaster = fit_baseline(DishHistory("soup", sales, days(first, len(sales)), PipelineConfig()))
    ahead = days(first + dt.timedelta(days=len(sales)), 14)
    sales_told = np.full(14, np.nan)
    thursdays = np.flatnonzero(ahead.weekdays == 3)
    sales_told[thursdays[0]] = told
    return float(forecaster.forecast(sales, ahead, sales_told).yhat[thursdays[1]])


def test_sales_of_a_public_holiday_are_not_learnt() -> None:
    sales = np.full(29, 20.0)
    sales[-1] = 500.0

    assert thursday_after(sales, LABOUR_DAY - dt.timedelta(days=28)) == pytest.approx(20.0)


def test_sales_of_a_public_holiday_that_are_told_later_are_not_learnt() -> None:
    first = LABOUR_DAY - dt.timedelta(days=28)

    assert thursday_after(np.full(28, 20.0), first, told=500.0) == pytest.approx(20.0)
    assert thursday_after(np.full(21, 20.0), first, told=500.0) > 100.0


def test_a_dish_that_was_sold_on_holidays_only_is_forecast_from_the_holidays() -> None:
    assert thursday_after(np.array([30.0]), LABOUR_DAY) == pytest.approx(30.0)

"""A weekend that the country works on is forecast as the working day that it replaces."""

import numpy as np
import pandas as pd
import pytest

from shared.arrays import FloatArray
from shared.config import PipelineConfig
from shared.forecasters import FORECASTERS
from shared.restaurant.calendar import HolidayCalendar
from training_service.learning.fitting.fits import fit_forecasters
from training_service.learning.folds import future_days
from training_service.learning.store_fit import fit_store
from training_service.learning.store_history import StoreHistory, build_store_history

CHINA = HolidayCalendar("CN")
CONFIG = PipelineConfig(n_cv_folds=1)

#: A Sunday that is worked in place of Tuesday, 7 October.
WORKED = pd.Timestamp("2025-09-28")

LAST_DAY, HORIZON = "2025-09-20", 14
ON_WEEKDAYS, AT_WEEKENDS = 100.0, 30.0


def lunch(first: str) -> StoreHistory:
    """A restaurant near offices in China that sells little where the offices are closed."""
    rng = np.random.default_rng(5)
    dates = pd.date_range(first, LAST_DAY, unit="s")
    is_free = np.array([CHINA.usual_weekday(date.date()) >= 5 for date in dates]) | (CHINA.is_holiday(dates) > 0)
    frames = [
        pd.DataFrame({"date": dates, "dish": dish, "sales": rng.poisson(share * np.where(is_free, 0.3, 1.0))})
        for dish, share in (("noodles", ON_WEEKDAYS), ("tea", ON_WEEKDAYS))
    ]
    return build_store_history(pd.concat(frames).astype({"sales": float}), None, CONFIG)


def weeks_ahead(store: StoreHistory, name: str) -> tuple[pd.DatetimeIndex, FloatArray]:
    """The days after the history, and their forecasts of one dish by one forecaster."""
    days, ahead = store.days(CHINA, CONFIG), future_days(store, HORIZON, CHINA, CONFIG)
    history = fit_store(store, CHINA, CONFIG).dish_history("noodles", store.sales["noodles"], days, CONFIG)
    forecast = fit_forecasters([name], history)[name].forecast(history.sales, ahead, np.full(HORIZON, np.nan))
    return ahead.dates, forecast.yhat


@pytest.mark.parametrize("name", FORECASTERS)
@pytest.mark.parametrize("first", ["2023-06-01", "2025-05-05"], ids=["seen before", "never seen"])
def test_a_worked_sunday_is_forecast_as_a_weekday(name: str, first: str) -> None:
    dates, yhat = weeks_ahead(lunch(first), name)

    assert yhat[dates.get_loc(WORKED)] == pytest.approx(ON_WEEKDAYS, rel=0.15)
    assert yhat[dates.get_loc(WORKED - pd.Timedelta(days=1))] == pytest.approx(AT_WEEKENDS, rel=0.4)


def test_worked_weekends_have_the_weekday_of_the_day_off() -> None:
    assert CHINA.usual_weekday(WORKED.date()) == 1
    assert CHINA.usual_weekday((WORKED - pd.Timedelta(days=7)).date()) == 6
    assert HolidayCalendar("HU").usual_weekday(pd.Timestamp("2025-12-13").date()) == 2, "in place of 24 December"
    assert HolidayCalendar("DE").usual_weekday(WORKED.date()) == 6


def test_the_features_of_a_worked_weekend_are_those_of_a_working_day() -> None:
    days = future_days(lunch("2025-05-05"), HORIZON, CHINA, CONFIG)
    worked = (WORKED - days.dates[0]).days

    assert (days.columns["day_of_week"][worked], days.columns["is_weekend"][worked]) == (1.0, 0.0)
    assert days.weekdays[worked] == 6
    assert days.returning[worked] == "working day of a weekend"
    assert np.flatnonzero(days.is_irregular)[0] == worked

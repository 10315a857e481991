"""The kept years of the calendar say of each day what the calendar says."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.restaurant.calendar import TIME_FEATURES, HolidayCalendar, time_feature
from shared.restaurant.calendar_days import calendar_days, time_features

CALENDARS = (HolidayCalendar("DE"), HolidayCalendar("DE", "BY"), HolidayCalendar("CN"))


@settings(deadline=None, max_examples=30)
@given(
    calendar=st.sampled_from(CALENDARS),
    first=st.dates(min_value=dt.date(2023, 1, 1), max_value=dt.date(2026, 12, 31)),
    count=st.integers(min_value=1, max_value=800),
)
def test_days_cut_out_of_the_kept_years_are_those_of_the_calendar(
    calendar: HolidayCalendar, first: dt.date, count: int
) -> None:
    dates = pd.date_range(first, periods=count, unit="s")
    days = [date.date() for date in dates]

    found = calendar_days(calendar, dates)

    assert found.holidays == [calendar.names(day) for day in days]
    assert found.occasions == [calendar.occasions(day) for day in days]
    assert found.returning == [calendar.returning(day) for day in days]
    assert found.usual_weekdays.tolist() == [calendar.usual_weekday(day) for day in days]
    for name, values in calendar.holiday_features(dates).items():
        assert np.array_equal(found.holiday_features[name], values)


@pytest.mark.parametrize("name", sorted(TIME_FEATURES))
def test_a_date_feature_across_a_new_year_is_that_of_each_day(name: str) -> None:
    dates = pd.date_range("2023-12-20", periods=450, unit="s")

    assert np.array_equal(time_features([name], dates)[name], time_feature(name, dates))

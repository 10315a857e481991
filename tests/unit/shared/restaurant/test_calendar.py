"""The calendar: holidays, occasions and date features."""

import datetime as dt
import re

import pandas as pd
import pytest

from shared.restaurant.calendar import TIME_FEATURES, HolidayCalendar, country_is_known, time_feature


def test_holidays_differ_by_subdivision() -> None:
    epiphany = dt.date(2026, 1, 6)

    assert HolidayCalendar("DE", "BW").names(epiphany) == ("Epiphany",)
    assert HolidayCalendar("DE", "SH").names(epiphany) == ()


def test_the_days_before_and_after_a_holiday_are_occasions_of_the_holiday() -> None:
    calendar = HolidayCalendar("DE")

    assert calendar.occasions(dt.date(2026, 4, 30)) == ("before Labor Day",)
    assert calendar.occasions(dt.date(2026, 5, 1)) == ("Labor Day",)
    assert calendar.occasions(dt.date(2026, 5, 2)) == ("after Labor Day",)
    assert calendar.occasions(dt.date(2026, 12, 25)) == ("Christmas Day", "before Second Day of Christmas")
    assert calendar.occasions(dt.date(2026, 3, 10)) == ()


def test_a_day_returns_under_its_occasion_and_the_number_of_the_day_in_a_longer_holiday() -> None:
    first = dt.date(2025, 9, 29)
    week = [HolidayCalendar("CN").returning(first + dt.timedelta(days=day)) for day in range(6)]

    assert week == [
        "",
        "before National Day",
        "National Day",
        "National Day, day 2",
        "National Day, day 3",
        "after National Day",
    ]


def test_a_moved_holiday_has_the_same_name_every_year() -> None:
    calendar = HolidayCalendar("CN")
    names = {
        name
        for year in (2024, 2025)
        for date in pd.date_range(f"{year}-01-01", f"{year}-12-31")
        for name in calendar.names(date.date())
    }

    assert "Day off" in names
    assert not any("substituted" in name or "observed" in name for name in names)


@pytest.mark.parametrize(
    ("country", "day", "name"),
    [
        ("TH", dt.date(2022, 12, 12), "Constitution Day"),
        ("LA", dt.date(2022, 1, 3), "New Year's Day"),
        ("GG", dt.date(2022, 12, 27), "Christmas Day"),
        ("JE", dt.date(2022, 12, 27), "Christmas Day"),
        ("GB", dt.date(2022, 12, 27), "Christmas Day"),
    ],
)
def test_a_day_off_instead_of_a_holiday_has_the_name_of_the_holiday(country: str, day: dt.date, name: str) -> None:
    assert HolidayCalendar(country).names(day) == (name,)


@pytest.mark.parametrize("country", ["TH", "LA", "GG", "JE", "CN", "GB", "HK", "US"])
def test_no_name_of_a_holiday_says_that_the_day_was_moved(country: str) -> None:
    days = pd.date_range("2015-01-01", "2027-12-31")
    names = {name for day in days for name in HolidayCalendar(country).names(day.date())}

    assert [name for name in names if re.search(r"\((subst|observed|estimated|in lieu)", name)] == []


def test_every_time_feature_is_a_finite_number_on_every_day() -> None:
    dates = pd.date_range("2023-12-25", "2025-01-10", unit="s")

    for name in TIME_FEATURES:
        values = time_feature(name, dates)
        assert values.shape == (len(dates),)
        assert values.min() >= 0


def test_a_country_is_known_if_its_holidays_are() -> None:
    assert country_is_known("CN")
    assert not country_is_known("XX")
    assert not country_is_known("CHN")

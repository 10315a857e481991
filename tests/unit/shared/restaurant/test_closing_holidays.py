"""Public holidays: closed on all of them, on some by name, and what they tell about dates."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from shared.arrays import BoolArray
from shared.restaurant.calendar import HolidayCalendar
from shared.restaurant.closing_habits import ClosingHabits, ClosingKind
from shared.restaurant.closing_holidays import learn_closed_holidays
from tests.support.closures import DE, WEEKS, expected, learnt

#: Countries of many calendars, with the days of the weekend, 0 for Monday.
CANTEENS = {
    **dict.fromkeys(
        ("AR", "AU", "AZ", "BG", "BR", "CN", "DE", "ET", "FR", "GB", "GR", "HK", "HU", "ID", "IN", "JP", "KR", "LK"),
        (5, 6),
    ),
    **dict.fromkeys(("MX", "MY", "NG", "PH", "PK", "RU", "SE", "SG", "TH", "TR", "TW", "UA", "US", "VN", "ZA"), (5, 6)),
    **dict.fromkeys(("BD", "EG", "SA"), (4, 5)),
}


def canteen(dates: pd.DatetimeIndex, calendar: HolidayCalendar, weekend: tuple[int, ...]) -> BoolArray:
    """The days on which an office canteen is closed: weekends and public holidays; shape (len(dates),)."""
    closed: BoolArray = np.isin(dates.day_of_week, weekend) | (calendar.is_holiday(dates) > 0)
    return closed


@pytest.mark.parametrize("country", CANTEENS)
@pytest.mark.parametrize("year", [2025, 2026])
def test_an_office_canteen_is_closed_at_weekends_and_on_public_holidays_only(country: str, year: int) -> None:
    calendar, weekend = HolidayCalendar(country), CANTEENS[country]
    past = pd.date_range(f"{year - 5}-01-01", f"{year - 1}-12-31", unit="s")
    to_come = pd.date_range(f"{year}-01-01", f"{year}-12-31", unit="s")

    habits = ClosingHabits.learn(past, canteen(past, calendar, weekend), calendar, WEEKS)

    wrong = habits.expected(to_come, calendar) != canteen(to_come, calendar, weekend)
    assert to_come[wrong].tolist() == []


@pytest.mark.parametrize(("country", "day"), [("KR", "2026-05-06"), ("CN", "2026-02-04")])
def test_the_date_of_a_holiday_that_moved_is_open(country: str, day: str) -> None:
    calendar = HolidayCalendar(country)
    past = pd.date_range("2021-01-01", "2025-12-31", unit="s")

    habits = ClosingHabits.learn(past, canteen(past, calendar, (5, 6)), calendar, WEEKS)

    assert expected(habits, day, day, calendar) == []


def test_a_restaurant_closed_on_every_holiday_of_its_first_year_is_closed_on_the_next() -> None:
    first_year = pd.date_range("2025-01-01", "2025-09-30", unit="s")

    habits = ClosingHabits.learn(first_year, DE.is_holiday(first_year) > 0, DE, WEEKS)

    assert expected(habits, "2025-10-01", "2026-01-31") == ["2025-10-03", "2025-12-25", "2025-12-26", "2026-01-01"]
    reason = habits.reason(dt.date(2025, 10, 3), DE)
    assert reason is not None
    assert (reason.kind, reason.is_guess) == (ClosingKind.PUBLIC_HOLIDAYS, True)
    assert reason.text == "closed on public holidays (the last 6 of 6), and so on German Unity Day"


def test_a_restaurant_that_opens_on_one_holiday_closes_on_holidays_by_name() -> None:
    first_year = pd.date_range("2025-01-01", "2025-09-30", unit="s")
    closed = (DE.is_holiday(first_year) > 0) & (first_year != pd.Timestamp("2025-05-29"))

    habits = ClosingHabits.learn(first_year, closed, DE, WEEKS)

    assert expected(habits, "2025-10-01", "2026-01-31") == ["2026-01-01"]


def test_three_closed_holidays_are_too_few_to_expect_the_next_to_be_closed() -> None:
    habits = learnt(
        "2025-02-01",
        "2025-05-20",
        ("2025-04-18", "2025-04-18"),
        ("2025-04-21", "2025-04-21"),
        ("2025-05-01", "2025-05-01"),
    )

    assert expected(habits, "2025-05-21", "2025-12-31") == []


def test_the_days_of_one_spring_festival_are_one_holiday() -> None:
    china = HolidayCalendar("CN")
    first_year = pd.date_range("2025-01-06", "2025-03-31", unit="s")
    closed = china.is_holiday(first_year) > 0
    assert closed.sum() >= 4

    habits = ClosingHabits.learn(first_year, closed, china, WEEKS)

    assert habits.holidays.in_succession == 0
    assert expected(habits, "2025-05-01", "2025-05-04", china) == []


def test_a_holiday_that_was_open_when_it_last_came_keeps_the_restaurant_from_closing_on_all() -> None:
    names = [("New Year",), (), ("May Day",), (), *([("New Year",), ()] * 12)]
    closed = np.array([bool(each) and each != ("May Day",) for each in names])

    holidays = learn_closed_holidays(names, closed, np.ones(len(names), dtype=np.bool_))

    assert (holidays.names, holidays.in_succession) == (("New Year",), 0)


@pytest.mark.parametrize("country", ["CN", "HU", "LV"])
def test_a_canteen_that_opens_on_worked_weekends_is_expected_to_open_on_them(country: str) -> None:
    calendar = HolidayCalendar(country)
    past = pd.date_range("2020-01-01", "2024-12-31", unit="s")
    to_come = pd.date_range("2025-01-01", "2025-12-31", unit="s")

    def closed(dates: pd.DatetimeIndex) -> BoolArray:
        worked = np.array([calendar.is_worked_weekend(date.date()) for date in dates])
        result: BoolArray = canteen(dates, calendar, (5, 6)) & ~worked
        return result

    habits = ClosingHabits.learn(past, closed(past), calendar, WEEKS)

    assert habits.opens_on_worked_weekends
    assert to_come[habits.expected(to_come, calendar) != closed(to_come)].tolist() == []


def test_a_canteen_that_stays_closed_on_worked_weekends_is_expected_to_stay_closed() -> None:
    china = HolidayCalendar("CN")
    past = pd.date_range("2020-01-01", "2024-12-31", unit="s")

    habits = ClosingHabits.learn(past, canteen(past, china, (5, 6)), china, WEEKS)

    assert not habits.opens_on_worked_weekends
    # A Sunday that makes up for the Spring Festival.
    assert expected(habits, "2025-01-26", "2025-01-26", china) == ["2025-01-26"]

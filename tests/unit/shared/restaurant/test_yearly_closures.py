"""Closures of several days that return every year, on the same dates or around a feast that moves."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from shared.restaurant.calendar import HolidayCalendar
from shared.restaurant.closing_habits import ClosingHabits
from shared.restaurant.school_holidays import SchoolHoliday
from shared.restaurant.yearly_closures import learn_yearly_closures
from tests.support.closures import DE, WEEKS, Period, days, expected, is_closed, learnt

#: First and last day of Ramadan.
RAMADAN = {
    2023: ("2023-03-23", "2023-04-20"),
    2024: ("2024-03-11", "2024-04-09"),
    2025: ("2025-03-01", "2025-03-29"),
    2026: ("2026-02-18", "2026-03-19"),
}

#: Lunar New Year.
NEW_YEAR = {2023: "2023-01-22", 2024: "2024-02-10", 2025: "2025-01-29", 2026: "2026-02-17"}

#: Easter Sunday.
EASTER = {2023: "2023-04-09", 2024: "2024-03-31", 2025: "2025-04-20", 2026: "2026-04-05"}


def around(day: str, first: int, last: int) -> Period:
    """The days from `first` days to `last` days after a day; both may be negative."""
    feast = dt.date.fromisoformat(day)
    return str(feast + dt.timedelta(days=first)), str(feast + dt.timedelta(days=last))


@pytest.mark.parametrize("weekdays", [(), (0,)])
def test_a_season_closed_in_two_winters_is_closed_in_the_third(weekdays: tuple[int, ...]) -> None:
    winters = (("2022-11-01", "2023-03-15"), ("2023-11-03", "2024-03-12"))

    habits = learnt("2022-04-01", "2024-10-31", *winters, weekdays=weekdays)

    closed = set(expected(habits, "2024-11-01", "2025-10-31"))
    assert closed >= set(days("2024-11-03", "2025-03-12"))
    late = {day for day in closed if not "2024-11-01" <= day <= "2025-03-15"}
    assert all(dt.date.fromisoformat(day).weekday() in weekdays for day in late)


def test_a_season_closed_in_one_winter_is_not_expected_to_return() -> None:
    habits = learnt("2023-04-01", "2024-10-31", ("2023-11-01", "2024-03-15"))

    assert expected(habits, "2024-11-01", "2025-10-31") == []


def test_a_history_that_ends_within_the_season_expects_the_rest_of_it() -> None:
    winters = (("2021-12-20", "2022-02-05"), ("2022-12-20", "2023-02-05"), ("2023-12-20", "2024-01-10"))

    habits = learnt("2021-03-01", "2024-01-10", *winters)

    assert expected(habits, "2024-01-11", "2024-10-31") == days("2024-01-11", "2024-02-05")


def test_the_end_of_a_yearly_closure_is_known_within_it_only() -> None:
    habits = learnt("2021-03-01", "2023-10-31", ("2021-12-20", "2022-02-05"), ("2022-12-20", "2023-02-05"))

    assert habits.end_of_yearly_closure(dt.date(2024, 1, 25), DE) == dt.date(2024, 2, 5)
    assert habits.end_of_yearly_closure(dt.date(2024, 2, 6), DE) is None


def test_a_restaurant_that_opens_again_early_is_open_until_the_closure_of_next_year() -> None:
    habits = learnt("2021-03-01", "2023-10-31", ("2021-12-20", "2022-02-05"), ("2022-12-20", "2023-02-05"))
    to_come = pd.date_range("2024-01-11", "2025-01-31", unit="s")

    closed = to_come[habits.expected(to_come, DE, reopens=dt.date(2024, 1, 20))]

    assert [str(day.date()) for day in closed] == [
        *days("2024-01-11", "2024-01-19"),
        *days("2024-12-20", "2025-01-31"),
    ]


def test_a_season_that_was_open_last_year_is_expected_to_be_open() -> None:
    winters = (("2021-11-01", "2022-03-15"), ("2022-11-01", "2023-03-15"))

    habits = learnt("2021-04-01", "2024-10-31", *winters)

    assert expected(habits, "2024-11-01", "2025-10-31") == []


@pytest.mark.parametrize("country", ["CN", "DE", "KR", "SG", "US", "VN"])
@pytest.mark.parametrize("years", [(2024, 2025), (2023, 2024, 2025)])
def test_two_weeks_closed_around_lunar_new_year_are_closed_at_the_dates_of_next_year(
    country: str, years: tuple[int, ...]
) -> None:
    calendar = HolidayCalendar(country)
    past = [around(NEW_YEAR[year], -3, 11) for year in years]

    habits = learnt(f"{years[0] - 1}-06-01", "2025-12-31", *past, calendar=calendar)

    assert expected(habits, "2026-01-10", "2026-04-10", calendar) == days(*around(NEW_YEAR[2026], -3, 11))


@pytest.mark.parametrize("country", ["AE", "DE", "ID", "TR"])
def test_a_restaurant_closed_in_ramadan_is_closed_in_the_next_ramadan(country: str) -> None:
    calendar = HolidayCalendar(country)

    habits = learnt("2022-06-01", "2025-12-31", *(RAMADAN[year] for year in (2023, 2024, 2025)), calendar=calendar)

    closed = expected(habits, "2026-01-10", "2026-03-19", calendar)
    # The month has 29 or 30 days.
    assert set(days("2026-02-18", "2026-03-19")) <= set(closed) <= set(days("2026-02-18", "2026-03-20"))
    assert expected(habits, "2026-03-21", "2026-04-30", calendar) == []


@pytest.mark.parametrize(("first", "last"), [(-7, 7), (-14, -1), (-49, -46), (36, 43)])
def test_a_closure_that_moves_with_easter_moves_with_it(first: int, last: int) -> None:
    past = [around(EASTER[year], first, last) for year in (2023, 2024, 2025)]

    habits = learnt("2022-06-01", "2025-12-31", *past)

    assert expected(habits, "2026-01-10", "2026-06-30") == days(*around(EASTER[2026], first, last))


def test_a_single_day_closed_before_every_lunar_new_year_is_closed_before_the_next() -> None:
    china = HolidayCalendar("CN")
    past = [around(NEW_YEAR[year], -1, -1) for year in (2023, 2024, 2025)]

    habits = learnt("2022-06-01", "2025-12-31", *past, calendar=china)

    assert expected(habits, "2026-01-10", "2026-04-10", china) == ["2026-02-16"]


def test_weekends_within_a_closure_of_every_year_leave_no_holes() -> None:
    # A school canteen. Both Octobers had their weekends on other dates.
    holidays = (("2022-10-04", "2022-10-15"), ("2023-10-02", "2023-10-14"))

    habits = learnt("2022-01-10", "2024-09-15", *holidays, weekdays=(5, 6))

    assert set(expected(habits, "2024-09-16", "2024-12-15")) >= set(days("2024-10-05", "2024-10-13"))


def test_a_weekend_that_was_open_within_the_closure_in_one_of_two_years_leaves_no_hole() -> None:
    dates = pd.date_range("2022-01-10", "2024-09-15", unit="s")
    closed = is_closed(dates, ("2022-10-04", "2022-10-15"), ("2023-10-02", "2023-10-14"))
    closed &= ~is_closed(dates, ("2023-10-07", "2023-10-08"))

    habits = ClosingHabits.learn(dates, closed, DE, WEEKS)

    found = expected(habits, "2024-09-16", "2024-12-15")
    assert found == days(found[0], found[-1])
    assert len(found) >= 11


def test_weekends_that_were_open_within_the_closure_in_both_years_are_expected_to_be_open() -> None:
    weeks = (("2022-10-03", "2022-10-07"), ("2022-10-10", "2022-10-14"))
    weeks_later = (("2023-10-02", "2023-10-06"), ("2023-10-09", "2023-10-13"))

    habits = learnt("2022-01-10", "2024-09-15", *weeks, *weeks_later)

    assert expected(habits, "2024-09-16", "2024-12-15") == [
        *days("2024-09-30", "2024-10-04"),
        *days("2024-10-07", "2024-10-11"),
    ]


def test_school_holidays_from_monday_to_friday_return_in_their_week() -> None:
    weeks = (("2022-10-31", "2022-11-04"), ("2023-10-30", "2023-11-03"))

    habits = learnt("2022-01-10", "2024-09-15", *weeks, weekdays=(5, 6))

    closed = [day for day in expected(habits, "2024-10-04", "2024-12-15") if dt.date.fromisoformat(day).weekday() < 5]
    assert closed == days("2024-10-28", "2024-11-01")


@pytest.mark.parametrize("shift", [-4, -1, 2, 5])
def test_a_fortnight_that_shifts_by_a_few_days_is_closed_on_the_days_that_both_years_share(shift: int) -> None:
    summers = (("2023-08-01", "2023-08-14"), around("2024-08-01", shift, shift + 13))

    habits = learnt("2022-10-01", "2025-06-30", *summers)

    found = expected(habits, "2025-07-01", "2025-09-30")
    assert found == days(found[0], found[-1])
    assert len(found) >= 14 - abs(shift)
    assert found[0] >= "2025-07-28"
    assert found[-1] <= "2025-08-19"


def test_closures_of_other_lengths_and_months_are_not_expected_to_return() -> None:
    habits = learnt(
        "2021-01-11",
        "2024-12-31",
        ("2021-06-07", "2021-06-20"),
        ("2022-08-22", "2022-08-27"),
        ("2023-03-06", "2023-03-12"),
        ("2024-11-04", "2024-11-24"),
    )

    assert expected(habits, "2025-01-02", "2025-12-20") == []


def test_vacations_at_random_rarely_close_a_day_of_the_next_year() -> None:
    to_come = pd.date_range("2025-01-01", "2025-12-31", unit="s")
    wrong = 0
    for seed in range(40):
        rng = np.random.default_rng(seed)
        dates = pd.date_range("2021-01-01", "2024-12-31", unit="s")
        closed = rng.random(len(dates)) < 0.005
        for year in range(4):
            first = 365 * year + int(rng.integers(350))
            closed[first : first + int(rng.integers(3, 15))] = True
        wrong += int(ClosingHabits.learn(dates, closed, DE, WEEKS).expected(to_come, DE).sum())

    assert wrong / 40 < 2


def test_fewer_than_two_closures_need_no_calendar_of_feasts() -> None:
    closed = np.zeros(800, dtype=np.bool_)
    closed[100:110] = True

    closures, is_part = learn_yearly_closures(dt.date(2023, 1, 2), closed, closed, DE, is_irregular=False)

    assert closures == ()
    assert not is_part.any()


#: First and last day of the autumn holidays of Lower Saxony.
AUTUMN = {
    2023: ("2023-10-16", "2023-10-30"),
    2024: ("2024-10-04", "2024-10-19"),
    2025: ("2025-10-13", "2025-10-25"),
}


def school_calendar(*years: int) -> HolidayCalendar:
    """A calendar that knows the autumn holidays of some years."""
    ranges = [tuple(map(dt.date.fromisoformat, AUTUMN[year])) for year in years]
    return HolidayCalendar("DE", "NI").with_school_holidays(
        tuple(SchoolHoliday("Herbstferien", first, last) for first, last in ranges)
    )


def test_a_canteen_that_closes_in_school_holidays_closes_in_those_to_come() -> None:
    calendar = school_calendar(2023, 2024, 2025)

    habits = learnt("2023-03-01", "2025-09-30", AUTUMN[2023], AUTUMN[2024], weekdays=(5, 6), calendar=calendar)

    closed = expected(habits, "2025-10-01", "2025-10-31", calendar)
    working_days = [day for day in closed if dt.date.fromisoformat(day).weekday() < 5]
    assert working_days == [*days("2025-10-13", "2025-10-17"), *days("2025-10-20", "2025-10-24")]


def test_a_weekend_that_was_open_within_one_of_two_closures_does_not_divide_the_closure() -> None:
    calendar = school_calendar(2023, 2024, 2025)
    of_2024 = (("2024-10-04", "2024-10-11"), ("2024-10-14", "2024-10-19"))

    habits = learnt("2023-03-01", "2025-09-30", AUTUMN[2023], *of_2024, calendar=calendar)

    closed = expected(habits, "2025-10-05", "2025-10-30", calendar)
    assert set(closed) >= set(days("2025-10-13", "2025-10-25"))
    assert set(closed) <= set(days("2025-10-12", "2025-10-28"))


def test_a_school_holiday_that_nobody_has_told_yet_is_no_anchor() -> None:
    told, untold = school_calendar(2023, 2024, 2025), school_calendar(2023, 2024)
    history = ("2023-03-01", "2025-09-30", AUTUMN[2023], AUTUMN[2024])

    with_dates = learnt(*history, calendar=told)
    without = learnt(*history, calendar=untold)

    assert [closure.anchor.text for closure in with_dates.yearly_closures] == ["Herbstferien"]
    assert "Herbstferien" not in [closure.anchor.text for closure in without.yearly_closures]


def test_a_closure_that_outlasts_the_school_holiday_keeps_its_length() -> None:
    calendar = school_calendar(2023, 2024, 2025)
    closures = (("2023-10-16", "2023-11-05"), ("2024-10-04", "2024-10-24"))

    habits = learnt("2023-03-01", "2025-09-30", *closures, calendar=calendar)

    closed = expected(habits, "2025-10-05", "2025-11-10", calendar)
    assert closed == days("2025-10-13", "2025-11-02")

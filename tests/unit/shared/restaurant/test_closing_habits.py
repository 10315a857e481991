"""Closing habits: weekdays, public holidays, and days that return every year."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from shared.restaurant.calendar import HolidayCalendar
from shared.restaurant.closing_habits import ClosingHabits, ClosingKind, ClosingReason
from shared.restaurant.closing_holidays import ClosedHolidays
from shared.restaurant.closing_weekdays import ClosedWeekday
from shared.restaurant.feasts import Anchor, AnchorKind
from shared.restaurant.yearly_closures import YearlyClosure
from tests.support.closures import DE, WEEKS, expected, learnt

#: Easter Sundays.
EASTER = {2022: dt.date(2022, 4, 17), 2023: dt.date(2023, 4, 9), 2024: dt.date(2024, 3, 31), 2025: dt.date(2025, 4, 20)}


def weekly(habits: ClosingHabits) -> tuple[int, ...]:
    """The weekly closing days, 0 for Monday."""
    return tuple(each.weekday for each in habits.weekdays)


def test_a_weekday_is_a_habit_only_after_it_was_closed_for_weeks() -> None:
    assert weekly(learnt("2024-01-01", "2024-06-30", weekdays=(0,))) == (0,)
    assert weekly(learnt("2024-01-01", "2024-01-21", weekdays=(0,))) == ()


def test_a_restaurant_that_was_closed_throughout_has_no_weekly_closing_day() -> None:
    assert weekly(learnt("2024-01-01", "2024-12-31", ("2024-10-01", "2024-12-31"))) == ()


@pytest.mark.parametrize("open_days", [0, 1, 3, 5, 30])
@pytest.mark.parametrize("weekdays", [(), (0,)])
def test_a_long_closure_makes_no_weekday_a_habit(open_days: int, weekdays: tuple[int, ...]) -> None:
    closure = ("2024-08-05", "2024-10-20")
    last = dt.date(2024, 10, 20) + dt.timedelta(days=open_days)

    assert weekly(learnt("2023-01-01", str(last), closure, weekdays=weekdays)) == weekdays
    # Also where the restaurant had not been open for long before.
    assert weekly(learnt("2024-07-29", str(last), closure)) == ()


def test_a_holiday_that_was_always_closed_is_a_habit() -> None:
    christmas = [(f"{year}-12-25", f"{year}-12-25") for year in (2022, 2023)]
    habits = learnt("2022-01-01", "2024-10-31", *christmas, ("2023-04-10", "2023-04-10"))

    assert habits.holidays.names == ("Christmas Day",)
    assert expected(habits, "2024-12-20", "2024-12-31") == ["2024-12-25"]


@pytest.mark.parametrize("offset", [0, 49, 60])
def test_a_day_that_moves_with_easter_is_a_habit_without_being_a_public_holiday(offset: int) -> None:
    moved = {year: sunday + dt.timedelta(days=offset) for year, sunday in EASTER.items()}
    past = [(str(moved[year]), str(moved[year])) for year in (2023, 2024)]
    habits = learnt("2022-08-01", "2025-02-28", *past)

    assert expected(habits, "2025-03-01", "2025-08-31") == [str(moved[2025])]


@pytest.mark.parametrize("weekdays", [(), (0,)])
def test_a_closure_on_the_same_dates_of_every_year_is_a_habit(weekdays: tuple[int, ...]) -> None:
    breaks = (("2022-08-01", "2022-08-14"), ("2023-08-01", "2023-08-14"), ("2024-08-03", "2024-08-16"))
    habits = learnt("2021-09-01", "2025-06-30", *breaks, weekdays=weekdays)

    found = expected(habits, "2025-08-01", "2025-08-31")
    assert set(found) >= {f"2025-08-{day:02}" for day in range(3, 15)}
    assert all(dt.date.fromisoformat(day).weekday() in weekdays for day in found if day > "2025-08-14")


def test_a_closure_of_every_april_makes_no_day_after_easter_a_habit() -> None:
    habits = learnt("2022-08-01", "2025-02-28", ("2023-04-01", "2023-04-14"), ("2024-04-01", "2024-04-14"))

    # Easter Monday, a public holiday, fell into both.
    assert expected(habits, "2025-03-01", "2025-06-30") == [f"2025-04-{day:02}" for day in [*range(1, 15), 21]]


def test_a_closure_around_every_easter_makes_no_date_a_habit() -> None:
    around = [
        (str(EASTER[year] - dt.timedelta(days=7)), str(EASTER[year] + dt.timedelta(days=7))) for year in (2023, 2024)
    ]
    habits = learnt("2022-08-01", "2025-02-28", *around)

    assert expected(habits, "2025-03-01", "2025-06-30") == [
        str(EASTER[2025] + dt.timedelta(days=offset)) for offset in range(-7, 8)
    ]


def test_days_move_with_the_easter_that_the_country_keeps() -> None:
    orthodox = {2023: "2023-04-16", 2024: "2024-05-05", 2025: "2025-04-20", 2026: "2026-04-12"}
    greece = HolidayCalendar("GR")
    dates = pd.date_range("2022-08-01", "2026-01-31", unit="s")
    # The third day before Easter, which is no public holiday.
    days = {year: pd.Timestamp(sunday) - pd.Timedelta(days=3) for year, sunday in orthodox.items()}
    habits = ClosingHabits.learn(dates, dates.isin(list(days.values())), greece, WEEKS)

    spring = pd.date_range("2026-02-01", "2026-06-30", unit="s")
    assert spring[habits.expected(spring, greece)].tolist() == [days[2026]]


@pytest.mark.parametrize("share", [0.06, 0.1, 0.3])
def test_a_restaurant_that_closes_at_random_has_no_habits(share: float) -> None:
    dates = pd.date_range("2021-01-01", "2024-12-31", unit="s")
    closed = np.random.default_rng(1).random(len(dates)) < share
    habits = ClosingHabits.learn(dates, closed, DE, WEEKS)

    assert habits.dates == ()
    assert habits.easter_offsets == ()
    assert habits.yearly_closures == ()


def test_a_holiday_that_fell_on_the_weekly_closing_day_is_no_habit() -> None:
    # 1 May 2023, Christmas 2023 and New Year 2024 were Mondays.
    habits = learnt("2023-01-02", "2024-03-31", weekdays=(0,))

    assert habits.holidays == ClosedHolidays()
    assert expected(habits, "2024-05-01", "2024-05-01") == []


def test_a_closure_of_one_year_is_no_habit() -> None:
    habits = learnt("2022-09-01", "2025-06-30", ("2024-08-03", "2024-08-16"))

    assert expected(habits, "2025-07-01", "2025-09-30") == []


def test_a_closure_of_months_is_not_expected_to_return() -> None:
    habits = learnt("2019-06-01", "2021-12-31", ("2020-03-16", "2020-05-15"), ("2021-01-01", "2021-05-20"))

    assert expected(habits, "2022-01-01", "2022-06-30") == []


def test_weekly_closing_days_make_no_date_a_habit() -> None:
    habits = learnt("2022-01-01", "2024-06-30", weekdays=(0, 6))

    assert habits.dates == ()
    assert habits.easter_offsets == ()


def test_a_new_weekly_closing_day_replaces_the_old_one() -> None:
    dates = pd.date_range("2023-01-02", "2024-06-30", unit="s")
    closed = np.where(dates < pd.Timestamp("2024-04-01"), dates.day_of_week == 0, dates.day_of_week == 1)

    assert weekly(ClosingHabits.learn(dates, closed, DE, WEEKS)) == (1,)


def test_the_reason_names_the_habit_that_closes_a_day() -> None:
    spring = YearlyClosure(Anchor(AnchorKind.HOLIDAY, "Chinese New Year (Spring Festival)"), -3, 11, 3)
    habits = ClosingHabits(
        weekdays=(ClosedWeekday(0, 7, 7, is_guess=True),),
        holidays=ClosedHolidays(("Labor Day",), 9),
        dates=((8, 4),),
        easter_offsets=(-2, 0),
        yearly_closures=(spring, YearlyClosure(Anchor.of_date(dt.date(2025, 12, 20)), 0, 9, 2)),
    )
    china = HolidayCalendar("CN")

    def reason(day: str) -> ClosingReason | None:
        return habits.reason(dt.date.fromisoformat(day), china)

    assert reason("2026-02-11") is None
    assert reason("2026-06-01") == ClosingReason(
        ClosingKind.WEEKDAY, "closed on Mondays (7 of 7 so far)", is_guess=True
    )
    assert reason("2026-05-01") == ClosingReason(ClosingKind.HOLIDAY, "closed on Labor Day")
    assert reason("2026-06-19") == ClosingReason(
        ClosingKind.PUBLIC_HOLIDAYS,
        "closed on public holidays (the last 9 of 9), and so on Dragon Boat Festival",
        is_guess=True,
    )
    assert reason("2026-02-24") == ClosingReason(
        ClosingKind.YEARLY_CLOSURE,
        "closed around Chinese New Year (Spring Festival) from 14 February to 28 February, as in 3 years before",
    )
    assert reason("2026-12-22") == ClosingReason(
        ClosingKind.YEARLY_CLOSURE, "closed from 20 December to 29 December, as in 2 years before"
    )
    assert reason("2026-08-04") == ClosingReason(ClosingKind.DATE, "closed on 4 August, as in the years before")
    assert reason("2026-04-03") == ClosingReason(
        ClosingKind.EASTER, "closed 2 days before Easter Sunday, as in the years before"
    )


def test_the_expected_days_are_the_days_with_a_reason() -> None:
    habits = learnt(
        "2023-01-02", "2025-03-31", ("2023-08-07", "2023-08-20"), ("2024-08-05", "2024-08-18"), weekdays=(6,)
    )
    dates = pd.date_range("2025-04-01", "2025-12-31", unit="s")

    closed = habits.expected(dates, DE)

    assert closed.tolist() == [habits.reason(date.date(), DE) is not None for date in dates]
    assert closed.sum() > 45


def test_stored_habits_come_back_as_they_were() -> None:
    habits = ClosingHabits(
        weekdays=(ClosedWeekday(0, 27, 28),),
        holidays=ClosedHolidays(("Christmas Day",), 12),
        dates=((8, 3), (8, 4)),
        easter_offsets=(-2, 49),
        yearly_closures=(YearlyClosure(Anchor(AnchorKind.FEAST, "Ramadan"), 0, 28, 2, (5, 6)),),
    )

    assert ClosingHabits.from_payload(habits.to_payload()) == habits

"""Weekly closing days: for certain, as a guess, and with exceptions."""

import datetime as dt
from collections.abc import Collection

import numpy as np
import pandas as pd
import pytest

from shared.restaurant.closing_habits import ClosingHabits, ClosingKind
from tests.support.closures import DE, WEEKS, expected, is_closed, learnt

#: A Monday on which, or some weeks before which, the histories end.
LAST_MONDAY = dt.date(2025, 11, 24)


def with_open_mondays(weeks: int, weeks_ago: Collection[int]) -> ClosingHabits:
    """The habits of a restaurant that was closed on all of its Mondays but some.

    Args:
        weeks: Number of Mondays of the history.
        weeks_ago: The open Mondays: 1 for the last Monday of the history.
    """
    dates = pd.date_range(end=LAST_MONDAY + dt.timedelta(days=6), periods=7 * weeks, unit="s")
    opened = [pd.Timestamp(LAST_MONDAY) - pd.Timedelta(weeks=ago - 1) for ago in weeks_ago]
    return ClosingHabits.learn(dates, is_closed(dates, weekdays=(0,)) & ~dates.isin(opened), DE, WEEKS)


@pytest.mark.parametrize("weeks", [4, 5, 6, 7])
def test_mondays_that_were_always_closed_in_a_new_cafe_are_guessed_to_be_closed(weeks: int) -> None:
    habits = with_open_mondays(weeks, ())

    assert expected(habits, "2025-12-01", "2025-12-14") == ["2025-12-01", "2025-12-08"]
    reason = habits.reason(dt.date(2025, 12, 1), DE)
    assert reason is not None
    assert (reason.kind, reason.is_guess) == (ClosingKind.WEEKDAY, True)
    assert reason.text == f"closed on Mondays ({weeks} of {weeks} so far)"


def test_mondays_that_were_closed_for_eight_weeks_are_no_guess() -> None:
    reason = with_open_mondays(8, ()).reason(dt.date(2025, 12, 1), DE)

    assert reason is not None
    assert (reason.text, reason.is_guess) == ("closed on Mondays (8 of the last 8)", False)


def test_a_new_cafe_that_opened_on_one_of_seven_mondays_is_expected_to_be_open() -> None:
    assert with_open_mondays(7, [4]).weekdays == ()


@pytest.mark.parametrize("weeks", [4, 7])
def test_a_weekday_that_was_always_open_and_closes_for_weeks_is_guessed_to_be_closed(weeks: int) -> None:
    habits = with_open_mondays(30, range(weeks + 1, 31))

    assert expected(habits, "2025-12-01", "2025-12-14") == ["2025-12-01", "2025-12-08"]
    reason = habits.reason(dt.date(2025, 12, 1), DE)
    assert reason is not None
    assert (reason.text, reason.is_guess) == (f"closed on Mondays ({weeks} of {weeks} so far)", True)


def test_three_closed_mondays_begin_no_habit() -> None:
    assert with_open_mondays(30, range(4, 31)).weekdays == ()


def test_four_closed_mondays_begin_no_habit_where_every_second_monday_was_closed() -> None:
    assert with_open_mondays(30, range(5, 31, 2)).weekdays == ()


@pytest.mark.parametrize("ago", [1, 2, 4, 7, 8, 20, 28])
def test_one_open_monday_in_28_leaves_mondays_closed(ago: int) -> None:
    habits = with_open_mondays(30, [ago])

    assert expected(habits, "2025-12-01", "2025-12-14") == ["2025-12-01", "2025-12-08"]


@pytest.mark.parametrize("opened", [(1, 2), (1, 2, 3), (1, 2, 3, 4, 5, 6)])
def test_a_monday_on_which_the_restaurant_begins_to_open_is_open(opened: tuple[int, ...]) -> None:
    assert with_open_mondays(52, opened).weekdays == ()


@pytest.mark.parametrize("opened", [(2, 5), (3, 12, 20), (4, 9, 11, 15)])
def test_a_restaurant_that_is_closed_on_most_mondays_only_is_open(opened: tuple[int, ...]) -> None:
    assert with_open_mondays(52, opened).weekdays == ()


def test_a_closure_of_a_week_in_a_new_cafe_makes_no_weekday_a_closing_day() -> None:
    assert learnt("2025-09-01", "2025-10-05", ("2025-09-08", "2025-09-28")).weekdays == ()


def test_public_holidays_tell_nothing_about_a_weekday() -> None:
    # Open on Easter Monday and Pentecost Monday, when guests come.
    dates = pd.date_range("2024-06-03", "2025-06-15", unit="s")
    closed = is_closed(dates, weekdays=(0,)) & ~dates.isin([pd.Timestamp("2025-04-21"), pd.Timestamp("2025-06-09")])

    assert [each.weekday for each in ClosingHabits.learn(dates, closed, DE, WEEKS).weekdays] == [0]


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("share", [0.05, 0.2, 0.3])
def test_days_closed_at_random_make_no_weekday_a_closing_day(share: float, seed: int) -> None:
    dates = pd.date_range("2024-01-01", "2025-12-31", unit="s")
    closed = np.random.default_rng(seed).random(len(dates)) < share

    assert ClosingHabits.learn(dates, closed, DE, WEEKS).weekdays == ()

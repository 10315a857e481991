"""The closure in which a history ends, and how long it is expected to go on."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from shared.restaurant.closing_habits import LONGEST_HABIT
from shared.restaurant.ongoing_closure import OngoingClosure

END = dt.date(2026, 3, 31)


def ending_in(closed_days: int, open_days: int = 100) -> OngoingClosure | None:
    """The closure of a history that ends in `closed_days` closed days."""
    return OngoingClosure.of_history(END, np.arange(open_days + closed_days) >= open_days)


@pytest.mark.parametrize("closed_days", [0, 1, 14, LONGEST_HABIT])
def test_a_closure_no_longer_than_a_habit_is_not_expected_to_go_on(closed_days: int) -> None:
    assert ending_in(closed_days) is None


def test_a_longer_closure_is_expected_to_last_as_long_again() -> None:
    closure = ending_in(LONGEST_HABIT + 2)

    assert closure == OngoingClosure(since=dt.date(2026, 3, 2), until=dt.date(2026, 4, 30))
    dates = pd.date_range("2026-04-29", "2026-05-02", unit="s")
    assert closure.expected(dates, None).tolist() == [True, True, False, False]
    assert closure.expected(dates, dt.date(2026, 4, 30)).tolist() == [True, False, False, False]
    assert OngoingClosure.from_payload(closure.to_payload()) == closure


def test_a_history_without_an_open_day_has_no_closure() -> None:
    assert ending_in(90, open_days=0) is None


def test_a_closure_that_comes_every_year_is_expected_to_end_on_its_usual_day() -> None:
    closed = np.arange(140) >= 100

    closure = OngoingClosure.of_history(END, closed, usual_end=END + dt.timedelta(days=9))

    assert closure is not None
    assert closure.until == END + dt.timedelta(days=9)


RAMADAN = (dt.date(2026, 3, 12), dt.date(2026, 4, 10))


@pytest.mark.parametrize("closed_days", [18, 20, 22])
def test_a_closure_that_began_with_a_fast_is_expected_to_end_with_it(closed_days: int) -> None:
    closure = OngoingClosure.of_history(END, np.arange(100 + closed_days) >= 100, fast=RAMADAN)

    assert closure == OngoingClosure(END - dt.timedelta(days=closed_days - 1), RAMADAN[1])


@pytest.mark.parametrize("closed_days", [4, 14, 26])
def test_another_closure_within_a_fast_is_a_short_one(closed_days: int) -> None:
    assert OngoingClosure.of_history(END, np.arange(100 + closed_days) >= 100, fast=RAMADAN) is None

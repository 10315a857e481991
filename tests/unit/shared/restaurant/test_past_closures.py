"""Lengths of past closures, and closed days that stand out from their weekday."""

import numpy as np
import pytest

from shared.restaurant.past_closures import closure_lengths, out_of_line


def weeks(number: int, *weekdays: int) -> np.ndarray:
    """Closed days of some weeks in which the restaurant closed on some weekdays."""
    return np.isin(np.arange(7 * number) % 7, weekdays)


def test_every_day_of_a_closure_has_the_length_of_the_closure() -> None:
    closed = np.array([False, True, True, False, True])

    assert closure_lengths(closed).tolist() == [0, 2, 2, 0, 1]
    assert closure_lengths(np.ones(3, dtype=np.bool_)).tolist() == [3, 3, 3]
    assert closure_lengths(np.zeros(0, dtype=np.bool_)).tolist() == []


def test_a_weekly_closing_day_does_not_stand_out() -> None:
    closed = weeks(20, 0)
    closed[73] = True

    assert np.flatnonzero(out_of_line(closed, closure_lengths(closed))).tolist() == [73]


@pytest.mark.parametrize("length", [14, 60, 150])
def test_within_a_long_closure_all_days_but_the_weekly_closing_day_stand_out(length: int) -> None:
    closed = weeks(60, 0)
    closed[101 : 101 + length] = True

    found = np.flatnonzero(out_of_line(closed, closure_lengths(closed)))

    assert found.tolist() == [day for day in range(101, 101 + length) if day % 7]


def test_nothing_stands_out_where_no_week_was_open() -> None:
    closed = np.ones(40, dtype=np.bool_)

    assert not out_of_line(closed, closure_lengths(closed)).any()

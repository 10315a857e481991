"""Days on which nothing was sold: slow open days where chance explains them, and else closed days."""

import numpy as np
import pytest

from training_service.learning.open_days import closed_days

DAYS = 200
WEEKDAYS = np.arange(DAYS) % 7
SUNDAY = WEEKDAYS == 6


def slow(chance_of_sale: float, seed: int, dishes: int = 1) -> np.ndarray:
    """Units of slow dishes with a row on every day, shape (dishes, DAYS)."""
    rng = np.random.default_rng(seed)
    return rng.binomial(3, chance_of_sale / 3, (dishes, DAYS)).astype(float)


@pytest.mark.parametrize("chance_of_sale", [0.2, 0.5, 0.8, 0.95])
def test_the_zeros_of_a_single_dish_close_no_day(chance_of_sale: float) -> None:
    sales = slow(chance_of_sale, seed=1)

    assert closed_days(sales, WEEKDAYS).sum() == 0


def test_a_day_without_a_row_is_closed() -> None:
    sales = slow(0.5, seed=2)
    sales[:, 50:53] = np.nan

    assert np.flatnonzero(closed_days(sales, WEEKDAYS)).tolist() == [50, 51, 52]


def test_days_of_zeros_of_a_few_slow_dishes_are_open() -> None:
    sales = slow(0.4, seed=3, dishes=3)

    assert (sales.sum(axis=0) == 0).sum() > 20
    assert closed_days(sales, WEEKDAYS).sum() == 0


@pytest.mark.parametrize("dishes", [1, 3])
def test_a_weekday_that_never_had_a_sale_is_closed_with_rows_of_zero(dishes: int) -> None:
    sales = slow(0.4, seed=4, dishes=dishes)
    sales[:, SUNDAY] = 0

    np.testing.assert_array_equal(closed_days(sales, WEEKDAYS), SUNDAY)


def test_a_holiday_of_weeks_is_closed_with_rows_of_zero() -> None:
    sales = slow(0.6, seed=5, dishes=2)
    sales[:, 90:120] = 0

    closed = closed_days(sales, WEEKDAYS)

    assert closed[90:120].all()
    assert closed.sum() < 35


def test_a_day_of_zeros_of_dishes_that_sell_daily_is_closed() -> None:
    sales = np.random.default_rng(6).poisson(9.0, (4, DAYS)).astype(float)
    sales[:, [7, 30, 31, 150]] = 0

    assert np.flatnonzero(closed_days(sales, WEEKDAYS)).tolist() == [7, 30, 31, 150]


def test_a_dish_that_is_new_does_not_make_days_of_zeros_probable() -> None:
    sales = np.random.default_rng(7).poisson(9.0, (2, DAYS)).astype(float)
    sales[1, :150] = 0
    sales[:, 20] = 0

    assert np.flatnonzero(closed_days(sales, WEEKDAYS)).tolist() == [20]


def test_days_of_zeros_alone_are_closed() -> None:
    assert closed_days(np.zeros((1, DAYS)), WEEKDAYS).all()

"""The smoothing learns level and week, and not from holidays or closed days."""

import numpy as np
import pytest

from shared.arrays import FloatArray
from shared.config import PipelineConfig
from shared.forecasting.smoothing import LEVEL_RATES
from shared.restaurant.calendar import HolidayCalendar
from tests.support.stores import noisy_store
from training_service.learning.fitting.smoothing import SmoothingHistory, smooth, smooth_days

WEEK = np.array([10.0, 12, 14, 16, 18, 30, 40])


def run(sales: FloatArray, holidays: tuple[int, ...] = ()) -> SmoothingHistory:
    """Smooths one dish whose first day is a Monday."""
    is_holiday = np.zeros(len(sales), dtype=np.bool_)
    is_holiday[list(holidays)] = True
    weekdays = np.arange(len(sales)) % 7
    return smooth(sales[None, :], weekdays, is_holiday, [""] * len(sales), weekdays)


def week_ahead(history: SmoothingHistory) -> FloatArray:
    """Forecast of Monday to Sunday after a history of whole weeks."""
    forecast: FloatArray = history.end.level()[0] * history.end.profile()[0]
    return forecast


def test_a_week_that_repeats_is_forecast_again() -> None:
    forecast = week_ahead(run(np.tile(WEEK, 80)))

    assert forecast == pytest.approx(WEEK, rel=0.06)


def test_forecasts_follow_a_new_level_and_keep_the_weekday_profile() -> None:
    forecast = week_ahead(run(np.concatenate([np.tile(WEEK, 40), np.tile(WEEK * 2, 5)])))

    assert forecast.sum() == pytest.approx(2 * WEEK.sum(), rel=0.1)
    assert forecast / forecast.sum() == pytest.approx(WEEK / WEEK.sum(), abs=0.02)


def test_a_closed_month_changes_neither_the_level_nor_the_weekday_profile() -> None:
    open_weeks = np.tile(WEEK, 40)
    closed = np.full(28, np.nan)

    before, after = run(open_weeks), run(np.concatenate([open_weeks, closed]))

    assert after.end.levels == pytest.approx(before.end.levels)
    assert week_ahead(after) == pytest.approx(week_ahead(before), rel=0.01)


@pytest.mark.parametrize("open_weekdays", [(4, 5, 6), (5, 6), (1, 4, 6)])
def test_a_restaurant_that_opens_on_few_weekdays_gets_the_profile_of_these_days(open_weekdays: tuple[int, ...]) -> None:
    is_open = np.isin(np.arange(7), open_weekdays)
    forecast = week_ahead(run(np.where(np.tile(is_open, 80), np.tile(WEEK, 80), np.nan)))

    assert forecast[is_open] == pytest.approx(WEEK[is_open], rel=0.06)


def test_the_week_of_a_new_dish_is_close_to_that_of_its_store() -> None:
    rng, days = np.random.default_rng(4), np.arange(7 * 30)
    sales = rng.poisson(np.tile(WEEK, (5, 30))).astype(np.float64)
    young = np.where(days < 7 * 28, np.nan, sales[4])
    flat = rng.poisson(20.0, len(days)).astype(np.float64)

    end = smooth(np.vstack([sales[:4], young, flat]), days % 7, days < 0, [""] * len(days), days % 7).end

    alone, usual = run(young).end.profile()[0], WEEK / WEEK.mean()
    assert np.abs(end.profile()[4] - usual).max() < 0.7 * np.abs(alone - usual).max()
    assert end.profile()[5] == pytest.approx(np.ones(7), abs=0.25)
    np.testing.assert_array_equal(end.of(4).profile(), end.profile()[4:5])
    np.testing.assert_array_equal(type(end).from_state(end.of(4).to_state()).profile(), end.profile()[4:5])


def test_public_holidays_do_not_change_the_profile_of_their_weekday() -> None:
    sales = np.tile(WEEK, 40)
    holidays = tuple(range(7 * 30 + 1, 7 * 40 - 7, 7))  # ten Tuesdays
    sales[list(holidays)] = 200.0

    with_holidays = run(sales, holidays=holidays).end.profile()[0]
    without = run(sales).end.profile()[0]

    assert with_holidays[1] < without[1] / 2


def test_a_dish_without_sales_for_ten_weeks_is_forecast_at_less_than_one_unit() -> None:
    forecast = week_ahead(run(np.concatenate([np.tile(WEEK, 20), np.zeros(70)])))

    assert (forecast >= 0).all()
    assert forecast.max() < 1.0


def test_the_first_sale_is_the_first_level() -> None:
    sales = np.full(21, np.nan)
    sales[14] = 8.0

    assert run(sales).levels[14, 0] == pytest.approx(np.full(4, 8.0), rel=0.2)
    assert np.isnan(run(sales).levels[13, 0]).all()


def test_a_weekday_on_which_a_dish_is_never_sold_does_not_lower_its_level() -> None:
    history = run(np.tile([0.0, 20, 20, 20, 20, 20, 20], 70))

    last_weeks = history.expected[-28:, 0]
    assert last_weeks.max() / last_weeks.min() < 1.01
    assert week_ahead(history)[1:] == pytest.approx(20.0, rel=0.02)


def test_the_first_regular_day_replaces_the_level_of_a_dish_that_was_first_sold_on_a_holiday() -> None:
    history = run(np.array([100.0, 20.0, 20.0]), holidays=(0,))

    assert history.expected[0, 0] == pytest.approx(100.0)
    assert history.expected[1, 0] == pytest.approx(20.0)


def level_of(*periods: tuple[float, int], dishes: int = 30) -> tuple[FloatArray, FloatArray]:
    """The level that forecasts and the level of the rate 0.1, of dishes that sell counts around the same means.

    Args:
        periods: Units a day and number of days of each period, oldest first.
        dishes: Number of dishes.
    """
    means = np.concatenate([np.full(days, mean) for mean, days in periods])
    sales = np.random.default_rng(7).poisson(means, (dishes, len(means))).astype(np.float64)
    weekdays = np.arange(len(means)) % 7
    end = smooth(sales, weekdays, np.zeros(len(means), dtype=np.bool_), [""] * len(means), weekdays).end
    return end.level(), end.levels[:, LEVEL_RATES.index(0.1)]


@pytest.mark.parametrize("mean", [0.2, 0.9, 5.0])
def test_the_level_of_a_steady_dish_is_a_mean_of_many_days(mean: float) -> None:
    level, of_one_rate = level_of((mean, 210))

    assert level.mean() == pytest.approx(mean, rel=0.1)
    assert np.abs(level - mean).mean() < 0.8 * np.abs(of_one_rate - mean).mean()


def test_a_level_that_fell_by_half_five_weeks_ago_has_fallen() -> None:
    level, _ = level_of((20.0, 175), (10.0, 35))

    assert level.mean() == pytest.approx(10.0, rel=0.05)


@pytest.mark.parametrize(("before", "after"), [(20.0, 10.0), (20.0, 32.0)])
def test_a_level_that_moved_a_fortnight_ago_is_found_sooner_than_by_one_rate(before: float, after: float) -> None:
    level, of_one_rate = level_of((before, 196), (after, 14))

    assert abs(level.mean() - after) < 0.7 * abs(of_one_rate.mean() - after)


def test_errors_of_the_levels_are_stored() -> None:
    end = run(np.random.default_rng(2).poisson(np.tile(WEEK, 20)).astype(np.float64)).end

    np.testing.assert_array_equal(type(end).from_state(end.to_state()).level(), end.level())


@pytest.mark.parametrize("changed_day", [None, 100, 390])
def test_a_smoothing_that_continues_an_earlier_one_is_that_of_the_whole_history(changed_day: int | None) -> None:
    store, config = noisy_store(800), PipelineConfig()
    days = store.days(HolidayCalendar("DE"), config)
    sales = np.array(list(store.sales.values()))
    earlier = smooth_days(sales[:, :391], days[:391])
    sales = sales.copy()
    if changed_day is not None:  # a strange day that was limited earlier, and is not any more
        sales[0, changed_day] += 50.0

    continued, alone = smooth_days(sales, days, earlier), smooth_days(sales, days)

    assert np.isfinite(alone.effects[:, 391:]).any()
    for name in ("expected", "levels", "profiles", "effects"):
        np.testing.assert_array_equal(getattr(continued, name), getattr(alone, name))
    assert continued.end.to_state().keys() == alone.end.to_state().keys()
    np.testing.assert_array_equal(continued.end.levels, alone.end.levels)
    np.testing.assert_array_equal(continued.end.sold, alone.end.sold)
    np.testing.assert_array_equal(continued.end.occasions.factors, alone.end.occasions.factors)
    np.testing.assert_array_equal(earlier.levels, alone.levels[:391] if changed_day is None else earlier.levels)

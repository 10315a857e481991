"""Days on which a dish sold far more than ever before are limited; events that last or come back are not."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from shared.arrays import FloatArray
from shared.config import PipelineConfig
from shared.restaurant.calendar import HolidayCalendar
from tests.support.stores import CALENDARS, real_store
from training_service.learning.outliers import limit_outliers
from training_service.learning.store_history import StoreHistory, build_store_history

START = dt.date(2024, 1, 1)  # a Monday
GB = HolidayCalendar("GB")


def usual(days: int, level: float = 14.0, seed: int = 1) -> FloatArray:
    """Sales that scatter around a level as counts do, shape (days,)."""
    return np.random.default_rng(seed).poisson(level, days).astype(np.float64)


def limited(units: FloatArray) -> StoreHistory:
    """The history of a sandwich with its strange days limited, beside a coffee that keeps the restaurant open."""
    dates = pd.date_range(START, periods=len(units), unit="s")
    rows = [
        pd.DataFrame({"date": dates, "dish": dish, "sales": sold})
        for dish, sold in (("sandwich", units), ("coffee", usual(len(units), 40.0)))
    ]
    return limit_outliers(build_store_history(pd.concat(rows), None, PipelineConfig()), GB)


def limits(units: FloatArray) -> dict[int, float]:
    """What the strange days of the sandwich are limited to, by position."""
    return {day.day: day.limit for day in limited(units).limited_now}


def day_of(date: str) -> int:
    """Position of a date in the history."""
    return (dt.date.fromisoformat(date) - START).days


@pytest.mark.parametrize("order", [60.0, 150.0, 900.0, 90_000.0])
@pytest.mark.parametrize("days_before_the_end", [0, 6, 41])
def test_one_order_is_limited_to_the_largest_sale_of_its_weekday(order: float, days_before_the_end: int) -> None:
    units = usual(110)
    day = len(units) - 1 - days_before_the_end
    units[day] = order

    found = limits(units)

    assert list(found) == [day]
    assert found[day] == units[day - 56 : day : 7].max()


def test_forecasters_learn_the_limit_and_the_report_still_knows_what_was_sold() -> None:
    units = usual(110)
    units[100] = 900.0

    history = limited(units)

    assert history.sales["sandwich"][100] < 30
    assert history.as_sold()["sandwich"][100] == 900.0


def test_an_order_in_the_first_days_is_limited_when_eight_days_are_known() -> None:
    units = usual(110)
    units[3] = 900.0

    history = limited(units)

    assert history.sales["sandwich"][3] < 30
    assert history.until(7).sales["sandwich"][3] == 900.0
    assert history.until(8).sales["sandwich"][3] < 30


def test_the_first_day_of_a_new_level_is_limited_until_the_second_is_known() -> None:
    units = usual(120)
    units[110:] = usual(10, 90.0)

    history = limited(units)

    assert history.limited_now == ()
    assert history.until(111).sales["sandwich"][110] < 30
    assert history.until(112).sales["sandwich"][110] == units[110]


def test_in_a_new_dish_a_day_three_times_as_large_is_kept() -> None:
    units = usual(20)
    units[10] = 3 * units[:10].max()

    assert limits(units) == {}


@pytest.mark.parametrize("cutoff", [5, 8, 15, 60, 111, 112, 130, 150, 400])
def test_the_history_of_an_earlier_day_knows_nothing_of_the_days_after_it(cutoff: int) -> None:
    units = usual(500)
    units[[50, 110, 300]] = 900.0, 150.0, 400.0
    units[111:125] += 100.0

    np.testing.assert_array_equal(
        limited(units).until(cutoff).sales["sandwich"], limited(units[:cutoff]).sales["sandwich"]
    )


def test_a_festival_that_returns_every_year_is_kept() -> None:
    units = usual(800)
    units[day_of("2024-09-14")] = 200.0
    units[day_of("2025-09-13")] = 220.0

    assert limits(units) == {}
    assert list(limits(units[:500])) == [day_of("2024-09-14")]


def test_a_public_holiday_may_sell_several_times_as_much_and_a_typing_error_on_it_may_not() -> None:
    units = usual(400)
    christmas = day_of("2024-12-25")
    units[christmas] = 110.0
    assert limits(units) == {}

    units[christmas] = 90_000.0
    assert list(limits(units)) == [christmas]


def test_a_peak_of_the_week_is_kept_old_or_new() -> None:
    dates = pd.date_range(START, periods=200)
    always = usual(200) + 100.0 * (dates.day_of_week == 5)
    since_two_weeks = usual(200)
    since_two_weeks[[187, 194]] = 90.0

    assert limits(always) == {}
    assert limits(since_two_weeks) == {}


def test_large_orders_that_come_every_few_weeks_are_kept() -> None:
    units = usual(400)
    units[20::45] = 120.0
    units[395] = 160.0

    assert limits(units) == {}


@pytest.mark.parametrize("batch", [3.0, 12.0, 40.0])
def test_a_dish_that_sells_a_batch_once_in_a_while_is_kept(batch: float) -> None:
    rng = np.random.default_rng(2)
    units = np.where(rng.random(400) < 0.05, batch * rng.integers(1, 4, 400), 0.0)
    regular = np.tile([0.0, 0, 0, batch], 60)

    assert limits(units) == {}
    assert limits(regular) == {}


def test_a_typing_error_in_a_dish_of_batches_is_limited() -> None:
    units = np.tile([0.0, 0, 0, 12.0], 60)
    units[200] = 90_000.0

    assert list(limits(units)) == [200]
    assert limits(units)[200] <= 12.0


def test_a_season_that_starts_again_is_kept() -> None:
    units = usual(800, 5.0)
    units[150:240] = usual(90, 80.0)
    units[515:605] = usual(90, 80.0)

    assert limits(units) == {}


def test_a_dish_that_grows_fast_is_kept() -> None:
    growth = np.exp(np.minimum(np.arange(200), 60) / 15.0)
    assert limits(np.round(usual(200, 5.0) * growth)) == {}


def test_low_days_are_never_limited() -> None:
    units = usual(110, 40.0)
    units[[60, 100]] = 0.0

    assert limits(units) == {}


@pytest.mark.parametrize("name", ["grilled_fish", "yaz", "kiel_bakery"])
def test_no_day_of_the_real_data_sets_is_limited(name: str, real_data: Callable[[str], Path]) -> None:
    store = real_store(real_data(name), PipelineConfig())

    assert limit_outliers(store, CALENDARS[name]).limited == ()


def test_a_history_with_limited_days_survives_being_stored() -> None:
    units = usual(110)
    units[100] = 900.0
    history = limited(units)

    restored = StoreHistory.from_payload(history.to_payload())

    assert restored.limited == history.limited
    np.testing.assert_array_equal(restored.sales["sandwich"], history.sales["sandwich"])

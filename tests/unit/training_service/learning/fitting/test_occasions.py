"""The effects of occasions are learnt from earlier years, and chance is not taken for an effect."""

import numpy as np
import pytest

from shared.arrays import FloatArray
from shared.forecasting.occasions import OccasionEffects, multiplier
from shared.forecasting.smoothing import SCALE_LEVEL
from training_service.learning.fitting.occasions import learn_occasions
from training_service.learning.fitting.smoothing import smooth

YEAR, HOLIDAY = 364, 300
DISHES = 4


def sold(years: int = 3, seed: int = 3) -> tuple[FloatArray, list[str]]:
    """Sales of four dishes that vary by chance around 25 units a day, and the occasions: one holiday a year."""
    days = years * YEAR
    occasions = ["holiday" if day % YEAR == HOLIDAY else "" for day in range(days)]
    return np.random.default_rng(seed).poisson(25.0, (DISHES, days)).astype(np.float64), occasions


def learn(sales: FloatArray, occasions: list[str]) -> tuple[FloatArray, OccasionEffects]:
    """Learns occasions with a level of 25 units and weekdays that are all alike."""
    days = sales.shape[1]
    levels, profiles = np.full((days, DISHES), 25.0), np.ones((days, DISHES, 7))
    return learn_occasions(sales, levels, profiles, np.arange(days) % 7, occasions)


def on(effects: OccasionEffects, occasion: str, weekday: int = 0) -> FloatArray:
    return effects.on([occasion], np.array([weekday]))[:, 0]


def test_a_holiday_is_forecast_with_the_factor_of_the_year_before() -> None:
    sales, occasions = sold()
    sales[:, HOLIDAY::YEAR] = 75.0

    learnt_before, at_the_end = learn(sales, occasions)

    assert np.isnan(learnt_before[:, HOLIDAY]).all()
    assert (learnt_before[:, HOLIDAY + 1] == 1.0).all()
    assert learnt_before[:, HOLIDAY + YEAR] == pytest.approx(3.0, rel=0.1)
    assert on(at_the_end, "holiday") == pytest.approx(3.0, rel=0.05)
    assert (on(at_the_end, "") == 1.0).all()
    assert np.isnan(on(at_the_end, "unheard of")).all()
    assert (multiplier(on(at_the_end, "unheard of")) == 1.0).all()


def test_a_holiday_on_another_weekday_takes_half_of_the_difference_between_the_weekdays() -> None:
    sales, occasions = sold()
    days = sales.shape[1]
    profiles = np.ones((days, DISHES, 7))
    profiles[:, :, 5] = 4.0
    sales[:, 5::7] *= 4.0
    sales[:, HOLIDAY::YEAR] = 100.0
    holiday_weekday = HOLIDAY % 7
    assert holiday_weekday != 5

    _, effects = learn_occasions(sales, np.full((days, DISHES), 25.0), profiles, np.arange(days) % 7, occasions)

    assert 25.0 * on(effects, "holiday", holiday_weekday) == pytest.approx(100.0, rel=0.05)
    # A Saturday sells four times as much as another day. The square root of this factor remains.
    assert 100.0 * on(effects, "holiday", 5) == pytest.approx(200.0, rel=0.05)


def test_an_occasion_that_varies_by_chance_only_has_next_to_no_effect() -> None:
    for seed in range(20):
        _, effects = learn(*sold(seed=seed))

        assert on(effects, "holiday") == pytest.approx(1.0, abs=0.25)


def test_a_dish_that_sells_more_than_the_others_on_a_holiday_has_an_effect_of_its_own() -> None:
    sales, occasions = sold()
    sales[0, HOLIDAY::YEAR] = 150.0

    goose, *others = on(learn(sales, occasions)[1], "holiday")

    assert goose > 4.5
    assert others == pytest.approx([1.0] * 3, abs=0.4)


def test_a_holiday_on_a_closed_day_teaches_no_effect() -> None:
    sales, occasions = sold()
    sales[:, HOLIDAY::YEAR] = np.nan

    assert learn(sales, occasions)[1].occasions == ()


def test_the_factor_of_a_day_does_not_depend_on_the_half_year_before_it() -> None:
    sales, occasions = sold()
    occasions = ["day off" if day % 60 == 0 else "" for day in range(len(occasions))]
    other = sales.copy()
    other[:, 600:] *= 5.0

    before, _ = learn(sales, occasions)
    after, _ = learn(other, occasions)

    np.testing.assert_array_equal(before[:, :780], after[:, :780])
    assert not np.array_equal(before, after)


def test_a_holiday_after_fewer_than_28_ordinary_days_has_no_effect() -> None:
    sales, occasions = sold(years=2)
    sales[:, HOLIDAY::YEAR] = 75.0
    first = HOLIDAY - 20

    assert (on(learn(sales[:, first:], occasions[first:])[1], "holiday") == 1.0).all()
    assert (on(learn(sales[:, first - 20 :], occasions[first - 20 :])[1], "holiday") > 2.0).all()


def test_a_holiday_whose_effect_was_learnt_does_not_move_the_level() -> None:
    sales, occasions = sold()
    sales[:, HOLIDAY::YEAR] = 75.0
    days = np.arange(sales.shape[1])

    history = smooth(sales, days % 7, np.zeros(len(days), dtype=np.bool_), occasions, days % 7)

    levels = history.levels[:, :, SCALE_LEVEL].mean(axis=1)
    moved = levels[HOLIDAY::YEAR] / levels[HOLIDAY - 1 :: YEAR]
    assert moved[0] == 1.0, "seen for the first time"
    assert moved[1:] == pytest.approx(1.0, abs=0.05)
    assert history.forecast_from(2 * YEAR + HOLIDAY, 1).mean() == pytest.approx(75.0, rel=0.2)


def test_stored_effects_are_the_learnt_effects() -> None:
    sales, occasions = sold()
    sales[:, HOLIDAY::YEAR] = 75.0
    _, effects = learn(sales, occasions)

    again = OccasionEffects.from_state(effects.to_state())

    np.testing.assert_array_equal(on(again, "holiday"), on(effects, "holiday"))
    np.testing.assert_array_equal(on(effects.of(2), "holiday"), on(effects, "holiday")[2:3])

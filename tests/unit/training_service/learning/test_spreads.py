"""Quantiles are as wide as the errors of the backtest, and rise with their level."""

from dataclasses import replace
from statistics import NormalDist

import numpy as np
import pytest

from shared.config import PipelineConfig
from shared.forecasting.spread import Spread
from shared.restaurant.calendar import HolidayCalendar
from tests.support.stores import noisy_store
from training_service.learning.spreads import Errors, store_spread
from training_service.learning.store_fit import fit_store
from training_service.learning.train_dish import train_dish

CONFIG = PipelineConfig(interval_allowance=0.0)
DE = HolidayCalendar("DE")


def errors(spread: float, count: int = 280, level: float = 16.0, growth: float = 0.0, seed: int = 1) -> Errors:
    """Normal errors with this standard deviation one day ahead, for forecasts of one level."""
    ahead = np.arange(count) % 14 + 1
    noise = np.random.default_rng(seed).normal(0, spread, count) * ahead**growth
    return Errors(noise, np.full(count, level), ahead, np.ones(count))


def test_the_80_percent_interval_covers_80_percent_of_new_errors_of_the_same_size() -> None:
    by_dish = {"soup": errors(3.0, count=2800), "fish": errors(6.0, count=2800, seed=2)}
    store = store_spread(by_dish, ("newyear",), CONFIG)
    assert store is not None

    for dish, sigma in (("soup", 3.0), ("fish", 6.0)):
        fresh = errors(sigma, count=2800, seed=3)
        quantiles = store.of_dish(by_dish[dish]).quantiles(
            fresh.forecast, fresh.ahead.astype(float), fresh.widths, [0.1, 0.9]
        )
        sales = fresh.forecast + fresh.error
        inside = (quantiles[:, 0] <= sales) & (sales <= quantiles[:, 1])
        assert inside.mean() == pytest.approx(0.8, abs=0.02)


def test_quantiles_beyond_the_stored_levels_grow_as_those_of_the_normal_distribution() -> None:
    store = store_spread({"soup": errors(3.0, count=2800)}, ("newyear",), CONFIG)
    assert store is not None
    levels = [0.001, 0.01, 0.5, 0.99, 0.999, 0.99999]

    [quantiles] = store.of_dish(errors(3.0)).quantiles(np.array([16.0]), np.array([1.0]), np.ones(1), levels)

    assert quantiles == pytest.approx([16 + 3 * NormalDist().inv_cdf(level) for level in levels], rel=0.15)
    assert (np.diff(quantiles) > 0.5).all()


def test_quantiles_beyond_the_stored_levels_do_not_cross_where_all_errors_are_positive() -> None:
    one_sided = Spread(scale=1.0, growth=0.0, shape=np.linspace(0.2, 2.0, 99), seen=())
    levels = [0.0001, 0.001, 0.005, 0.01, 0.5, 0.99, 0.999]

    [quantiles] = one_sided.quantiles(np.array([100.0]), np.array([1.0]), np.ones(1), levels)

    assert (np.diff(quantiles) > 0).all()


def test_the_width_of_a_dish_with_few_errors_is_drawn_to_the_width_of_its_store() -> None:
    store = store_spread({"soup": errors(2.0), "fish": errors(2.0, seed=2)}, ("newyear",), CONFIG)
    assert store is not None
    lucky = Errors(np.full(3, 0.1), np.full(3, 16.0), np.array([1, 2, 3]), np.ones(3))

    alone, few, many = (store.of_dish(each).scale for each in (errors(0.1), lucky, errors(2.0)))

    assert alone < few < many


def test_errors_that_grow_with_the_days_ahead_widen_the_quantiles() -> None:
    growing = store_spread({"soup": errors(2.0, growth=0.25)}, ("newyear",), CONFIG)
    steady = store_spread({"soup": errors(2.0)}, ("newyear",), CONFIG)
    assert growing is not None
    assert steady is not None

    assert growing.growth > 0.1 > steady.growth
    ahead = np.array([1.0, 14.0])
    widths = np.ptp(
        growing.of_dish(errors(2.0, growth=0.25)).quantiles(np.full(2, 16.0), ahead, np.ones(2), [0.1, 0.9]), axis=1
    )
    assert widths[1] > 1.2 * widths[0]


def test_a_store_with_too_few_errors_has_no_spread() -> None:
    assert store_spread({"soup": errors(2.0, count=20)}, ("newyear",), CONFIG) is None
    assert store_spread({}, ("newyear",), CONFIG) is None


def test_one_day_that_was_forecast_near_zero_does_not_blow_up_the_quantiles_of_all_others() -> None:
    level, sigma = 400.0, 20.0
    ordinary = errors(sigma, level=level)
    season_began = Errors(np.array([level - 1.0]), np.array([1.0]), np.array([1]), np.ones(1))
    store = store_spread({"soup": Errors.joined([ordinary, season_began])}, ("newyear",), CONFIG)
    alone = store_spread({"soup": ordinary}, ("newyear",), CONFIG)
    assert store is not None
    assert alone is not None

    with_it, without = (
        np.ptp(each.of_dish(ordinary).quantiles(np.array([level]), np.ones(1), np.ones(1), [0.1, 0.9]))
        for each in (store, alone)
    )

    assert with_it < 1.25 * without


def test_the_quantiles_of_exact_forecasts_are_the_forecast() -> None:
    store = store_spread({"soup": errors(0.0)}, ("newyear",), CONFIG)
    assert store is not None

    quantiles = store.of_dish(errors(0.0)).quantiles(np.array([5.0]), np.array([1.0]), np.ones(1), [0.1, 0.5, 0.9])

    np.testing.assert_allclose(quantiles, 5.0)


def test_quantiles_rise_with_their_level_and_are_never_negative() -> None:
    store = noisy_store(200)
    trained = train_dish("fish", store, fit_store(store, DE, PipelineConfig()), DE, PipelineConfig())
    levels = [0.005, 0.05, 0.25, 0.5, 0.75, 0.95, 0.995]
    assert trained.model.spread is not None

    quantiles = trained.model.spread.quantiles(
        np.array([0.0, 1.0, 12.0]), np.array([1.0, 2.0, 40.0]), np.ones(3), levels
    )

    assert (np.diff(quantiles, axis=1) >= 0).all()
    assert (quantiles >= 0).all()


def test_wide_errors_on_occasions_widen_the_quantiles_of_occasions_only() -> None:
    rng, occasion = np.random.default_rng(5), np.arange(2800) % 10 == 0
    widths = np.where(occasion, 1.8, 1.0)
    mixed = replace(errors(0.0, count=2800), error=rng.normal(0, 3.0, 2800) * widths, widths=widths)
    store = store_spread({"soup": mixed}, ("newyear",), CONFIG)
    assert store is not None
    spread = store.of_dish(mixed)

    widths = spread.widths(["", "newyear", "a holiday of this year"])
    reach = np.ptp(spread.quantiles(np.full(3, 16.0), np.ones(3), widths, [0.1, 0.9]), axis=1)

    assert reach[0] == pytest.approx(2 * 3.0 * NormalDist().inv_cdf(0.9), rel=0.06)
    assert reach[0] < reach[1] < reach[2]
    assert reach[2] == pytest.approx(1.8 * reach[0])


def test_a_stored_spread_gives_the_same_quantiles() -> None:
    store = store_spread({"soup": errors(2.0)}, ("newyear",), CONFIG)
    assert store is not None
    spread = store.of_dish(errors(2.0))
    assert Spread.from_state(spread.to_state()).seen == ("newyear",)
    arguments = (np.array([3.0, 9.0]), np.array([1.0, 8.0]), np.ones(2), [0.1, 0.33])

    np.testing.assert_array_equal(
        Spread.from_state(spread.to_state()).quantiles(*arguments), spread.quantiles(*arguments)
    )


def test_a_restaurant_of_one_dish_has_quantiles_from_the_weeks_before_its_folds() -> None:
    store = noisy_store(200)
    alone = replace(store, sales={"fish": store.sales["fish"]})
    trained = train_dish("fish", alone, fit_store(alone, DE, PipelineConfig()), DE, PipelineConfig())

    assert trained.model.spread is not None
    assert trained.figures[0].coverage_80 == pytest.approx(0.8, abs=0.15)

"""Whole portions are prepared, at the service level that costs least."""

import numpy as np
import pytest

from shared.forecasting.preparation import newsvendor_level, prepare_quantities


def test_portions_are_whole_and_meet_the_demand() -> None:
    assert prepare_quantities(np.array([0.0, 0.2, 3.0, 3.0000000001, 3.01])).tolist() == [0, 1, 3, 3, 4]


def test_the_service_level_is_missed_over_wasted_plus_missed() -> None:
    assert newsvendor_level(wasted=1.0, missed=3.0) == pytest.approx(0.75)
    assert newsvendor_level(wasted=2.0, missed=2.0) == pytest.approx(0.5)


def test_the_service_level_of_the_costs_has_the_least_average_cost() -> None:
    """Against the demand itself: no other whole number of portions costs less on average."""
    demand = np.random.default_rng(3).poisson(20.0, 20_000)
    wasted, missed = 2.0, 5.0
    level = newsvendor_level(wasted, missed)

    def cost(portions: int) -> float:
        return float(np.mean(wasted * np.maximum(portions - demand, 0) + missed * np.maximum(demand - portions, 0)))

    (chosen,) = prepare_quantities(np.array([np.quantile(demand, level)]))

    assert chosen == min(range(60), key=cost)

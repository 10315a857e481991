"""Figures of the champion: scores of its quantiles, errors by days ahead, errors by fold."""

import datetime as dt

import numpy as np
import pytest

from shared.config import PipelineConfig
from training_service.learning.champion_figures import Intervals, expected_mae, fold_entries, horizon_entries
from training_service.learning.selection import ChampionFold
from training_service.learning.spreads import Errors, store_spread


def fold(cutoff: int, actual: list[float], forecast: list[float]) -> ChampionFold:
    """A fold of days without occasions."""
    ahead = np.arange(1, len(actual) + 1)
    return ChampionFold(cutoff, ahead, np.array(actual), np.ones(len(actual)), np.array(forecast), naive_mae=4.0)


def noisy_fold(cutoff: int, sigma: float, days: int = 14) -> ChampionFold:
    """A fold with a forecast of 50 units and normal errors of this standard deviation."""
    noise = np.random.default_rng(cutoff).normal(0, sigma, days)
    return fold(cutoff, (50 + noise).tolist(), [50.0] * days)


def test_figures_of_a_day_ahead_come_from_that_day_of_every_fold() -> None:
    folds = [fold(10, [10.0, 0.0], [12.0, 1.0]), fold(24, [20.0, 0.0], [16.0, 0.0])]
    intervals = Intervals(np.array([1.0, 2.0, 5.0, 6.0]), np.array([True, True, False, True]))

    first, second = horizon_entries(folds, intervals)

    assert (first.days_ahead, first.days) == (1, 2)
    assert first.mae == pytest.approx(3.0)
    assert first.wape == pytest.approx(6 / 30)
    assert first.bias == pytest.approx(-2 / 30)
    assert first.mase == pytest.approx(6 / 8)
    assert first.pinball == pytest.approx(3.0)
    assert first.coverage_80 == pytest.approx(0.5)
    assert (second.wape, second.bias) == (None, None)
    assert second.pinball == pytest.approx(4.0)
    assert second.coverage_80 == pytest.approx(1.0)


def test_without_quantiles_there_is_no_coverage_and_without_folds_no_figure() -> None:
    assert horizon_entries([fold(10, [10.0], [12.0])], None)[0].coverage_80 is None
    assert horizon_entries([], None) == ()


def test_the_expected_error_grows_with_the_demand() -> None:
    folds = [noisy_fold(cutoff, 5.0) for cutoff in range(3)]
    mae = np.mean([np.abs(each.errors.error).mean() for each in folds])

    assert expected_mae(folds, np.full(14, 50.0), np.ones(14)) == pytest.approx(mae)
    assert expected_mae(folds, np.full(14, 100.0), np.ones(14)) == pytest.approx(mae * 2**0.75)
    assert expected_mae([], np.full(14, 50.0), np.ones(14)) is None
    assert expected_mae(folds, np.empty(0), np.empty(0)) is None


def test_a_fold_entry_sums_errors_and_sales_of_its_days() -> None:
    (entry,) = fold_entries([fold(10, [10.0, 0.0], [12.0, 1.0])], dt.date(2026, 1, 1))

    assert entry.cutoff == dt.date(2026, 1, 10)
    assert (entry.absolute_error, entry.sold, entry.days) == (3.0, 10.0, 2)


def test_the_quantiles_of_a_fold_get_their_width_from_the_other_folds() -> None:
    calm = [noisy_fold(cutoff, 1.0) for cutoff in range(20)]
    wild = noisy_fold(99, 40.0)
    store = store_spread({"soup": Errors.joined([each.errors for each in calm])}, (), PipelineConfig())
    assert store is not None

    calm_pinball, calm_coverage = Intervals.judge(calm, store).figures()
    pinball, coverage = Intervals.judge([*calm, wild], store).figures()

    assert calm_coverage == pytest.approx(0.82, abs=0.08)
    assert coverage < calm_coverage or pinball > calm_pinball
    _, of_wild_alone = Intervals.judge([wild], store).figures()
    assert of_wild_alone < 0.3


def test_exact_forecasts_have_no_pinball_loss_and_full_coverage() -> None:
    exact = [fold(cutoff, [5.0] * 14, [5.0] * 14) for cutoff in range(5)]
    store = store_spread({"soup": Errors.joined([each.errors for each in exact])}, (), PipelineConfig())
    assert store is not None

    assert Intervals.judge(exact, store).figures() == (0.0, 1.0)

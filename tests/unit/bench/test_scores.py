"""The figures of the benchmark equal values computed by hand."""

import numpy as np
import pytest

from bench.accuracy.scores import LEVELS, Score, seasonal_naive_mae, table


def quantiles(low: float, high: float, days: int = 14) -> np.ndarray:
    """Quantiles at LEVELS, shape (days, 7): `low` below the median 10 and `high` above."""
    return np.tile(np.array([low, low, low, 10.0, high, high, high]), (days, 1))


def test_figures_are_sums_over_dishes_and_days() -> None:
    score = Score(cpu_seconds=6.0)

    score.add(np.full(14, 10.0), np.full(14, 12.0), None, naive_mae=4.0)
    score.add(np.full(14, 30.0), np.full(14, 27.0), None, naive_mae=6.0)

    figures = score.figures()
    assert figures["wape"] == pytest.approx((2 + 3) / 40)
    assert figures["bias"] == pytest.approx((2 - 3) / 40)
    assert figures["wape_and_bias"] == pytest.approx((2 + 3 + 1) / 40)
    assert figures["mase"] == pytest.approx((2 + 3) / 10)
    assert figures["cpu_seconds_per_dish"] == 3.0
    assert figures["pinball"] is None
    assert figures["coverage_80"] is None


def test_closed_days_count_as_zero_sales_and_are_left_out_of_the_coverage() -> None:
    actual = np.full(14, 10.0)
    actual[0] = np.nan
    actual[1] = 99.0
    score = Score()

    score.add(actual, np.full(14, 10.0), quantiles(5.0, 15.0), naive_mae=1.0)

    figures = score.figures()
    assert figures["wape"] == pytest.approx((10 + 89) / (12 * 10 + 99))
    assert figures["coverage_80"] == pytest.approx(12 / 13)


def test_the_pinball_loss_weighs_each_side_by_its_level() -> None:
    score = Score()

    score.add(np.full(14, 10.0), np.full(14, 10.0), quantiles(8.0, 14.0), naive_mae=1.0)

    low = np.mean([0.05, 0.1, 0.25, 0, 0, 0, 0]) * 2
    high = np.mean([0, 0, 0, 0, 1 - 0.75, 1 - 0.9, 1 - 0.95]) * 4
    assert score.figures()["pinball"] == pytest.approx((low + high) / 10)
    assert len(LEVELS) == 7


def test_the_seasonal_naive_error_compares_each_day_with_the_week_before() -> None:
    assert seasonal_naive_mae([1, 2, 3, 4, 5, 6, 7, 3, 2, 3, 4, 5, 6, 7]) == pytest.approx(2 / 7)


def test_the_forecaster_with_the_lowest_wape_comes_first_in_the_table() -> None:
    good, bad = Score(), Score()
    good.add(np.full(14, 10.0), np.full(14, 11.0), None, naive_mae=1.0)
    bad.add(np.full(14, 10.0), np.full(14, 15.0), None, naive_mae=1.0)

    assert [row["forecaster"] for row in table({"bad": bad, "good": good})] == ["good", "bad"]

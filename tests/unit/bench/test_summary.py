"""The summary of several sets compares our forecasts with the best other forecaster of each set."""

from typing import Any

import pytest

from bench.accuracy.summary import OURS, results, rows, sentences


def report(
    data: str, wape: float, others: dict[str, float], *, bias: float = 0.0, coverage: float = 0.8, expected: float = 5.0
) -> dict[str, Any]:
    """A report in which the other forecasters have no bias, and the measured MAE is 5."""
    ours = {"forecaster": OURS, "wape": wape, "bias": bias, "wape_and_bias": wape + abs(bias), "coverage_80": coverage}
    rest = [{"forecaster": name, "wape": each, "wape_and_bias": each} for name, each in others.items()]
    return {"data": data, "forecasters": [*rest, ours], "reported_mae": expected, "experienced_mae": 5.0}


def test_each_set_is_compared_with_its_own_best_other_forecaster() -> None:
    sets = results([report("a", 0.2, {"x": 0.25, "y": 0.4}), report("b", 0.3, {"x": 0.5, "y": 0.2})], {})

    assert [each.best for each in sets] == ["x", "y"]
    assert [each.ratio for each in sets] == pytest.approx([0.8, 1.5])
    assert "1.095 in the geometric mean, 1.500 on the worst set (b)" in sentences(sets)[0]


def test_sets_that_miss_a_goal_are_counted() -> None:
    sets = results(
        [
            report("kept", 0.2, {}),
            report("biased", 0.2, {}, bias=-0.06),
            report("narrow", 0.2, {}, coverage=0.75),
            report("broken promise", 0.2, {}, expected=4.2),
            report("useless promise", 0.2, {}, expected=10.1),
        ],
        {},
    )

    assert [each.keeps for each in sets] == [
        (True, True, True),
        (False, True, True),
        (True, False, True),
        (True, True, False),
        (True, True, False),
    ]
    assert "4 have a bias under 5%, 4 a coverage of 76% to 84%, and 3" in sentences(sets)[-1]
    assert "(1 off by more than twice)" in sentences(sets)[-1]


def test_the_results_before_stand_beside_those_of_the_same_set() -> None:
    sets = results([report("a", 0.2, {}), report("new", 0.3, {})], {"a": report("a", 0.25, {})})

    assert [cells[:3] for cells in rows(sets)] == [("a", "0.2000", "0.2500"), ("new", "0.3000", "")]
    assert "WAPE over the WAPE before: 0.800 in the geometric mean of 1 sets." in sentences(sets)

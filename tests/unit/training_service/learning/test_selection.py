"""The choice of the champion: a blend weighted by errors, or a single forecaster that is clearly better."""

from collections.abc import Mapping

import numpy as np
import pytest

from shared.config import PipelineConfig
from training_service.learning.backtest import Fold
from training_service.learning.selection import blend_weights, prior_weights, select

CONFIG = PipelineConfig()
PRIOR = {"baseline": 1.0, "smoothing": 1.0, "pooled": 1.0}
NAMES = ("baseline", "smoothing", "pooled")


def fold(cutoff: int, errors: Mapping[str, float]) -> Fold:
    """A fold of ten days with 20 units sold on each, on which each forecaster was too high by its error."""
    actual = np.full(10, 20.0)
    forecasts = {name: actual + error for name, error in errors.items()}
    return Fold(cutoff, np.arange(1, 11), actual, np.ones(10), forecasts, 1.0)


def test_the_baseline_is_champion_where_the_store_has_no_fold() -> None:
    selection = select(NAMES, [], {}, PRIOR, CONFIG)

    assert selection.champion == "baseline"
    assert selection.weights == {"baseline": 1.0}
    assert selection.figures == ()


def test_a_dish_without_folds_gets_the_weights_of_its_store() -> None:
    weights = blend_weights(NAMES, [], {100: {"baseline": 10.0, "smoothing": 10.0, "pooled": 9.0}}, PRIOR, CONFIG)

    assert weights["pooled"] > weights["smoothing"] == weights["baseline"]
    assert sum(weights.values()) == pytest.approx(1)


def test_a_clearly_worse_candidate_gets_no_weight() -> None:
    errors = {"baseline": 5.0, "smoothing": 2.0, "pooled": 2.1}
    weights = blend_weights(NAMES, [fold(100, errors)], {100: errors}, PRIOR, CONFIG)

    assert set(weights) == {"smoothing", "pooled"}


def test_a_candidate_that_fails_for_the_whole_store_gets_no_weight_for_a_lucky_dish() -> None:
    lucky = fold(100, {"baseline": 1.0, "smoothing": 2.0, "pooled": 2.0})
    weights = blend_weights(NAMES, [lucky], {100: {"baseline": 90.0, "smoothing": 30.0, "pooled": 30.0}}, PRIOR, CONFIG)

    assert "baseline" not in weights


def test_the_errors_of_a_dish_count_more_with_more_folds() -> None:
    of_dish = {"baseline": 2.2, "smoothing": 2.0, "pooled": 2.0}
    of_store = {100: {"baseline": 30.0, "smoothing": 33.0, "pooled": 33.0}}
    shares = [
        blend_weights(NAMES, [fold(100 + k, of_dish) for k in range(folds)], of_store, PRIOR, CONFIG)["baseline"]
        for folds in (1, 3, 12)
    ]

    assert shares == sorted(shares, reverse=True)
    assert shares[0] > shares[-1]


def test_opposite_errors_cancel_in_the_blend() -> None:
    errors = {"baseline": 2.0, "smoothing": -2.0, "pooled": 2.0}
    store = {k: {"baseline": 20.0, "smoothing": 20.0, "pooled": 20.0} for k in (100, 114)}
    selection = select(NAMES, [fold(k, errors) for k in (100, 114)], store, PRIOR, CONFIG)

    assert selection.champion == "blend"
    assert selection.figures[0].forecaster == "blend"
    assert selection.figures[0].mae == pytest.approx(2 / 3)
    for served in selection.folds:
        np.testing.assert_allclose(served.errors.error, -2 / 3)
        assert served.ahead.tolist() == [*range(1, 11)]


def test_a_single_forecaster_is_champion_only_where_it_beats_the_blend_by_the_margin() -> None:
    store = {k: {"baseline": 20.0, "smoothing": 20.0, "pooled": 20.0} for k in (100, 114)}
    clear = {"baseline": 2.0, "smoothing": 2.3, "pooled": -0.1}
    config = CONFIG.model_copy(update={"blend_tolerance": 1e9, "blend_power": 0.0})
    alone = select(NAMES, [fold(k, clear) for k in (100, 114)], store, PRIOR, config)
    with_margin = select(
        NAMES, [fold(k, clear) for k in (100, 114)], store, PRIOR, config.model_copy(update={"champion_margin": 0.99})
    )

    assert alone.champion == "pooled"
    assert alone.weights == {"pooled": 1.0}
    assert alone.figures[0].forecaster == "pooled"
    assert with_margin.champion == "blend"


def test_the_blend_is_scored_in_a_fold_with_weights_from_the_other_folds() -> None:
    """A forecaster that is right in one fold only gets no weight for that fold."""
    config = CONFIG.model_copy(update={"blend_tolerance": 0.2, "blend_store_folds": 0.0, "champion_margin": 0.99})
    folds = [
        fold(100, {"baseline": 0.0, "smoothing": 4.0, "pooled": 4.0}),
        fold(114, {"baseline": 4.0, "smoothing": 0.0, "pooled": 4.0}),
    ]
    blend = select(NAMES, folds, {}, PRIOR, config).figures[0]

    assert blend.forecaster == "blend"
    assert blend.mae == pytest.approx(4.0)


def test_the_hybrid_takes_part_only_where_its_residual_trees_make_prophet_better() -> None:
    names = ("baseline", "prophet", "hybrid")

    def weights(hybrid: float) -> Mapping[str, float]:
        folds = [fold(100 + k, {"baseline": 2.0, "prophet": 2.0, "hybrid": hybrid}) for k in range(3)]
        return blend_weights(names, folds, {}, dict.fromkeys(names, 1.0), CONFIG)

    assert "hybrid" in weights(1.9)
    assert "hybrid" not in weights(2.0)
    assert "hybrid" not in weights(2.1)


def test_the_pooled_trees_weigh_less_where_they_have_little_to_learn_from() -> None:
    config = PipelineConfig(blend_prior={"baseline": 1, "pooled": 8}, pooled_half_weight_days=1000)

    assert prior_weights(0, config) == {"baseline": 1, "pooled": 0}
    assert prior_weights(1000, config) == {"baseline": 1, "pooled": 4}
    assert prior_weights(7000, config) == {"baseline": 1, "pooled": 7}
    assert prior_weights(0, config.model_copy(update={"pooled_half_weight_days": 0.0}))["pooled"] == 0

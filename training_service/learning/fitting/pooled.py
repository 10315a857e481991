"""Makes the pooled forecaster of a dish from the trees of its store."""

from shared.forecasting.pooled import PooledForecaster
from shared.forecasting.smoothing import SmoothingForecaster
from training_service.learning.fitting.fits import DishHistory


def fit_pooled(history: DishHistory) -> PooledForecaster:
    """The pooled trees of the store, with the smoothing of the dish. `fit_trees_together` has fitted the trees.

    Args:
        history: The history of the dish, with the trees of its store.

    Raises:
        ValueError: The store has no trees.
    """
    smoothing = history.forecaster(SmoothingForecaster.name)
    if history.trees is None or not isinstance(smoothing, SmoothingForecaster):
        raise ValueError("the store has no pooled trees")
    return PooledForecaster(trees=history.trees, smoothing=smoothing, dish=history.dish, age=history.age)

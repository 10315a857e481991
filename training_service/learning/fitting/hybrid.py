"""Fits the residual trees of the hybrid."""

import lightgbm
import numpy as np

from shared.arrays import FloatArray
from shared.config import PipelineConfig
from shared.forecasting.days import Days
from shared.forecasting.hybrid import HybridForecaster
from shared.forecasting.lag_features import lag_features_over_history, model_matrix
from shared.forecasting.prophet import ProphetForecaster
from training_service.learning.fitting.fits import DishHistory


def fit_hybrid(history: DishHistory) -> HybridForecaster:
    """Fits trees to the residuals of Prophet on the open days of a history.

    Args:
        history: The history of the dish; its configuration has features, parameters, rounds and seed of the trees.
    """
    sales, days, config = history.sales, history.days, history.config
    prophet = history.forecaster(ProphetForecaster.name)
    if not isinstance(prophet, ProphetForecaster):
        raise TypeError(f"expected Prophet, got {type(prophet).__name__}")
    features = available_features(days, config)
    matrix = training_matrix(sales, days, prophet, config)
    learnt = np.isfinite(sales)
    residual = sales - matrix[:, features.index("prophet_yhat")]
    dataset = lightgbm.Dataset(matrix[learnt], label=residual[learnt], free_raw_data=True)
    booster = lightgbm.train(
        {
            **config.residual_tree_params,
            "seed": config.random_seed,
            # The same data must give the same trees, bit for bit, on every worker.
            "deterministic": True,
            "force_row_wise": True,
            "num_threads": 1,
            "verbosity": -1,
        },
        dataset,
        num_boost_round=config.residual_tree_rounds,
    )
    return HybridForecaster(prophet, booster.model_to_string(), features, config)


def available_features(days: Days, config: PipelineConfig) -> tuple[str, ...]:
    """Names of those `hybrid_tree_features` from which this history can teach something."""
    return config.learnable(config.hybrid_tree_features, len(days), days.weather)


def training_matrix(sales: FloatArray, days: Days, prophet: ProphetForecaster, config: PipelineConfig) -> FloatArray:
    """The model matrix of the residual trees over a whole history.

    Args:
        sales: Units of n consecutive days, NaN where closed, shape (n,).
        days: The same days with their features.
        prophet: Prophet, fitted to the same days.
        config: Names the features.

    Returns:
        Shape (n, number of available features).
    """
    lags = lag_features_over_history(sales, config)
    columns = {**days.columns, "prophet_yhat": prophet.predict(days)}
    columns |= {name: lags[:, i] for i, name in enumerate(config.lag_features)}
    return model_matrix(columns, available_features(days, config))

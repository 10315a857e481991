"""The residual trees' features of earlier sales: over a whole history to train, and for one day to serve.

Training and serving both use `_lag_matrix`, so the numbers are the same.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from shared.arrays import FloatArray
from shared.config import PipelineConfig


def lag_features_over_history(sales: FloatArray, config: PipelineConfig) -> FloatArray:
    """The features of every day of a history. The features of a day see only the days before it.

    Args:
        sales: Units of consecutive days, oldest first, NaN where unknown, shape (n,).
        config: Names the lags and windows.

    Returns:
        Shape (n, len(config.lag_features)); NaN where the history does not reach back far enough.
    """
    lookback = config.lookback_days
    padded = np.concatenate([np.full(lookback, np.nan), sales])
    return _lag_matrix(sliding_window_view(padded, lookback)[: len(sales)], config)


def lag_features_after(windows: FloatArray, config: PipelineConfig) -> FloatArray:
    """The features of the day after each of D windows of sales, shape (D, len(config.lag_features)).

    Args:
        windows: Units of consecutive days, oldest first, NaN where unknown, shape (D, config.lookback_days).
        config: Names the lags and windows.
    """
    return _lag_matrix(windows, config)


def model_matrix(columns: Mapping[str, FloatArray], names: Sequence[str]) -> FloatArray:
    """Columns side by side, shape (n, len(names)).

    Args:
        columns: Values of each feature, by name, each of shape (n,).
        names: Names of the columns to take, in order.

    Raises:
        KeyError: A feature was not computed.
    """
    return np.column_stack([columns[name] for name in names])


def _lag_matrix(windows: FloatArray, config: PipelineConfig) -> FloatArray:
    """Features of the day after each window of sales. `windows` has shape (n, config.lookback_days), oldest first."""
    lags = [windows[:, -lag] for lag in config.lags]
    means, deviations = [], []
    with np.errstate(invalid="ignore", divide="ignore"):
        for length in config.roll_windows:
            mean, deviation = _mean_and_deviation(windows[:, -length:])
            means.append(mean)
            deviations.append(deviation)
    return np.column_stack([*lags, *means, *deviations])


def _mean_and_deviation(windows: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Mean and sample standard deviation (n - 1) of the finite values of each row; NaN where there are too few."""
    is_known = np.isfinite(windows)
    count = is_known.sum(axis=1)
    values = np.where(is_known, windows, 0.0)
    mean = values.sum(axis=1) / count
    squares = np.where(is_known, (windows - mean[:, None]) ** 2, 0.0).sum(axis=1)
    deviation = np.sqrt(squares / (count - 1))
    deviation[count < 2] = np.nan
    return mean, deviation

"""The features of the models: ONE definition, used vectorised to train and step by step to serve."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from shared.arrays import FloatArray
from shared.config import PipelineConfig


def lag_features_over_history(sales: FloatArray, config: PipelineConfig) -> FloatArray:
    """Lag and rolling features of every day of a history, each from the days before it only.

    Args:
        sales: units per consecutive day, oldest first, shape (n,); NaN on days without a figure.
        config: names the lags and windows.

    Returns:
        Shape (n, len(config.lag_features)); NaN where the days before do not suffice.
    """
    lookback = config.lookback_days
    padded = np.concatenate([np.full(lookback, np.nan), sales])
    return _lag_matrix(sliding_window_view(padded, lookback)[: len(sales)], config)


def lag_features_after(history: FloatArray, config: PipelineConfig) -> FloatArray:
    """Lag and rolling features of the day after a history, shape (len(config.lag_features),).

    Args:
        history: units per consecutive day, oldest first; only the last `config.lookback_days` matter.
        config: names the lags and windows.
    """
    lookback = config.lookback_days
    window = np.full((1, lookback), np.nan)
    tail = history[-lookback:]
    if len(tail):
        window[0, -len(tail) :] = tail
    features: FloatArray = _lag_matrix(window, config)[0]
    return features


def model_matrix(columns: Mapping[str, FloatArray], names: Sequence[str]) -> FloatArray:
    """The columns `names` side by side, shape (n, len(names)).

    Raises:
        KeyError: a feature that nobody computed.
    """
    return np.column_stack([columns[name] for name in names])


def _lag_matrix(windows: FloatArray, config: PipelineConfig) -> FloatArray:
    """Features of the days that follow each window of the last `lookback_days`, shape (n, lookback_days)."""
    lags = [windows[:, -lag] for lag in config.lags]
    means, deviations = [], []
    for length in config.roll_windows:
        mean, deviation = _mean_and_deviation(windows[:, -length:])
        means.append(mean)
        deviations.append(deviation)
    return np.column_stack([*lags, *means, *deviations])


def _mean_and_deviation(windows: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Mean and sample standard deviation (n - 1) of the known days of each row; NaN where none or one is known."""
    known = np.isfinite(windows)
    count = known.sum(axis=1)
    values = np.where(known, windows, 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = values.sum(axis=1) / count
        squares = np.where(known, (windows - mean[:, None]) ** 2, 0.0).sum(axis=1)
        deviation = np.sqrt(squares / (count - 1))
    deviation[count < 2] = np.nan
    return mean, deviation

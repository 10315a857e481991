"""The lag features: equal over a whole history and day by day, and equal to those of pandas."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.config import PipelineConfig
from shared.forecasting.lag_features import lag_features_after, lag_features_over_history

units_or_closed = st.one_of(st.integers(0, 500).map(float), st.just(float("nan")))
histories = st.lists(units_or_closed, min_size=1, max_size=80).map(lambda values: np.array(values, dtype=np.float64))
configs = st.builds(
    PipelineConfig,
    lags=st.lists(st.integers(1, 40), min_size=1, max_size=4, unique=True).map(tuple),
    roll_windows=st.lists(st.integers(1, 40), min_size=1, max_size=3, unique=True).map(tuple),
)


def after(history: np.ndarray, config: PipelineConfig) -> np.ndarray:
    """The features of the day after a history of any length, beside those of another dish."""
    windows = np.full((2, config.lookback_days), np.nan)
    tail = history[-config.lookback_days :]
    windows[0, config.lookback_days - len(tail) :] = tail
    windows[1] = 7.0
    features: np.ndarray = lag_features_after(windows, config)[0]
    return features


@given(histories, configs)
def test_features_over_a_history_equal_those_built_day_by_day(sales: np.ndarray, config: PipelineConfig) -> None:
    over_history = lag_features_over_history(sales, config)

    day_by_day = [after(sales[:i], config) for i in range(len(sales))]

    np.testing.assert_array_equal(over_history, np.array(day_by_day))


@given(histories)
def test_features_equal_those_of_pandas(sales: np.ndarray) -> None:
    config = PipelineConfig()
    series = pd.Series(sales)
    expected = {f"y_lag_{lag}": series.shift(lag) for lag in config.lags}
    for window in config.roll_windows:
        rolling = series.shift(1).rolling(window, min_periods=1)
        expected[f"y_roll_mean_{window}"] = rolling.mean()
        # One window at a time: pandas' online algorithm for the deviation of all of them drifts.
        expected[f"y_roll_std_{window}"] = rolling.apply(lambda values: values.std(), raw=False)

    features = pd.DataFrame(lag_features_over_history(sales, config), columns=list(config.lag_features))

    pd.testing.assert_frame_equal(features, pd.DataFrame(expected)[features.columns], atol=1e-9, rtol=1e-9)


@given(histories, st.integers(0, 79), st.floats(0, 1000))
def test_features_of_a_day_do_not_depend_on_that_day_or_later_ones(sales: np.ndarray, day: int, other: float) -> None:
    day = min(day, len(sales) - 1)
    changed = sales.copy()
    changed[day:] = other

    before, after = (lag_features_over_history(values, PipelineConfig())[day] for values in (sales, changed))

    np.testing.assert_array_equal(before, after)


def test_the_features_have_the_names_that_the_configuration_gives() -> None:
    config = PipelineConfig()
    history = np.arange(1.0, 31.0)

    features = dict(zip(config.lag_features, after(history, config), strict=True))

    assert features["y_lag_1"] == 30
    assert features["y_lag_7"] == 24
    assert features["y_lag_14"] == 17
    assert features["y_roll_mean_7"] == pytest.approx(27)
    assert features["y_roll_std_7"] == pytest.approx(np.std(history[-7:], ddof=1))

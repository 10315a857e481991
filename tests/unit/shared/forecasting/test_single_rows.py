"""Single rows get the predictions that the package gives for a matrix."""

from concurrent.futures import ThreadPoolExecutor

import lightgbm
import numpy as np
import pytest

from shared.forecasting.single_rows import SingleRows


@pytest.fixture(scope="module")
def booster() -> lightgbm.Booster:
    """Trees of five features, some of which are missing in some rows."""
    rng = np.random.default_rng(3)
    rows = rng.normal(size=(500, 5))
    rows[rng.random(rows.shape) < 0.1] = np.nan
    target = np.nan_to_num(rows[:, 0] * rows[:, 1]) + rng.normal(size=500)
    data = lightgbm.Dataset(rows, target)
    trained = lightgbm.train({"verbosity": -1, "num_threads": 1, "num_leaves": 7}, data, num_boost_round=30)
    return lightgbm.Booster(model_str=trained.model_to_string())


def test_single_rows_are_predicted_as_a_matrix_is_in_several_threads_too(booster: lightgbm.Booster) -> None:
    rows = np.random.default_rng(4).normal(size=(400, 5))
    rows[::7, 2] = np.nan
    single = SingleRows(booster, 5)

    with ThreadPoolExecutor(4) as threads:
        predicted = list(threads.map(single.predict, rows))

    assert predicted == list(np.asarray(booster.predict(rows, num_threads=1)))


@pytest.mark.parametrize("row", [np.zeros(4), np.zeros(5, dtype=np.float32), np.zeros((5, 2))[:, 0]])
def test_a_row_of_another_form_is_refused(booster: lightgbm.Booster, row: np.ndarray) -> None:
    with pytest.raises(ValueError, match="expected 5 contiguous values"):
        SingleRows(booster, 5).predict(row)

"""Dishes whose smoothing learns together know the same as dishes that learn alone."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from shared.forecasting.days import Days
from shared.forecasting.smoothing import SmoothingForecaster
from shared.forecasting.smoothing_together import states_after
from tests.support.recorded_version import HISTORY_END, recorded_version


@pytest.mark.parametrize("holes", [(), (1,), (0, 2)])
def test_dishes_that_learn_together_know_what_they_would_have_learnt_alone(holes: tuple[int, ...]) -> None:
    version = recorded_version()
    dates = pd.date_range(HISTORY_END, periods=21, unit="s")[1:]
    days: Days = version.days(dates, version.weather(dates, None, None), None, {}, None)
    base = version.models["smoothing"].forecaster
    assert isinstance(base, SmoothingForecaster)
    forecasters, told = [], []
    for i in range(5):
        state = base.state.of(0)
        state.levels = state.levels * (1 + i)
        forecasters.append(replace(base, state=state))
        sales = np.full(len(days), np.nan)
        # The days reach into the Labour Day holidays; the last dish has sales of fewer days.
        sales[: 9 if i < 4 else 4] = 20.0 * (1 + i) + np.arange(9 if i < 4 else 4)
        sales[list(holes)] = np.nan
        told.append(sales)
    told[3][:] = np.nan

    together = states_after(forecasters, days, told)

    for found, forecaster, sales in zip(together, forecasters, told, strict=True):
        alone = forecaster.after(days, sales)
        for name, values in alone.to_state().items():
            if name != "occasions":
                assert np.array_equal(found.to_state()[name], values, equal_nan=True), name

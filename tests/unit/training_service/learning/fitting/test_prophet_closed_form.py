"""The closed form gives the forecasts of `Prophet.predict`, and a fit leaves nothing behind."""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cmdstanpy
import numpy as np
import pandas as pd
import pytest

from shared.arrays import FloatArray
from shared.config import PipelineConfig
from shared.forecasting.days import Days
from shared.forecasting.forecaster import FeatureGroup
from shared.restaurant.calendar import HolidayCalendar
from shared.restaurant.weather import WEATHER_COLS
from tests.support.stores import CALENDARS, noisy_store, real_store
from training_service.learning.fitting.prophet import with_damped_trend
from training_service.learning.fitting.prophet_package import extract, fit_package_model, holiday_frame
from training_service.learning.folds import future_days, trim_to_first_sale
from training_service.learning.store_history import StoreHistory

HORIZON = 30


def predict_with_the_package(model: Any, days: Days) -> FloatArray:
    """Forecasts of `Prophet.predict`, which is given the holidays of the days to forecast."""
    frame = pd.DataFrame({"ds": days.dates, **{name: days.columns[name] for name in model.extra_regressors}})
    holidays = holiday_frame(days, np.ones(len(days), dtype=bool))
    if holidays is not None:
        model.holidays = holidays
    return np.asarray(model.predict(frame)["yhat"])


def assert_closed_form_equals_package(
    store: StoreHistory, dish: str, calendar: HolidayCalendar, config: PipelineConfig
) -> None:
    sales, past = trim_to_first_sale(store.sales[dish], store.days(calendar, config))
    ahead = future_days(store, HORIZON, calendar, config)
    model = fit_package_model(sales, past, config)
    forecaster = extract(model)

    for days in (past, ahead):
        # The package forecasts a worked weekend as a day of the weekend.
        alike = days.usual_weekdays == days.weekdays
        ours, theirs = forecaster.predict(days), predict_with_the_package(model, days)
        np.testing.assert_allclose(ours[alike], theirs[alike], rtol=1e-6, atol=0)


@pytest.mark.parametrize("name", ["grilled_fish", "yaz", "kiel_bakery"])
def test_every_real_dish_is_forecast_as_the_package_does(name: str, real_data: Callable[[str], Path]) -> None:
    config = PipelineConfig(prophet_regressors=WEATHER_COLS)
    store = real_store(real_data(name), config)

    for dish in store.sales:
        assert_closed_form_equals_package(store, dish, CALENDARS[name], config)


@pytest.mark.parametrize("growth", ["linear", "flat"])
@pytest.mark.parametrize("mode", ["additive", "multiplicative"])
def test_every_mode_is_forecast_as_the_package_does(growth: str, mode: str) -> None:
    params = {"growth": growth, "seasonality_mode": mode, "yearly_seasonality": True, "weekly_seasonality": True}
    config = PipelineConfig(prophet_params=params, prophet_regressors=("temperature_2m_mean",))

    assert_closed_form_equals_package(noisy_store(400), "soup", HolidayCalendar("DE"), config)


def test_a_dish_that_always_sells_the_same_is_forecast_as_the_package_does() -> None:
    store = noisy_store(100)
    sales = np.where(np.isfinite(store.sales["soup"]), 5.0, np.nan)
    constant = StoreHistory(store.start, {"soup": sales}, store.closed, store.weather)

    assert_closed_form_equals_package(constant, "soup", HolidayCalendar("DE"), PipelineConfig())


def test_a_damped_trend_is_flatter_after_the_history_and_unchanged_in_it() -> None:
    store = noisy_store(120)
    soup = store.sales["soup"]
    growing = np.where(np.isfinite(soup), np.arange(float(len(soup))), np.nan)
    config = PipelineConfig()
    days = store.days(HolidayCalendar("DE"), config)
    ahead = future_days(store, HORIZON, HolidayCalendar("DE"), config)
    forecaster = extract(fit_package_model(growing, days, config))

    def gain(kept: float) -> float:
        damped = with_damped_trend(forecaster, kept)
        np.testing.assert_allclose(damped.predict(days), forecaster.predict(days))
        trend = damped.components(ahead)[FeatureGroup.LEVEL_AND_TREND]
        return float(trend[-1] - trend[0])

    assert gain(1.0) == pytest.approx(HORIZON - 1, rel=0.1)
    assert gain(0.5) == pytest.approx(gain(1.0) / 2)
    assert gain(0.0) == pytest.approx(0.0, abs=1e-9)


def test_a_fit_leaves_no_file_behind(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    before = sorted(Path(cmdstanpy._TMPDIR).rglob("*"))
    store, config = noisy_store(100), PipelineConfig()

    fit_package_model(store.sales["soup"], store.days(HolidayCalendar("DE"), config), config)

    assert not any(tmp_path.iterdir())
    assert sorted(Path(cmdstanpy._TMPDIR).rglob("*")) == before


def test_a_stan_process_that_does_not_end_is_killed(tmp_path: Path) -> None:
    hanging = tmp_path / "prophet_model"
    hanging.write_text('#!/bin/sh\n[ "$1" = info ] && exit\necho $$ > "$0.pid"\nexec sleep 60\n')
    hanging.chmod(0o755)
    model = cmdstanpy.CmdStanModel(exe_file=str(hanging))
    store, config = noisy_store(100), PipelineConfig()

    with pytest.raises(TimeoutError, match=r"Stan did not end within 0\.5 s"):
        fit_package_model(
            store.sales["soup"],
            store.days(HolidayCalendar("DE"), config),
            config,
            longest_fit_seconds=0.5,
            stan_model=model,
        )

    with pytest.raises(ProcessLookupError):
        os.kill(int(hanging.with_name("prophet_model.pid").read_text()), 0)

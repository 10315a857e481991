"""The forecasts of the benchmark use the whole pipeline and know nothing of the days after the cutoff."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from bench.accuracy.dataset import HORIZON, read_series
from bench.accuracy.ours import OurForecast, Task, forecast
from shared.config import PipelineConfig
from shared.restaurant.place import Place
from tests.support.sales_files import write_sales

DAYS, KNOWN = 150, 120


@pytest.fixture(scope="module")
def as_it_was(tmp_path_factory: pytest.TempPathFactory) -> OurForecast:
    """The forecast from a file whose days after the cutoff are unchanged."""
    return forecast_after(KNOWN, tmp_path_factory.mktemp("was"))


def forecast_after(cutoff: int, folder: Path, *, changed_after: int | None = None) -> OurForecast:
    """Forecasts as the benchmark does, optionally with other sales and weather after `changed_after` days."""
    write_sales(folder / "sales.csv", dishes=2, days=DAYS)
    sales = pd.read_csv(folder / "sales.csv")
    dates = pd.date_range(sales["date"].min(), sales["date"].max())
    temperature = pd.Series(np.random.default_rng(3).normal(12, 5, len(dates)), dates.strftime("%Y-%m-%d"))
    if changed_after is not None:
        changed = sales["date"] > str(dates[changed_after - 1].date())
        sales.loc[changed, "sales"] = sales.loc[changed, "sales"] * 7 + 100
        # One more closed day, a new dish, and other weather.
        sales = sales[sales["date"] != str(dates[changed_after + 3].date())]
        news = sales[sales["date"] > str(dates[changed_after].date())].query("dish == 'dish-0'").assign(dish="dish-new")
        sales = pd.concat([sales, news])
        temperature.iloc[changed_after:] += 30
    sales.to_csv(folder / "sales.csv", index=False)
    temperature.rename_axis("date").rename("temperature_2m_mean").to_csv(folder / "weather.csv")
    [series] = read_series(folder, stores=1)
    return forecast(Task(series, cutoff, Place(country="DE"), PipelineConfig()))


def test_changes_after_the_cutoff_do_not_change_the_forecast(as_it_was: OurForecast, tmp_path: Path) -> None:
    other_future = forecast_after(KNOWN, tmp_path, changed_after=KNOWN)

    assert other_future.yhat.keys() == as_it_was.yhat.keys() == {"dish-0", "dish-1"}
    for dish, yhat in as_it_was.yhat.items():
        np.testing.assert_array_equal(other_future.yhat[dish], yhat)
        np.testing.assert_array_equal(other_future.quantiles[dish], as_it_was.quantiles[dish])
    assert other_future.reported_mae == as_it_was.reported_mae
    assert other_future.champions == as_it_was.champions


def test_changes_before_the_cutoff_change_the_forecast(as_it_was: OurForecast, tmp_path: Path) -> None:
    other_past = forecast_after(KNOWN, tmp_path, changed_after=KNOWN - 7)

    assert not np.array_equal(other_past.yhat["dish-0"], as_it_was.yhat["dish-0"])


def test_every_dish_has_a_forecast_and_ordered_quantiles_on_every_day(as_it_was: OurForecast) -> None:
    for dish in ("dish-0", "dish-1"):
        assert as_it_was.yhat[dish].shape == (HORIZON,)
        assert as_it_was.quantiles[dish].shape == (HORIZON, 7)
        assert (np.diff(as_it_was.quantiles[dish], axis=1) >= 0).all()
    assert as_it_was.cpu_seconds > 0

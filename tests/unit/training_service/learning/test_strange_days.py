"""One strange day, in the sales or in a fold, spoils neither forecasts nor the promised error nor the quantiles."""

from functools import cache

import numpy as np
import pandas as pd
import pytest

from shared.arrays import FloatArray
from shared.config import PipelineConfig
from shared.restaurant.calendar import HolidayCalendar
from training_service.learning.folds import future_days
from training_service.learning.outliers import limit_outliers
from training_service.learning.store_fit import fit_store
from training_service.learning.store_history import StoreHistory, build_store_history
from training_service.learning.train_dish import TrainedDish, train_dish

START = pd.Timestamp("2025-06-02")  # a Monday; no day that matters here is a holiday
DE = HolidayCalendar("DE")

#: Without Prophet, which takes most of the time of a training.
CONFIG = PipelineConfig(blend_prior={"baseline": 1.0, "smoothing": 2.0, "pooled": 10.0})
FORTNIGHT = 14


def history_of(units: dict[str, FloatArray], is_open: np.ndarray | None = None) -> StoreHistory:
    """The history of dishes, with strange days limited, closed on the days on which `is_open` is false."""
    days = len(next(iter(units.values())))
    kept = np.ones(days, dtype=np.bool_) if is_open is None else is_open
    dates = pd.date_range(START, periods=days, unit="s")
    rows = [pd.DataFrame({"date": dates, "dish": dish, "sales": sold})[kept] for dish, sold in units.items()]
    return limit_outliers(build_store_history(pd.concat(rows), None, PipelineConfig()), DE)


def trained(history: StoreHistory) -> dict[str, TrainedDish]:
    fit = fit_store(history, DE, CONFIG)
    return {dish: train_dish(dish, history, fit, DE, CONFIG) for dish in history.sales}


@cache
def sandwiches(order: float) -> TrainedDish:
    """A sandwich that sells 14 a day, with one order six days before the end; 0 for none."""
    units = np.random.default_rng(1).poisson(14.0, 110).astype(np.float64)
    units[-7] = order or units[-7]
    return trained(history_of({"sandwich": units}))["sandwich"]


def fortnight(dish: TrainedDish) -> FloatArray:
    """Forecasts of the two weeks after the history of the sandwich."""
    plain = history_of({"sandwich": np.full(110, 14.0)})
    forecast: FloatArray = dish.model.forecast(future_days(plain, FORTNIGHT, DE, CONFIG)).yhat
    return forecast


@pytest.mark.parametrize("order", [150.0, 900.0, 90_000.0])
def test_one_order_changes_neither_the_forecast_nor_the_promise_nor_the_quantiles_by_much(order: float) -> None:
    without, with_order = sandwiches(0.0), sandwiches(order)

    np.testing.assert_allclose(fortnight(with_order), fortnight(without), rtol=0.2)
    assert fortnight(with_order).sum() == pytest.approx(fortnight(without).sum(), rel=0.1)
    promised, before = with_order.figures[0].expected_mae, without.figures[0].expected_mae
    assert promised is not None
    assert promised == pytest.approx(before, rel=0.25)
    assert with_order.model.spread is not None
    assert without.model.spread is not None
    assert with_order.model.spread.scale == pytest.approx(without.model.spread.scale, rel=0.25)


@pytest.mark.parametrize("weeks", [1, 4])
def test_a_restaurant_that_begins_to_open_on_mondays_promises_what_it_keeps(weeks: int) -> None:
    opened, known = 364, 364 + 7 * weeks + 2
    rng, days = np.random.default_rng(3), np.arange(known + FORTNIGHT)
    week = np.array([0.8, 0.9, 0.9, 1.0, 1.1, 1.3, 1.1])[days % 7]
    units = {
        dish: np.round(level * week * (1 + rng.normal(0, 0.05, len(days))))
        for dish, level in (("bread", 400.0), ("cake", 150.0))
    }
    is_open = (days % 7 != 0) | (days >= opened)
    history = history_of({dish: sold[:known] for dish, sold in units.items()}, is_open[:known])
    ahead = future_days(history, FORTNIGHT, DE, CONFIG)
    for dish, made in trained(history).items():
        actual = units[dish][known:]
        forecast = made.model.forecast(ahead).yhat
        promised = made.figures[0].expected_mae
        experienced = float(np.abs(actual - forecast)[~ahead.closed].mean())
        assert made.model.spread is not None
        low, high = made.model.spread.quantiles(
            forecast, np.arange(1.0, FORTNIGHT + 1), made.model.spread.widths(ahead.returning), [0.1, 0.9]
        ).T

        assert promised is not None
        assert experienced / 2 < promised < 2 * experienced
        assert ((high - low) < 0.3 * forecast)[~ahead.closed].all()

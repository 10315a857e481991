"""Named days are not learnt: no forecaster, no fold of the backtest and no outlier knows their sales."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from shared.arrays import FloatArray
from shared.config import PipelineConfig
from shared.restaurant.calendar import HolidayCalendar
from training_service.learning.events import SalesEvent, unmatched, without_events
from training_service.learning.folds import future_days
from training_service.learning.outliers import limit_outliers
from training_service.learning.store_fit import fit_store
from training_service.learning.store_history import StoreHistory, build_store_history
from training_service.learning.train_dish import train_dish

START = dt.date(2026, 1, 5)  # a Monday
CONFIG, GB = PipelineConfig(), HolidayCalendar("GB")


def history(**dishes: FloatArray) -> StoreHistory:
    """The history of a store from these units of each day."""
    frames = [
        pd.DataFrame({"date": pd.date_range(START, periods=len(units), unit="s"), "dish": dish, "sales": units})
        for dish, units in dishes.items()
    ]
    return build_store_history(pd.concat(frames), None, CONFIG)


def event(first: int, last: int | None = None, *dishes: str) -> SalesEvent:
    """An event from one day of the history to another."""
    begin = START + dt.timedelta(days=first)
    return SalesEvent("fair", begin, begin if last is None else START + dt.timedelta(days=last), dishes)


def test_the_sales_of_an_event_are_unknown_and_those_of_other_days_and_dishes_stay() -> None:
    store = history(soup=np.arange(1.0, 11), pie=np.arange(11.0, 21))

    left = without_events(store, [event(3, 4, "soup"), event(8)])

    assert np.flatnonzero(np.isnan(left.sales["soup"])).tolist() == [3, 4, 8]
    assert np.flatnonzero(np.isnan(left.sales["pie"])).tolist() == [8]
    assert not left.closed.any(), "an event is no closed day"
    assert not np.isnan(store.sales["soup"]).any(), "the history as it was sold stays"


def test_events_reach_over_the_ends_of_the_history() -> None:
    left = without_events(history(soup=np.arange(1.0, 11)), [event(-5, 1), event(9, 20), event(40, 50), event(-9, -8)])

    assert np.flatnonzero(np.isnan(left.sales["soup"])).tolist() == [0, 1, 9]


def test_the_history_of_a_dish_begins_with_a_sale_that_is_no_event() -> None:
    left = without_events(history(soup=np.array([5.0, 9, 0, 0, 4, 6]), pie=np.ones(6)), [event(0, 1, "soup")])

    assert np.flatnonzero(np.isnan(left.sales["soup"])).tolist() == [0, 1, 2, 3]


def test_a_dish_that_was_sold_at_events_only_has_no_history() -> None:
    left = without_events(history(soup=np.array([0.0, 9, 0, 0]), pie=np.ones(4)), [event(1)])

    assert np.isnan(left.sales["soup"]).all()


@pytest.mark.parametrize("factor", [0.1, 8.0])
def test_a_week_of_events_before_the_end_moves_no_forecast(factor: float) -> None:
    rng = np.random.default_rng(1)
    usual = rng.poisson(np.tile([20.0, 20, 20, 20, 30, 40, 40], 20)).astype(float)
    unusual = usual.copy()
    unusual[-9:-2] *= factor  # lasts for a week, as nothing does that is limited by itself

    def week(units: FloatArray, *events: SalesEvent) -> float:
        store = limit_outliers(without_events(history(soup=units), events), GB)
        trained = train_dish("soup", store, fit_store(store, GB, CONFIG), GB, CONFIG)
        return float(trained.model.forecast(future_days(store, 7, GB, CONFIG)).yhat.sum())

    named = event(len(usual) - 9, len(usual) - 3)

    assert abs(week(unusual) / week(usual) - 1) > 0.25, "without a name the week is learnt"
    assert week(unusual, named) == pytest.approx(week(usual, named))
    assert week(unusual, named) == pytest.approx(week(usual), rel=0.1)


def test_events_that_explain_no_day_are_found() -> None:
    store = history(soup=np.ones(10))

    found = unmatched(store, [event(-3, -2), event(2), event(2, 3, "stew"), event(2, 3, "stew", "soup"), event(30)])

    assert found == [event(-3, -2), event(2, 3, "stew")]

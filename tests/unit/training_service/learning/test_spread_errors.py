"""The errors that quantiles are learnt from: of the folds, and of the smoothing where the folds have too few."""

from dataclasses import replace

import numpy as np

from shared.config import PipelineConfig
from shared.restaurant.calendar import HolidayCalendar
from tests.support.stores import noisy_store
from training_service.learning.fitting.smoothing import SmoothingHistory, smooth_days
from training_service.learning.spread_errors import errors_by_dish
from training_service.learning.spreads import Errors
from training_service.learning.store_history import StoreHistory

CONFIG = PipelineConfig()
DE = HolidayCalendar("DE")


def smoothed(store: StoreHistory) -> SmoothingHistory:
    days = store.days(DE, CONFIG)
    return smooth_days(np.array(list(store.sales.values())), days)


def errors(store: StoreHistory, forecasts: dict[int, dict[str, np.ndarray]] | None = None) -> dict[str, Errors]:
    return errors_by_dish(
        store,
        smoothed(store),
        forecasts or {},
        np.ones(len(store.closed)),
        np.ones((len(store.sales), len(store.closed))),
        CONFIG,
    )


def test_without_folds_the_errors_are_those_of_the_smoothing_from_weekly_cutoffs() -> None:
    found = errors(noisy_store(42))

    # Cutoffs after 35, 28 and 21 days, and after 14, which is too early; Mondays are closed.
    assert {dish: len(each.error) for dish, each in found.items()} == {"soup": 6 + 12 + 12, "fish": 6 + 12 + 12}
    assert abs(found["soup"].error.mean()) < 5


def test_no_errors_of_the_smoothing_are_added_where_the_folds_have_enough() -> None:
    store = noisy_store(300)
    # A window of 14 days has 12 open ones; two dishes and nine folds have more than 200 errors.
    forecasts = {cutoff: {"smoothing": np.full((2, 14), 7.0)} for cutoff in range(160, 286, 14)}

    assert all((each.forecast == 7.0).all() for each in errors(store, forecasts).values())


def test_errors_of_the_smoothing_are_added_after_the_errors_of_few_folds() -> None:
    store = noisy_store(300)
    folds = {280: {"smoothing": np.full((2, 14), 7.0), "pooled": np.full((2, 14), 8.0)}}

    found = errors(store, folds)

    assert (found["soup"].forecast[:12] == 8.0).all()
    assert sum(len(each.error) for each in found.values()) >= 200
    assert not (found["soup"].forecast[12:] == 8.0).any()


def test_the_smoothing_forecasts_from_a_cutoff_without_the_sales_after_it() -> None:
    store = noisy_store(120)
    later = replace(store, sales={dish: values.copy() for dish, values in store.sales.items()})
    for values in later.sales.values():
        values[-7:] *= 9.0

    plain, changed = (errors(each) for each in (store, later))

    for dish in store.sales:
        np.testing.assert_array_equal(plain[dish].forecast, changed[dish].forecast)
        assert (plain[dish].error != changed[dish].error).sum() == 6 + 6

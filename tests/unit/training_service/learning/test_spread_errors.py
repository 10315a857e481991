"""The errors that quantiles are learnt from: those of the folds, and older ones of the smoothing where they are few."""

from dataclasses import replace

import numpy as np

from shared.config import PipelineConfig
from shared.forecasting.smoothing import SmoothingHistory, smooth
from shared.restaurant.calendar import HolidayCalendar
from tests.support.stores import noisy_store
from training_service.learning.spread_errors import errors_by_dish
from training_service.learning.spreads import Errors
from training_service.learning.store_history import StoreHistory

CONFIG = PipelineConfig()
DE = HolidayCalendar("DE")


def smoothed(store: StoreHistory) -> SmoothingHistory:
    days = store.days(DE, CONFIG)
    return smooth(np.array(list(store.sales.values())), days.weekdays, days.is_holiday, days.returning)


def errors(store: StoreHistory, forecasts: dict[int, dict[str, np.ndarray]] | None = None) -> dict[str, Errors]:
    return errors_by_dish(store, smoothed(store), forecasts or {}, np.ones(len(store.closed)), CONFIG)


def test_without_folds_the_smoothing_is_judged_from_every_week_that_is_old_enough() -> None:
    found = errors(noisy_store(42))

    # Cutoffs after 35, 28 and 21 days, and after 14, which is too early; Mondays are closed.
    assert {dish: len(each.error) for dish, each in found.items()} == {"soup": 6 + 12 + 12, "fish": 6 + 12 + 12}
    assert abs(found["soup"].error.mean()) < 5


def test_folds_that_suffice_are_not_added_to() -> None:
    store = noisy_store(300)
    # A window of 14 days has 12 open ones; two dishes and nine folds have more than 200 errors.
    forecasts = {cutoff: {"smoothing": np.full((2, 14), 7.0)} for cutoff in range(160, 286, 14)}

    assert all((each.forecast == 7.0).all() for each in errors(store, forecasts).values())


def test_few_folds_are_added_to_and_come_first() -> None:
    store = noisy_store(300)
    folds = {280: {"smoothing": np.full((2, 14), 7.0), "pooled": np.full((2, 14), 8.0)}}

    found = errors(store, folds)

    assert (found["soup"].forecast[:12] == 8.0).all()
    assert sum(len(each.error) for each in found.values()) >= 200
    assert not (found["soup"].forecast[12:] == 8.0).any()


def test_what_is_expected_from_a_cutoff_does_not_know_the_days_after_it() -> None:
    store = noisy_store(120)
    later = replace(store, sales={dish: values.copy() for dish, values in store.sales.items()})
    for values in later.sales.values():
        values[-7:] *= 9.0

    plain, changed = (errors(each) for each in (store, later))

    for dish in store.sales:
        np.testing.assert_array_equal(plain[dish].forecast, changed[dish].forecast)
        assert (plain[dish].error != changed[dish].error).sum() == 6 + 6

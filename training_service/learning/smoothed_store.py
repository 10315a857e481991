"""Prepares the history of a store for the forecasters: without seasons, and smoothed day by day."""

import numpy as np

from shared.config import PipelineConfig
from shared.forecasting.seasons import SeasonEffects
from shared.restaurant.calendar import HolidayCalendar
from training_service.learning.fitting.pooled_trees import SmoothedStore
from training_service.learning.fitting.seasons import without_seasons
from training_service.learning.fitting.smoothing import SmoothingHistory, smooth_days
from training_service.learning.store_history import StoreHistory


def smooth_store(
    store: StoreHistory, calendar: HolidayCalendar, config: PipelineConfig, earlier: SmoothingHistory | None = None
) -> tuple[SmoothedStore, SeasonEffects]:
    """The history as it would be without seasons, smoothed, and the effects of the seasons.

    A store that is trained alone and a store of a group are prepared alike.

    Args:
        store: History up to a cutoff, or the whole history.
        calendar: Public holidays and seasons of the store's place.
        config: Features of the days.
        earlier: Smoothing of a shorter history of the store, from which this one goes on; see `smooth_days`.
    """
    days = store.days(calendar, config)
    usual, seasons = without_seasons(store, days)
    smoothed = smooth_days(np.array(list(usual.sales.values())), days, earlier)
    return SmoothedStore(usual, days, smoothed), seasons

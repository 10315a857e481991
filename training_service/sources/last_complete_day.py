"""Tells which days are over at a restaurant: the sales of other days are not complete."""

import datetime as dt

from shared.config import PipelineConfig
from shared.restaurant.place import Place


def last_complete_day(place: Place, config: PipelineConfig) -> dt.date:
    """The last day that is over at a place.

    Args:
        place: Place of the restaurant, whose time zone decides which day it is.
        config: Configuration with `day_ends_at_hour`, the hour after which the sales of a day are complete.
    """
    return (place.now() - dt.timedelta(hours=config.day_ends_at_hour)).date()

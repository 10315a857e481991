"""Which days are over."""

import datetime as dt

from shared.config import PipelineConfig
from shared.restaurant.place import Place


def last_complete_day(place: Place, config: PipelineConfig) -> dt.date:
    """The last day that is over.

    Args:
        place: its time zone decides which day it is.
        config: tells the hour at which a day's sales are complete.
    """
    return (place.now() - dt.timedelta(hours=config.day_ends_at_hour)).date()

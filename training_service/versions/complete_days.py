"""Keeps days that are not over out of a training: half a day would be learnt as a bad one."""

from dataclasses import replace

import pandas as pd

from shared.config import PipelineConfig
from shared.errors import InvalidInput, Violation
from shared.restaurant.place import Place
from training_service.sources.files.reading import FIELD
from training_service.sources.last_complete_day import last_complete_day
from training_service.sources.sales_source import SalesData


def complete_days(data: SalesData, place: Place, config: PipelineConfig) -> SalesData:
    """The sales of the days that are over where the restaurant is.

    Args:
        data: as read, not empty.
        place: its time zone decides which day it is.
        config: tells the hour at which a day's sales are complete.

    Raises:
        InvalidInput: no day is over.
    """
    last = last_complete_day(place, config)
    is_over = data.sales["date"] <= pd.Timestamp(last)
    if is_over.all():
        return data
    if not is_over.any():
        description = f"there are no sales up to {last}, the last day that is over in the time zone {place.time_zone}"
        raise InvalidInput([Violation(FIELD, description)])
    left_out = data.unfinished_rows + int(data.sales.loc[~is_over, "rows"].sum())
    return replace(data, sales=data.sales[is_over].reset_index(drop=True), unfinished_rows=left_out)

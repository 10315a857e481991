"""Leaves days that are not over out of the sales, because half a day would be learnt as a day of few sales."""

from dataclasses import replace

import pandas as pd

from shared.config import PipelineConfig
from shared.errors import InvalidInput, Violation
from shared.restaurant.place import Place
from training_service.sources.how_read import LeftOut
from training_service.sources.last_complete_day import last_complete_day
from training_service.sources.sales_data import SalesData
from training_service.sources.sales_limits import SALES_FIELD


def complete_days(data: SalesData, place: Place, config: PipelineConfig) -> SalesData:
    """The sales of the days that are over at the restaurant.

    Args:
        data: Sales as read, not empty.
        place: Place of the restaurant; its time zone tells the present day.
        config: Hour of the day from which the sales of the day before are complete.

    Raises:
        InvalidInput: No day of the sales is over.
    """
    last = last_complete_day(place, config)
    is_over = data.sales["date"] <= pd.Timestamp(last)
    if is_over.all():
        return data
    if not is_over.any():
        description = f"there are no sales up to {last}, the last day that is over in the time zone {place.time_zone}"
        raise InvalidInput([Violation(SALES_FIELD, description)])
    unfinished = int(data.sales.loc[~is_over, "rows"].sum())
    return replace(
        data,
        sales=data.sales[is_over].reset_index(drop=True),
        unfinished_rows=data.unfinished_rows + unfinished,
        how=data.how.without([LeftOut("days that are not over", unfinished)]) if data.how else None,
    )

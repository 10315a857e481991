"""What the sales of a run look like, so that faults of the data are not taken for faults of the models."""

from collections import defaultdict

import numpy as np
import pandas as pd

from shared.config import PipelineConfig
from training_service.learning.short_dishes import lost_forecasters
from training_service.learning.store_history import StoreHistory
from training_service.outcomes import DataReport, Outlier
from training_service.sources.sales_source import SalesData

#: A day so many robust standard deviations from the usual one of its weekday is an outlier.
OUTLIER_DEVIATIONS = 8.0

#: Outliers that a report names; there may be thousands.
_OUTLIERS_NAMED = 50

#: Turns a median absolute deviation into the standard deviation of a normal distribution.
_MAD_TO_DEVIATION = 1.4826

#: Deviation in units below which no dish is taken to lie: one portion more is no outlier.
_LEAST_DEVIATION = 1.0


def data_report(data: SalesData, history: StoreHistory, config: PipelineConfig) -> DataReport:
    """Describes the sales of a store.

    Args:
        data: as read.
        history: made from them.
        config: tells which dishes are short or stopped.
    """
    counted = {dish: int(np.isfinite(values).sum()) for dish, values in history.sales.items()}
    sold = data.sales[data.sales["dish"].isin([dish for dish, days in counted.items() if days])]
    open_dates = history.dates[~history.closed]
    outliers = [outlier for dish in history.sales for outlier in _outliers(dish, history)]
    stopped = history.stopped(config.stopped_after_days)
    trained = [dish for dish, days in counted.items() if days and dish not in stopped]
    outliers.sort(key=lambda outlier: -abs(outlier.quantity - outlier.usual))
    return DataReport(
        sales_source=data.origin,
        rows=int(data.sales["rows"].sum()),
        first_day=history.start,
        last_day=history.end,
        dishes=len(history.sales),
        closed_days=int(history.closed.sum()),
        rows_added_up=int((data.sales["rows"] - 1).sum()),
        refund_rows=data.refund_rows,
        unfinished_rows=data.unfinished_rows,
        filled_days=sum(counted.values()) - _days_with_rows(sold, history, open_dates),
        outlier_days=len(outliers),
        outliers=tuple(outliers[:_OUTLIERS_NAMED]),
        stopped=tuple(stopped),
        short=tuple(dish for dish in trained if lost_forecasters(dish, history, config)),
        similar_names=_similar_names(list(history.sales)),
        weather_source=data.weather_origin if history.weather else "none",
        weather_columns=tuple(history.weather),
        sales_columns=data.columns,
    )


def _days_with_rows(sold: pd.DataFrame, history: StoreHistory, open_dates: pd.DatetimeIndex) -> int:
    """Open days of dishes, since the first sale of each, on which the source has rows."""
    first = {
        dish: history.dates[np.isfinite(values)][0]
        for dish, values in history.sales.items()
        if np.isfinite(values).any()
    }
    since_first = sold["date"] >= sold["dish"].map(first)
    return int((since_first & sold["date"].isin(open_dates)).sum())


def _outliers(dish: str, history: StoreHistory) -> list[Outlier]:
    """Days of a dish that are far from what is usual on their weekday."""
    values = history.sales[dish]
    weekdays = history.dates.day_of_week.to_numpy()
    usual = np.full(len(values), np.nan)
    for weekday in range(7):
        of_weekday = weekdays == weekday
        if np.isfinite(values[of_weekday]).any():
            usual[of_weekday] = np.nanmedian(values[of_weekday])
    distance = np.abs(values - usual)
    if not np.isfinite(distance).any():
        return []
    deviation = max(_MAD_TO_DEVIATION * float(np.nanmedian(distance)), _LEAST_DEVIATION)
    far = np.flatnonzero(np.nan_to_num(distance) > OUTLIER_DEVIATIONS * deviation)
    return [
        Outlier(dish=dish, date=day.date(), quantity=float(quantity), usual=float(normal))
        for day, quantity, normal in zip(history.dates[far], values[far], usual[far], strict=True)
    ]


def _similar_names(dishes: list[str]) -> tuple[tuple[str, ...], ...]:
    """Groups of names that differ only in case or white space."""
    groups: dict[str, list[str]] = defaultdict(list)
    for dish in dishes:
        groups["".join(dish.casefold().split())].append(dish)
    return tuple(tuple(sorted(group)) for _, group in sorted(groups.items()) if len(group) > 1)

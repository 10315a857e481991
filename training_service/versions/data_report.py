"""Describes the sales of a run: rows, days, dishes, outliers and names that look alike.

People see from the report whether odd forecasts come from odd sales.
"""

import numpy as np
import pandas as pd

from shared.arrays import FloatArray
from shared.config import PipelineConfig
from training_service.learning.short_dishes import lost_forecasters
from training_service.learning.store_history import StoreHistory
from training_service.outcomes import DataReport, Outlier
from training_service.sources.sales_data import SalesData
from training_service.versions.similar_names import similar_names

#: Robust standard deviations from the median of the weekday beyond which a day is an outlier.
OUTLIER_DEVIATIONS = 8.0

#: Number of outliers that a report names at most, because there may be thousands.
_OUTLIERS_NAMED = 50

#: Factor from the median absolute deviation to the standard deviation of a normal distribution.
_MAD_TO_DEVIATION = 1.4826

#: Least standard deviation of a dish, in units, so that one portion more than usual is no outlier.
_LEAST_DEVIATION = 1.0


def data_report(data: SalesData, history: StoreHistory, config: PipelineConfig) -> DataReport:
    """Describes the sales of a store.

    Args:
        data: Sales as read.
        history: Sales of the same days, laid out by day.
        config: Number of days after which a dish has stopped, and which forecasters need a long history.
    """
    counted = {dish: int(np.isfinite(values).sum()) for dish, values in history.sales.items()}
    sold = data.sales[data.sales["dish"].isin([dish for dish, days in counted.items() if days])]
    outliers = [
        outlier
        for dish, values in history.as_sold().items()
        for outlier in _outliers(dish, values, history, data.lines)
    ]
    stopped = history.stopped(config.stopped_after_days)
    trained = [dish for dish, days in counted.items() if days and dish not in stopped]
    outliers.sort(key=lambda outlier: (outlier.limited_to is None, -abs(outlier.quantity - outlier.usual)))
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
        filled_days=sum(counted.values()) - _days_with_rows(sold, history),
        outlier_days=len(outliers),
        outliers=tuple(outliers[:_OUTLIERS_NAMED]),
        stopped=tuple(stopped),
        short=tuple(dish for dish in trained if lost_forecasters(dish, history, config)),
        similar_names=similar_names(list(history.sales)),
        weather_source=data.weather_origin if history.weather else "none",
        weather_columns=tuple(history.weather),
        sales_columns=data.columns,
        left_out_rows=data.left_out_rows,
    )


def _days_with_rows(sold: pd.DataFrame, history: StoreHistory) -> int:
    """Number of days with a row that forecasters learn from, summed over all dishes."""
    rows_of = sold.groupby("dish")["date"]
    return sum(
        int(np.isfinite(history.sales[str(dish)])[(days - pd.Timestamp(history.start)).dt.days].sum())
        for dish, days in rows_of
    )


def _outliers(dish: str, values: FloatArray, history: StoreHistory, lines: pd.Series | None) -> list[Outlier]:
    """Days of a dish that are limited, or whose sales are far from the median of their weekday.

    Args:
        dish: Name of the dish.
        values: Units sold, without any limit, NaN on closed days, shape (n,).
        history: The n days, with those that are limited.
        lines: Line of each dish and day in the file; None without a file.
    """
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
    limits = {limited.day: limited.limit for limited in history.limited_now if limited.dish == dish}
    far = set(np.flatnonzero(np.nan_to_num(distance) > OUTLIER_DEVIATIONS * deviation).tolist())
    return [
        Outlier(
            dish=dish,
            date=history.dates[day].date(),
            quantity=float(values[day]),
            usual=float(usual[day]),
            limited_to=limits.get(day),
            line=0 if lines is None else int(lines.get((dish, history.dates[day]), 0)),
        )
        for day in sorted(far | set(limits))
    ]

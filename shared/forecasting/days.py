"""What is known in advance about a run of consecutive days: the half of the features that all dishes share."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from shared.calendar import HolidayCalendar, time_feature
from shared.config import PipelineConfig

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Days:
    """Consecutive days with their features.

    Args:
        dates: the days, midnight, ascending without gaps, length n.
        columns: `time_features`, `is_public_holiday` and weather by name, each of shape (n,).
        holidays: names of the public holidays of each day.
        closed: the restaurant is known or expected to be closed, shape (n,).
    """

    dates: pd.DatetimeIndex
    columns: Mapping[str, FloatArray]
    holidays: Sequence[tuple[str, ...]]
    closed: BoolArray

    def __len__(self) -> int:
        return len(self.dates)

    def __getitem__(self, part: slice) -> "Days":
        columns = {name: values[part] for name, values in self.columns.items()}
        return Days(self.dates[part], columns, self.holidays[part], self.closed[part])

    @property
    def weekdays(self) -> npt.NDArray[np.int64]:
        """0 for Monday to 6 for Sunday, shape (n,)."""
        return self.dates.day_of_week.to_numpy(np.int64)


def build_days(
    dates: pd.DatetimeIndex,
    calendar: HolidayCalendar,
    weather: Mapping[str, FloatArray],
    closed: BoolArray,
    config: PipelineConfig,
) -> Days:
    """Computes the features of days, for training and for serving alike.

    Args:
        dates: consecutive days.
        calendar: the public holidays of the place.
        weather: columns of shape (len(dates),), without NaN.
        closed: shape (len(dates),).
        config: names the time features and the weather columns.
    """
    names = [calendar.names(date.date()) for date in dates]
    columns = {name: time_feature(name, dates) for name in config.time_features}
    columns["is_public_holiday"] = np.array([bool(n) for n in names], dtype=np.float64)
    columns |= {name: weather[name] for name in config.weather_cols if name in weather}
    return Days(dates, columns, names, closed)


def closed_weekdays(dates: pd.DatetimeIndex, closed: BoolArray, weeks: int) -> tuple[int, ...]:
    """Weekdays (0 is Monday) on which the restaurant was closed in each of the last `weeks` weeks.

    Args:
        dates: consecutive days of the past.
        closed: on which it sold nothing, shape (len(dates),).
        weeks: how many to look at; with a shorter past there is no answer, hence no closed weekday.
    """
    if len(dates) < 7 * weeks:
        return ()
    recent = closed[-7 * weeks :]
    if recent.all():
        return ()
    weekdays = dates[-7 * weeks :].day_of_week.to_numpy()
    return tuple(day for day in range(7) if recent[weekdays == day].all())

"""Finds out whether the last day of an export is unfinished: the export was made before the restaurant closed."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from shared.arrays import FloatArray
from training_service.sources.files.rows.clock import Clock, plain_times
from training_service.sources.files.rows.zoned_dates import ZONED, as_iso
from training_service.sources.files.sales_dates import DateColumn
from training_service.sources.files.written_dates import plain_dates
from training_service.sources.sales_limits import SALES_FIELD

#: Share of the usual sales of a day from which on the last day is not looked at.
_LOW = 0.8

#: Minutes by which the last day must end before all days that it is compared with.
_LEAST_MINUTES_EARLIER = 120

#: Latest days of the same weekday that are compared, and how many are needed; else all other days are compared.
_SAME_WEEKDAYS, _LEAST_SAME_WEEKDAYS = 8, 3

#: Least number of other days.
_LEAST_DAYS = 7

_MINUTES_OF_DAY = 24 * 60

_MOMENT = r"^\d{4}-\d{2}-\d{2}(?:T|\s+)\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?\s*(?:Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)$"
_TIME = r"(?:^|T|\s)(?P<hour>\d{1,2}):(?P<minute>[0-5]\d)(?::[0-5]\d)?[.,\d]*\s*(?P<half>[AaPp])?"

_WEEKDAYS = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")


@dataclass(frozen=True, slots=True)
class UnfinishedDay:
    """The last day of an export that was made before closing time.

    Args:
        day: The day.
        told: What is known of it, for people.
    """

    day: dt.date
    told: str


def may_be_unfinished(sales: pd.DataFrame, time_zone: str | None, day_ends_at_hour: int) -> bool:
    """Tells whether the last day sold so little that its times are worth a look.

    Args:
        sales: Table with `date` and `sales`.
        time_zone: IANA name of the store's time zone; None for UTC.
        day_ends_at_hour: Hour at which a day ends.
    """
    by_day = sales.groupby("date")["sales"].sum()
    last = by_day.index[-1]
    now = dt.datetime.now(ZoneInfo(time_zone) if time_zone else dt.UTC)
    # A day that is not over is left out later, wherever the sales come from.
    is_over = last.date() <= (now - dt.timedelta(hours=day_ends_at_hour)).date()
    others = _compared(by_day.iloc[:-1], last)
    return is_over and len(others) >= _LEAST_SAME_WEEKDAYS and by_day.iloc[-1] < _LOW * others.median()


def unfinished_day(
    parts: Iterable[pd.DataFrame], last: dt.date, date_format: str, time_zone: str | None, day_ends_at_hour: int
) -> UnfinishedDay | None:
    """Finds out whether the last day is unfinished; None where it is not, and where the rows have no times of day.

    Args:
        parts: Texts of the columns `date` and, where there is one, `time` of all rows of the store.
        last: Last day of the sales.
        date_format: Format of the dates, as `strptime` takes it.
        time_zone: IANA name of the store's time zone; None where it is not known.
        day_ends_at_hour: Hour at which a day ends.
    """
    night_minutes = max(day_ends_at_hour * 60 - _MINUTES_OF_DAY, 0)
    latest = pd.Series(dtype=np.float64, index=pd.DatetimeIndex([]))
    for part in parts:
        rows = part.drop_duplicates()
        days = _days(rows["date"], date_format, time_zone)
        if days is None:
            return None
        is_zoned = rows["date"].str.contains(ZONED, regex=True) & ~rows["date"].str.contains(_MOMENT, regex=True)
        minutes = _minutes(plain_dates(rows["date"].where(~is_zoned, as_iso(rows["date"], date_format))), time_zone)
        if "time" in rows:
            minutes = np.where(np.isnan(minutes), _minutes(plain_times(rows["time"]), None), minutes)
        is_night = minutes < night_minutes
        days = days.where(~is_night, days - pd.Timedelta(days=1))
        minutes = np.where(is_night, minutes + _MINUTES_OF_DAY, minutes)
        latest = pd.concat([latest, pd.Series(minutes, index=pd.DatetimeIndex(days)).dropna()])
        latest = latest.groupby(level=0).max()
    latest = latest[latest.index <= pd.Timestamp(last)]
    if latest.empty or latest.index[-1] != pd.Timestamp(last):
        return None
    others = _compared(latest.iloc[:-1], latest.index[-1])
    if len(others) < _LEAST_SAME_WEEKDAYS or latest.iloc[-1] > others.min() - _LEAST_MINUTES_EARLIER:
        return None
    is_same = (pd.DatetimeIndex(others.index).day_of_week == last.weekday()).all()
    told = (
        f"the sales end at {_clock(latest.iloc[-1])} on {last}, and on other "
        f"{_WEEKDAYS[last.weekday()] if is_same else 'days'} they go on until {_clock(others.min())} or later"
    )
    return UnfinishedDay(last, told)


def _compared(days: pd.Series, last: pd.Timestamp) -> pd.Series:
    """The latest days of the same weekday, or all days where they are few; empty where these are few too."""
    same = days[pd.DatetimeIndex(days.index).day_of_week == last.day_of_week].iloc[-_SAME_WEEKDAYS:]
    if len(same) >= _LEAST_SAME_WEEKDAYS:
        return same
    return days if len(days) >= _LEAST_DAYS else days.iloc[:0]


def _days(text: pd.Series, date_format: str, time_zone: str | None) -> pd.Series | None:
    """The day of each text; None where the format does not read all of them."""
    clock = Clock(time_zone, 24, midnights_are_days=False, zoned_format=date_format)
    dates = DateColumn("", date_format, time_zone, SALES_FIELD)
    return dates.add(clock.read(text, None).date).get(date_format)


def _minutes(text: pd.Series, time_zone: str | None) -> FloatArray:
    """Minutes after midnight of each text; NaN where it has no time, and at exactly midnight, as sums of days are."""
    parts = text.str.extract(_TIME)
    hour, minute = (pd.to_numeric(parts[name]).to_numpy(np.float64) for name in ("hour", "minute"))
    half = parts["half"].str.lower()
    hour = np.where(half.isna(), hour, hour % 12 + np.where(half == "p", 12, 0))
    minutes = hour * 60 + minute
    if time_zone:
        is_moment = text.str.contains(_MOMENT, regex=True).to_numpy()
        moments = text[is_moment].str.replace(" UTC", "Z", regex=False).str.replace(" GMT", "Z", regex=False)
        local = pd.to_datetime(moments, format="ISO8601", utc=True, errors="coerce").dt.tz_convert(time_zone)
        minutes[is_moment] = local.dt.hour * 60 + local.dt.minute
    return np.where(minutes == 0, np.nan, minutes)


def _clock(minutes: float) -> str:
    return f"{int(minutes) // 60}:{int(minutes) % 60:02}"

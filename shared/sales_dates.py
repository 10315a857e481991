"""Dates of sales files: the one format that reads the whole column is recognised."""

import datetime as dt

import pandas as pd

from shared.csv_file import lines_of
from shared.errors import Violation

#: Formats that are tried, in this order; each must read every date of the column.
_FORMATS = (
    "%Y-%m-%d",
    "%Y/%m/%d",
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%dT%H:%M:%S",
    "%Y%m%d",
    "%m/%d/%Y",
    "%d/%m/%Y",
    "%d.%m.%Y",
    "%m/%d/%y",
    "%d/%m/%y",
    "%d.%m.%y",
)

#: Sales before are a mistake of the clock or of the format.
_EARLIEST = pd.Timestamp("1990-01-01")


def parse_dates(text: pd.Series, name: str, date_format: str | None, field: str) -> tuple[pd.Series, list[Violation]]:
    """Reads a column of dates.

    Where month and day could be swapped in every date, the reading whose days lie closer together is taken: daily
    sales follow one another.

    Args:
        text: as in the file, by line number.
        name: of the column.
        date_format: as `strptime` takes it; None to recognise.
        field: that violations name.

    Returns:
        datetime64[s] at midnight (NaT where unreadable), and what is wrong.
    """
    plain = text.str.strip()
    distinct = pd.Index(plain.unique())
    readings = {f: _read(distinct, f) for f in ((date_format,) if date_format else _FORMATS)}
    complete = {f: dates for f, dates in readings.items() if dates.notna().all()}
    if not complete:
        best = max(readings, key=lambda f: int(readings[f].notna().sum()))
        unreadable = plain.map(readings[best]).isna()
        expected = f"dates like {dt.date(2026, 11, 23).strftime(best)}" if not unreadable.all() else "dates"
        hint = "" if date_format or not unreadable.all() else "; the server's SALES_DATE_FORMAT can name their format"
        description = f"column {name!r}: expected {expected}; not so on {lines_of(unreadable, text)}{hint}"
        return plain.map(readings[best]), [Violation(field, description)]
    spans = {f: int((dates.max() - dates.min()).days) for f, dates in complete.items()}
    shortest = [f for f in complete if spans[f] == min(spans.values())]
    chosen = shortest[0]
    dates = plain.map(complete[chosen])
    if any(not complete[other].equals(complete[chosen]) for other in shortest[1:]):
        readable_as = " or ".join(shortest)
        description = f"column {name!r}: the dates can be read as {readable_as}; set the server's SALES_DATE_FORMAT"
        return dates, [Violation(field, description)]
    outside = is_too_early(dates) | is_future(dates)
    if outside.any():
        description = f"column {name!r}: expected days from 1990 until today; not so on {lines_of(outside, text)}"
        return dates, [Violation(field, description)]
    return dates, []


def is_too_early(dates: pd.Series) -> pd.Series:
    """Which days are too long ago to be those of sales: before 1990."""
    return dates < _EARLIEST


def is_future(dates: pd.Series) -> pd.Series:
    """Which days are after today (a day's leeway for the time zone)."""
    return dates > pd.Timestamp(dt.datetime.now(dt.UTC).date()) + pd.Timedelta(days=1)


def _read(distinct: pd.Index, date_format: str) -> pd.Series:
    """Dates of the distinct texts under one format, NaT where it does not fit; indexed by text."""
    dates = pd.to_datetime(pd.Series(distinct, index=distinct), format=date_format, errors="coerce")
    return dates.dt.normalize().astype("datetime64[s]")

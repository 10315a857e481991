"""Removes the time of day from dates of sales files: only the day of a sale counts."""

import pandas as pd

_TIME = r"(?:T|,?\s+)(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:[.,]\d+)?)?(?:\s*[AaPp]\.?[Mm]\.?)?"
_ZONE = r"\s*(?:Z|[+-]\d{2}(?::?\d{2})?)"
_ISO_DATE = r"\d{4}-\d{2}-\d{2}"


def without_times(text: pd.Series, time_zone: str | None) -> pd.Series:
    """Removes the time of day from each text that is a date with a time of day; other texts stay as they are.

    Args:
        text: Texts such as `24.12.2025`, `12/24/2025 6:30 PM` or `2026-01-01T12:30:11Z`, without blanks around them.
        time_zone: IANA name of the store's time zone, in which a moment with an offset from UTC is assigned to a day.
            None where the time zone is not known: such a moment then belongs to the day that is written.
    """
    if not text.str.contains(":", regex=False).any():
        return text
    if time_zone:
        text = _local_days(text, time_zone)
    text = text.str.replace(f"^({_ISO_DATE}){_TIME}{_ZONE}$", r"\1", regex=True)
    return text.str.replace(f"{_TIME}$", "", regex=True)


def _local_days(text: pd.Series, time_zone: str) -> pd.Series:
    """The texts, with each moment that has an offset replaced by its day in the time zone (ISO)."""
    is_moment = text.str.fullmatch(f"{_ISO_DATE}{_TIME}{_ZONE}")
    moments = pd.to_datetime(text[is_moment], format="ISO8601", utc=True, errors="coerce")
    days = moments.dt.tz_convert(time_zone).dt.strftime("%Y-%m-%d").dropna()
    return text.where(~text.index.isin(days.index), days.reindex(text.index))

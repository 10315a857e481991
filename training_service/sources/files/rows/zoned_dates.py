"""Moments with a zone whose day is not written as in ISO 8601, such as `24/11/2026 18:30 UTC`.

Their day in the time zone of the store depends on the order of day and month, which only the whole column tells.
"""

import pandas as pd

from training_service.sources.files.written_dates import plain_dates

#: A date of any form with a time of day and a zone.
ZONED = r"\d:[0-5]\d(?::[0-5]\d)?(?:[.,]\d+)?(?:\s*[AaPp]\.?[Mm]\.?)?\s*(?:Z|UTC|GMT|[+-]\d{2}:?\d{2})$"

_ZONE = r"\s*(?:Z|UTC|GMT|[+-]\d{2}:?\d{2})$"
_PARTS = rf"^(?P<date>.+?)(?:T|,?\s+)(?P<time>\d{{1,2}}:[0-5]\d.*?)(?P<zone>{_ZONE})"


def without_zones(text: pd.Series) -> pd.Series:
    """The texts without the zones at their ends.

    Args:
        text: Texts in which `ZONED` is found.
    """
    return text.str.replace(_ZONE, "", regex=True)


def as_iso(text: pd.Series, date_format: str) -> pd.Series:
    """The moments as ISO 8601 writes them; a text that is none stays as it is.

    Args:
        text: Texts in which `ZONED` is found.
        date_format: Format of their days, as `strptime` takes it.
    """
    parts = text.str.extract(_PARTS)
    day = pd.to_datetime(plain_dates(parts["date"].fillna("")), format=date_format, errors="coerce")
    time = pd.to_datetime(
        "2000-01-01 " + parts["time"].str.replace(".", "", regex=False), format="mixed", errors="coerce"
    )
    zone = parts["zone"].str.strip().replace({"UTC": "Z", "GMT": "Z"})
    moments = day.dt.strftime("%Y-%m-%d") + "T" + time.dt.strftime("%H:%M:%S") + zone
    return moments.where(day.notna() & time.notna(), text)


def in_format(text: pd.Series, date_format: str) -> pd.Series:
    """Days that are written as in ISO 8601, in another format; a text that is no such day stays as it is.

    Args:
        text: Texts such as `2026-11-24`.
        date_format: Format as `strptime` takes it.
    """
    days = pd.to_datetime(text, format="%Y-%m-%d", errors="coerce")
    return days.dt.strftime(date_format).where(days.notna(), text)

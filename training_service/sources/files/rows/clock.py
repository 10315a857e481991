"""Reads the time of day of sales: which rows belong to the evening before, and which moments are days."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import compute

from shared.arrays import BoolArray, IntArray
from shared.names import enumerated
from shared.notices import Notice
from training_service.outcomes import SOLD_AFTER_MIDNIGHT
from training_service.sources.files.rows.words import Vocabulary
from training_service.sources.files.rows.zoned_dates import ZONED, as_iso, in_format, without_zones
from training_service.sources.files.tills.till import plain
from training_service.sources.files.written_dates import UNUSUAL, plain_dates
from training_service.sources.sales_limits import MORNING_HOUR

#: Names (in lower case, without blanks) of columns of the time of day beside a column of the day.
TIME_COLUMNS: Final = frozenset(
    (
        *(
            "time",
            "timeofday",
            "saletime",
            "salestime",
            "ordertime",
            "transactiontime",
            "soldat",
            "closetime",
            "opentime",
        ),
        *(
            "uhrzeit",
            "zeit",
            "heure",
            "heurevente",
            "hora",
            "horaventa",
            "ora",
            "orario",
            "tijd",
            "tijdstip",
            "godzina",
        ),
        *("tid", "klokkeslæt", "klokkeslett", "kellonaika", "会計時間"),
        *(
            "čas",
            "время",
            "час",
            "idő",
            "időpont",
            "ώρα",
            "jam",
            "waktu",
            "الوقت",
            "שעה",
            "horário",
            "tidspunkt",
            "kello",
        ),
        *("hour", "stunde", "hourofday", "closedtime", "paidtime", "timesold", "bonzeit", "horacierre", "klokke"),
        *("saat", "时间", "時間", "時刻", "时刻", "販売時刻", "会計時刻", "시간", "시각", "เวลา", "giờ", "thờigian"),
    )
)

_PLAIN_TIMES = frozenset(map(plain, TIME_COLUMNS))

#: Hours of a day of the calendar.
HOURS_OF_DAY: Final = 24

#: Days that a warning names at most.
_DAYS_TOLD = 3

_ANY_ZONE = r"(?:Z|[+-]\d{2}:\d{2})$"
_ZONE = r"\s*(?:Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)"
_ISO_MOMENT = rf"^\d{{4}}-\d{{2}}-\d{{2}}(?:T|\s+)\d{{1,2}}:\d{{2}}(?::\d{{2}}(?:[.,]\d+)?)?{_ZONE}$"
_ISO_MIDNIGHT = rf"^\d{{4}}-\d{{2}}-\d{{2}}(?:T|\s+)00:00(?::00(?:[.,]0+)?)?{_ZONE}$"

#: The usual form of times without a time zone, and the first and last positions of its day, hour, and what follows.
_ISO_LOCAL = r"^\d{4}-\d{2}-\d{2}[T ](?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d)?$"
_ISO_DAY, _ISO_HOUR, _ISO_MINUTES = (0, 10), (11, 13), (14, 19)

#: Hours of a clock that counts on after midnight, such as 25:10, at the end of a date.
_BUSINESS_CLOCK = r"(?:T|,?\s+)2[4-9]:[0-5]\d(?::[0-5]\d)?$"

#: Times that may lie between midnight and the morning: the marks of morning and afternoon decide.
_MAY_BE_EARLY = r"(?:^|T|\s)(?:0?[0-5]|12):[0-5]\d"
_PARTS = r"(?:^|T|\s)(?P<hour>\d{1,2}):(?P<minute>[0-5]\d)(?::(?P<second>[0-5]\d))?[.,\d]*\s*(?P<half>[AaPp])?"


#: Times of day with a colon or the sign of an hour: a column of such values has times of day whatever its name.
_TIMES = r"\D{0,4}\d{1,2}\s?[:h時点點시]\s?\d{2}(?::\d{2}(?:\.\d+)?)?\s?\D{0,4}"

#: Least share of such values.
_LEAST_SHARE_OF_TIMES = 0.9

#: Words in names of columns of lengths of time and of moments of other things.
_NO_TIMES_OF_SALES = Vocabulary(
    (
        "duration",
        "preparation",
        "prep",
        "wait",
        "waiting",
        "cook",
        "delivery",
        "pickup",
        "zone",
        "dauer",
        "durée",
        "ready",
    )
)

#: Times of day without a colon: of an hour, of an hour and minute with a dot or an h, or of digits alone.
_HOUR, _DOTTED, _DIGITS = r"\d{1,2}", r"\d{1,2}[.h]\d{2}(?:[.:m]\d{2})?", r"\d{3,6}"
_USUAL_TIME = r"^\d{1,2}:\d{2}(?::\d{2})?$"


class MomentsFound(Exception):
    """A column that was taken for days, written as midnight in UTC, has moments of other times of day."""


@dataclass(frozen=True, slots=True)
class ClockRead:
    """What the clock tells of some rows.

    Args:
        date: Texts of the dates, without what this module has understood of them.
        days_back: Number of days by which the day of each row is earlier than its text, shape (n,); None for no row.
        is_early: Whether each row was sold between midnight and the morning and stays with its day, shape (n,); None
            for no row.
    """

    date: pd.Series
    days_back: IntArray | None = None
    is_early: BoolArray | None = None


class Clock:
    """Reads times of day, part by part.

    A sale at exactly midnight belongs to the day that is written: such times come from exports of days.

    Args:
        time_zone: IANA name of the store's time zone; None where the time zone is not known.
        day_ends_at_hour: Hour at which a day ends; 26 is two in the night, and up to 24 no row changes its day.
        strips_times: False where the format of the dates is given and may have a time of day.
        midnights_are_days: True where moments at midnight in UTC are days, until a moment of another time is found.
        zoned_format: Format of the days of moments that ISO 8601 would write otherwise; None while it is not known.
            Such moments then count as written, and `has_zones` tells that there are any.
        reads_zones: False where the format of the dates is given and has the zone itself.
    """

    def __init__(
        self,
        time_zone: str | None,
        day_ends_at_hour: int,
        *,
        strips_times: bool = True,
        midnights_are_days: bool,
        zoned_format: str | None = None,
        reads_zones: bool = True,
    ) -> None:
        self.time_zone = time_zone
        self.day_ends_at_hour = day_ends_at_hour
        self._night_hours = max(day_ends_at_hour - HOURS_OF_DAY, 0)
        self._strips_times = strips_times
        self._midnights_are_days = midnights_are_days
        self._zoned_format = zoned_format
        self._reads_zones = reads_zones
        #: Whether moments were found whose days are not written as in ISO 8601.
        self.has_zones = False
        #: Latest hour before the morning at which something was sold; -1 where nothing was.
        self.latest_hour = -1

    def read(self, date: pd.Series, time: pd.Series | None) -> ClockRead:
        """Reads the next rows.

        Args:
            date: Texts of the dates without blanks around them, indexed by line number.
            time: Texts of a column of the time of day; None where there is none. Counts where no date has a time.

        Raises:
            MomentsFound: The dates were taken for days, and are moments.
        """
        hours = np.full(len(date), -1)
        with_time = np.flatnonzero(_is_found(date, ":"))
        if len(with_time):
            timed, hours[with_time] = self._read_timed(date.iloc[with_time])
            date = timed if len(timed) == len(date) else timed.reindex(date.index).fillna(date)
        is_unusual = _is_found(date, UNUSUAL)
        if is_unusual.any():
            # Halves of the day, dots and signs between hours and minutes are read as the dates are.
            plainly = plain_dates(date[is_unusual])
            at = np.flatnonzero(is_unusual)[~_is_found(plainly, _ANY_ZONE)]
            hours[at] = _written_hours(plain_dates(date.iloc[at]))
        elif time is not None and not len(with_time):
            hours = _written_hours(plain_times(time))
        if (hours < 0).all():
            return ClockRead(date)
        self.latest_hour = max(self.latest_hour, int(hours.max()))
        is_night = (hours >= 0) & (hours < self._night_hours)
        return ClockRead(date, is_night.astype(np.int64) if is_night.any() else None, (hours >= 0) & ~is_night)

    def _read_timed(self, date: pd.Series) -> tuple[pd.Series, IntArray]:
        """The texts, as far as possible without times, and the hour of each after midnight and before the morning.

        The hour is -1 at other times of day, and at exactly midnight.
        """
        if self._strips_times and _is_found(date, _ISO_LOCAL).all():
            # Most files have this form, and regular expressions take longer than all other reading.
            hour, rest = (_cut(date, *ends).to_numpy(dtype=object) for ends in (_ISO_HOUR, _ISO_MINUTES))
            hours = hour.astype(np.int64)
            hours[(hours >= MORNING_HOUR) | ((hours == 0) & np.isin(rest, ("00", "00:00")))] = -1
            return _cut(date, *_ISO_DAY), hours
        is_zoned = _is_found(date, ZONED) & ~_is_found(date, _ISO_MOMENT) & self._reads_zones
        if is_zoned.any():
            self.has_zones = True
            date = date.where(~is_zoned, self._without_zones(date[is_zoned]).reindex(date.index))
        date, hours = self._local(date)
        if is_zoned.any() and self._zoned_format:
            # The days of a column have one format.
            date = date.where(~is_zoned, in_format(date[is_zoned], self._zoned_format).reindex(date.index))
        written = np.flatnonzero((hours < 0) & _is_found(date, ":"))
        hours[written] = _written_hours(date.iloc[written])
        if _is_found(date, _BUSINESS_CLOCK).any():
            date = date.str.replace(_BUSINESS_CLOCK, "", regex=True)
        return date, hours

    def _without_zones(self, zoned: pd.Series) -> pd.Series:
        return as_iso(zoned, self._zoned_format) if self._zoned_format and self.time_zone else without_zones(zoned)

    def _local(self, date: pd.Series) -> tuple[pd.Series, IntArray]:
        """The texts with moments replaced by their local days, and their hours before the morning, or -1."""
        hours = np.full(len(date), -1)
        is_moment = _is_found(date, _ISO_MOMENT)
        if self.time_zone is None or not is_moment.any():
            return date, hours
        if self._midnights_are_days:
            if not _is_found(date[is_moment], _ISO_MIDNIGHT).all():
                raise MomentsFound
            return date.where(~is_moment, _cut(date, *_ISO_DAY)), hours
        texts = date[is_moment].str.replace(" UTC", "Z", regex=False).str.replace(" GMT", "Z", regex=False)
        moments = pd.to_datetime(texts, format="ISO8601", utc=True, errors="coerce").dropna()
        local = moments.dt.tz_convert(self.time_zone).dt.tz_localize(None)
        days = local.dt.normalize()
        is_early = (local.dt.hour < MORNING_HOUR) & (local != days)
        hours[date.index.get_indexer(local.index)] = np.where(is_early, local.dt.hour, -1)
        text = pd.Series(np.datetime_as_string(days.to_numpy(), unit="D"), index=local.index, dtype=date.dtype)
        return text.reindex(date.index).fillna(date), hours


def plain_times(text: pd.Series) -> pd.Series:
    """Times of day as `18:30`; a text that is no time stays as it is.

    Args:
        text: Texts such as `18.30`, `18h30`, `1830`, `18` or `午後6時30分`.
    """
    if _is_found(text, _USUAL_TIME).all():
        return text
    codes, distinct = pd.factorize(text)
    return pd.Series(pd.Index([_plain_time(each) for each in distinct], dtype=str).take(codes), index=text.index)


def _plain_time(text: str) -> str:
    if re.fullmatch(_HOUR, text):
        return f"{text}:30"  # an hour is no exact time: that of midnight is after midnight
    if re.fullmatch(_DOTTED, text):
        return re.sub(r"[.hm]", ":", text)
    if re.fullmatch(_DIGITS, text):
        digits = text.zfill(4 if len(text) <= len("1830") else 6)
        return f"{digits[:2]}:{digits[2:4]}"
    return str(plain_dates(pd.Series([f"2000-01-01 {text}"], dtype=str)).iloc[0])


def _written_hours(text: pd.Series) -> IntArray:
    """The hour of each text that has a time after midnight and before the morning, else -1."""
    hours = np.full(len(text), -1)
    candidates = np.flatnonzero(_is_found(text, _MAY_BE_EARLY))
    if len(candidates):
        parts = text.iloc[candidates].str.extract(_PARTS)
        hour = parts["hour"].astype(int).to_numpy()
        half = parts["half"].fillna("").str.lower().to_numpy()
        hour = np.where(half == "", hour, hour % 12 + np.where(half == "p", 12, 0))
        is_midnight = (hour == 0) & (parts["minute"] == "00") & (parts["second"].fillna("00") == "00")
        hours[candidates] = np.where((hour < MORNING_HOUR) & ~is_midnight, hour, -1)
    return hours


def _is_found(text: pd.Series, pattern: str) -> BoolArray:
    """Whether the regular expression is found in each text; several times as fast as the method of pandas."""
    found: BoolArray = compute.match_substring_regex(pa.array(text, pa.large_string()), pattern).to_numpy(False)
    return found


def _cut(text: pd.Series, first: int, end: int) -> pd.Series:
    """The characters of each text from the position `first` to the one before `end`."""
    return text.str.slice(first, end)


def find_time_column(header: Sequence[str], used: Collection[str], sample: pd.DataFrame | None = None) -> str:
    """Finds the column of the time of day; empty where there is none.

    Args:
        header: Names of the file's columns.
        used: Names of the columns that are read as something else.
        sample: Some rows of the file as text, whose values tell times of day where no name does; None for names alone.
    """
    usual = next((name for name in header if plain(name) in _PLAIN_TIMES and name not in used), "")
    if usual or sample is None:
        return usual
    return next((name for name in header if name not in used and _has_times(name, sample)), "")


def _has_times(name: str, sample: pd.DataFrame) -> bool:
    if name not in sample or list(sample.columns).count(name) > 1 or _NO_TIMES_OF_SALES.is_in(name):
        return False
    texts = sample[name].str.strip()
    texts = texts[texts != ""]
    return len(texts) > 0 and bool(texts.str.fullmatch(_TIMES).mean() >= _LEAST_SHARE_OF_TIMES)


def sold_after_midnight(table: pd.DataFrame, latest_hour: int, day_ends_at_hour: int) -> tuple[Notice, ...]:
    """The warning that days have sales after midnight alone, which probably belong to the evening before.

    Args:
        table: Columns `date`, `rows` and `early`, the number of rows before the morning; one row for each dish and day.
        latest_hour: Latest hour before the morning at which something was sold.
        day_ends_at_hour: Hour at which a day ends today.
    """
    days = table.groupby("date")[["rows", "early"]].sum()
    alone = days.index[(days["rows"] > 0) & (days["early"] == days["rows"])]
    after_a_day_of_sales = alone[
        (pd.DatetimeIndex(alone) - pd.Timedelta(days=1)).isin(days.index[days["rows"] > days["early"]])
    ]
    if after_a_day_of_sales.empty:
        return ()
    told = enumerated([f"{day.date()}" for day in after_a_day_of_sales[:_DAYS_TOLD]], len(after_a_day_of_sales))
    message = (
        f"all sales of {told} were made between midnight and {latest_hour + 1}:00; if they belong to the evening "
        f"before, set day_ends_at_hour ({day_ends_at_hour} now) to {HOURS_OF_DAY + latest_hour + 1} in the JSON file "
        f'of PIPELINE_CONFIG: {{"day_ends_at_hour": {HOURS_OF_DAY + latest_hour + 1}}}'
    )
    return (Notice(SOLD_AFTER_MIDNIGHT, message),)

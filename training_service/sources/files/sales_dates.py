"""Recognises the format of the dates of a sales file: the format must read every date of the column."""

import datetime as dt
import itertools

import numpy as np
import numpy.typing as npt
import pandas as pd

from shared.errors import Violation
from training_service.sources.files.times_of_day import without_times
from training_service.sources.files.wrong_lines import WrongLines
from training_service.sources.sales_limits import is_future, is_too_early

IntArray = npt.NDArray[np.intp]

#: Formats of dates without a time of day that are tried, in this order.
_FORMATS = (
    "%Y-%m-%d",
    "%Y/%m/%d",
    "%Y%m%d",
    "%m/%d/%Y",
    "%d/%m/%Y",
    "%d.%m.%Y",
    "%m/%d/%y",
    "%d/%m/%y",
    "%d.%m.%y",
)

#: Day that messages show as an example: day, month and year cannot be confused.
_EXAMPLE = dt.date(2026, 11, 23)


class DateColumn:
    """A column of dates that is read part by part.

    Where day and month could be swapped in every date, the format is taken under which the days lie closer together:
    daily sales follow one another.

    Args:
        name: Name of the column.
        date_format: Format as `strptime` takes it; None to recognise the format.
        time_zone: IANA name of the store's time zone, in which a moment with an offset is assigned to a day; None where
            the time zone is not known.
        field: Field of the request that violations name.
    """

    def __init__(self, name: str, date_format: str | None, time_zone: str | None, field: str) -> None:
        self._name = name
        self._time_zone = time_zone
        self._field = field
        self._date_format = date_format
        self._readings = [_Reading(f) for f in ((date_format,) if date_format else _FORMATS)]
        self._differ = False

    def add(self, text: pd.Series) -> dict[str, pd.Series]:
        """Reads the next part of the column.

        Args:
            text: Dates as the file has them, indexed by line number.

        Returns:
            The days (datetime64[s] at midnight) under each format that has read all dates so far.
        """
        codes, distinct = pd.factorize(pd.Index(self._dates(text.str.strip())))
        days = {reading.date_format: reading.add(text, distinct, codes) for reading in self._readings}
        complete = {reading.date_format: days[reading.date_format] for reading in self._complete()}
        self._differ |= any(not one.equals(other) for one, other in itertools.combinations(complete.values(), 2))
        return complete

    def chosen(self) -> tuple[str, list[Violation]]:
        """The format of the column, valid where there are no violations, and the violations of the column."""
        complete = self._complete()
        if not complete:
            return "", [self._unreadable()]
        span = min(reading.span for reading in complete)
        shortest = [reading for reading in complete if reading.span == span]
        chosen = shortest[0]
        description = ""
        if len(shortest) > 1 and self._differ:
            readable_as = " or ".join(reading.date_format for reading in shortest)
            description = f"the dates can be read as {readable_as}; set the server's SALES_DATE_FORMAT to the right one"
        elif chosen.too_early:
            description = f"expected days from 1990 until today; not so on {chosen.too_early}"
        return chosen.date_format, [self._violation(description)] if description else []

    def future(self, date_format: str) -> WrongLines:
        """The lines whose days have not come yet.

        Args:
            date_format: Format that `chosen` has answered.
        """
        return next(reading.future for reading in self._readings if reading.date_format == date_format)

    def _dates(self, text: pd.Series) -> pd.Series:
        dates = without_times(text, self._time_zone)
        if not self._date_format:
            return dates
        # The format of the settings may have a time of day.
        fits = pd.to_datetime(text, format=self._date_format, errors="coerce").notna()
        return text.where(fits, dates)

    def _complete(self) -> list["_Reading"]:
        return [reading for reading in self._readings if not reading.unreadable]

    def _unreadable(self) -> Violation:
        best = max(self._readings, key=lambda reading: reading.readable)
        expected = f"dates like {_EXAMPLE.strftime(best.date_format)}" if best.readable else "dates"
        hint = "" if self._date_format or best.readable else "; the server's SALES_DATE_FORMAT can name their format"
        return self._violation(f"expected {expected}; not so on {best.unreadable}{hint}")

    def _violation(self, description: str) -> Violation:
        return Violation(self._field, f"column {self._name!r}: {description}")


class _Reading:
    """A column read under one format.

    Args:
        date_format: Format as `strptime` takes it.
    """

    def __init__(self, date_format: str) -> None:
        self.date_format = date_format
        #: Number of distinct texts that the format reads, summed over the parts of the column.
        self.readable = 0
        self.unreadable = WrongLines()
        self.too_early = WrongLines()
        self.future = WrongLines()
        self._ends: list[pd.Timestamp] = []

    def add(self, text: pd.Series, distinct: pd.Index, codes: IntArray) -> pd.Series:
        """Reads the next part of the column; the days are NaT where the format does not fit.

        Args:
            text: Dates as the file has them, indexed by line number.
            distinct: Distinct texts without blanks around them and without times of day.
            codes: For each line, the position of its text in `distinct`.
        """
        dates = pd.to_datetime(pd.Series(distinct), format=self.date_format, errors="coerce")
        dates = dates.dt.normalize().astype("datetime64[s]")
        days = dates.take(codes).set_axis(text.index)
        self.readable += int(dates.notna().sum())
        self.unreadable.add(days.isna(), text)
        self.too_early.add(is_too_early(days), text)
        self.future.add(is_future(days), text)
        known = [*self._ends, *dates.dropna()]
        self._ends = [min(known), max(known)] if known else []
        return days

    @property
    def span(self) -> int:
        """Days from the first date to the last."""
        first, last = self._ends
        return int((last - first).days)

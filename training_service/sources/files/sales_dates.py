"""Recognises the format of the dates of a sales file: the format must read every date of the column."""

import datetime as dt
import itertools
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from shared.errors import Violation
from training_service.sources.files.choices.date_choice import order_of
from training_service.sources.files.times_of_day import without_times
from training_service.sources.files.written_dates import plain_dates
from training_service.sources.files.wrong_lines import WrongLines
from training_service.sources.how_read import ChosenBy, DateForm
from training_service.sources.sales_limits import is_future, is_too_early

IntArray = npt.NDArray[np.intp]
LineCounts = npt.NDArray[np.int64]

#: Formats of dates without a time of day that are tried, in this order. Dots and a month before the day go together
#: nowhere. Dates with the name of the month have become dates like 2026-11-23 before.
_FORMATS = (
    "%Y-%m-%d",
    "%Y/%m/%d",
    "%Y.%m.%d",
    "%Y%m%d",
    "%m/%d/%Y",
    "%d/%m/%Y",
    "%d.%m.%Y",
    "%d-%m-%Y",
    "%m-%d-%Y",
    "%m/%d/%y",
    "%d/%m/%y",
    "%y/%m/%d",
    "%d.%m.%y",
    "%y.%m.%d",
    "%d-%m-%y",
    "%m-%d-%y",
    "%y-%m-%d",
)

#: How many times further apart the days must lie under every other format, so that the closest format is chosen. Days
#: whose month and day are swapped lie about thirty times further apart.
_TIMES_FURTHER = 3

#: Day that messages show as an example: day, month and year cannot be confused.
_EXAMPLE = dt.date(2026, 11, 23)


class DateColumn:
    """A column of dates that is read part by part.

    Where several formats read every date, the format is taken under which the days lie much closer together: daily
    sales follow one another. Where no format is that clear, the column is refused.

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
        #: Pairs of formats that have given other days for one text.
        self._different: set[frozenset[str]] = set()
        #: First date of the column, and its line.
        self._example, self._line_of_example = "", 0

    def add(self, text: pd.Series, times: LineCounts | None = None) -> dict[str, pd.Series]:
        """Reads the next part of the column.

        Args:
            text: Dates as the file has them, indexed by line number.
            times: Number of lines that each date stands for; None where each is one line.

        Returns:
            The days (datetime64[s] at midnight) under each format that has read all dates so far.
        """
        # Texts repeat, and so do the days of texts with times of day.
        text_codes, texts = pd.factorize(text.str.strip())
        day_codes, distinct = pd.factorize(pd.Index(self._dates(plain_dates(pd.Series(texts, dtype=str)))))
        codes = day_codes.take(text_codes)
        if len(texts) and (not self._example or text.index[0] < self._line_of_example):
            self._example, self._line_of_example = str(texts[0]), int(text.index[0])
        days = {reading.date_format: reading.add(text, distinct, codes, times) for reading in self._readings}
        complete = {reading.date_format: days[reading.date_format] for reading in self._complete()}
        for (one, days_of_one), (other, days_of_other) in itertools.combinations(complete.items(), 2):
            if not days_of_one.equals(days_of_other):
                self._different.add(frozenset((one, other)))
        return complete

    def chosen(self) -> tuple[str, list[Violation]]:
        """The format of the column, valid where there are no violations, and the violations of the column."""
        complete = self._complete()
        if not complete:
            return "", [self._unreadable()]
        chosen, rivals = self._closest(complete)
        description = ""
        if any(not rival.is_far_from(chosen) for rival in rivals):
            readable_as = " or ".join(reading.date_format for reading in (chosen, *rivals))
            description = f"the dates can be read as {readable_as}; set the server's SALES_DATE_FORMAT to the right one"
        elif chosen.too_early:
            description = f"expected days from 1990 until today; not so on {chosen.too_early}"
        return chosen.date_format, [self._violation(description)] if description else []

    def told(self) -> tuple[str, ...]:
        """How the dates are read, as a part of a sentence, where another format reads them too."""
        chosen, rivals = self._closest(self._complete())
        if not rivals:
            return ()
        ours, others = (
            " or ".join(_EXAMPLE.strftime(reading.date_format) for reading in readings)
            for readings in ((chosen,), rivals)
        )
        return (f"the dates are read like {ours}: like {others}, the days would lie further apart",)

    def form(self, date_format: str) -> DateForm:
        """How the dates are read, for people.

        Args:
            date_format: Format that `chosen` has answered.
        """
        plainly = plain_dates(pd.Series([self._example], dtype=str))
        day = pd.to_datetime(self._dates(plainly), format=date_format, errors="coerce").iloc[0]
        chosen_by, why = ChosenBy.VALUES, "no other form fits all of the dates"
        if self._date_format:
            chosen_by, why = ChosenBy.SETTING, "SALES_DATE_FORMAT names it"
        elif told := self.told():
            why = told[0]
        return DateForm(
            format=date_format,
            description=order_of(date_format, self._example, str(plainly[0])),
            chosen_by=chosen_by,
            why=why,
            example=self._example,
            example_day=None if pd.isna(day) else day.date(),
        )

    def _closest(self, complete: Sequence["_Reading"]) -> tuple["_Reading", list["_Reading"]]:
        """The reading under which the days lie closest together, and the readings that give other days."""
        possible = [reading for reading in complete if not reading.is_mostly_future] or complete
        chosen = min(possible, key=lambda reading: reading.span)
        return chosen, [reading for reading in possible if {chosen.date_format, reading.date_format} in self._different]

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
        if best.unreadable and best.readable and best.unreadable.quotes_nothing:
            return self._violation(f"expected {expected}; not so on {best.unreadable}; write the date on every line")
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
        self._lines = 0
        self._only_first_days = True

    def add(self, text: pd.Series, distinct: pd.Index, codes: IntArray, times: LineCounts | None = None) -> pd.Series:
        """Reads the next part of the column; the days are NaT where the format does not fit.

        Args:
            text: Dates as the file has them, indexed by line number.
            distinct: Distinct texts without blanks around them and without times of day.
            codes: For each line, the position of its text in `distinct`.
            times: Number of lines that each entry of `text` stands for; None where each is one line.
        """
        dates = pd.to_datetime(pd.Series(distinct), format=self.date_format, errors="coerce")
        dates = dates.dt.normalize().astype("datetime64[s]")
        days = dates.take(codes).set_axis(text.index)
        self.readable += int(dates.notna().sum())
        self.unreadable.add(days.isna(), text, times)
        self.too_early.add(is_too_early(days), text, times)
        self.future.add(is_future(days), text, times)
        self._lines += len(days) if times is None else int(times.sum())
        self._only_first_days &= bool((dates.dropna().dt.day == 1).all())
        known = [*self._ends, *dates.dropna()]
        self._ends = [min(known), max(known)] if known else []
        return days

    def is_far_from(self, chosen: "_Reading") -> bool:
        """Whether the days lie much further apart than those of the chosen reading, and are no totals of months.

        Args:
            chosen: Reading under which the days lie closest together.
        """
        return self.span >= _TIMES_FURTHER * max(chosen.span, 1) and not self._only_first_days

    @property
    def is_mostly_future(self) -> bool:
        """Whether more than half of the lines have days to come."""
        return self.future.count > self._lines / 2

    @property
    def span(self) -> int:
        """Days from the first date to the last."""
        first, last = self._ends
        return int((last - first).days)

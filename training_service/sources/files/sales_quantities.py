"""Quantities of sales files: what commas and dots are in them is recognised from the whole column."""

import numpy as np
import pandas as pd

from shared.errors import Violation
from shared.names import MOST_UNITS
from training_service.sources.files.wrong_lines import WrongLines


class QuantityColumn:
    """A column of quantities that is read part by part.

    Where commas separate the columns, a dot separates decimals and thousands are not separated. Elsewhere either may be
    the decimal mark, and the other one separates thousands: the reading is taken that fits all numbers. `1.234` fits
    both: one number such as `3,5` or `0.250` decides for all. Without one, these are decimals where every number has
    three of them (nobody sells thousands in every row), and else not to be told.

    Args:
        name: of the column.
        separator: of the columns.
        field: that violations name.
    """

    def __init__(self, name: str, separator: str, field: str) -> None:
        self._name = name
        self._field = field
        self._readings = [_Reading(".", "")] if separator == "," else [_Reading(",", "."), _Reading(".", ",")]
        self._ambiguous = WrongLines()
        #: Commas and dots that are in the numbers, and "" where a number has none.
        self._marks: set[str] = set()

    def add(self, text: pd.Series) -> dict[str, pd.Series]:
        """Reads the next part.

        Args:
            text: as in the file, by line number.

        Returns:
            By each decimal mark with which all numbers could be read so far: float64. Where there is none, nothing is
            to be summed: the file is wrong.
        """
        plain = text.str.strip()
        numbers = {reading.decimal: reading.add(text, plain) for reading in self._readings}
        if len(self._readings) > 1:
            one, other = numbers.values()
            self._ambiguous.add(one != other, text)
            comma, dot = (plain.str.contains(mark, regex=False) for mark in ",.")
            found = {",": comma.any(), ".": dot.any(), "": (~comma & ~dot).any()}
            self._marks.update(mark for mark, is_there in found.items() if is_there)
        return {reading.decimal: numbers[reading.decimal] for reading in self._complete()}

    def chosen(self) -> tuple[str, list[Violation]]:
        """The decimal mark of the column, which counts where nothing is wrong, and what is wrong."""
        complete = self._complete()
        chosen = min(complete or self._readings, key=lambda reading: reading.unreadable.count)
        if len(complete) > 1 and self._ambiguous:
            if len(self._marks) > 1:
                return chosen.decimal, [self._violation(self._how_ambiguous())]
            chosen = next(reading for reading in complete if reading.decimal in self._marks)
        wrong = [f"expected {what}; not so on {lines}" for what, lines in self._expected(chosen).items() if lines]
        return chosen.decimal, [self._violation(description) for description in wrong]

    def _complete(self) -> list["_Reading"]:
        return [reading for reading in self._readings if not reading.unreadable]

    def _expected(self, reading: "_Reading") -> dict[str, WrongLines]:
        return {
            "numbers" if len(self._readings) == 1 else f"numbers like 1234{reading.decimal}5": reading.unreadable,
            f"at most {MOST_UNITS:,.0f} units": reading.too_many,
            "no negatives (set refunds off against the sales first)": reading.negative,
        }

    def _how_ambiguous(self) -> str:
        return (
            f"numbers that can be read with thousands or with decimals; so on {self._ambiguous}: write them without "
            "separators of thousands"
        )

    def _violation(self, description: str) -> Violation:
        return Violation(self._field, f"column {self._name!r}: {description}")


class _Reading:
    """What a column is with one decimal mark."""

    def __init__(self, decimal: str, thousands: str) -> None:
        self.decimal = decimal
        self.unreadable = WrongLines()
        self.too_many = WrongLines()
        self.negative = WrongLines()
        self._thousands = thousands
        self._grouped = rf"[+-]?[1-9]\d{{0,2}}(?:\{thousands}\d{{3}})+(?:\{decimal}\d*)?" if thousands else ""

    def add(self, text: pd.Series, plain: pd.Series) -> pd.Series:
        """The numbers of the next part, NaN where they do not fit.

        Args:
            text: as in the file, by line number.
            plain: the same without blanks around it.
        """
        numbers = self._numbers(plain)
        finite = numbers.abs() < np.inf
        self.unreadable.add(~finite, text)
        self.too_many.add(finite & (numbers > MOST_UNITS), text)
        self.negative.add(finite & (numbers < 0), text)
        return numbers

    def _numbers(self, plain: pd.Series) -> pd.Series:
        if self._grouped:
            is_grouped = plain.str.fullmatch(self._grouped)
            plain = plain.where(~is_grouped, plain.str.replace(self._thousands, "", regex=False))
        if self.decimal == ",":
            # What still has a dot, such as 3.5, has another decimal mark.
            plain = plain.where(~plain.str.contains(".", regex=False), "").str.replace(",", ".", regex=False)
        return pd.to_numeric(plain, errors="coerce").astype(np.float64)

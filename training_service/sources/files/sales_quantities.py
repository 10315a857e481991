"""Recognises from a whole column of quantities whether commas and dots separate decimals or thousands."""

import numpy as np
import pandas as pd

from shared.arrays import IntArray
from shared.errors import Violation
from shared.names import MOST_UNITS
from training_service.sources.files.wrong_lines import WrongLines

#: A number with one comma, which may separate thousands or decimals.
_ONE_COMMA = r"[+-]?[1-9]\d{0,2},\d{3}"


class QuantityColumn:
    """A column of quantities that is read part by part.

    Where commas separate the columns of the file, a dot separates decimals, and a comma in a quoted number separates
    thousands; where every number is like `1,250`, which may be a weight, the column is refused. In other
    files either mark may separate decimals, and the other one then separates thousands: the reading is taken that fits
    all numbers. A number such as `1.234` fits both readings; one number such as `3,5` or `0.250` decides for the whole
    column. Where no number decides, the marks separate decimals if every number has three of them and half of
    them are zeros, as tills write `2,000` for two units; else the column is refused.

    Args:
        name: Name of the column.
        separator: Character that separates the columns of the file.
        field: Field of the request that violations name.
    """

    def __init__(self, name: str, separator: str, field: str) -> None:
        self._name = name
        self._field = field
        self._readings = [_Reading(".", ",")] if separator == "," else [_Reading(",", "."), _Reading(".", ",")]
        self._ambiguous = WrongLines()
        self._all_one_comma = True
        #: Number of ambiguous numbers that end in three zeros.
        self._round_count = 0
        #: Marks (comma, dot) that the numbers have; "" stands for a number without a mark.
        self._marks: set[str] = set()

    def add(self, text: pd.Series, times: IntArray | None = None) -> dict[str, pd.Series]:
        """Reads the next part of the column.

        Args:
            text: Quantities as the file has them, indexed by line number.
            times: Number of lines that each quantity stands for; None where each is one line.

        Returns:
            The numbers (float64, units) under each decimal mark with which all numbers so far could be read. Without
            any such mark nothing need be added up, as the file is wrong.
        """
        plain = text.str.strip()
        if len(self._readings) == 1 and self._all_one_comma:
            one_comma = plain.str.fullmatch(_ONE_COMMA)
            self._all_one_comma = bool(one_comma.all())
            self._ambiguous.add(one_comma, text, times)
        numbers = {reading.decimal: reading.add(text, plain, times) for reading in self._readings}
        if len(self._readings) > 1:
            one, other = numbers.values()
            self._ambiguous.add(one != other, text, times)
            self._round_count += _count((one != other) & plain.str.endswith("000"), times)
            comma, dot = (plain.str.contains(mark, regex=False) for mark in ",.")
            found = {",": comma.any(), ".": dot.any(), "": (~comma & ~dot).any()}
            self._marks.update(mark for mark, is_there in found.items() if is_there)
        return {reading.decimal: numbers[reading.decimal] for reading in self._complete()}

    def chosen(self) -> tuple[str, list[Violation]]:
        """The decimal mark of the column, valid where there are no violations, and the violations of the column."""
        complete = self._complete()
        if len(self._readings) == 1 and complete and self._all_one_comma:
            return self._readings[0].decimal, [self._violation(self._how_ambiguous())]
        chosen = min(complete or self._readings, key=lambda reading: reading.unreadable.count)
        if len(complete) > 1 and self._ambiguous:
            if len(self._marks) > 1 or self._round_count < self._ambiguous.count / 2:
                return chosen.decimal, [self._violation(self._how_ambiguous())]
            chosen = next(reading for reading in complete if reading.decimal in self._marks)
        wrong = [f"expected {what}; not so on {lines}" for what, lines in self._expected(chosen).items() if lines]
        return chosen.decimal, [self._violation(description) for description in wrong]

    def refunds(self, decimal: str) -> WrongLines:
        """The lines of negative numbers, which are refunds.

        Args:
            decimal: Decimal mark that `chosen` has answered.
        """
        return next(reading.refunds for reading in self._readings if reading.decimal == decimal)

    def _complete(self) -> list["_Reading"]:
        return [reading for reading in self._readings if not reading.unreadable]

    def _expected(self, reading: "_Reading") -> dict[str, WrongLines]:
        return {
            "numbers" if len(self._readings) == 1 else f"numbers like 1234{reading.decimal}5": reading.unreadable,
            f"at most {MOST_UNITS:,.0f} units": reading.too_many,
            # Refunds are rare. A file whose sales are written as negatives must not be read as refunds alone.
            "fewer refunds (negative numbers) than sales": reading.refunds if reading.more_refunds else WrongLines(),
        }

    def _how_ambiguous(self) -> str:
        return (
            f"numbers that can be read with thousands or with decimals on {self._ambiguous}; write all numbers without "
            "separators of thousands"
        )

    def _violation(self, description: str) -> Violation:
        return Violation(self._field, f"column {self._name!r}: {description}")


class _Reading:
    """A column read with one decimal mark.

    Args:
        decimal: Character that separates decimals.
        thousands: Character that separates thousands; empty where thousands are not separated.
    """

    def __init__(self, decimal: str, thousands: str) -> None:
        self.decimal = decimal
        self.unreadable = WrongLines()
        self.too_many = WrongLines()
        self.refunds = WrongLines()
        self._sales = 0
        self._thousands = thousands
        self._grouped = rf"[+-]?[1-9]\d{{0,2}}(?:\{thousands}\d{{3}})+(?:\{decimal}\d*)?" if thousands else ""

    def add(self, text: pd.Series, plain: pd.Series, times: IntArray | None = None) -> pd.Series:
        """Reads the next part of the column; the numbers are NaN where the reading does not fit.

        Args:
            text: Quantities as the file has them, indexed by line number.
            plain: The same texts without blanks around them.
            times: Number of lines that each quantity stands for; None where each is one line.
        """
        numbers = self._numbers(plain)
        finite = numbers.abs() < np.inf
        self.unreadable.add(~finite, text, times)
        self.too_many.add(finite & (numbers.abs() > MOST_UNITS), text, times)
        self.refunds.add(numbers < 0, text, times)
        self._sales += _count(numbers > 0, times)
        return numbers

    @property
    def more_refunds(self) -> bool:
        """Whether there are more negative numbers than positive ones."""
        return self.refunds.count > self._sales

    def _numbers(self, plain: pd.Series) -> pd.Series:
        if self._grouped and plain.str.contains(self._thousands, regex=False).any():
            is_grouped = plain.str.fullmatch(self._grouped)
            plain = plain.where(~is_grouped, plain.str.replace(self._thousands, "", regex=False))
        if self.decimal == ",":
            # A text that still has a dot, such as 3.5, has a dot as its decimal mark.
            plain = plain.where(~plain.str.contains(".", regex=False), "").str.replace(",", ".", regex=False)
        return pd.to_numeric(plain, errors="coerce").astype(np.float64)


def _count(found: "pd.Series[bool]", times: IntArray | None) -> int:
    return int(found.sum() if times is None else times[found.to_numpy()].sum())

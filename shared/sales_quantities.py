"""Quantities of sales files."""

import numpy as np
import pandas as pd

from shared.errors import Violation
from shared.wrong_lines import WrongLines

#: Units of one dish in a row, or on a day, above which a figure is a mistake.
MOST_UNITS = 1e9


class QuantityColumn:
    """A column of quantities that is read part by part.

    Args:
        name: of the column.
        separator: of the columns; a comma in a number is known for what it is where it separates no columns.
        field: that violations name.
    """

    def __init__(self, name: str, separator: str, field: str) -> None:
        self._name = name
        self._separator = separator
        self._field = field
        self._unreadable = WrongLines()
        self._too_many = WrongLines()
        self._negative = WrongLines()

    def add(self, text: pd.Series) -> pd.Series:
        """Reads the next part.

        Args:
            text: as in the file, by line number.

        Returns:
            float64, NaN where unreadable.
        """
        plain = text.str.strip()
        if self._separator == ";":  # where a comma separates no fields it separates decimals
            plain = plain.str.replace(r"^(-?\d+),(\d+)$", r"\1.\2", regex=True)
        numbers = pd.to_numeric(plain, errors="coerce").astype(np.float64)
        finite = numbers.abs() < np.inf
        self._unreadable.add(~finite, text)
        self._too_many.add(finite & (numbers > MOST_UNITS), text)
        self._negative.add(finite & (numbers < 0), text)
        return numbers

    def violations(self) -> list[Violation]:
        """What is wrong with the parts read so far."""
        expected = {
            "numbers": self._unreadable,
            f"at most {MOST_UNITS:,.0f} units": self._too_many,
            "no negatives (set refunds off against the sales first)": self._negative,
        }
        return [
            Violation(self._field, f"column {self._name!r}: expected {what}; not so on {lines}")
            for what, lines in expected.items()
            if lines
        ]

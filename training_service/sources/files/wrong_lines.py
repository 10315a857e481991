"""Collects the wrong lines of a file for a message that names the first lines and counts all of them."""

import pandas as pd

from shared.arrays import IntArray
from shared.names import enumerated

#: Lines that a message names at most.
_LINES_NAMED = 5

#: Characters of the first wrong value that a message quotes at most.
_QUOTED_CHARACTERS = 40


class LinesUnknown(Exception):
    """Wrong lines are asked for that are known by their number only."""


class WrongLines:
    """Wrong lines, collected from the parts of a file in order; false as long as there are none."""

    def __init__(self) -> None:
        #: Number of all wrong lines.
        self.count = 0
        self._first: list[int] = []
        #: The first wrong value as a message quotes it; empty where nothing is quoted.
        self._quoted = ""
        self._are_known = True

    def add(
        self, wrong: "pd.Series[bool]", text: "pd.Series[str] | None" = None, times: IntArray | None = None
    ) -> None:
        """Adds the wrong lines of the next part.

        Args:
            wrong: Whether each line is wrong, indexed by line number.
            text: Values of the lines, from which the first wrong one is quoted; None to quote nothing.
            times: Number of lines that each one stands for; None where each is one line. Wrong lines that stand for
                others are counted, and not known.
        """
        if times is not None:
            found = int(times[wrong.to_numpy()].sum())
            self.count += found
            self._are_known &= not found
            return
        lines = wrong.index[wrong]
        if text is not None and len(lines) and not self.count:
            self._quoted = repr(text[lines[0]][:_QUOTED_CHARACTERS])
        self._first += lines[: _LINES_NAMED - len(self._first)].tolist()
        self.count += len(lines)

    def add_line(self, line: int) -> None:
        """Adds one wrong line.

        Args:
            line: Number of the line, greater than those added before.
        """
        if self.count < _LINES_NAMED:
            self._first.append(line)
        self.count += 1

    @property
    def first(self) -> tuple[int, ...]:
        """Numbers of the first wrong lines.

        Raises:
            LinesUnknown: They are not known.
        """
        self._check_are_known()
        return tuple(self._first)

    @property
    def quotes_nothing(self) -> bool:
        """Whether the first wrong value is empty."""
        return self._quoted == repr("")

    def __bool__(self) -> bool:
        return self.count > 0

    def __str__(self) -> str:
        self._check_are_known()
        if self.count == 1:
            return f"line {self._first[0]}{': ' if self._quoted else ''}{self._quoted}"
        quoted = f" (line {self._first[0]}: {self._quoted})" if self._quoted else ""
        return f"lines {enumerated([str(line) for line in self._first], self.count)}{quoted}"

    def _check_are_known(self) -> None:
        if not self._are_known:
            raise LinesUnknown


def lines_of(wrong: "pd.Series[bool]", text: "pd.Series[str] | None" = None) -> WrongLines:
    """The wrong lines of a whole file; the arguments are those of `WrongLines.add`."""
    lines = WrongLines()
    lines.add(wrong, text)
    return lines

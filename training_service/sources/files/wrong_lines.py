"""Lines of a file that something is wrong with: the first are named, all are counted."""

import pandas as pd

from shared.names import enumerated

_LINES_NAMED = 5
_QUOTED_CHARACTERS = 40


class WrongLines:
    """Lines that something is wrong with, gathered from the parts of a file; false as long as there are none."""

    def __init__(self) -> None:
        #: Of all lines that were noted.
        self.count = 0
        self._first: list[int] = []
        self._quoted = ""

    def add(self, wrong: "pd.Series[bool]", text: "pd.Series[str] | None" = None) -> None:
        """Notes the lines of a part that comes after those before.

        Args:
            wrong: whether a line is, by line number.
            text: what stands there, to quote the first.
        """
        lines = wrong.index[wrong]
        if text is not None and len(lines) and not self.count:
            self._quoted = f" (line {lines[0]}: {text[lines[0]][:_QUOTED_CHARACTERS]!r})"
        self._first += lines[: _LINES_NAMED - len(self._first)].tolist()
        self.count += len(lines)

    def add_line(self, line: int) -> None:
        """Notes one line that comes after those before."""
        if self.count < _LINES_NAMED:
            self._first.append(line)
        self.count += 1

    def __bool__(self) -> bool:
        return self.count > 0

    def __str__(self) -> str:
        named = enumerated([str(line) for line in self._first], self.count)
        return f"line{'s' if self.count > 1 else ''} {named}{self._quoted}"


def lines_of(wrong: "pd.Series[bool]", text: "pd.Series[str] | None" = None) -> WrongLines:
    """The wrong lines of a whole file; see `WrongLines.add`."""
    lines = WrongLines()
    lines.add(wrong, text)
    return lines

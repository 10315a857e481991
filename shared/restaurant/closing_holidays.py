"""Learns on which public holidays a restaurant closes: on some by name, or on all of them."""

from collections.abc import Sequence
from dataclasses import dataclass

from shared.arrays import BoolArray

#: Number of past occasions of a holiday that must all be closed before the restaurant counts as closed on the holiday.
_OCCASIONS_OF_A_NAME = 3

#: Least number of holidays that were seen, all closed, before the restaurant counts as closed on every public holiday.
#: Holidays on consecutive days, such as a Spring Festival, count once.
_LEAST_HOLIDAYS = 4

#: Number of last holidays that must all be closed: about those of a year.
_MOST_HOLIDAYS = 12


@dataclass(frozen=True, slots=True)
class ClosedHolidays:
    """Public holidays on which a restaurant closes.

    Args:
        names: Names of the holidays on which the restaurant was closed before.
        in_succession: Number of public holidays in succession on which the restaurant was closed, where the restaurant
            closes on every public holiday, whatever its name; else 0.
    """

    names: tuple[str, ...] = ()
    in_succession: int = 0

    def explain(self, names: Sequence[str]) -> bool:
        """Whether the restaurant closes on a day.

        Args:
            names: Names of the holidays of the day; none on an ordinary day.
        """
        return bool(names) and (self.in_succession > 0 or any(name in self.names for name in names))


def learn_closed_holidays(holidays: Sequence[Sequence[str]], closed: BoolArray, telling: BoolArray) -> ClosedHolidays:
    """Learns on which public holidays the restaurant closes.

    Args:
        holidays: Names of the holidays of each of n consecutive days.
        closed: Whether the restaurant was closed on each day, shape (n,).
        telling: Whether a day shows a habit, shape (n,). A weekly closing day shows none.
    """
    occasions: dict[str, list[bool]] = {}
    in_succession: list[bool] = []
    last_holiday = -2
    for day, names in enumerate(holidays):
        if not (names and telling[day]):
            continue
        was_closed = bool(closed[day])
        for name in names:
            occasions.setdefault(name, []).append(was_closed)
        if day == last_holiday + 1:
            in_succession[-1] &= was_closed
        else:
            in_succession.append(was_closed)
        last_holiday = day
    names = tuple(sorted(name for name, past in occasions.items() if all(past[-_OCCASIONS_OF_A_NAME:])))
    recent = in_succession[-_MOST_HOLIDAYS:]
    closes_on_all = len(recent) >= _LEAST_HOLIDAYS and all(recent) and all(past[-1] for past in occasions.values())
    return ClosedHolidays(names, len(recent) if closes_on_all else 0)

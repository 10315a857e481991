"""School holidays of the place of a restaurant, which the restaurant tells: no package knows those of all countries."""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from shared.payloads import require_keys

#: Years and school years within a name, such as "Osterferien 2026" or "2026/27". With them, no holiday would return.
_YEAR = re.compile(r"\b\d{4}(\s*[/-]\s*\d{2,4})?\b")


@dataclass(frozen=True, slots=True)
class SchoolHoliday:
    """One school holiday of one year.

    Args:
        name: Name under which the holiday returns every year, such as "Autumn holidays"; see `returning_name`.
        first: First day.
        last: Last day.
    """

    name: str
    first: dt.date
    last: dt.date

    def to_payload(self) -> dict[str, Any]:
        """Plain values, to be stored."""
        return {"name": self.name, "first": self.first.isoformat(), "last": self.last.isoformat()}

    @classmethod
    def from_payload(cls, payload: Mapping[str, Any]) -> Self:
        """The inverse of `to_payload`.

        Raises:
            UnservableVersion: A key is missing or unknown.
        """
        require_keys(payload, ("name", "first", "last"), "school holiday")
        return cls(payload["name"], dt.date.fromisoformat(payload["first"]), dt.date.fromisoformat(payload["last"]))


def returning_name(name: str) -> str:
    """The name of a school holiday without its year; the name itself where nothing else is left.

    Args:
        name: Name as people write it.
    """
    return " ".join(_YEAR.sub(" ", name).split()) or name.strip()

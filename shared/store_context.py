"""What all dishes of a version share when they are served."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shared.weather import Climatology


@dataclass(frozen=True, slots=True)
class StoreContext:
    """Facts of the store, learnt from its history.

    Args:
        climatology: mean weather by day of the year; without columns where the models know no weather.
        closed_weekdays: 0 is Monday; days on which the restaurant is expected to stay closed.
        closed_holidays: by name; likewise.
    """

    climatology: Climatology
    closed_weekdays: tuple[int, ...]
    closed_holidays: tuple[str, ...]

    def to_payload(self) -> dict[str, Any]:
        """Plain values and arrays, to be stored."""
        return {
            "climatology": dict(self.climatology.means),
            "closed_weekdays": list(self.closed_weekdays),
            "closed_holidays": list(self.closed_holidays),
        }

    @classmethod
    def from_payload(cls, payload: Mapping[str, Any]) -> "StoreContext":
        """The inverse of `to_payload`."""
        return cls(
            Climatology(payload["climatology"]), tuple(payload["closed_weekdays"]), tuple(payload["closed_holidays"])
        )

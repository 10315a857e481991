"""What all dishes of a version share when they are served."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shared.restaurant.closing_habits import ClosingHabits
from shared.restaurant.ongoing_closure import OngoingClosure
from shared.restaurant.weather import Climatology


@dataclass(frozen=True, slots=True)
class StoreContext:
    """Facts of the store, learnt from its history.

    Args:
        climatology: mean weather by day of the year; without columns where the models know no weather.
        closing: when the restaurant closes by habit.
        closure: that has lasted for weeks; None where the restaurant is open.
    """

    climatology: Climatology
    closing: ClosingHabits
    closure: OngoingClosure | None = None

    def to_payload(self) -> dict[str, Any]:
        """Plain values and arrays, to be stored."""
        return {
            "climatology": dict(self.climatology.means),
            "closing": self.closing.to_payload(),
            "closure": self.closure.to_payload() if self.closure else None,
        }

    @classmethod
    def from_payload(cls, payload: Mapping[str, Any]) -> "StoreContext":
        """The inverse of `to_payload`."""
        closure = payload.get("closure")  # contexts made before there were any have none
        return cls(
            Climatology(payload["climatology"]),
            ClosingHabits.from_payload(payload["closing"]),
            OngoingClosure.from_payload(closure) if closure else None,
        )

"""Stores what all dishes of a version share: climatology, closing habits, ongoing closure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shared.payloads import require_keys
from shared.restaurant.closing_habits import ClosingHabits
from shared.restaurant.ongoing_closure import OngoingClosure
from shared.restaurant.school_holidays import SchoolHoliday
from shared.restaurant.weather import Climatology


@dataclass(frozen=True, slots=True)
class StoreContext:
    """The facts of a store, learnt from its history.

    Args:
        climatology: Mean weather by day of the year; without columns where the models use no weather.
        closing: Days on which the restaurant closes by habit.
        closure: Closure in which the history ends; None where the restaurant is open.
        school_holidays: School holidays of the store that were known when the version was trained.
    """

    climatology: Climatology
    closing: ClosingHabits
    closure: OngoingClosure | None = None
    school_holidays: tuple[SchoolHoliday, ...] = ()

    def to_payload(self) -> dict[str, Any]:
        """Plain values and arrays, to be stored."""
        return {
            "climatology": self.climatology.to_payload(),
            "closing": self.closing.to_payload(),
            "closure": self.closure.to_payload() if self.closure else None,
            "school_holidays": [holiday.to_payload() for holiday in self.school_holidays],
        }

    @classmethod
    def from_payload(cls, payload: Mapping[str, Any]) -> "StoreContext":
        """The inverse of `to_payload`.

        Raises:
            UnservableVersion: A key is missing or unknown, here or in a part.
        """
        require_keys(payload, ("climatology", "closing", "closure", "school_holidays"), "facts of the store")
        closure = payload["closure"]
        return cls(
            climatology=Climatology.from_payload(payload["climatology"]),
            closing=ClosingHabits.from_payload(payload["closing"]),
            closure=OngoingClosure.from_payload(closure) if closure is not None else None,
            school_holidays=tuple(map(SchoolHoliday.from_payload, payload["school_holidays"])),
        )

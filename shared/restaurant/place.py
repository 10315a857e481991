"""Where a restaurant is: decides its public holidays, its weather and which day it is."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field

from shared.restaurant.calendar import HolidayCalendar
from shared.restaurant.time_zones import time_zone_of

#: Reason of the warning that a place is only a stand-in, whose weather says nothing of the restaurant.
FALLBACK_LOCATION = "FALLBACK_LOCATION"


def _own_time_zone(place: dict[str, Any]) -> str:
    return time_zone_of(place["latitude"], place["longitude"], place["country"])


class Place(BaseModel):
    """A place, as kept in manifests.

    Args:
        latitude, longitude: degrees; None where unknown.
        country: ISO 3166-1 alpha-2.
        subdivision: the part of the country whose holidays apply, or empty.
        time_zone: IANA name, such as "Europe/Berlin"; left out: that of the coordinates, or of the country.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    latitude: float | None = None
    longitude: float | None = None
    country: str
    subdivision: str = ""
    time_zone: str = Field(default_factory=_own_time_zone)

    def now(self) -> dt.datetime:
        """The moment, by the clock of this place."""
        return dt.datetime.now(ZoneInfo(self.time_zone))

    def relocated(self, instead: "Place") -> "Place":
        """Another place, of which what is not told stays as it is here where both are in one country.

        Args:
            instead: without coordinates, it only says whose holidays apply.
        """
        if instead.latitude is not None or instead.country != self.country:
            return instead
        kept: dict[str, Any] = {"latitude": self.latitude, "longitude": self.longitude}
        if "time_zone" not in instead.model_fields_set:
            kept["time_zone"] = self.time_zone
        return instead.model_copy(update=kept)

    @property
    def calendar(self) -> HolidayCalendar:
        """The public holidays of this place."""
        return HolidayCalendar(self.country, self.subdivision)

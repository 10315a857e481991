"""The place of a restaurant, which decides the public holidays, the weather and the date of today."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field

from shared.restaurant.calendar import HolidayCalendar
from shared.restaurant.time_zones import time_zone_of

#: Reason of the warning that the configured fallback stands in for an unknown place. The weather there tells nothing
#: about the restaurant.
FALLBACK_LOCATION = "FALLBACK_LOCATION"


def _own_time_zone(place: dict[str, Any]) -> str:
    return time_zone_of(place["latitude"], place["longitude"], place["country"])


class Place(BaseModel):
    """A place, as manifests store it.

    Args:
        latitude: Degrees north; None where unknown.
        longitude: Degrees east; None where unknown.
        country: ISO 3166-1 alpha-2 code of the country.
        subdivision: Code of the part of the country whose holidays apply; empty for the national holidays.
        time_zone: IANA name, such as "Europe/Berlin"; left out, the time zone of the coordinates or of the country.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    latitude: float | None = None
    longitude: float | None = None
    country: str
    subdivision: str = ""
    time_zone: str = Field(default_factory=_own_time_zone)

    def now(self) -> dt.datetime:
        """The present moment, in the time zone of this place."""
        return self.local(dt.datetime.now(dt.UTC))

    def local(self, moment: dt.datetime) -> dt.datetime:
        """A moment, which must have a time zone, in the time zone of this place."""
        return moment.astimezone(ZoneInfo(self.time_zone))

    def relocated(self, instead: "Place") -> "Place":
        """A place that a caller gives instead of this one, completed from this one.

        A place without coordinates in the same country only says whose holidays apply: it takes the coordinates from
        this place, and the time zone unless it has its own. Any other place stays as it is.

        Args:
            instead: Place that the caller gives.
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

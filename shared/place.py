"""Where a restaurant is: decides its public holidays, its weather and which day it is."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field

from shared.calendar import HolidayCalendar
from shared.config import PipelineConfig
from shared.time_zones import time_zone_of

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

    @property
    def calendar(self) -> HolidayCalendar:
        """The public holidays of this place."""
        return HolidayCalendar(self.country, self.subdivision)


def fallback_place(config: PipelineConfig) -> Place:
    """The configured place of a restaurant that is known nothing of."""
    return Place(
        latitude=config.default_fallback_latitude,
        longitude=config.default_fallback_longitude,
        country=config.default_fallback_country,
    )

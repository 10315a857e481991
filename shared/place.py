"""Where a restaurant is: decides its public holidays and its weather."""

from pydantic import BaseModel, ConfigDict

from shared.calendar import HolidayCalendar
from shared.config import PipelineConfig

#: Reason of the warning that a place is only a stand-in, whose weather says nothing of the restaurant.
FALLBACK_LOCATION = "FALLBACK_LOCATION"


class Place(BaseModel):
    """A place, as kept in manifests.

    Args:
        latitude, longitude: degrees; None where unknown.
        country: ISO 3166-1 alpha-2.
        subdivision: the part of the country whose holidays apply, or empty.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    latitude: float | None = None
    longitude: float | None = None
    country: str
    subdivision: str = ""

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

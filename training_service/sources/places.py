"""Finds out where a restaurant is that is to be trained."""

from dataclasses import dataclass

from shared.config import PipelineConfig
from shared.notices import Notice
from shared.registry.registry import Registry
from shared.restaurant.place import FALLBACK_LOCATION, Place
from training_service.outcomes import PLACE_OF_LIVE_VERSION
from training_service.sources.database.sales_database import DatabaseFailed
from training_service.sources.geocoding import Geocoder, GeocodingFailed
from training_service.sources.sales_source import SalesSource


@dataclass(frozen=True, slots=True)
class Places:
    """Who is asked, in this order.

    Args:
        geocoder: where an address is; None where nobody is to be asked.
        sources: where a store is, as its database knows.
        registry: where the live version of a store was trained for.
        config: has the fallback place.
    """

    geocoder: Geocoder | None
    sources: SalesSource
    registry: Registry
    config: PipelineConfig

    def find(self, store: str, address: str) -> tuple[Place, tuple[Notice, ...]]:
        """The place of an address or, without one, of the store; what is a stand-in comes with a warning.

        A store that has a live version stays where it is when nobody knows better: a moment's outage must not move it
        to other holidays.

        Args:
            store: to train.
            address: as the caller wrote it, or empty.

        Raises:
            Unavailable: the registry does not answer.
        """
        fallback = fallback_place(self.config)
        if address == self.config.default_fallback_address:
            return fallback, ()
        found = self._asked(store, address)
        if isinstance(found, Place):
            return found, ()
        known = self._live_place(store)
        if known:
            message = f"{found}: the place that the live version was trained for is used"
            return known, (Notice(PLACE_OF_LIVE_VERSION, message),) if found else ()
        message = (
            f"{found or 'no location was given'}: the public holidays of {self.config.default_fallback_address} "
            f"({fallback.country}) are used; give location.country and location.subdivision"
        )
        return fallback, (Notice(FALLBACK_LOCATION, message),)

    def _asked(self, store: str, address: str) -> Place | str:
        """The place, or why it cannot be told; empty where nobody knows."""
        try:
            if address and self.geocoder:
                return self.geocoder.place(address)
            if address:
                return "addresses are not looked up here (GEOCODER_URL is none)"
            return self.sources.place(store) or ""
        except (GeocodingFailed, DatabaseFailed) as error:
            return error.message

    def _live_place(self, store: str) -> Place | None:
        live = self.registry.current(store)
        manifest = self.registry.readable_manifest(store, live) if live else None
        is_known = manifest and all(warning.reason != FALLBACK_LOCATION for warning in manifest.warnings)
        return manifest.place if manifest and is_known else None


def fallback_place(config: PipelineConfig) -> Place:
    """The configured place of a restaurant that is known nothing of."""
    return Place(
        latitude=config.default_fallback_latitude,
        longitude=config.default_fallback_longitude,
        country=config.default_fallback_country,
    )

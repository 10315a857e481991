"""Finds the place of a restaurant that is to be trained: by its address, in the database, or in its live version."""

from dataclasses import dataclass
from typing import Any

from shared.config import PipelineConfig
from shared.notices import Notice
from shared.registry.registry import Registry
from shared.restaurant.calendar import country_is_known
from shared.restaurant.place import FALLBACK_LOCATION, Place
from training_service.outcomes import PLACE_OF_LIVE_VERSION
from training_service.sources.database.connection import DatabaseFailed
from training_service.sources.database.sales_database import SalesDatabase
from training_service.sources.geocoding import Geocoder, GeocodingFailed

#: Largest latitude and longitude on earth, in degrees.
_POLE, _DATE_LINE = 90, 180


@dataclass(frozen=True, slots=True)
class Places:
    """Finds places. The parts are asked in the order in which they stand here.

    Args:
        geocoder: Service that knows the place of an address; None to ask nobody.
        database: Database that knows the places of stores; None where there is no database.
        registry: Registry whose live version of a store knows the place that it was trained for.
        config: Configuration with the fallback place.
    """

    geocoder: Geocoder | None
    database: SalesDatabase | None
    registry: Registry
    config: PipelineConfig

    def find(self, store: str, address: str) -> tuple[Place, tuple[Notice, ...]]:
        """Finds the place of an address or, without an address, of a store; warns where the place is a replacement.

        Where neither is known, a store that has a live version keeps the place of that version: an outage of a moment
        must not give the store the holidays of another country.

        Args:
            store: Name of the store that is to be trained.
            address: Address as the caller wrote it; empty where the caller gave none.

        Raises:
            Unavailable: The registry does not answer.
        """
        fallback = fallback_place(self.config)
        if address == self.config.default_fallback_address:
            return fallback, ()
        found = self._asked(store, address)
        if isinstance(found, Place):
            return found, ()
        known = self._live_place(store)
        if known:
            message = f"{found}: the place of the live version is used; give location if the restaurant has moved"
            return known, (Notice(PLACE_OF_LIVE_VERSION, message),) if found else ()
        message = (
            f"{found or 'no location was given'}: the public holidays of {self.config.default_fallback_address} "
            f"({fallback.country}) are used; give location.country and location.subdivision"
        )
        return fallback, (Notice(FALLBACK_LOCATION, message),)

    def _asked(self, store: str, address: str) -> Place | str:
        """The place, or why nobody can tell the place; empty where nobody knows the store."""
        try:
            if address and self.geocoder:
                return self.geocoder.place(address)
            if address:
                return "addresses are not looked up here (GEOCODER_URL is none)"
            return (self.database and place_of_store(self.database, store)) or ""
        except (GeocodingFailed, DatabaseFailed) as error:
            return error.message

    def _live_place(self, store: str) -> Place | None:
        live = self.registry.current(store)
        manifest = self.registry.readable_manifest(store, live) if live else None
        is_known = manifest and all(warning.reason != FALLBACK_LOCATION for warning in manifest.warnings)
        return manifest.place if manifest and is_known else None


def place_of_store(database: SalesDatabase, store: str) -> Place | None:
    """The place of a store as its database has it; None where the database has no country with known holidays.

    Args:
        database: Database with the places of stores.
        store: Name of the store.

    Raises:
        DatabaseFailed: The database does not answer, or not with a place.
    """
    found = database.place(store)
    country = str(found["country"] or "").upper() if found else ""
    if not found or not country_is_known(country):
        return None
    latitude, longitude = _coordinates(found["latitude"], found["longitude"])
    return Place(latitude=latitude, longitude=longitude, country=country)


def fallback_place(config: PipelineConfig) -> Place:
    """The place that is used for a restaurant of which nothing is known.

    Args:
        config: Configuration with the fallback place.
    """
    return Place(
        latitude=config.default_fallback_latitude,
        longitude=config.default_fallback_longitude,
        country=config.default_fallback_country,
    )


def _coordinates(latitude: Any, longitude: Any) -> tuple[float, float] | tuple[None, None]:
    """Latitude and longitude in degrees; None for both where the values of the database are no place on earth."""
    try:
        degrees = float(latitude), float(longitude)
    except (TypeError, ValueError):
        return None, None
    is_on_earth = abs(degrees[0]) <= _POLE and abs(degrees[1]) <= _DATE_LINE
    # Zero and zero, a point in the sea off Africa, comes from columns that nobody has filled.
    return degrees if is_on_earth and degrees != (0.0, 0.0) else (None, None)

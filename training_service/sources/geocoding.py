"""Finds the place of an address with Nominatim (OpenStreetMap), once for each training and never for a forecast."""

import threading
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from geopy.adapters import URLLibAdapter
from geopy.exc import GeopyError
from geopy.extra.rate_limiter import RateLimiter
from geopy.geocoders import Nominatim

from shared.errors import Unavailable
from shared.restaurant.calendar import country_is_known, known_subdivisions
from shared.restaurant.place import Place

#: Shortest time between two requests, in seconds. Nominatim asks everybody to keep to this:
#: https://operations.osmfoundation.org/policies/nominatim/
SECONDS_BETWEEN_REQUESTS = 1.0

#: How often an address is asked before the server counts as failed.
ATTEMPTS = 2

#: Addresses whose places are kept in memory.
ADDRESSES_KEPT = 1000

#: Keys of the answer of Nominatim: the ISO 3166-2 code of the state, province or canton, and that of a larger region.
_SUBDIVISION = "ISO3166-2-lvl4"
_REGION = "ISO3166-2-lvl3"

#: Regions that Nominatim assigns to a country whose public holidays they do not share, with their own country codes.
_COUNTRIES_OF_THEIR_OWN = {"CN-HK": "HK", "CN-MO": "MO"}


class GeocodingFailed(Unavailable):
    """The place of an address cannot be found."""

    default_reason = "GEOCODING_FAILED"


class Geocoder:
    """Asks one Nominatim server, and waits between two requests.

    Args:
        url: URL of the server's root.
        user_agent: Text that tells the server who asks, as the rules of Nominatim demand.
        timeout_seconds: Longest time of one attempt, in seconds.
        seconds_between_requests: Shortest time between two requests, in seconds; also the pause after a failure.
        attempts: How often an address is asked before the server counts as failed.
        addresses_kept: Number of addresses whose places are kept in memory.
    """

    def __init__(
        self,
        url: str,
        user_agent: str,
        timeout_seconds: float,
        *,
        seconds_between_requests: float = SECONDS_BETWEEN_REQUESTS,
        attempts: int = ATTEMPTS,
        addresses_kept: int = ADDRESSES_KEPT,
    ) -> None:
        parts = urlsplit(url)
        nominatim = Nominatim(
            domain=f"{parts.netloc}{parts.path}".rstrip("/"),
            scheme=parts.scheme,
            user_agent=user_agent,
            timeout=timeout_seconds,
            # The adapter of `requests`, which geopy prefers where `requests` is installed, repeats requests by itself.
            adapter_factory=URLLibAdapter,
        )
        self._ask = RateLimiter(
            nominatim.geocode,
            min_delay_seconds=seconds_between_requests,
            max_retries=attempts - 1,
            error_wait_seconds=seconds_between_requests,
            swallow_exceptions=False,
        )
        self._host = parts.netloc
        self._addresses_kept = addresses_kept
        self._found: OrderedDict[str, Place] = OrderedDict()
        self._lock = threading.Lock()

    def place(self, address: str) -> Place:
        """The coordinates, country and subdivision of an address. An address that was found before is not asked again.

        Args:
            address: Address as a person writes it.

        Raises:
            GeocodingFailed: The server does not know the address or does not answer, or the country has no known
                public holidays.
        """
        with self._lock:
            if address in self._found:
                self._found.move_to_end(address)
                return self._found[address]
        try:
            answer = self._ask(address, exactly_one=True, addressdetails=True, language="en")
        except (GeopyError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise GeocodingFailed(f"{self._host} does not find addresses now ({type(error).__name__})") from error
        if answer is None:
            raise GeocodingFailed(f"{self._host} does not know the address {address!r}")
        place = _place(address, answer.raw)
        with self._lock:
            self._found[address] = place
            while len(self._found) > self._addresses_kept:
                self._found.popitem(last=False)
        return place


def _place(address: str, raw: Mapping[str, Any]) -> Place:
    try:
        details = raw["address"]
        country = str(details["country_code"]).upper()
        latitude, longitude = float(raw["lat"]), float(raw["lon"])
    except (KeyError, TypeError, ValueError) as error:
        raise GeocodingFailed(f"the answer to the address {address!r} names no country or coordinates") from error
    for level in (_REGION, _SUBDIVISION):
        country = _COUNTRIES_OF_THEIR_OWN.get(str(details.get(level, "")), country)
    if not country_is_known(country):
        raise GeocodingFailed(f"the address {address!r} is in {country}, whose public holidays are not known")
    subdivision = str(details.get(_SUBDIVISION, "")).rpartition("-")[2]
    return Place(
        latitude=latitude,
        longitude=longitude,
        country=country,
        subdivision=subdivision if subdivision in known_subdivisions(country) else "",
    )

"""Finds the place of an address with Nominatim (OpenStreetMap): once for a training, never for a forecast."""

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

#: Nominatim's rule for everybody: https://operations.osmfoundation.org/policies/nominatim/
SECONDS_BETWEEN_REQUESTS = 1.0

_ATTEMPTS_AFTER_THE_FIRST = 1
_ADDRESSES_KEPT = 1000

#: Keys of Nominatim's details: the ISO 3166-2 code of the state, province or canton, and of what is above them.
_SUBDIVISION = "ISO3166-2-lvl4"
_REGION = "ISO3166-2-lvl3"

#: Parts of a country, for Nominatim, that have public holidays of their own and none of the country's.
_COUNTRIES_OF_THEIR_OWN = {"CN-HK": "HK", "CN-MO": "MO"}


class GeocodingFailed(Unavailable):
    """The place of an address is not known."""

    default_reason = "GEOCODING_FAILED"


class Geocoder:
    """Asks one Nominatim, at most once a second.

    Args:
        url: of its root.
        user_agent: which says who asks, as its rules want it.
        timeout_seconds: longest time of one attempt.
    """

    def __init__(self, url: str, user_agent: str, timeout_seconds: float) -> None:
        parts = urlsplit(url)
        nominatim = Nominatim(
            domain=f"{parts.netloc}{parts.path}".rstrip("/"),
            scheme=parts.scheme,
            user_agent=user_agent,
            timeout=timeout_seconds,
            # Not the one that comes with `requests` where that happens to be installed: it tries again by itself.
            adapter_factory=URLLibAdapter,
        )
        self._ask = RateLimiter(
            nominatim.geocode,
            min_delay_seconds=SECONDS_BETWEEN_REQUESTS,
            max_retries=_ATTEMPTS_AFTER_THE_FIRST,
            error_wait_seconds=SECONDS_BETWEEN_REQUESTS,
            swallow_exceptions=False,
        )
        self._host = parts.netloc
        self._found: OrderedDict[str, Place] = OrderedDict()
        self._lock = threading.Lock()

    def place(self, address: str) -> Place:
        """Coordinates, country and subdivision of an address; one that was found before is not asked for again.

        Raises:
            GeocodingFailed: nothing was found, in no country with known holidays, or nobody answers.
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
            while len(self._found) > _ADDRESSES_KEPT:
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

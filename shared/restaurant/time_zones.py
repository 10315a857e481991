"""Time zones: which day it is where a restaurant is."""

import functools
import importlib.resources
import zoneinfo
from collections.abc import Mapping, Set

import tzfpy

#: Where nothing is known of a place.
UNKNOWN_ZONE = "UTC"


def time_zone_of(latitude: float | None, longitude: float | None, country: str) -> str:
    """The time zone of a place; without coordinates that of most people of the country.

    Args:
        latitude, longitude: degrees; None where unknown.
        country: ISO 3166-1 alpha-2.

    Returns:
        Name in the IANA database, such as "Europe/Berlin".
    """
    if latitude is not None and longitude is not None:
        found = tzfpy.get_tz(longitude, latitude)
        if time_zone_is_known(found):
            return found
    return _of_countries().get(country, UNKNOWN_ZONE)


def time_zone_is_known(name: str) -> bool:
    """Whether the IANA database has this time zone."""
    return name in _known()


@functools.cache
def _known() -> Set[str]:
    # The database is read from many files.
    return zoneinfo.available_timezones()


@functools.cache
def _of_countries() -> Mapping[str, str]:
    """The first time zone of each country in the database's own table, where the largest one comes first."""
    table = (importlib.resources.files("tzdata") / "zoneinfo" / "zone.tab").read_text(encoding="utf-8")
    found: dict[str, str] = {}
    for line in table.splitlines():
        if not line.startswith("#"):
            country, _, name, *_ = line.split("\t")
            found.setdefault(country, name)
    return found

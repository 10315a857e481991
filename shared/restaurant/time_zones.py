"""Finds the time zone of a place, by its coordinates or its country."""

import functools
import importlib.resources
import zoneinfo
from collections.abc import Mapping, Set

import tzfpy

#: Time zone of a place of which nothing is known.
UNKNOWN_ZONE = "UTC"


def time_zone_of(latitude: float | None, longitude: float | None, country: str) -> str:
    """The time zone of a place: that of its coordinates, or else the largest time zone of its country.

    Args:
        latitude: Degrees north; None where unknown.
        longitude: Degrees east; None where unknown.
        country: ISO 3166-1 alpha-2 code of the country.

    Returns:
        The name in the IANA database, such as "Europe/Berlin"; UNKNOWN_ZONE where neither is known.
    """
    if latitude is not None and longitude is not None:
        found = tzfpy.get_tz(longitude, latitude)
        if time_zone_is_known(found):
            return found
    return _of_countries().get(country, UNKNOWN_ZONE)


def time_zone_is_known(name: str) -> bool:
    """Whether the IANA database has a time zone of this name."""
    return name in _known()


@functools.cache
def _known() -> Set[str]:
    # Cached, as the database consists of many files.
    return zoneinfo.available_timezones()


@functools.cache
def _of_countries() -> Mapping[str, str]:
    """The first time zone of each country in the table of the IANA database, which begins with the largest one."""
    table = (importlib.resources.files("tzdata") / "zoneinfo" / "zone.tab").read_text(encoding="utf-8")
    found: dict[str, str] = {}
    for line in table.splitlines():
        if not line.startswith("#"):
            country, _, name, *_ = line.split("\t")
            found.setdefault(country, name)
    return found

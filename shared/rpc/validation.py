"""Checks the fields of requests, and collects all violations so that the caller sees them at once."""

import datetime as dt
import math
import re
from collections.abc import Sequence

from shared.errors import InvalidInput, Violation
from shared.names import DEFAULT_STORE
from shared.restaurant.calendar import country_is_known, known_subdivisions
from shared.restaurant.place import Place
from shared.restaurant.time_zones import time_zone_is_known
from shared.rpc import page_tokens
from shared.rpc.page_tokens import PageToken
from shared.store_names import store_name
from smartsuschef.forecast.v1 import forecast_pb2

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

#: Numbers of entries on a page: the largest, and the one for a request that names none.
_MAX_PAGE_SIZE = 1000
_DEFAULT_PAGE_SIZE = 100

#: Number of violations that are kept of one request; the answer has room for fewer.
_MOST_NOTED = 1000


class Violations:
    """The violations of one request."""

    def __init__(self) -> None:
        self._found: list[Violation] = []

    @property
    def found(self) -> Sequence[Violation]:
        """The violations that were noted so far."""
        return tuple(self._found)

    def add(self, field: str, description: str) -> None:
        """Notes one violation, unless there are more already than an answer can hold.

        Args:
            field: Path of the field, such as `dishes[1]`.
            description: What is wrong and what was expected, for people.
        """
        if len(self._found) < _MOST_NOTED:
            self._found.append(Violation(field, description))

    def extend(self, error: InvalidInput) -> None:
        """Notes the violations of an error that another check raised."""
        self._found.extend(error.violations)

    def raise_if_any(self) -> None:
        """Ends the check of a request.

        Raises:
            InvalidInput: At least one violation was noted; the error has all of them.
        """
        if self._found:
            raise InvalidInput(self._found)

    def store(self, value: str) -> str:
        """Reads the name of a store in its one form; an empty name stands for "default"."""
        return self.named_store("store", value) if value else DEFAULT_STORE

    def named_store(self, field: str, value: str) -> str:
        """Reads the name of a store that must be given, in its one form; the value as it is where it is no name."""
        try:
            return store_name(value)
        except ValueError as error:
            self.add(field, str(error))
            return value

    def date(self, field: str, value: str) -> dt.date | None:
        """Reads an ISO date; None where the field is empty or wrong."""
        if not value:
            return None
        try:
            if not _DATE.fullmatch(value):
                raise ValueError
            return dt.date.fromisoformat(value)
        except ValueError:
            self.add(field, f"expected a date such as 2026-11-23, got {value[:40]!r}")
            return None

    def required_date(self, field: str, value: str) -> dt.date | None:
        """Reads an ISO date that must be given; None where the field is empty or wrong."""
        if not value:
            self.add(field, "expected a date such as 2026-11-23, got nothing")
        return self.date(field, value)

    def between(self, field: str, value: float, low: float, high: float) -> float:
        """Checks that a number is finite and from `low` to `high`, both included."""
        if not (math.isfinite(value) and low <= value <= high):
            self.add(field, f"expected a number from {low:g} to {high:g}, got {value:g}")
        return value

    def page_size(self, value: int) -> int:
        """Checks the number of entries on a page; 0 stands for the default, and a number over the limit for the limit.

        The rules are those of https://google.aip.dev/158.
        """
        if value < 0:
            self.add("page_size", f"expected a number above 0, or 0 for {_DEFAULT_PAGE_SIZE}, got {value}")
        return min(value or _DEFAULT_PAGE_SIZE, _MAX_PAGE_SIZE)

    def page_token(self, value: str, listing: str, store: str = "", version: str = "") -> PageToken:
        """Reads the token of a page, which must continue the same list.

        Args:
            value: Token as the caller gave it; empty for the first page.
            listing: Name of the method that lists.
            store: name of the store whose things are listed; empty where the list is of no store.
            version: name of the version that the request names; empty accepts the version of the token.

        Returns:
            The token; its position is empty for the first page and where something is wrong.
        """
        first = PageToken(listing=listing, store=store, version=version, position="")
        if not value:
            return first
        token = page_tokens.read(value)
        if token is None:
            self.add("page_token", "expected the next_page_token of the page before, unchanged")
        elif (token.listing, token.store) != (listing, store) or version not in ("", token.version):
            self.add("page_token", f"the token continues {_described(token)}; expected one of {_described(first)}")
        else:
            return token
        return first

    def place(self, field: str, value: forecast_pb2.Location) -> Place | None:
        """Reads a place whose country has known holidays; None where something is wrong.

        Args:
            field: Name of the field that holds the place, such as "location".
            value: Place as the caller gave it.
        """
        before = len(self._found)
        if value.HasField("latitude") != value.HasField("longitude"):
            self.add(field, "expected latitude and longitude together, or neither")
        if value.HasField("latitude"):
            self.between(f"{field}.latitude", value.latitude, -90, 90)
        if value.HasField("longitude"):
            self.between(f"{field}.longitude", value.longitude, -180, 180)
        country = value.country.upper() if value.country.isascii() else ""
        if not country_is_known(country):
            self.add(f"{field}.country", f"expected an ISO 3166-1 alpha-2 code such as DE, got {value.country[:40]!r}")
        elif value.subdivision and value.subdivision not in known_subdivisions(country):
            known = ", ".join(known_subdivisions(country)) or "none"
            self.add(f"{field}.subdivision", f"not known in {country}; known are: {known}")
        if value.time_zone and not time_zone_is_known(value.time_zone):
            name = value.time_zone[:40]
            self.add(f"{field}.time_zone", f"expected a name of the IANA database such as Europe/Berlin, got {name!r}")
        if len(self._found) > before:
            return None
        given = {"time_zone": value.time_zone} if value.time_zone else {}
        return Place(
            latitude=value.latitude if value.HasField("latitude") else None,
            longitude=value.longitude if value.HasField("longitude") else None,
            country=country,
            subdivision=value.subdivision,
            **given,
        )


def _described(token: PageToken) -> str:
    of_store = f" of store {token.store}" if token.store else ""
    of_version = f" in version {token.version}" if token.version else ""
    return f"{token.listing}{of_store}{of_version}"

"""Records the holiday names that a version learnt, and finds a `holidays` package with other names for them."""

import datetime as dt
import functools
import hashlib
import importlib.metadata
import json
from typing import Self

from pydantic import BaseModel, ConfigDict

from shared.restaurant.calendar import HolidayCalendar

_ONE_DAY = dt.timedelta(days=1)


class HolidayNames(BaseModel):
    """The names that the artifacts of a version can hold, identified by a digest.

    Closing habits, occasions and Prophet's effects are stored by the name of the holiday. Where another version of the
    `holidays` package gives the holiday another name, forecasts do not find what was learnt, and no error says so.

    Args:
        package_version: Version of the `holidays` package that gave the names, such as "0.109".
        first_day: First day of the history that was learnt from.
        last_day: Last day of the history.
        digest: SHA-256, in hexadecimal digits, over the holidays of these days, of the day before and the day after.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    package_version: str
    first_day: dt.date
    last_day: dt.date
    digest: str

    @classmethod
    def of_history(cls, calendar: HolidayCalendar, first_day: dt.date, last_day: dt.date) -> Self:
        """The names that the installed package gives.

        Args:
            calendar: Public holidays of the place.
            first_day: First day of the history.
            last_day: Last day of the history.
        """
        return cls(
            package_version=installed_version(),
            first_day=first_day,
            last_day=last_day,
            digest=_digest(calendar, first_day, last_day),
        )

    def change_here(self, calendar: HolidayCalendar) -> str:
        """How the installed package differs, for people; empty where every holiday of the history has the same name.

        Args:
            calendar: Public holidays of the same place.
        """
        installed = installed_version()
        if installed == self.package_version:
            return ""
        try:
            if _digest(calendar, self.first_day, self.last_day) == self.digest:
                return ""
        except (KeyError, ValueError, NotImplementedError):
            pass  # The package has dropped the country or the subdivision.
        return (
            f"version {self.package_version} of the holidays package, and version {installed}, installed here, has "
            f"other holidays or other names for them"
        )


@functools.cache
def installed_version() -> str:
    """Version of the `holidays` package of this process."""
    return importlib.metadata.version("holidays")


def _digest(calendar: HolidayCalendar, first_day: dt.date, last_day: dt.date) -> str:
    first, last = first_day - _ONE_DAY, last_day + _ONE_DAY
    days = (first + number * _ONE_DAY for number in range((last - first).days + 1))
    found = ((day.isoformat(), calendar.names(day), calendar.special_names(day)) for day in days)
    named = [(day, names, special) for day, names, special in found if names or special]
    return hashlib.sha256(json.dumps(named).encode()).hexdigest()

"""Seasons that move: their days, and the countries that keep them."""

import datetime as dt

import pytest

from shared.restaurant.calendar import HolidayCalendar
from shared.restaurant.seasons import fast_around, seasons_on


def days_of(country: str, season: str, year: int) -> list[dt.date]:
    """All days of a season in a year."""
    calendar, first = HolidayCalendar(country), dt.date(year, 1, 1)
    days = (first + dt.timedelta(days=number) for number in range(365))
    return [day for day in days if season in seasons_on(calendar, day)]


@pytest.mark.parametrize(
    ("country", "season", "year", "first", "last"),
    [
        ("TR", "Ramadan", 2025, "2025-03-01", "2025-03-29"),
        ("TR", "Ramadan", 2026, "2026-02-18", "2026-03-19"),
        # Malaysia sees the moon a day later.
        ("MY", "Ramadan", 2025, "2025-03-01", "2025-03-30"),
        ("CN", "weeks before Lunar New Year", 2026, "2026-02-03", "2026-02-16"),
        ("CN", "weeks after Lunar New Year", 2026, "2026-02-18", "2026-03-03"),
        ("DE", "Lent", 2026, "2026-02-18", "2026-04-04"),
        ("GR", "Lent", 2026, "2026-02-25", "2026-04-11"),
        ("IN", "week before Diwali", 2025, "2025-10-13", "2025-10-19"),
    ],
)
def test_a_season_has_its_days(country: str, season: str, year: int, first: str, last: str) -> None:
    days = days_of(country, season, year)

    assert (str(days[0]), str(days[-1])) == (first, last)
    assert len(days) == (days[-1] - days[0]).days + 1


def test_a_country_that_does_not_keep_the_feast_has_no_season() -> None:
    # Presidents' Day is beside the Lunar New Year of 2026 by chance.
    assert days_of("US", "weeks before Lunar New Year", 2026) == []
    assert days_of("DE", "Ramadan", 2026) == []
    assert days_of("TR", "Lent", 2026) == []


def test_the_fast_of_a_day_is_known_where_the_country_keeps_it() -> None:
    turkey, day = HolidayCalendar("TR"), dt.date(2026, 2, 25)

    assert fast_around(turkey, day) == (dt.date(2026, 2, 18), dt.date(2026, 3, 19))
    assert fast_around(turkey, dt.date(2026, 3, 20)) is None
    assert fast_around(HolidayCalendar("DE"), day) is None

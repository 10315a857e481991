"""Days of the year that move, and from which a yearly closure is counted."""

import datetime as dt

import pytest

from shared.restaurant.calendar import HolidayCalendar
from shared.restaurant.feasts import Anchor, AnchorKind, moving_anchors
from tests.support.closures import DE


@pytest.mark.parametrize(
    ("feast", "year", "day"),
    [
        ("Lunar New Year", 2026, dt.date(2026, 2, 17)),
        ("Ramadan", 2026, dt.date(2026, 2, 18)),
        ("Eid al-Fitr", 2026, dt.date(2026, 3, 20)),
        ("Eid al-Adha", 2026, dt.date(2026, 5, 27)),
        ("Diwali", 2026, dt.date(2026, 11, 8)),
        ("Rosh Hashanah", 2026, dt.date(2026, 9, 12)),
        ("Passover", 2026, dt.date(2026, 4, 2)),
    ],
)
def test_feasts_have_their_dates(feast: str, year: int, day: dt.date) -> None:
    assert Anchor(AnchorKind.FEAST, feast).days(DE, year, year) == (day,)


def test_every_feast_has_dates_in_past_and_coming_years() -> None:
    for anchor in moving_anchors(DE, range(2024, 2026)):
        days = anchor.days(DE, 2010, 2040)
        assert len(days) >= 31
        assert list(days) == sorted(days)


def test_a_feast_of_the_islamic_calendar_comes_twice_in_some_years() -> None:
    assert Anchor(AnchorKind.FEAST, "Ramadan").days(DE, 2030, 2030) == (dt.date(2030, 1, 5), dt.date(2030, 12, 26))


def test_holidays_on_a_fixed_date_or_weekday_do_not_move() -> None:
    names = {anchor.name for anchor in moving_anchors(HolidayCalendar("US"), range(2020, 2026))}

    assert not names & {"Christmas Day", "Thanksgiving Day", "Memorial Day"}


def test_the_29th_of_february_is_the_28th_in_other_years() -> None:
    anchor = Anchor.of_date(dt.date(2024, 2, 29))

    assert anchor.days(DE, 2024, 2025) == (dt.date(2024, 2, 29), dt.date(2025, 2, 28))


def test_a_week_returns_on_the_nearest_same_weekday() -> None:
    anchor = Anchor.of_week(dt.date(2024, 8, 5))

    assert anchor.days(DE, 2024, 2026) == (dt.date(2024, 8, 5), dt.date(2025, 8, 4), dt.date(2026, 8, 3))


def test_stored_anchors_come_back_as_they_were() -> None:
    for anchor in (Anchor.of_date(dt.date(2024, 2, 29)), *moving_anchors(HolidayCalendar("CN"), range(2024, 2026))):
        assert Anchor.from_payload(anchor.to_payload()) == anchor

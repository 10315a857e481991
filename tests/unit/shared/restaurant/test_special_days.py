"""Special days: on which dates they are, and that they are occasions and no public holidays."""

import datetime as dt

import holidays
import numpy as np
import pandas as pd
import pytest

from shared.restaurant.calendar import HolidayCalendar
from shared.restaurant.closing_habits import ClosingHabits
from shared.restaurant.special_days import special_days
from tests.support.closures import WEEKS

DE = HolidayCalendar("DE")


@pytest.mark.parametrize(
    ("country", "day", "name"),
    [
        ("DE", "2026-05-10", "Mother's Day"),
        ("GB", "2026-03-15", "Mother's Day"),
        ("FR", "2025-05-25", "Mother's Day"),
        # The last Sunday of May 2023 was Pentecost.
        ("FR", "2023-06-04", "Mother's Day"),
        ("NO", "2026-02-08", "Mother's Day"),
        ("AE", "2025-03-21", "Mother's Day"),
        ("US", "2026-06-21", "Father's Day"),
        ("SE", "2026-11-08", "Father's Day"),
        ("US", "2026-03-17", "Saint Patrick's Day"),
        ("US", "2026-11-27", "Black Friday"),
        ("US", "2026-02-08", "Super Bowl Sunday"),
        ("US", "2021-02-07", "Super Bowl Sunday"),
        ("SE", "2026-06-19", "Midsummer Eve"),
        ("AT", "2026-12-24", "Christmas Eve"),
        ("GR", "2026-12-31", "New Year's Eve"),
        ("DE", "2026-02-16", "Carnival Monday"),
        ("GB", "2026-02-17", "Shrove Tuesday"),
        ("CN", "2026-11-11", "Singles' Day"),
        ("CN", "2025-12-21", "Winter Solstice"),
        ("JP", "2025-02-02", "Setsubun"),
    ],
)
def test_a_special_day_is_an_occasion_on_its_date(country: str, day: str, name: str) -> None:
    date = dt.date.fromisoformat(day)
    calendar = HolidayCalendar(country)

    assert name in special_days(country, "", date.year)[date]
    assert calendar.returning(date) == name
    assert calendar.names(date) == ()


def test_every_country_has_its_special_days_of_every_year() -> None:
    for country in holidays.list_supported_countries(include_aliases=False):
        for year in (2012, 2024, 2031):
            found = special_days(country, "", year)
            assert found[dt.date(year, 12, 31)][-1] == "New Year's Eve"
            assert all(name and "(" not in name for names in found.values() for name in names)
            assert len(found) < 40


def test_a_special_day_that_is_a_public_holiday_on_or_beside_its_date_has_one_name() -> None:
    # The afternoon before the feast has the name of the feast in the package.
    turkey = HolidayCalendar("TR")

    assert [turkey.returning(dt.date(2026, 3, day)) for day in (19, 20, 21)] == [
        "before Eid al-Fitr",
        "Eid al-Fitr",
        "Eid al-Fitr, day 2",
    ]
    assert HolidayCalendar("NO").special_names(dt.date(2026, 5, 1)) == ()


def test_a_restaurant_that_closes_on_public_holidays_is_open_on_special_days() -> None:
    past = pd.date_range("2022-01-01", "2025-04-30", unit="s")
    closed = DE.is_holiday(past) > 0

    habits = ClosingHabits.learn(past, closed, DE, WEEKS)

    to_come = pd.date_range("2025-05-01", "2026-04-30", unit="s")
    special = np.array([bool(DE.special_names(date.date())) for date in to_come])
    assert special.sum() > 10
    assert not (habits.expected(to_come, DE) & special & ~(DE.is_holiday(to_come) > 0)).any()

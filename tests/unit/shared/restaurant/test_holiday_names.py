"""The names of holidays that a version learnt, and whether the installed package still gives the same names."""

import datetime as dt

from shared.restaurant.calendar import HolidayCalendar
from shared.restaurant.holiday_names import HolidayNames, installed_version

GERMANY, FRANCE = HolidayCalendar("DE"), HolidayCalendar("FR")
FIRST, LAST = dt.date(2024, 3, 1), dt.date(2026, 2, 28)


def learnt(calendar: HolidayCalendar, package_version: str) -> HolidayNames:
    names = HolidayNames.of_history(calendar, FIRST, LAST)
    return names.model_copy(update={"package_version": package_version})


def test_the_version_of_the_package_is_kept_with_the_names() -> None:
    assert HolidayNames.of_history(GERMANY, FIRST, LAST).package_version == installed_version()


def test_another_version_of_the_package_with_the_same_names_changes_nothing() -> None:
    assert learnt(GERMANY, "0.1").change_here(GERMANY) == ""


def test_another_version_of_the_package_with_other_names_is_a_change() -> None:
    change = learnt(FRANCE, "0.1").change_here(GERMANY)

    assert "0.1" in change
    assert installed_version() in change


def test_the_names_are_not_compared_where_the_version_of_the_package_is_the_same() -> None:
    assert learnt(FRANCE, installed_version()).change_here(GERMANY) == ""


def test_a_place_that_the_installed_package_does_not_know_is_a_change() -> None:
    assert learnt(GERMANY, "0.1").change_here(HolidayCalendar("DE", "no such land")) != ""


def test_the_holiday_before_the_history_counts_because_its_first_day_comes_after_a_holiday() -> None:
    after_christmas, a_day_later = (
        HolidayNames.of_history(GERMANY, dt.date(2025, 12, day), dt.date(2025, 12, 30)) for day in (27, 28)
    )

    assert after_christmas.digest != a_day_later.digest


def test_the_holiday_after_the_history_counts_because_its_last_day_comes_before_a_holiday() -> None:
    a_day_earlier, new_years_eve = (
        HolidayNames.of_history(GERMANY, dt.date(2025, 12, 28), dt.date(2025, 12, day)) for day in (30, 31)
    )

    assert a_day_earlier.digest != new_years_eve.digest

"""The preview of sales: dishes as their owner knows them, and the days on which the restaurant will be closed."""

import datetime as dt
from pathlib import Path

import pandas as pd
import pytest

from shared.config import PipelineConfig
from shared.notices import Notice
from shared.restaurant.place import FALLBACK_LOCATION, Place
from training_service.sources.files.access import SalesFiles
from training_service.sources.files.sales_columns import SalesColumns
from training_service.sources.how_read import LeftOut
from training_service.sources.sales_source import SalesSource
from training_service.versions.sales_preview import SalesPreview, sales_preview
from training_service.versions.store_sales import read_store_sales

DE = Place(country="DE", time_zone="Europe/Berlin")
LAST_SUNDAY = dt.date(2026, 3, 1)


def preview_of(folder: Path, rows: pd.DataFrame, warnings: tuple[Notice, ...] = ()) -> SalesPreview:
    rows.to_csv(folder / "sales.csv", index=False)
    config = PipelineConfig()
    source = SalesSource(SalesFiles(folder), "sales.csv", SalesColumns(), config)
    sales = read_store_sales(source, "sales.csv", "default", DE, warnings, config)
    return sales_preview("default", sales, DE, warnings, config)


def rows_of(dish: str, units: float, days: pd.DatetimeIndex) -> pd.DataFrame:
    return pd.DataFrame({"date": days.strftime("%Y-%m-%d"), "dish": dish, "quantity": units})


def open_days(weeks: int, *closed: int) -> pd.DatetimeIndex:
    """Days of some weeks up to LAST_SUNDAY, without the closed weekdays."""
    days = pd.date_range(end=LAST_SUNDAY, periods=7 * weeks)
    return days[~days.day_of_week.isin(closed)]


def test_a_cafe_sees_its_mondays_closed_and_its_flat_whites(tmp_path: Path) -> None:
    days = open_days(40, 0)

    preview = preview_of(tmp_path, pd.concat([rows_of("Flat White", 24, days), rows_of("Tea", 6, days)]))

    coffee, tea = preview.dishes
    assert (coffee.dish, coffee.units, coffee.units_per_open_day) == ("Flat White", 24 * 24, 24)
    assert (tea.dish, tea.units_per_open_day) == ("Tea", 6)
    assert [(day.date, day.habit, day.is_guess) for day in preview.closed_days] == [
        (dt.date(2026, 3, 2), "closed on Mondays (28 of the last 28)", False),
        (dt.date(2026, 3, 9), "closed on Mondays (28 of the last 28)", False),
    ]
    assert [(day.weekday, day.open_days, day.units_per_open_day) for day in preview.weekdays][:2] == [
        (1, 0, 0),
        (2, 8, 30),
    ]


def test_a_new_cafe_is_told_that_its_closed_mondays_are_a_guess(tmp_path: Path) -> None:
    preview = preview_of(tmp_path, rows_of("Tea", 5, open_days(7, 0)))

    assert {(day.habit, day.is_guess) for day in preview.closed_days} == {("closed on Mondays (6 of 6 so far)", True)}


def test_a_long_closure_goes_on(tmp_path: Path) -> None:
    until = open_days(60)
    days = until[until <= pd.Timestamp("2026-01-20")]
    # Rows of zero say that the restaurant had closed.
    closed = until[until > pd.Timestamp("2026-01-20")]

    preview = preview_of(tmp_path, pd.concat([rows_of("Tea", 5, days), rows_of("Tea", 0, closed)]))

    assert len(preview.closed_days) == 14
    assert {day.habit for day in preview.closed_days} == {"closed since 2026-01-21, probably until 2026-04-10"}
    assert all(day.is_guess for day in preview.closed_days)


def test_a_stopped_dish_and_a_new_dish_are_marked(tmp_path: Path) -> None:
    days = open_days(40)
    preview = preview_of(
        tmp_path,
        pd.concat([rows_of("Tea", 5, days), rows_of("Punch", 9, days[:100]), rows_of("Ramen", 7, days[-10:])]),
    )

    by_name = {dish.dish: dish for dish in preview.dishes}
    punch, ramen = by_name["Punch"], by_name["Ramen"]
    assert (punch.stopped, punch.units, punch.last_day) == (True, 0, days[99].date())
    assert (ramen.stopped, ramen.short, ramen.first_day) == (False, True, dt.date(2026, 2, 20))
    # The mean counts the days since its first sale, not the weeks before.
    assert (ramen.units, ramen.units_per_open_day) == (70, 7)


def test_rows_of_days_that_are_not_over_are_left_out_and_told(tmp_path: Path) -> None:
    today = dt.datetime.now(dt.UTC).date()
    days = pd.date_range(end=today + dt.timedelta(days=1), periods=60)

    preview = preview_of(tmp_path, rows_of("Tea", 5, days))

    (left_out,) = preview.how.left_out
    assert left_out.reason == "days that are not over"
    assert preview.how.rows - left_out.rows == preview.report.rows


def test_a_day_to_come_is_left_out_once(tmp_path: Path) -> None:
    rows = pd.concat([rows_of("Tea", 5, open_days(10)), rows_of("Tea", 5, pd.DatetimeIndex(["2199-01-01"]))])

    preview = preview_of(tmp_path, rows)

    assert preview.how.left_out == (LeftOut("days to come", 1, (72,), "date"),)
    assert preview.how.rows - 1 == preview.report.rows


@pytest.mark.parametrize("warning", [Notice(FALLBACK_LOCATION, "no location was given")])
def test_warnings_about_the_place_come_first(tmp_path: Path, warning: Notice) -> None:
    preview = preview_of(tmp_path, rows_of("Tea", 5, open_days(10)), (warning,))

    assert preview.warnings[0] == warning
    assert preview.place == DE

"""Times of day in sales files: sales after midnight, clocks such as 25:10, and days that are written as moments."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from training_service.sources.files.reading import FileSales, read_sales_file
from training_service.sources.files.sales_columns import SalesColumns

Write = Callable[..., Path]

#: Texts of a Saturday evening and of the night after, in the forms of several tills.
NIGHTS = [
    ("2026-11-21 21:15:00", "2026-11-22 01:10:00"),
    ("2026-11-21T21:15", "2026-11-22T01:10"),
    ("11/21/2026 9:15 PM", "11/22/2026 1:10 AM"),
    ("11/21/2026 12:15 PM", "11/22/2026 12:40 AM"),
    ("21.11.2026, 21:15", "22.11.2026, 00:40"),
]


def units_by_day(read: FileSales) -> dict[str, float]:
    """Units by day of the year, written like 11-21."""
    return dict(read.sales.assign(date=read.sales["date"].dt.strftime("%m-%d")).groupby("date")["sales"].sum())


@pytest.mark.parametrize(("evening", "night"), NIGHTS)
def test_a_sale_after_midnight_belongs_to_the_day_before_where_the_day_ends_late(
    write: Write, evening: str, night: str
) -> None:
    path = write(f'Date,Item,Qty\n"{evening}",beer,5\n"{night}",beer,2\n')

    assert units_by_day(read_sales_file(path, "default", SalesColumns(), day_ends_at_hour=26)) == {"11-21": 7.0}
    assert units_by_day(read_sales_file(path, "default", SalesColumns())) == {"11-21": 5.0, "11-22": 2.0}


@pytest.mark.parametrize(("column", "night"), [("Time", "01:10:00"), ("Uhrzeit", "1:10"), ("時刻", "1:10 AM")])
def test_the_time_of_day_may_have_a_column_of_its_own(write: Write, column: str, night: str) -> None:
    path = write(f"Date,{column},Item,Qty\n2026-11-21,21:15,beer,5\n2026-11-22,{night},beer,2\n")

    assert units_by_day(read_sales_file(path, "default", SalesColumns(), day_ends_at_hour=26)) == {"11-21": 7.0}


def test_a_moment_changes_its_day_by_the_clock_of_the_store(write: Write) -> None:
    path = write(
        "Date,Item,Qty\n2026-11-21T20:15:00Z,beer,5\n2026-11-22T00:10:00Z,beer,2\n2026-11-22T03:10:00Z,beer,1\n"
    )

    read = read_sales_file(path, "default", SalesColumns(), "Europe/Berlin", day_ends_at_hour=26)

    assert units_by_day(read) == {"11-21": 7.0, "11-22": 1.0}


def test_sales_after_midnight_alone_are_told_with_the_setting(write: Write) -> None:
    path = write(
        "Date,Item,Qty\n" + "".join(f'"{evening}",beer,5\n"{night}",beer,2\n' for evening, night in NIGHTS[:1])
    )

    (warning,) = read_sales_file(path, "default", SalesColumns()).warnings

    assert warning.reason == "SOLD_AFTER_MIDNIGHT"
    assert "all sales of 2026-11-22" in warning.message
    assert "set day_ends_at_hour (24 now) to 26" in warning.message


def test_a_day_with_sales_after_midnight_and_later_ones_is_not_told(write: Write) -> None:
    rows = "2026-11-21 21:15,beer,5\n2026-11-22 01:10,beer,2\n2026-11-22 19:10,beer,2\n"

    assert not read_sales_file(write(f"Date,Item,Qty\n{rows}"), "default", SalesColumns(), chunk_rows=2).warnings


@pytest.mark.parametrize("late", ["2026/11/21 25:10", "2026/11/21 24:00:00", "2026/11/21 29:59"])
@pytest.mark.parametrize("day_ends_at_hour", [24, 26])
def test_a_clock_that_counts_on_after_midnight_names_the_day(write: Write, late: str, day_ends_at_hour: int) -> None:
    path = write(f"date,item,quantity\n2026/11/21 19:30,beer,5\n{late},beer,2\n")

    read = read_sales_file(path, "default", SalesColumns(), day_ends_at_hour=day_ends_at_hour)

    assert units_by_day(read) == {"11-21": 7.0}


MIDNIGHTS = ["T00:00:00.000Z", "T00:00:00Z", " 00:00:00 UTC", "T00:00:00+00:00", " 00:00:00+00"]


@pytest.mark.parametrize("midnight", MIDNIGHTS)
def test_days_that_are_written_as_midnight_in_utc_stay_days(write: Write, midnight: str) -> None:
    path = write(f"date,item,quantity\n2026-11-20{midnight},menu,5\n2026-11-21{midnight},menu,2\n")

    read = read_sales_file(path, "default", SalesColumns(), "America/New_York")

    assert units_by_day(read) == {"11-20": 5.0, "11-21": 2.0}
    assert not read.warnings


def test_midnights_among_other_moments_are_moments_wherever_they_stand(write: Write) -> None:
    rows = "2026-11-20T00:00:00Z,menu,5\n" * 5 + "2026-11-21T18:30:00Z,menu,2\n"

    read = read_sales_file(
        write(f"date,item,quantity\n{rows}"), "default", SalesColumns(), "America/New_York", chunk_rows=2
    )

    assert units_by_day(read) == {"11-19": 25.0, "11-21": 2.0}


def test_a_parquet_file_has_days_and_nights_as_a_csv_file(tmp_path: Path) -> None:
    path = tmp_path / "sales.parquet"
    days = pd.to_datetime(["2026-11-20", "2026-11-21"], utc=True)
    pd.DataFrame({"date": days, "dish": "menu", "sales": [5, 2]}).to_parquet(path)
    assert units_by_day(read_sales_file(path, "default", SalesColumns(), "America/New_York")) == {
        "11-20": 5.0,
        "11-21": 2.0,
    }

    for zone in (None, "America/New_York"):
        nights = pd.to_datetime(["2026-11-21 21:15", "2026-11-22 01:10"]).tz_localize(zone)
        pd.DataFrame({"date": nights, "dish": "beer", "sales": [5, 2]}).to_parquet(path)
        read = read_sales_file(path, "default", SalesColumns(), "America/New_York", day_ends_at_hour=26)
        assert units_by_day(read) == {"11-21": 7.0}

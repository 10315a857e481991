"""The last day of an export that was made before closing time is no day of few sales."""

import datetime as dt
from collections.abc import Callable, Iterable
from pathlib import Path

import pandas as pd
import pytest

from training_service.sources.files.reading import read_sales_file
from training_service.sources.files.sales_columns import SalesColumns
from training_service.sources.files.summed_rows import FileSales

LAST = dt.date(2026, 11, 24)  # a Tuesday
HOURS = (12, 13, 15, 18, 20, 21)

Write = Callable[..., Path]


def sold(days: int = 84, last_hours: Iterable[int] = (12, 13), *, early: Iterable[dt.date] = ()) -> list[dt.datetime]:
    """The times of the sales of some days; on the last day, and on early days, only until some hour."""
    times = []
    for number in reversed(range(days)):
        day = LAST - dt.timedelta(days=number)
        hours = last_hours if day == LAST or day in early else HOURS
        times += [dt.datetime.combine(day, dt.time(hour, 10)) for hour in hours]
    return times


def read(
    write: Write, times: list[dt.datetime], form: str = "{:%Y-%m-%d},{:%H:%M:%S}", header: str = "Date,Time"
) -> FileSales:
    lines = [f"{form.format(time, time)},{dish},3" for time in times for dish in ("soup", "pie")]
    return read_sales_file(write(f"{header},Item,Qty\n" + "\n".join(lines) + "\n"), "default", SalesColumns())


def told(found: FileSales) -> list[str]:
    return [warning.message for warning in found.warnings if warning.reason == "LAST_DAY_UNFINISHED"]


@pytest.mark.parametrize(
    ("form", "header"),
    [
        ("{:%Y-%m-%d},{:%H:%M:%S}", "Date,Time"),
        ("{:%Y-%m-%d},{:%I:%M %p}", "Date,Time"),
        ("{:%Y-%m-%d %H:%M}", "Date"),
        ("{:%Y-%m-%dT%H:%M:%SZ}", "Date"),
        ("{:%d.%m.%Y %H:%M}", "Date"),
        ("{:%m/%d/%Y %I:%M %p}", "Date"),
        ("{:%d-%b-%Y %I:%M %p}", "Date"),
    ],
)
def test_a_last_day_that_ends_hours_before_its_weekday_is_left_out_and_told(
    write: Write, form: str, header: str
) -> None:
    found = read(write, sold(), form, header)

    assert found.sales["date"].max() == pd.Timestamp("2026-11-23")
    (message,) = told(found)
    assert "the sales end at 13:10 on 2026-11-24" in message
    assert "on other Tuesdays they go on until 21:10 or later" in message
    assert found.unfinished_rows == 4
    assert [(each.reason, each.rows) for each in found.how.left_out] == [("the unfinished last day", 4)]
    assert pd.Timestamp("2026-11-24") not in found.lines.index.get_level_values("date")


@pytest.mark.parametrize("form", ["{:%Y-%m-%d %H:%M:%S} UTC", "{:%d/%m/%Y %H:%M} UTC"])
def test_moments_end_at_the_time_of_the_store(write: Write, form: str) -> None:
    times = [time + dt.timedelta(hours=5) for time in sold()]  # New York is five hours behind, or four in summer
    lines = [f"{form.format(time)},soup,3" for time in times]
    path = write("Date,Item,Qty\n" + "\n".join(lines) + "\n")

    found = read_sales_file(path, "default", SalesColumns(), "America/New_York")

    (message,) = told(found)
    assert "the sales end at 13:10 on 2026-11-24" in message
    assert "until 21:10 or later" in message
    assert found.sales["date"].max() == pd.Timestamp("2026-11-23")


def test_a_weekday_that_always_closes_early_stays(write: Write) -> None:
    tuesdays = [LAST - dt.timedelta(days=number) for number in range(7, 84, 7)]

    found = read(write, sold(early=tuesdays))

    assert found.sales["date"].max() == pd.Timestamp(LAST)
    assert told(found) == []


def test_a_quiet_day_until_closing_time_stays(write: Write) -> None:
    assert told(read(write, sold(last_hours=(12, 21)))) == []


def test_a_day_that_ends_an_hour_early_stays(write: Write) -> None:
    assert told(read(write, sold(last_hours=(12, 20)))) == []


def test_a_day_that_sold_as_much_as_others_by_then_stays(write: Write) -> None:
    assert told(read(write, sold(last_hours=(9, 10, 11, 12, 13, 14)))) == []


def test_in_a_short_file_all_other_days_are_compared(write: Write) -> None:
    (message,) = told(read(write, sold(days=12)))

    assert "on other days they go on until 21:10 or later" in message
    assert told(read(write, sold(days=6))) == [], "a week of days is needed"


def test_a_file_of_days_without_times_keeps_its_last_day(write: Write) -> None:
    times = [dt.datetime.combine(time.date(), dt.time()) for time in sold()]

    for form, header in (("{:%Y-%m-%d}", "Date"), ("{:%Y-%m-%d %H:%M}", "Date"), ("{:%Y-%m-%dT%H:%M:%SZ}", "Date")):
        found = read(write, times, form, header)
        assert found.sales["date"].max() == pd.Timestamp(LAST)
        assert told(found) == []


def test_the_times_of_another_restaurant_say_nothing(write: Write) -> None:
    here = [f"{time:%Y-%m-%d,%H:%M},soup,3,Harbour" for time in sold()]
    there = [f"{time:%Y-%m-%d,%H:%M},soup,3,Station" for time in sold(last_hours=HOURS)]
    path = write("Date,Time,Item,Qty,Store\n" + "\n".join(here + there) + "\n")

    assert len(told(read_sales_file(path, "Harbour", SalesColumns()))) == 1
    assert told(read_sales_file(path, "Station", SalesColumns())) == []


def test_a_bar_is_open_until_the_night_after(write: Write) -> None:
    evenings = [LAST - dt.timedelta(days=number) for number in range(84)]
    rows = [f"{day},21:00,beer,5\n{day + dt.timedelta(days=1)},01:10,beer,2" for day in evenings[1:]]
    path = write("Date,Time,Item,Qty\n" + "\n".join([*rows, f"{LAST},18:10,beer,1"]) + "\n")

    found = read_sales_file(path, "default", SalesColumns(), day_ends_at_hour=26)

    (message,) = told(found)
    assert "the sales end at 18:10 on 2026-11-24" in message
    assert "until 25:10 or later" in message
    assert found.sales["date"].max() == pd.Timestamp("2026-11-23")


def test_a_day_that_is_not_over_is_left_to_those_who_know_the_place(write: Write) -> None:
    today = dt.datetime.now(dt.UTC).date()
    times = [time + (today - LAST) for time in sold()]

    found = read(write, times)

    assert told(found) == []
    assert found.sales["date"].max() == pd.Timestamp(today)

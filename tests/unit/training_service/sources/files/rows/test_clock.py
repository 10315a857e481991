"""Times of day in sales files: sales after midnight, clocks such as 25:10, and days that are written as moments."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from training_service.sources.files.reading import read_sales_file
from training_service.sources.files.rows.clock import find_time_column
from training_service.sources.files.sales_columns import SalesColumns
from training_service.sources.files.summed_rows import FileSales

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


#: Forms of moments whose days are not written as in ISO 8601; `{}` is the zone.
ZONED = ["24/11/2026 {time} UTC", "24.11.2026 {time} GMT", "24/11/2026 {time}Z", "24-Nov-2026 {time} +00:00"]


@pytest.mark.parametrize("form", ZONED)
def test_a_moment_of_any_date_form_belongs_to_its_day_in_the_time_zone(write: Write, form: str) -> None:
    rows = [f"{form.format(time=time)},beer,{units}" for time, units in (("03:30", 1), ("18:30", 2), ("23:59:59", 4))]
    path = write("Date,Item,Qty\n" + "\n".join(rows) + "\n")

    for time_zone, expected in (
        (None, {"11-24": 7.0}),
        ("Europe/London", {"11-24": 7.0}),
        ("America/New_York", {"11-23": 1.0, "11-24": 6.0}),
        ("Asia/Tokyo", {"11-24": 1.0, "11-25": 6.0}),
    ):
        assert units_by_day(read_sales_file(path, "default", SalesColumns(), time_zone)) == expected


def test_a_moment_of_any_date_form_has_the_hour_of_the_time_zone(write: Write) -> None:
    rows = ["24/11/2026 20:10 UTC,beer,5", "25/11/2026 00:10 UTC,beer,2", "25/11/2026 05:00 UTC,beer,1"]
    path = write("Date,Item,Qty\n" + "\n".join(rows) + "\n")

    read = read_sales_file(path, "default", SalesColumns(), "Europe/Berlin", day_ends_at_hour=26)

    assert units_by_day(read) == {"11-24": 7.0, "11-25": 1.0}


def test_days_of_any_form_that_are_written_as_midnight_in_utc_stay_days(write: Write) -> None:
    rows = [f"{day}/11/2026 00:00:00 UTC,beer,{day}" for day in range(20, 26)]
    path = write("Date,Item,Qty\n" + "\n".join(rows) + "\n")
    moments = write("Date,Item,Qty\n" + "\n".join([*rows, "25/11/2026 12:00:00 UTC,beer,1"]) + "\n").rename(
        path.with_name("moments.csv")
    )
    path = write("Date,Item,Qty\n" + "\n".join(rows) + "\n")

    days = units_by_day(read_sales_file(path, "default", SalesColumns(), "America/New_York"))

    assert days == {f"11-{day}": float(day) for day in range(20, 26)}
    moved = units_by_day(read_sales_file(moments, "default", SalesColumns(), "America/New_York"))
    assert moved == {f"11-{day - 1}": float(day) for day in range(20, 26)} | {"11-25": 1.0}


def test_the_order_of_day_and_month_is_found_among_moments_too(write: Write) -> None:
    rows = [f"{day:02}/11/2026 18:30 UTC,beer,1" for day in range(1, 13)]
    path = write("Date,Item,Qty\n" + "\n".join(rows) + "\n")

    days = units_by_day(read_sales_file(path, "default", SalesColumns(), "Asia/Tokyo"))

    assert days == {f"11-{day + 1:02}": 1.0 for day in range(1, 13)}


def evening_and_night(form: Callable[[dt.date, str], str], column: str, days: int = 21) -> str:
    """A file of evenings, each with five sales at 20:15 and two at 01:10 of the next day of the calendar."""
    lines = []
    for back in range(days):
        day = dt.date(2026, 11, 1) - dt.timedelta(days=back)
        lines.append(f"{form(day, '20:15')},negroni,5")
        lines.append(f"{form(day + dt.timedelta(days=1), '01:10')},negroni,2")
    return f"{column},Item,Qty\n" + "\n".join(lines) + "\n"


def sevens(read: FileSales) -> None:
    assert set(read.sales["sales"]) == {7.0}
    assert read.sales["date"].max() == pd.Timestamp("2026-11-01")


@pytest.mark.parametrize(
    "column",
    [
        "Čas",
        "Время",
        "Ώρα",
        "Waktu",
        "الوقت",
        "Close time",
        "Sold time",
        "Heure d'ouverture",
        "下单时间",
        "เวลาขาย",
        "Giờ bán",
    ],
)
def test_a_column_with_times_is_that_of_the_time_whatever_its_name(write: Write, column: str) -> None:
    path = write(evening_and_night(lambda day, time: f"{day},{time}", f"Date,{column}"))

    sevens(read_sales_file(path, "default", SalesColumns(), day_ends_at_hour=26))


@pytest.mark.parametrize("column", ["Delivery time", "Prep duration", "Price"])
def test_a_column_with_other_times_or_numbers_is_not(column: str) -> None:
    sample = pd.DataFrame({column: ["20.15", "01.10"] if column == "Price" else ["20:15", "01:10"]})

    assert find_time_column(["Date", column], ["Date"], sample) == ""


@pytest.mark.parametrize(
    "form",
    [
        lambda time: time.replace(":", "."),
        lambda time: time.replace(":", "h"),
        lambda time: time.replace(":", ""),
        lambda time: time[:2],
        lambda time: {"20:15": "8:15pm", "01:10": "1:10am"}[time],
        lambda time: {"20:15": "午後8時15分", "01:10": "午前1時10分"}[time],
        lambda time: {"20:15": "下午1:10", "01:10": "凌晨1:10"}[time],
    ],
)
def test_times_of_a_column_are_read_in_other_forms(write: Write, form: Callable[[str], str]) -> None:
    path = write(evening_and_night(lambda day, time: f"{day},{form(time)}", "Date,Time"))

    sevens(read_sales_file(path, "default", SalesColumns(), day_ends_at_hour=26))


@pytest.mark.parametrize(
    "form",
    [
        lambda day, time: f"{day:%d.%m.%Y} {time.replace(':', '.')}",
        lambda day, time: f"{day:%d/%m/%Y} {time.replace(':', 'h')}",
        lambda day, time: f"{day} {'오전 1:10' if time == '01:10' else '오후 1:10'}",
        lambda day, time: f"{day:%Y年%m月%d日} {'午前1時10分' if time == '01:10' else '午後1時10分'}",
    ],
)
def test_times_in_the_date_are_read_in_other_forms(write: Write, form: Callable[[dt.date, str], str]) -> None:
    path = write(evening_and_night(form, "Date"))

    sevens(read_sales_file(path, "default", SalesColumns(), day_ends_at_hour=26))


@pytest.mark.parametrize("column", ["Business Date", "Betriebstag", "営業日", "营业日期", "Учетный день"])
@pytest.mark.parametrize("day_ends_at_hour", [24, 26])
def test_the_day_of_the_restaurant_has_the_night_already(write: Write, column: str, day_ends_at_hour: int) -> None:
    def row(day: dt.date, time: str) -> str:
        return f"{day},{day - dt.timedelta(days=time == '01:10')},{time}"

    path = write(evening_and_night(row, f"Date,{column},Time"))

    sevens(read_sales_file(path, "default", SalesColumns(), day_ends_at_hour=day_ends_at_hour))

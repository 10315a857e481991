"""Recognising the format of dates."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from tests.support.violations import violations_of
from training_service.sources.files.reading import read_sales_file
from training_service.sources.files.sales_columns import SalesColumns


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("2025-05-01", "2025-05-13", "2025-05-13"),
        ("5/1/2025", "5/13/2025", "2025-05-13"),
        ("1/5/2025", "13/5/2025", "2025-05-13"),
        ("01.05.2025", "13.05.2025", "2025-05-13"),
        ("2025/05/01", "2025/05/13", "2025-05-13"),
        ("5/1/25", "5/13/25", "2025-05-13"),
        ("2025-05-01 00:00:00", "2025-05-13 12:30:00", "2025-05-13"),
        ("5/1/2025", "5/12/2025", "2025-05-12"),
        ("24.12.2025 18:30", "25.12.2025 00:15", "2025-12-25"),
        ("24.12.2025, 18:30:05", "25.12.2025", "2025-12-25"),
        ("12/24/2025 6:30 PM", "12/25/2025 11:59 a.m.", "2025-12-25"),
        ("24/12/2025 18:30", "25/12/2025 9:05", "2025-12-25"),
        ("2025-12-24T12:30", "2025-12-25 23:30:11.123456", "2025-12-25"),
        ("2025-12-24T12:30:11Z", "2025-12-25T23:30:11.5-05:00", "2025-12-25"),
    ],
)
def test_the_format_of_the_dates_is_recognised(
    write: Callable[..., Path], first: str, second: str, expected: str
) -> None:
    path = write(f'date,dish,sales\n"{first}",soup,1\n"{second}",soup,2\n')

    sales = read_sales_file(path, "default", SalesColumns()).sales

    assert sales["date"].iloc[-1] == pd.Timestamp(expected)


@pytest.mark.parametrize("time", ["31:00", "18", "18:61", "6:30 XM", "evening"])
def test_a_date_followed_by_no_time_of_day_is_refused(write: Callable[..., Path], time: str) -> None:
    (description,) = violations_of(write(f"date,dish,sales\n2025-01-01,soup,1\n2025-01-02 {time},soup,1\n"))

    assert f"expected dates like 2026-11-23; not so on line 3: '2025-01-02 {time}'" in description


def test_a_moment_belongs_to_its_day_in_the_time_zone_of_the_store(write: Callable[..., Path]) -> None:
    path = write("date,dish,sales\n2026-01-02T04:30:00Z,soup,1\n2026-01-01T12:00:00-05:00,soup,1\n")

    here = read_sales_file(path, "default", SalesColumns(), "America/New_York").sales
    somewhere = read_sales_file(path, "default", SalesColumns()).sales

    assert here["date"].tolist() == [pd.Timestamp("2026-01-01")]
    assert somewhere["date"].tolist() == [pd.Timestamp("2026-01-01"), pd.Timestamp("2026-01-02")]


@pytest.mark.parametrize("date_format", ["%d/%m/%Y", "%d/%m/%Y %H:%M"])
def test_the_format_of_the_settings_may_have_a_time_of_day_or_not(write: Callable[..., Path], date_format: str) -> None:
    path = write("date,dish,sales\n01/02/2025 18:30,soup,1\n01/02/2025 19:30,soup,1\n")

    sales = read_sales_file(path, "default", SalesColumns(date_format=date_format)).sales

    assert sales["date"].tolist() == [pd.Timestamp("2025-02-01")]
    assert sales["rows"].tolist() == [2]


def test_dates_that_fit_two_formats_are_refused_with_the_setting_to_use(write: Callable[..., Path]) -> None:
    path = write("date,dish,sales\n1/2/2025,soup,1\n2/1/2025,soup,1\n")

    (description,) = violations_of(path)
    assert "SALES_DATE_FORMAT" in description
    given = read_sales_file(path, "default", SalesColumns(date_format="%d/%m/%Y")).sales
    assert given["date"].min() == pd.Timestamp("2025-01-02")


@pytest.mark.parametrize("day", ["0001-01-01", "1989-12-31"])
def test_days_before_1990_are_refused(write: Callable[..., Path], day: str) -> None:
    (description,) = violations_of(write(f"date,dish,sales\n2025-01-01,soup,1\n{day},soup,1\n"))

    assert "line 3" in description

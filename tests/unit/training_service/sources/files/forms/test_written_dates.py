"""Dates as tills and spreadsheets write them, and columns of dates that several formats fit."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from tests.support.violations import violations_of
from training_service.sources.files.reading import read_sales_file
from training_service.sources.files.sales_columns import SalesColumns
from training_service.sources.files.summed_rows import FileSales

Write = Callable[..., Path]


def read(path: Path, time_zone: str | None = None) -> FileSales:
    return read_sales_file(path, "default", SalesColumns(), time_zone)


def sales_on(*dates: str) -> str:
    return "Date;Item;Qty\n" + "".join(f'"{date}";Soup;1\n' for date in dates)


@pytest.mark.parametrize(
    "date",
    [
        *(
            "24-11-2026",
            "24-Nov-2026",
            "24-NOV-26",
            "24-Nov-2026 10:31 AM",
            "24 November 2026",
            "24th of November 2026",
        ),
        *("Nov 24, 2026", "November 24, 2026", "Nov 24 2026 10:31:05 PM", "Nov 24, 2026, 10:31 PM", "Nov. 24, 2026"),
        *("Tue, Nov 24, 2026", "Tuesday 24 November 2026", "24 November 2026 at 18:30", "2026-Nov-24", "24/Nov/2026"),
        *("24. November 2026", "Di 24.11.2026", "Dienstag, 24. November 2026", "24.11.2026 18:30 Uhr", "24. 11. 2026"),
        *("24 nov. 2026", "mar. 24 nov. 2026", "mardi 24 novembre 2026", "24/11/2026 18h30", "24 novembre 2026"),
        *("24 de noviembre de 2026", "24 nov 2026", "martes, 24 de noviembre de 2026", "24/11/2026 6:30 p. m."),
        *("24 de nov. de 2026", "seg., 24 de nov. de 2026", "24 listopada 2026", "24 lis 2026", "24 Kasım 2026"),
        *("24 november 2026", "24-nov-2026", "di 24 nov 2026", "24 novembre 2026, 18:30", "24 KASIM 2026"),
        *("2026年11月24日", "2026年11月24日(火)", "2026年11月24日 18時30分", "令和8年11月24日", "2026/11/24(火) 18:30"),
        *("2026/11/24", "20261124", "2026.11.24", "2026-11-24 周二", "2026/11/24 下午6:30", "民國115年11月24日"),
        *(
            "2026년 11월 24일",
            "2026년 11월 24일 (화) 오후 6:30",
            "2026. 11. 24.",
            "2026. 11. 24",
            "２０２６／１１／２４",
        ),
        *("24 พฤศจิกายน 2569", "24 พ.ย. 2569", "24/11/2569", "24/11/2569 18:30"),
        *("24 tháng 11, 2026", "Ngày 24 tháng 11 năm 2026", "Thứ Ba, 24/11/2026"),
        *("2026-11-24 18:30:00 UTC", "2026-11-24 18:30:00.123456 UTC", "2026-11-24T18:30:00+0100"),
        *("2026-11-24 18:30 GMT+2", "2026-11-24 18:30:00 CET", "24.11.2026 18.30", "11/24/2026 06:30:00 PM"),
        "Tue Nov 24 2026 18:30:00 GMT+0100 (Central European Standard Time)",
    ],
)
def test_a_date_is_read_in_the_form_that_people_write(write: Write, date: str) -> None:
    assert read(write(sales_on(date))).sales["date"].tolist() == [pd.Timestamp("2026-11-24")]


@pytest.mark.parametrize("text", ["soup 12", "some 2026", "32-Nov-2026", "24-Foo-2026", "24-11", "2026-11-24 6:30 XM"])
def test_a_text_that_is_no_date_is_refused(write: Write, text: str) -> None:
    (description,) = violations_of(write(sales_on("2026-11-23", text)))

    assert f"line 3: '{text}'" in description


def test_a_moment_with_the_name_of_its_month_belongs_to_its_day_at_the_store(write: Write) -> None:
    path = write(sales_on("Nov 25, 2026 2:30 AM UTC", "2026-11-25 04:30:00 UTC"))

    assert read(path, "America/New_York").sales["date"].tolist() == [pd.Timestamp("2026-11-24")]


@pytest.mark.parametrize(
    ("dates", "last"),
    [
        (["01-11-2026", "13-11-2026"], "2026-11-13"),
        (["11-01-2026", "11-13-2026"], "2026-11-13"),
        (["26/11/01", "26/11/12"], "2026-11-12"),
        (["01/11/26", "02/11/26", "13/11/26"], "2026-11-13"),
        (["01.11.26", "02.11.26", "24.11.26"], "2026-11-24"),
        (["26.11.01", "26.11.02", "26.11.24"], "2026-11-24"),
        (["01/11/2026", "02/11/2026", "03/11/2026"], "2026-11-03"),
    ],
)
def test_the_whole_column_decides_the_order_of_day_and_month(write: Write, dates: list[str], last: str) -> None:
    assert read(write(sales_on(*dates))).sales["date"].max() == pd.Timestamp(last)


def test_a_choice_by_the_days_that_lie_together_is_told(write: Write) -> None:
    answer = read(write(sales_on("05/11/2026", "06/11/2026", "07/11/2026")))

    assert answer.warnings[0].reason == "SALES_FORM"
    assert "the dates are read like 23/11/2026: like 11/23/2026, the days would lie further apart" in (
        answer.warnings[0].message
    )


@pytest.mark.parametrize(
    "dates",
    [
        ["1/2/2025", "2/1/2025"],
        ["1/2/2025", "3/1/2025"],
        ["01/01/2025", "01/02/2025", "01/03/2025"],
        ["05-06-2025"],
        ["01/02/03"],
    ],
    ids=lambda dates: dates[-1],
)
def test_a_column_that_nothing_decides_is_refused_with_the_setting(write: Write, dates: list[str]) -> None:
    (description,) = violations_of(write(sales_on(*dates)))

    assert "set the server's SALES_DATE_FORMAT" in description

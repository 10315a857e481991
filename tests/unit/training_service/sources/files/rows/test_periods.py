"""Totals of weeks and months are refused, because no day can be learnt from them."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from tests.support.violations import violations_of
from training_service.sources.files.reading import read_sales_file
from training_service.sources.files.sales_columns import SalesColumns

Write = Callable[..., Path]


def totals(dates: pd.DatetimeIndex, form: str, heading: str = "Date") -> str:
    """A file with one row for each of two dishes and date."""
    rows = [f"{day.strftime(form)},{dish},{units}" for day in dates for dish, units in (("soup", 90), ("pie", 40))]
    return f"{heading},Item,Qty\n" + "\n".join(rows) + "\n"


@pytest.mark.parametrize("form", ["%Y-%m-%d", "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y"])
@pytest.mark.parametrize(
    ("frequency", "period"), [("W-MON", "week"), ("W-SUN", "week"), ("14D", "week"), ("MS", "month"), ("ME", "month")]
)
def test_totals_of_weeks_and_months_are_refused_in_words(write: Write, form: str, frequency: str, period: str) -> None:
    dates = pd.date_range("2024-01-01", "2025-12-31", freq=frequency)

    (description,) = violations_of(write(totals(dates, form)))

    assert f"one row for each dish and {period}: these are totals of a {period}" in description


@pytest.mark.parametrize("heading", ["Week starting", "Month", "Kalenderwoche", "Semaine", "週"])
def test_a_column_of_weeks_or_months_in_place_of_the_date_is_refused_in_words(write: Write, heading: str) -> None:
    path = write(totals(pd.date_range("2025-01-06", periods=9, freq="W-MON"), "%Y-%m-%d", heading))

    (description,) = violations_of(path)

    assert f"column {heading!r} has weeks or months" in description


def test_sales_of_days_are_read(write: Write) -> None:
    dates = pd.date_range("2025-01-06", periods=30)
    for chosen in (dates, dates[dates.day_of_week < 5], dates[:12], dates[dates.day_of_week.isin([4, 5])]):
        read = read_sales_file(write(totals(chosen, "%Y-%m-%d")), "default", SalesColumns())
        assert read.sales["date"].nunique() == len(chosen)


def test_a_row_of_zero_on_another_day_tells_of_a_restaurant_that_opens_once_a_week(write: Write) -> None:
    saturdays = totals(pd.date_range("2025-01-04", periods=9, freq="W-SAT"), "%Y-%m-%d")

    read = read_sales_file(write(saturdays + "2025-01-05,soup,0\n"), "default", SalesColumns())

    assert read.sales["date"].nunique() == 10


@pytest.mark.parametrize("days", [7, 28])
@pytest.mark.parametrize("parts", ["ML", "ABC"])
def test_totals_by_size_or_waiter_are_totals_too(write: Write, days: int, parts: str) -> None:
    first = dt.date(2025, 1, 6)
    lines = [
        f"{first + dt.timedelta(days=days * period)},{part},soup,{30 + period}"
        for period in range(12)
        for part in parts
    ]

    (description,) = violations_of(write("Date,Size,Item,Qty\n" + "\n".join(lines) + "\n"))

    assert "export the sales by day" in description


def test_totals_of_months_are_recognised_on_any_day_of_the_month(write: Write) -> None:
    lines = [f"2025-{month:02}-15,{dish},{300 + month}" for month in range(1, 13) for dish in ("soup", "pie")]

    (description,) = violations_of(write("Date,Item,Qty\n" + "\n".join(lines) + "\n"))

    assert "totals of a month" in description

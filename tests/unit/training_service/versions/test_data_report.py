"""The report on the sales of a run: what it counts, and what it finds odd."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from shared.config import PipelineConfig
from shared.restaurant.calendar import HolidayCalendar
from training_service.learning.outliers import limit_outliers
from training_service.learning.store_fit import fit_store
from training_service.learning.store_history import build_store_history
from training_service.learning.train_dish import train_dish
from training_service.outcomes import DataReport
from training_service.sources.sales_data import SalesData
from training_service.versions.data_report import data_report

START = "2026-01-05"  # a Monday


def sales_of(dish: str, units: list[float], start: str = START) -> pd.DataFrame:
    """One row a day from the start on; a day of NaN has no row."""
    dates = pd.date_range(start, periods=len(units), unit="s")
    frame = pd.DataFrame({"date": dates, "dish": dish, "sales": units, "rows": 1})
    return frame[frame["sales"].notna()]


def report(*frames: pd.DataFrame, refund_rows: int = 0, config: PipelineConfig | None = None) -> DataReport:
    """The report on these sales, read from a file."""
    config = config or PipelineConfig()
    sales = pd.concat(frames, ignore_index=True)
    history = build_store_history(sales, None, config)
    return data_report(SalesData(sales, None, "sales.csv", refund_rows), history, config)


def test_rows_days_and_days_without_a_row_are_counted() -> None:
    nan = float("nan")
    soup = sales_of("soup", [5.0, nan, 7.0, 8.0, nan, 9.0])
    fish = sales_of("fish", [1.0, nan, nan, 2.0, 3.0], start="2026-01-06")
    soup.loc[soup.index[0], "rows"] = 4

    made = report(soup, fish, refund_rows=2)

    assert (made.rows, made.rows_added_up, made.refund_rows) == (10, 3, 2)
    assert (made.first_day, made.last_day) == (dt.date(2026, 1, 5), dt.date(2026, 1, 10))
    assert (made.dishes, made.closed_days) == (2, 0)
    # The soup on Tuesday and Friday, the fish on Wednesday and Thursday.
    assert made.filled_days == 4
    assert made.short == ("fish", "soup")
    assert (made.sales_source, made.weather_source) == ("sales.csv", "none")


@pytest.mark.parametrize("days", [61, 70, 76, 90])
def test_the_report_names_exactly_the_dishes_that_are_trained_without_prophet_and_the_hybrid(days: int) -> None:
    config, calendar = PipelineConfig(), HolidayCalendar("DE")
    rng = np.random.default_rng(1)
    sales = sales_of("soup", rng.poisson(20.0, days).astype(float).tolist())
    history = build_store_history(sales, None, config)

    trained = train_dish("soup", history, fit_store(history, calendar, config), calendar, config)

    has_all = {"prophet", "hybrid"} <= {figures.forecaster for figures in trained.figures}
    assert report(sales).short == (() if has_all else ("soup",))


def test_a_dish_is_not_short_where_no_forecaster_needs_a_long_history() -> None:
    config = PipelineConfig(blend_prior={"baseline": 1.0, "smoothing": 1.0})

    assert report(sales_of("soup", [5.0] * 30), config=config).short == ()


def test_a_dish_that_has_stopped_is_not_short_because_it_is_not_trained() -> None:
    made = report(sales_of("soup", [5.0] * 60), sales_of("pie", [5.0] * 10))

    assert made.stopped == ("pie",)
    assert made.short == ("soup",)


def test_days_before_the_first_sale_of_a_dish_and_closed_days_do_not_count_as_zero_sales() -> None:
    nan = float("nan")

    made = report(sales_of("soup", [5.0, nan, 7.0, 8.0]), sales_of("fish", [0.0, nan, 0.0, 2.0]))

    assert made.closed_days == 1
    assert made.filled_days == 0


def test_a_day_far_from_the_median_of_its_weekday_is_reported_as_an_outlier() -> None:
    units = np.tile([10.0, 11, 12, 13, 14, 30, 40], 12)
    units[3 * 7 + 1] = 90.0  # a Tuesday; no Sunday sells as much

    made = report(sales_of("soup", units.tolist()))

    assert made.outlier_days == 1
    [outlier] = made.outliers
    assert (outlier.date, outlier.quantity, outlier.usual) == (dt.date(2026, 1, 27), 90.0, 11.0)


def test_a_limited_day_is_told_with_what_was_sold_and_what_is_learnt() -> None:
    units = np.tile([10.0, 11, 12, 13, 14, 30, 40], 12)
    units[3 * 7 + 1] = 200.0  # a Tuesday
    sales = sales_of("soup", units.tolist())
    history = limit_outliers(build_store_history(sales, None, PipelineConfig()), HolidayCalendar("DE"))

    made = data_report(SalesData(sales, None, "sales.csv"), history, PipelineConfig())

    [outlier] = made.outliers
    assert (outlier.date, outlier.quantity, outlier.usual) == (dt.date(2026, 1, 27), 200.0, 11.0)
    assert outlier.limited_to == 11.0
    assert outlier.line == 0, "these sales have no lines"


def test_an_outlier_has_the_line_of_the_file() -> None:
    units = np.tile([10.0, 11, 12, 13, 14, 30, 40], 12)
    units[3 * 7 + 1] = 200.0
    sales = sales_of("soup", units.tolist())
    lines = pd.Series(np.arange(2, 2 + len(sales)), index=pd.MultiIndex.from_frame(sales[["dish", "date"]]))
    history = build_store_history(sales, None, PipelineConfig())

    made = data_report(SalesData(sales, None, "sales.csv", lines=lines), history, PipelineConfig())

    [outlier] = made.outliers
    assert outlier.line == 2 + 3 * 7 + 1


def test_a_dish_not_sold_on_the_last_28_open_days_has_stopped() -> None:
    soup = sales_of("soup", [5.0] * 60)
    pie = sales_of("pie", [5.0] * 32)
    fish = sales_of("fish", [5.0] * 33)

    assert report(soup, pie, fish).stopped == ("pie",)


def test_a_dish_has_not_stopped_because_the_restaurant_was_closed() -> None:
    soup = sales_of("soup", [5.0] * 40)
    pie = sales_of("pie", [5.0] * 38)
    soup_again = sales_of("soup", [5.0] * 5, start="2026-05-04")  # after ten weeks closed

    assert report(soup, pie, soup_again).stopped == ()


def test_names_that_differ_only_in_case_or_white_space_are_reported() -> None:
    names = ("Tomato soup", "tomato  soup", "TomatoSoup", "Fish")

    made = report(*(sales_of(name, [5.0] * 5) for name in names))

    assert made.similar_names == (("Tomato soup", "TomatoSoup", "tomato  soup"),)
    assert made.dishes == 4

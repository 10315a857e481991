"""Days that are not over are left out of a training."""

import datetime as dt
from dataclasses import replace

import pandas as pd
import pytest

from shared.config import PipelineConfig
from shared.errors import InvalidInput
from shared.restaurant.place import Place
from training_service.sources.sales_data import SalesData
from training_service.versions.complete_days import complete_days

BERLIN = Place(country="DE", time_zone="Europe/Berlin")


def sales_until(last: dt.date, days: int = 3) -> SalesData:
    """Sales of the last days up to this one, two rows a day."""
    dates = pd.date_range(end=pd.Timestamp(last), periods=days, unit="s")
    return SalesData(pd.DataFrame({"date": dates, "dish": "soup", "sales": 5.0, "rows": 2}), None, "sales.csv")


def last_day(data: SalesData) -> dt.date:
    """The last day of the sales."""
    found: dt.date = data.sales["date"].max().date()
    return found


def test_the_rows_of_the_present_day_are_left_out_and_counted() -> None:
    today = BERLIN.now().date()

    kept = complete_days(sales_until(today), BERLIN, PipelineConfig())

    assert last_day(kept) == today - dt.timedelta(days=1)
    assert (len(kept.sales), kept.unfinished_rows) == (2, 2)


def test_rows_that_the_source_left_out_are_counted_too() -> None:
    read = replace(sales_until(BERLIN.now().date()), unfinished_rows=3)

    assert complete_days(read, BERLIN, PipelineConfig()).unfinished_rows == 5


def test_all_days_that_are_over_are_kept() -> None:
    data = sales_until(BERLIN.now().date() - dt.timedelta(days=1))

    assert complete_days(data, BERLIN, PipelineConfig()) is data


def test_the_time_zone_decides_which_day_is_over() -> None:
    first, last = (Place(country="US", time_zone=zone) for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago"))
    data = sales_until(first.now().date(), days=5)

    ahead, behind = (last_day(complete_days(data, place, PipelineConfig())) for place in (first, last))

    assert ahead > behind


def test_the_present_day_is_kept_after_the_hour_at_which_days_end() -> None:
    today = BERLIN.now().date()

    assert last_day(complete_days(sales_until(today), BERLIN, PipelineConfig(day_ends_at_hour=0))) == today


def test_sales_of_the_present_day_only_are_refused() -> None:
    with pytest.raises(InvalidInput, match="the last day that is over"):
        complete_days(sales_until(BERLIN.now().date(), days=1), BERLIN, PipelineConfig())

"""What rows of a database mean: names, days written as moments, sales after midnight, totals and voided rows.

Real servers of each kind are asked; `test_sales_database.py` tests the reading itself.
"""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from sqlalchemy import create_engine, text

from shared.config import PipelineConfig
from shared.errors import InvalidInput
from tests.support.databases import KINDS, fill, new_database
from training_service.sources.database.queries import Queries
from training_service.sources.database.sales_database import SalesDatabase
from training_service.sources.files.access import SalesFiles
from training_service.sources.files.sales_columns import SalesColumns
from training_service.sources.sales_source import SalesSource

NEW_YORK = "America/New_York"


@pytest.fixture(params=KINDS)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    with new_database(request.param, tmp_path) as made:
        yield made


@pytest.fixture
def postgresql(tmp_path: Path) -> Iterator[str]:
    with new_database("postgresql", tmp_path) as made:
        yield made


def fill_moments(url: str, sold: dict[str, float], dish: str = "beer") -> None:
    """Writes what was sold at these local times."""
    times = pd.to_datetime(list(sold)) - pd.Timedelta(hours=13)  # `fill` writes the middle of the day
    fill(url, pd.DataFrame({"date": times, "dish": dish, "sales": list(sold.values())}))


def execute(url: str, *statements: str) -> None:
    engine = create_engine(url)
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


def with_time_zones(url: str) -> None:
    """Makes the column of the dates one of moments, which were written in UTC."""
    execute(url, 'alter table "SalesData" alter column "Date" type timestamptz using "Date" at time zone \'UTC\'')


def own_query(url: str, columns: str = "") -> Queries:
    """A query of the operator that gives the moments of the sales as they are."""
    quote = "`" if url.startswith(("mysql", "mariadb")) else '"'
    sales = (
        "select s.~Date~ as date, r.~Name~ as dish, s.~Quantity~ as quantity~~ from ~SalesData~ s "
        "join ~Recipes~ r on r.~Id~ = s.~RecipeId~ where s.~StoreId~ = :store"
    )
    return Queries(sales=sales.replace("~~", columns).replace("~", quote))


def by_day(sales: pd.DataFrame) -> dict[str, float]:
    return dict(zip(sales["date"].dt.strftime("%Y-%m-%d"), sales["sales"], strict=True))


def test_a_dish_whose_name_is_written_in_several_ways_is_one_dish(url: str) -> None:
    names = ["Crème brûlée", "Cre\u0300me bru\u0302le\u0301e", "Crème\u00a0brûlée\u200b", " Ｃrème brûlée"]  # noqa: RUF001
    fill(url, pd.DataFrame({"date": "2026-01-05", "dish": names, "sales": [1.0, 2.0, 4.0, 8.0]}))

    for queries in (Queries(), own_query(url)):
        sales = SalesDatabase(url, queries, 30.0).sales("7").sales
        assert sales[["dish", "sales", "rows"]].to_dict("records") == [
            {"dish": "Crème brûlée", "sales": 15.0, "rows": 4}
        ]


@pytest.mark.parametrize("is_own", [False, True])
def test_moments_at_midnight_in_utc_throughout_are_days(postgresql: str, is_own: bool) -> None:
    fill_moments(postgresql, {"2026-01-05 00:00": 5.0, "2026-01-06 00:00": 7.0})
    with_time_zones(postgresql)
    database = SalesDatabase(postgresql, own_query(postgresql) if is_own else Queries(), 30.0)

    assert by_day(database.sales("7", NEW_YORK).sales) == {"2026-01-05": 5.0, "2026-01-06": 7.0}


@pytest.mark.parametrize("is_own", [False, True])
def test_one_moment_of_another_time_makes_all_of_them_moments(postgresql: str, is_own: bool) -> None:
    fill_moments(postgresql, {"2026-01-05 00:00": 5.0, "2026-01-06 00:00": 7.0, "2026-01-06 12:00": 1.0})
    with_time_zones(postgresql)
    database = SalesDatabase(postgresql, own_query(postgresql) if is_own else Queries(), 30.0, chunk_rows=1)

    assert by_day(database.sales("7", NEW_YORK).sales) == {"2026-01-04": 5.0, "2026-01-05": 7.0, "2026-01-06": 1.0}


def test_text_at_midnight_in_utc_throughout_is_days(url: str) -> None:
    sales = " union all ".join(
        f"select '2026-01-0{day}T00:00:00.000Z' as date, 'soup' as dish, {day} as quantity" for day in (5, 6)
    )

    found = SalesDatabase(url, Queries(sales=sales), 30.0).sales("7", NEW_YORK)

    assert by_day(found.sales) == {"2026-01-05": 5.0, "2026-01-06": 6.0}


@pytest.mark.parametrize("is_own", [False, True])
def test_rows_after_midnight_of_a_day_that_is_otherwise_closed_are_told(url: str, is_own: bool) -> None:
    fill_moments(url, {"2026-01-10 21:00": 5.0, "2026-01-11 01:10": 2.0, "2026-01-11 02:40": 3.0})
    database = SalesDatabase(url, own_query(url) if is_own else Queries(), 30.0)

    found = database.sales("7")
    late = database.sales("7", night_hours=3)

    (warning,) = found.warnings
    assert warning.reason == "SOLD_AFTER_MIDNIGHT"
    assert "all sales of 2026-01-11 were made between midnight and 3:00" in warning.message
    assert "set day_ends_at_hour (24 now) to 27" in warning.message
    assert by_day(late.sales) == {"2026-01-10": 10.0}
    assert late.warnings == ()


def test_days_without_times_are_not_sold_after_midnight(url: str) -> None:
    fill_moments(url, {"2026-01-10 00:00": 5.0, "2026-01-11 00:00": 2.0})

    for queries in (Queries(), own_query(url)):
        assert SalesDatabase(url, queries, 30.0).sales("7").warnings == ()


@pytest.mark.parametrize("is_own", [False, True])
def test_the_night_of_a_moment_is_that_of_the_time_zone_of_the_store(postgresql: str, is_own: bool) -> None:
    # In New York: 2026-01-10 21:00, 2026-01-11 01:10 and 2026-01-11 12:00.
    fill_moments(postgresql, {"2026-01-11 02:00": 5.0, "2026-01-11 06:10": 2.0, "2026-01-11 17:00": 1.0})
    with_time_zones(postgresql)
    database = SalesDatabase(postgresql, own_query(postgresql) if is_own else Queries(), 30.0)

    assert by_day(database.sales("7", NEW_YORK).sales) == {"2026-01-10": 5.0, "2026-01-11": 3.0}
    assert by_day(database.sales("7", NEW_YORK, night_hours=2).sales) == {"2026-01-10": 7.0, "2026-01-11": 1.0}


@pytest.mark.parametrize(("step", "period"), [("7D", "week"), ("MS", "month")])
def test_totals_of_weeks_and_months_are_refused_in_words(url: str, step: str, period: str) -> None:
    days = pd.date_range("2025-01-06" if period == "week" else "2025-01-01", periods=20, freq=step)
    fill(url, pd.DataFrame({"date": days, "dish": "soup", "sales": 100.0}))

    with pytest.raises(InvalidInput, match=f"these are totals of a {period}"):
        SalesDatabase(url, Queries(), 30.0).sales("7")


@pytest.mark.parametrize("is_own", [False, True])
def test_rows_that_a_column_calls_voided_do_not_count(url: str, is_own: bool) -> None:
    fill_moments(url, {"2026-01-05 12:00": 5.0, "2026-01-05 13:00": 2.0, "2026-01-06 12:00": 9.0})
    quote = "`" if url.startswith(("mysql", "mariadb")) else '"'
    statements = (
        "alter table ~SalesData~ add ~Status~ varchar(20)",
        "update ~SalesData~ set ~Status~ = 'Voided' where ~Quantity~ > 4 and ~Quantity~ < 6",
    )
    execute(url, *(statement.replace("~", quote) for statement in statements))
    database = SalesDatabase(url, own_query(url, ", s.~Status~ as status") if is_own else Queries(), 30.0)

    found = database.sales("7")

    assert by_day(found.sales) == {"2026-01-05": 2.0, "2026-01-06": 9.0}
    assert found.left_out_rows == {"voided": 1}
    (warning,) = found.warnings
    assert warning.reason == "ROWS_NOT_SOLD"
    assert f"1 row voided by column {'status' if is_own else 'Status'!r}" in warning.message


def test_rows_that_a_column_calls_returns_are_subtracted(url: str) -> None:
    fill_moments(url, {"2026-01-05 12:00": 5.0, "2026-01-05 13:00": 2.0, "2026-01-05 14:00": 9.0})
    quote = "`" if url.startswith(("mysql", "mariadb")) else '"'
    statements = (
        "alter table ~SalesData~ add ~Type~ varchar(20)",
        "update ~SalesData~ set ~Type~ = 'Sale'",
        "update ~SalesData~ set ~Type~ = 'Refund' where ~Quantity~ < 4",
    )
    execute(url, *(statement.replace("~", quote) for statement in statements))

    found = SalesDatabase(url, Queries(), 30.0).sales("7")

    assert by_day(found.sales) == {"2026-01-05": 12.0}
    assert found.refund_rows == 1
    assert [warning.reason for warning in found.warnings] == ["RETURNS_SUBTRACTED"]


def test_sales_that_are_all_voided_are_refused(url: str) -> None:
    sales = "select '2026-01-05' as date, 'soup' as dish, 1 as quantity, 'voided' as status"

    with pytest.raises(InvalidInput, match="no row of store 7 is a sale"):
        SalesDatabase(url, Queries(sales=sales), 30.0).sales("7")


def test_what_is_found_in_the_rows_reaches_the_run(tmp_path: Path) -> None:
    with new_database("sqlite", tmp_path) as url:
        fill_moments(url, {"2026-01-10 21:00": 5.0, "2026-01-11 01:10": 2.0, "2026-01-12 12:00": 3.0})
        execute(url, 'alter table "SalesData" add "Void" int', 'update "SalesData" set "Void" = "Quantity" = 3')
        database = SalesDatabase(url, Queries(), 30.0)
        source = SalesSource(SalesFiles(tmp_path), "none.csv", SalesColumns(), PipelineConfig(), database)

        data = source.read("", "7")

    assert [warning.reason for warning in data.warnings] == ["ROWS_NOT_SOLD", "SOLD_AFTER_MIDNIGHT"]
    assert data.left_out_rows == {"voided": 1}
    assert by_day(data.sales) == {"2026-01-10": 5.0, "2026-01-11": 2.0}

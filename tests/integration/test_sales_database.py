"""Sales, weather and places from real databases in the existing application's schema."""

import datetime as dt
import gc
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from structlog.testing import capture_logs

from shared.config import PipelineConfig
from shared.errors import InvalidInput
from shared.restaurant.place import Place
from shared.restaurant.school_holidays import SchoolHoliday
from shared.restaurant.weather import WEATHER_COLS
from tests.support.cutting_proxy import cutting_proxy
from tests.support.databases import KINDS, SERVERS, fill, new_database
from tests.support.sales_files import write_sales
from training_service.learning.events import SalesEvent
from training_service.sources.database.connection import DatabaseFailed
from training_service.sources.database.queries import Queries
from training_service.sources.database.sales_database import SalesDatabase
from training_service.sources.files.access import SalesFiles
from training_service.sources.files.reading import read_sales_file
from training_service.sources.files.sales_columns import SalesColumns
from training_service.sources.places import place_of_store
from training_service.sources.sales_source import SalesSource

SECRET = "pa55word"


@pytest.fixture(params=KINDS)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    with new_database(request.param, tmp_path) as made:
        yield made


def database(url: str, queries: Queries | None = None, timeout: float = 30.0) -> SalesDatabase:
    return SalesDatabase(url, queries or Queries(), timeout)


def few_sales() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "date": ["2026-01-05", "2026-01-05", "2026-01-05", "2026-01-06", "2026-01-07"],
            "dish": ["soup", "soup", "fish", "soup", "soup"],
            "sales": [5.0, 2.0, 3.0, 4.0, -6.0],
        }
    )


def test_the_database_gives_the_same_sales_as_the_file_of_the_restaurant(
    url: str, tmp_path: Path, real_data: Callable[[str], Path]
) -> None:
    path = real_data("grilled_fish") / "sales.csv"
    fill(url, pd.read_csv(path))
    expected = read_sales_file(path, "default", SalesColumns()).sales

    found = database(url).sales("7")

    pd.testing.assert_frame_equal(found.sales, expected, check_dtype=False)
    assert found.refund_rows == 0


def test_rows_of_one_dish_and_day_are_added_up_and_refunds_subtracted(url: str) -> None:
    fill(url, few_sales())

    found = database(url).sales("7")

    assert found.sales.to_dict("list") == {
        "date": [pd.Timestamp(day) for day in ("2026-01-05", "2026-01-05", "2026-01-06", "2026-01-07")],
        "dish": ["fish", "soup", "soup", "soup"],
        "sales": [3.0, 7.0, 4.0, 0.0],
        "rows": [1, 2, 1, 1],
    }
    assert found.refund_rows == 1


NFD = unicodedata.normalize("NFD", "Zürich Süd")


@pytest.mark.parametrize(
    ("written", "store"),
    [
        (["Lower Manhattan"], "Lower Manhattan"),
        (["Lower  Manhattan"], "Lower Manhattan"),
        ([NFD], "Zürich Süd"),
        (["Zürich Süd", NFD, "Zürich\N{NO-BREAK SPACE}Süd"], "Zürich Süd"),
        (["南京路店 "], "南京路店"),
        (["\N{FULLWIDTH LATIN CAPITAL LETTER A}1"], "A1"),
        (["Joe's 50% \\ :store"], "Joe's 50% \\ :store"),
    ],
)
def test_a_store_is_found_however_the_database_writes_its_name(url: str, written: list[str], store: str) -> None:
    fill(url, few_sales(), store="Another store")
    for name in written:
        fill(url, few_sales(), store=name)
    stores = database(url)

    found = stores.sales(store)

    assert stores.stores() == sorted(["Another store", store])
    assert found.sales["sales"].tolist() == [3.0 * len(written), 7.0 * len(written), 4.0 * len(written), 0.0]
    assert place_of_store(stores, store) is not None
    for other in ("No such store", "Änother store", "another store"):
        assert stores.sales(other).sales.empty
    assert place_of_store(stores, "No such store") is None


def test_a_store_is_found_however_the_stores_query_of_the_operator_writes_its_name(url: str) -> None:
    fill(url, few_sales(), store="North")
    fill(url, few_sales(), store=NFD)
    quote = "`" if url.startswith("mariadb") else '"'
    of_store = f"from {quote}SalesData{quote} where {quote}StoreId{quote} = :store"
    queries = Queries(
        sales=f"select '2026-01-05' as date, 'soup' as dish, 1 as quantity {of_store}",
        weather=f"select '2026-01-05' as date, 7 as temperature_2m_max {of_store}",
        place=f"select 48 as latitude, 8 as longitude, 'CH' as country {of_store}",
        events=f"select '2026-01-05' as date, 'fair' as name {of_store}",
        stores='select distinct "StoreId" from "SalesData"'.replace('"', quote),
    )
    listed = database(url, queries)

    assert listed.stores() == ["North", "Zürich Süd"]
    for store in listed.stores():
        assert listed.sales(store).sales["rows"].tolist() == [5]
        assert listed.weather(store, WEATHER_COLS) is not None
        assert place_of_store(listed, store) is not None
        assert {event.name for event in listed.events(store)} == {"fair"}
    assert database(url, replace(queries, stores="")).sales("Zürich Süd").sales.empty


def test_the_weather_of_the_application_is_that_of_every_store(url: str) -> None:
    weather = pd.DataFrame({"Date": [pd.Timestamp("2026-01-05")], "TemperatureMax": [7.0]})
    fill(url, few_sales(), store=NFD, weather=weather)

    assert database(url).weather("Zürich Süd", WEATHER_COLS) is not None
    assert database(url).weather("Unknown to the table of the stores", WEATHER_COLS) is not None


def test_a_query_of_the_operator_is_refused_where_a_store_is_written_in_two_ways(url: str) -> None:
    queries = Queries(
        sales="select '2026-01-05' as date, 'soup' as dish, 1 as quantity where :store <> ''",
        stores=f"select 'Zürich Süd' union all select '{NFD}'",
    )

    with pytest.raises(InvalidInput, match=r"store Zürich Süd is written in 2 ways .*; write it in one way"):
        database(url, queries).sales("Zürich Süd")


def test_days_to_come_are_left_out_and_counted(url: str) -> None:
    later = pd.DataFrame({"date": ["2199-01-01", "2199-01-01"], "dish": ["soup", "soup"], "sales": [1.0, 2.0]})
    fill(url, pd.concat([few_sales(), later]))

    found = database(url).sales("7")

    assert found.sales["date"].max() == pd.Timestamp("2026-01-07")
    assert found.future_rows == 2


def test_a_store_whose_sales_are_all_of_days_to_come_is_refused(url: str) -> None:
    fill(url, few_sales().assign(date="2199-01-01"))

    with pytest.raises(InvalidInput, match="all 5 rows of store 7 are of days to come"):
        database(url).sales("7")


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("'1980-01-01' AS date, 'soup' AS dish, 1 AS quantity", "a row of 1980-01-01; expected 1990 until today"),
        ("'2026-01-05' AS date, 'soup' AS dish, 1e300 AS quantity", "quantities above 1,000,000,000"),
        ("'2026-01-05' AS date, 'soup' AS dish, 'many' AS quantity", "expected numbers as quantities, got 'many'"),
        ("'2026-01-05' AS date, 'soup' AS dish, 'inf' AS quantity", "expected numbers as quantities, got 'inf'"),
        ("'05/02/2026' AS date, 'soup' AS dish, 1 AS quantity", "text like 2026-11-23, got '05/02/2026'"),
        ("20260105 AS date, 'soup' AS dish, 1 AS quantity", "text like 2026-11-23, got 20260105"),
        ("'2026-01-05' AS date, ' ' AS dish, 1 AS quantity", "a row of 2026-01-05 names no dish"),
        ("'2026-01-05' AS date, 'so\x9bup' AS dish, 1 AS quantity", "control characters in the name of a dish"),
        ("'2026-01-05' AS date, 'so\x1bup' AS dish, 1 AS quantity", "control characters in the name of a dish"),
    ],
)
def test_rows_that_cannot_be_sales_are_refused_as_invalid_input(url: str, row: str, told: str) -> None:
    with pytest.raises(InvalidInput, match=told):
        database(url, Queries(sales=f"SELECT {row}")).sales("7")


def test_each_store_gets_its_own_sales(url: str) -> None:
    fill(url, few_sales())
    fill(url, few_sales().assign(sales=100.0), store=8)
    stores = database(url)

    assert stores.stores() == ["7", "8"]
    assert stores.sales("8").sales["sales"].max() == 200.0
    assert stores.sales("7").sales["sales"].max() == 7.0
    for unknown in ("9", "007", "harbour", "7 OR 1=1"):
        assert stores.sales(unknown).sales.empty


def test_weather_and_place_come_from_the_tables_of_the_application(url: str) -> None:
    weather = pd.DataFrame(
        {"Date": pd.to_datetime(["2026-01-05", "2026-01-06"]), "TemperatureMax": [12.5, None], "HumidityMean": [70, 80]}
    )
    fill(url, few_sales(), weather=weather)

    found = database(url).weather("7", WEATHER_COLS)

    assert found is not None
    assert list(found.columns) == ["temperature_2m_max", "relative_humidity_2m_mean"]
    assert found["temperature_2m_max"].isna().tolist() == [False, True]
    assert found.index.tolist() == [pd.Timestamp("2026-01-05"), pd.Timestamp("2026-01-06")]
    assert database(url).place("7") == {"latitude": 30.66, "longitude": 104.06, "country": "CN"}
    assert database(url).place("8") is None


def test_another_schema_is_read_with_the_queries_of_the_settings(url: str) -> None:
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE till (branch VARCHAR(20), sold_on DATE, item VARCHAR(20), qty INTEGER)"))
        connection.execute(text("INSERT INTO till VALUES ('north', '2026-01-05', 'soup', 4)"))
        connection.execute(text("INSERT INTO till VALUES ('north', '2026-01-05', 'soup', 1)"))
        connection.execute(text("INSERT INTO till VALUES ('south', '2026-01-05', 'soup', 9)"))
    engine.dispose()
    queries = Queries(
        sales="SELECT sold_on AS date, item AS dish, qty AS quantity FROM till WHERE branch = :store",
        stores="SELECT DISTINCT branch FROM till",
    )

    sales = database(url, queries).sales("north").sales

    assert sales[["dish", "sales", "rows"]].to_dict("records") == [{"dish": "soup", "sales": 5.0, "rows": 2}]
    assert database(url, queries).stores() == ["north", "south"]
    assert database(url, queries).weather("north", WEATHER_COLS) is None
    assert database(url, queries).place("north") is None


def test_school_holidays_are_read_with_the_query_of_the_settings(url: str) -> None:
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE breaks (state VARCHAR(5), begins DATE, ends DATE, what VARCHAR(20))"))
        connection.execute(text("INSERT INTO breaks VALUES ('DE-BW', '2026-10-26', '2026-10-30', 'autumn 2026')"))
        connection.execute(text("INSERT INTO breaks VALUES ('DE-NI', '2026-10-12', '2026-10-24', 'autumn 2026')"))
    engine.dispose()
    own = Queries(
        school_holidays="SELECT begins AS start_date, ends AS end_date, what AS name, state AS subdivision FROM breaks"
    )
    stuttgart = Place(country="DE", subdivision="BW")

    assert database(url, own).school_holidays("north", stuttgart) == (
        SchoolHoliday("autumn", dt.date(2026, 10, 26), dt.date(2026, 10, 30)),
    )
    assert database(url).school_holidays("north", stuttgart) == ()
    with pytest.raises(InvalidInput, match="SCHOOL_HOLIDAYS_QUERY: no row is for DE HH"):
        database(url, own).school_holidays("north", Place(country="DE", subdivision="HH"))
    with pytest.raises(DatabaseFailed, match="gives no column start_date"):
        database(url, Queries(school_holidays="SELECT what AS name FROM breaks")).school_holidays("north", None)


def test_events_are_read_with_the_query_of_the_settings(url: str) -> None:
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(
            text("CREATE TABLE fairs (branch VARCHAR(20), first_day DATE, last_day DATE, what VARCHAR(20))")
        )
        connection.execute(text("INSERT INTO fairs VALUES ('north', '2026-01-05', '2026-01-06', 'fair')"))
        connection.execute(text("INSERT INTO fairs VALUES ('north', '2026-02-05', NULL, 'fire')"))
        connection.execute(text("INSERT INTO fairs VALUES ('south', '2026-03-05', NULL, 'flood')"))
    engine.dispose()
    own = Queries(
        events="SELECT first_day AS date, last_day AS last_date, what AS name FROM fairs WHERE branch = :store "
        "ORDER BY first_day"
    )

    assert database(url, own).events("north") == (
        SalesEvent("fair", dt.date(2026, 1, 5), dt.date(2026, 1, 6)),
        SalesEvent("fire", dt.date(2026, 2, 5), dt.date(2026, 2, 5)),
    )
    assert database(url, own).events("west") == ()
    assert database(url).events("north") == ()
    with pytest.raises(DatabaseFailed, match="the events query gives no column name"):
        database(url, Queries(events="SELECT first_day AS date FROM fairs WHERE branch = :store")).events("north")


def test_a_date_that_python_cannot_hold_is_refused_as_invalid_input(tmp_path: Path) -> None:
    query = Queries(sales="SELECT DATE '20260-01-05' AS date, 'soup' AS dish, 1 AS quantity")
    with new_database("postgresql", tmp_path) as url, pytest.raises(InvalidInput, match="20260-01-05"):
        database(url, query).sales("7")


@pytest.mark.parametrize("text_of_day", ["2026-01-05", "2026-01-05 13:00:00", "2026-01-05T13:00:00.5"])
def test_dates_may_be_iso_text(url: str, text_of_day: str) -> None:
    query = Queries(sales=f"SELECT '{text_of_day}' AS date, 'soup' AS dish, 1 AS quantity")

    assert database(url, query).sales("7").sales["date"].tolist() == [pd.Timestamp("2026-01-05")]


def test_a_moment_belongs_to_its_day_in_the_time_zone_of_the_store(tmp_path: Path) -> None:
    query = Queries(sales="SELECT TIMESTAMPTZ '2026-01-06 04:30:00+00' AS date, 'soup' AS dish, 1 AS quantity")
    with new_database("postgresql", tmp_path) as url:
        sales = database(url, query).sales("7", "America/New_York").sales

    assert sales["date"].tolist() == [pd.Timestamp("2026-01-05")]


def test_a_date_of_the_weather_that_is_not_iso_text_is_refused(url: str) -> None:
    query = Queries(weather="SELECT '05/02/2026' AS date, 20 AS temperature_2m_max")

    with pytest.raises(DatabaseFailed, match="text like 2026-11-23, got '05/02/2026'"):
        database(url, query).weather("7", WEATHER_COLS)


def test_a_query_of_sales_without_a_column_names_the_missing_column(url: str) -> None:
    fill(url, few_sales())
    query = Queries(sales="SELECT 1 AS date, 2 AS dish")

    with pytest.raises(DatabaseFailed, match="no column quantity"):
        database(url, query).sales("7")


def test_a_query_of_places_without_columns_names_the_missing_columns(url: str) -> None:
    query = Queries(place="SELECT 48.8 AS lat, 9.2 AS lon, 'DE' AS country")

    with pytest.raises(
        DatabaseFailed, match="place query gives no column latitude, longitude; it gives lat, lon, coun"
    ):
        database(url, query).place("7")


def test_a_query_of_weather_without_dates_names_the_missing_column(url: str) -> None:
    query = Queries(weather="SELECT '2026-01-05' AS day_of_sale, 20 AS temperature_2m_max")

    with pytest.raises(DatabaseFailed, match="weather query gives no column date"):
        database(url, query).weather("7", WEATHER_COLS)


@pytest.mark.parametrize(
    ("latitude", "longitude", "found"),
    [
        ("48.8", "9.2", (48.8, 9.2)),
        ("'48.8'", "'9.2'", (48.8, 9.2)),
        ("0", "9.2", (0.0, 9.2)),
        ("NULL", "9.2", (None, None)),
        ("'north'", "9.2", (None, None)),
        ("999", "9.2", (None, None)),
        ("48.8", "-180.5", (None, None)),
        ("'nan'", "9.2", (None, None)),
        ("0", "0", (None, None)),
    ],
)
def test_coordinates_that_are_no_place_on_earth_are_unknown(
    url: str, latitude: str, longitude: str, found: tuple[float | None, float | None]
) -> None:
    query = Queries(place=f"SELECT {latitude} AS latitude, {longitude} AS longitude, 'de' AS country")

    place = place_of_store(database(url, query), "7")

    assert place is not None
    assert (place.latitude, place.longitude, place.country) == (*found, "DE")


def test_a_store_number_above_64_bits_has_no_sales(url: str) -> None:
    fill(url, few_sales())

    for store in (str(2**31), str(2**63), "9" * 64):
        assert database(url).sales(store).sales.empty
        assert database(url).place(store) is None


def test_the_message_of_a_missing_table_names_the_table(url: str) -> None:
    with pytest.raises(DatabaseFailed) as caught:
        database(url).sales("7")

    assert "SalesData" in caught.value.message


@pytest.mark.parametrize("kind", ["mariadb", "postgresql"])
def test_a_refused_login_is_not_repeated_and_its_message_has_no_credentials(kind: str) -> None:
    address = SERVERS[kind].replace("root@", f"nobody:{SECRET}@").replace("postgres@", f"nobody:{SECRET}@") + "nothing"

    with capture_logs() as logged, pytest.raises(DatabaseFailed) as caught:
        database(address).sales("7")

    assert logged == [], "a second try may lock the user out"
    assert SECRET not in str(caught.value)
    assert "nobody" not in str(caught.value)
    assert SECRET not in repr(caught.value.__cause__)


@pytest.mark.parametrize("kind", ["mariadb", "postgresql"])
def test_a_statement_that_takes_too_long_is_ended(kind: str, tmp_path: Path) -> None:
    sleep = {"mariadb": "SLEEP(20)", "postgresql": "pg_sleep(20)"}[kind]
    query = Queries(sales=f"SELECT {sleep} AS date, 'soup' AS dish, 1 AS quantity")
    with new_database(kind, tmp_path) as url, capture_logs() as logged, pytest.raises(DatabaseFailed) as caught:
        database(url, query, timeout=0.5).sales("7")

    assert caught.value.reason == "DATABASE_FAILED"
    assert logged == [], "a second try would take as long again"


def test_a_server_that_falls_silent_is_not_waited_for_twice(tmp_path: Path) -> None:
    query = Queries(sales="SELECT SLEEP(20) AS date, 'soup' AS dish, 1 AS quantity")
    with new_database("mariadb", tmp_path) as url, capture_logs() as logged, pytest.raises(DatabaseFailed) as caught:
        SalesDatabase(url, query, timeout_seconds=30.0, silence_seconds=0.5).sales("7")

    assert "timed out" in caught.value.message
    assert logged == []


class TestFileInsteadOfDatabase:
    """The sales file that is read where the database gives no sales."""

    def source(self, folder: Path, url: str) -> SalesSource:
        return SalesSource(SalesFiles(folder), "sales.csv", SalesColumns(), PipelineConfig(), database(url))

    def test_the_file_is_used_with_a_warning_when_the_database_is_unreachable(self, tmp_path: Path) -> None:
        write_sales(tmp_path / "sales.csv", dishes=2)

        data = self.source(tmp_path, f"postgresql://someone:{SECRET}@127.0.0.1:1/nothing").read("", "7")

        assert data.origin == "sales.csv"
        [warning] = data.warnings
        assert warning.reason == "SALES_FROM_FILE"
        assert "postgresql 127.0.0.1:1/nothing" in warning.message
        assert SECRET not in warning.message

    def test_the_file_is_used_for_a_store_without_sales_in_the_database(self, tmp_path: Path) -> None:
        write_sales(tmp_path / "sales.csv", dishes=2)
        with new_database("sqlite", tmp_path) as url:
            fill(url, few_sales())
            source = self.source(tmp_path, url)

            assert source.read("", "7").warnings == ()
            assert source.read("", "7").origin.startswith("database sqlite")
            assert "no sales of store 8" in source.read("", "8").warnings[0].message

    def test_rows_of_days_to_come_are_left_out_with_a_warning(self, tmp_path: Path) -> None:
        write_sales(tmp_path / "sales.csv", dishes=2)
        with new_database("sqlite", tmp_path) as url:
            fill(url, pd.concat([few_sales(), few_sales().assign(date="2199-01-01")]))

            data = self.source(tmp_path, url).read("", "7")

        assert data.origin.startswith("database sqlite")
        assert data.unfinished_rows == 5
        [warning] = data.warnings
        assert warning.reason == "FUTURE_SALES"
        assert "5 rows of days to come are left out" in warning.message

    def test_no_file_replaces_a_database_with_wrong_rows(self, tmp_path: Path) -> None:
        write_sales(tmp_path / "sales.csv", dishes=2)
        with new_database("sqlite", tmp_path) as url:
            fill(url, few_sales().assign(sales=1e300))

            with pytest.raises(InvalidInput, match="quantities above"):
                self.source(tmp_path, url).read("", "7")

    def test_a_file_of_the_request_is_read_without_asking_the_database(self, tmp_path: Path) -> None:
        write_sales(tmp_path / "other.csv", dishes=1)
        source = self.source(tmp_path, "postgresql://127.0.0.1:1/nothing")

        data = source.read(source.resolve("other.csv", "7"), "7")

        assert (data.origin, data.warnings) == ("other.csv", ())

    def test_the_error_has_both_reasons_when_neither_database_nor_file_can_be_read(self, tmp_path: Path) -> None:
        with pytest.raises(DatabaseFailed) as caught:
            self.source(tmp_path, "postgresql://127.0.0.1:1/nothing").read("", "7")

        assert "postgresql 127.0.0.1:1/nothing" in caught.value.message
        assert "there is no file sales.csv" in caught.value.message

    def test_a_missing_file_of_the_request_is_invalid_input(self, tmp_path: Path) -> None:
        source = self.source(tmp_path, "postgresql://127.0.0.1:1/nothing")

        with pytest.raises(InvalidInput):
            source.resolve("missing.csv", "7")


# PyMySQL reads from the lost connection once more when it deletes the cursor; the failure is ignored by Python.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("kind", ["mariadb", "postgresql"])
def test_a_reading_begins_again_when_its_connection_is_cut(kind: str, tmp_path: Path) -> None:
    days = pd.date_range("2000-01-01", periods=9000).strftime("%Y-%m-%d")
    with new_database(kind, tmp_path) as url:
        fill(url, pd.DataFrame({"date": days, "dish": "soup", "sales": 1.0}))
        # Several chunks of rows have come by then, and their sums must not be counted twice.
        with cutting_proxy(make_url(url), after_bytes=100_000) as proxy, capture_logs() as logged:
            sales = SalesDatabase(proxy.url, Queries(), timeout_seconds=30.0, chunk_rows=500).sales("7").sales

    gc.collect()
    assert proxy.connections == 2
    assert [entry["event"] for entry in logged] == ["the database connection was lost; the query is tried again"]
    assert len(sales) == len(days)
    assert sales["rows"].sum() == len(days)


def test_what_is_sold_at_night_belongs_to_the_day_before_where_the_day_ends_late(url: str) -> None:
    times = ["2026-01-05 21:00:00", "2026-01-06 01:10:00", "2026-01-06 00:00:00", "2026-01-06 03:10:00"]
    dates = pd.to_datetime(times) - pd.Timedelta(hours=13)  # `fill` writes the middle of the day
    fill(url, pd.DataFrame({"date": dates, "dish": "beer", "sales": [5.0, 2.0, 1.0, 4.0]}))
    own = Queries(
        sales='select "Date" as date, \'beer\' as dish, "Quantity" as quantity '
        'from "SalesData" where "StoreId" = :store'
        if not url.startswith(("mysql", "mariadb"))
        else "select Date as date, 'beer' as dish, Quantity as quantity from SalesData where StoreId = :store"
    )

    for queries in (Queries(), own):
        late = database(url, queries).sales("7", night_hours=2).sales
        assert late["sales"].tolist() == [7.0, 5.0]
        assert late["date"].dt.day.tolist() == [5, 6]
    assert database(url).sales("7").sales["sales"].tolist() == [5.0, 7.0]


def test_a_column_of_days_without_times_is_read_where_the_day_ends_late(url: str) -> None:
    fill(url, pd.DataFrame({"date": pd.to_datetime(["2026-01-05", "2026-01-06"]), "dish": "beer", "sales": [5.0, 7.0]}))
    if not url.startswith("sqlite"):
        is_postgresql = url.startswith("postgresql")
        change = 'alter column "Date" type date' if is_postgresql else "modify Date date"
        name = '"SalesData"' if is_postgresql else "SalesData"
        engine = create_engine(url)
        with engine.begin() as connection:
            connection.execute(text(f"alter table {name} {change}"))
        engine.dispose()

    late = database(url).sales("7", night_hours=2).sales

    assert late["sales"].tolist() == [5.0, 7.0]
    assert late["date"].dt.day.tolist() == [5, 6]

"""Reads a restaurant's sales, weather, places and stores from its own MySQL, MariaDB, PostgreSQL or SQLite database."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import pandas as pd
from sqlalchemy import Connection, text
from sqlalchemy.exc import DataError

from shared.restaurant.place import Place
from shared.restaurant.school_holidays import SchoolHoliday
from shared.store_names import store_in_data
from training_service.learning.events import SalesEvent
from training_service.sources import event_table, school_holiday_table
from training_service.sources.database.application_schema import all_stores, place_of, sales_of, weather_everywhere
from training_service.sources.database.connection import ATTEMPTS, CONNECT_SECONDS, DatabaseConnection
from training_service.sources.database.queries import Queries, check_columns, statement_of
from training_service.sources.database.query_days import MomentsFound, MomentsToDays
from training_service.sources.database.row_texts import row_texts
from training_service.sources.database.sales_rows import StoreSales, add_up_chunks, fault
from training_service.sources.database.store_spellings import spellings
from training_service.sources.database.weather_rows import weather_frame
from training_service.sources.event_table import events_of
from training_service.sources.school_holiday_table import school_holidays_of

#: Rows of the database that are in memory at a time, beside the sums of the rows before: about 20 MB.
CHUNK_ROWS = 50_000


class SalesDatabase:
    """Reads one database. Every call makes a connection of its own.

    Args:
        url: URL of the database as SQLAlchemy takes it; the driver may be left out.
        queries: SQL for another schema than the existing application's.
        timeout_seconds: Longest time of one statement, in seconds.
        connect_seconds: Longest time to connect, in seconds.
        silence_seconds: Longest time that MySQL or MariaDB may send nothing, in seconds; None for ten seconds more than
            `timeout_seconds`.
        attempts: How often a reading is begun whose connection is lost.
        chunk_rows: Rows of sales that are in memory at a time.

    Raises:
        ValueError: The URL is none of a database that can be read.
    """

    def __init__(
        self,
        url: str,
        queries: Queries,
        timeout_seconds: float,
        *,
        connect_seconds: int = CONNECT_SECONDS,
        silence_seconds: float | None = None,
        attempts: int = ATTEMPTS,
        chunk_rows: int = CHUNK_ROWS,
    ) -> None:
        self._connection = DatabaseConnection(
            url,
            timeout_seconds,
            connect_seconds=connect_seconds,
            silence_seconds=silence_seconds,
            attempts=attempts,
        )
        self._queries = queries
        self._chunk_rows = chunk_rows

    @property
    def name(self) -> str:
        """Kind, host and name of the database, without user and password."""
        return self._connection.name

    def sales(self, store: str, time_zone: str | None = None, night_hours: int = 0) -> StoreSales:
        """Reads the sales of a store; refunds are subtracted from the other sales of their dish and day.

        Args:
            store: Name of the store.
            time_zone: IANA name of the store's time zone, in which a moment with an offset from UTC is assigned to a
                day; None where the time zone is not known.
            night_hours: Hours after midnight whose sales belong to the day before.

        Raises:
            DatabaseFailed: The database does not answer, or not with the columns of sales.
            InvalidInput: Rows cannot be sales, all rows are of days to come or no sales, or the rows are totals of
                weeks or months.
        """

        def read(connection: Connection, moments: MomentsToDays) -> StoreSales:
            found = add_up_chunks([], store, moments)
            for names in spellings(connection, self._queries, store, in_sales=True):
                if self._queries.sales and len(names) > 1:
                    # Nobody knows whether the query of the operator finds the rows of all of them by each of them.
                    ways = ", ".join(map(repr, names))
                    raise fault(f"store {store} is written in {len(names)} ways ({ways}); write it in one way")
                found = read_named(connection, names, moments)
                if not found.sales.empty:
                    break
            return found

        def read_named(connection: Connection, names: list[str], moments: MomentsToDays) -> StoreSales:
            statement, parameters = statement_of(self._queries.sales, names[0]) or (
                sales_of(connection, names, time_zone, night_hours),
                {},
            )
            options = {"stream_results": True, "yield_per": self._chunk_rows}
            try:
                with connection.execute(statement, parameters, execution_options=options) as result:
                    return add_up_chunks(result.mappings().partitions(self._chunk_rows), store, moments)
            except DataError as error:
                # Such as a day of the year 20260, for which the driver has no date.
                raise fault(self._connection.reason(error)) from None

        moments = MomentsToDays(time_zone, night_hours, midnights_are_days=True)
        try:
            return self._connection.run(partial(read, moments=moments))
        except MomentsFound:
            # Only the rows tell that midnights are not days, and the rows before were read as days.
            return self._connection.run(partial(read, moments=replace(moments, midnights_are_days=False)))

    def weather(self, store: str, weather_cols: tuple[str, ...]) -> pd.DataFrame | None:
        """Reads the weather at a store; None where the database has no weather.

        Args:
            store: Name of the store.
            weather_cols: Names of the columns of weather that are read.

        Returns:
            The columns of `weather_cols` that the database has (float64), by day.

        Raises:
            DatabaseFailed: The database does not answer, or not with a column of dates.
        """

        def read(connection: Connection) -> pd.DataFrame | None:
            # The application's table of the weather is that of all stores.
            for names in spellings(connection, self._queries, store) if self._queries.weather else [[store]]:
                own = statement_of(self._queries.weather, names[0])
                statement, parameters = own or (weather_everywhere(connection), {})
                if statement is None:
                    return None
                result = connection.execute(statement, parameters)
                check_columns("weather", ("date",), result.keys())
                rows = result.mappings().all()
                if rows:
                    return weather_frame(rows, weather_cols)
            return None

        return self._connection.run(read)

    def place(self, store: str) -> Mapping[str, Any] | None:
        """Reads where a store is; None where the database does not know the store.

        Args:
            store: Name of the store.

        Returns:
            `latitude`, `longitude` and `country` as the database has them.

        Raises:
            DatabaseFailed: The database does not answer, or not with these columns.
        """

        def read(connection: Connection) -> Mapping[str, Any] | None:
            for names in spellings(connection, self._queries, store):
                own = statement_of(self._queries.place, names[0])
                statement, parameters = own or (place_of(connection, names), {})
                if statement is None:
                    return None
                result = connection.execute(statement, parameters)
                check_columns("place", ("latitude", "longitude", "country"), result.keys())
                row = result.mappings().first()
                if row:
                    return dict(row)
            return None

        return self._connection.run(read)

    def events(self, store: str) -> tuple[SalesEvent, ...]:
        """Reads the named days of a store; empty where no query for them is given.

        Args:
            store: Name of the store.

        Raises:
            DatabaseFailed: The database does not answer, or not with the columns of events.
            InvalidInput: Rows are no events.
        """

        def read(connection: Connection) -> tuple[SalesEvent, ...]:
            if not self._queries.events:
                return ()
            # Most stores have no events, so that no events do not mean that the name is written in another way.
            names = next(spellings(connection, self._queries, store))
            result = connection.execute(text(self._queries.events), {"store": names[0]})
            check_columns("events", event_table.NEEDED, result.keys())
            rows, days = result.mappings().all(), event_table.DAYS
            table = row_texts(rows, event_table.NEEDED, event_table.OPTIONAL, days)
            return events_of(table, store, "EVENTS_QUERY")

        return self._connection.run(read)

    def school_holidays(self, store: str, place: Place | None) -> tuple[SchoolHoliday, ...]:
        """Reads the school holidays of a store; empty where no query for them is given.

        Args:
            store: Name of the store.
            place: Place of the store; None where the place is not known.

        Raises:
            DatabaseFailed: The database does not answer, or not with the columns of school holidays.
            InvalidInput: Rows are no school holidays, or none is certain to be of the store.
        """

        def read(connection: Connection) -> tuple[SchoolHoliday, ...]:
            if not self._queries.school_holidays:
                return ()
            names = next(spellings(connection, self._queries, store))
            result = connection.execute(text(self._queries.school_holidays), {"store": names[0]})
            check_columns("school_holidays", school_holiday_table.NEEDED, result.keys())
            rows, days = result.mappings().all(), school_holiday_table.DAYS
            table = row_texts(rows, school_holiday_table.NEEDED, school_holiday_table.OPTIONAL, days)
            return school_holidays_of(table, store, place, "SCHOOL_HOLIDAYS_QUERY")

        return self._connection.run(read)

    def stores(self) -> list[str]:
        """Reads the name of every store in its one form, sorted by code points; stores without a name are left out.

        Raises:
            DatabaseFailed: The database does not answer.
        """

        def read(connection: Connection) -> list[str]:
            statement = text(self._queries.stores) if self._queries.stores else all_stores()
            found = connection.execute(statement).scalars().all()
            names = (store_in_data(str(store)) for store in found if store is not None)
            return sorted({name for name in names if name})

        return self._connection.run(read)

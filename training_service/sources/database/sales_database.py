"""Sales, weather and places from the restaurant's own database (MySQL, MariaDB, PostgreSQL, SQLite)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import pandas as pd
import structlog
from sqlalchemy import Connection, Engine, Executable, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DataError, DBAPIError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from shared.errors import Unavailable
from training_service.sources.database.application_schema import all_stores, place_of, sales_of, weather_everywhere
from training_service.sources.database.query_columns import check_columns
from training_service.sources.database.query_days import query_days
from training_service.sources.database.sales_rows import empty_sales, fault, sales_frame
from training_service.sources.files.reading import add_up
from training_service.sources.files.sales_dates import is_future

log = structlog.get_logger(__name__)

T = TypeVar("T")

#: Rows that are in memory at a time beside their sums.
_CHUNK_ROWS = 50_000

_CONNECT_SECONDS = 10

#: After the longest time of a statement, which the server ends and tells of: longer silence comes from the network.
_SILENCE_SECONDS = 10

#: Once more, as a connection may be lost in the middle of reading.
_ATTEMPTS = 2

#: Of what a driver says: the rest is for its own log.
_LONGEST_REASON = 300

#: The driver of each kind of database that a URL may name without one.
_DRIVERS = {"mysql": "mysql+pymysql", "mariadb": "mariadb+pymysql", "postgresql": "postgresql+psycopg"}


class DatabaseFailed(Unavailable):
    """The database cannot be reached, or does not have what was asked for; the message has no credentials."""

    default_reason = "DATABASE_FAILED"


@dataclass(frozen=True, slots=True)
class Queries:
    """SQL for another schema than the default one, each with the named parameter `:store`; "" for the default.

    Args:
        sales: columns `date`, `dish`, `quantity`, in any number of rows for a dish and day; a date may be a date, a
            moment or ISO text.
        weather: column `date` and any of WEATHER_COLS.
        place: one row with `latitude`, `longitude` and `country`.
        stores: one column with the name of each store; it has no parameter.
    """

    sales: str = ""
    weather: str = ""
    place: str = ""
    stores: str = ""


@dataclass(frozen=True, slots=True)
class StoreSales:
    """What a database has of a store.

    Args:
        sales: `date`, `dish`, `sales`, `rows`, as from a file; empty where there are none.
        refund_rows: negative rows that were set off against other sales.
        future_rows: rows of days to come, which were left out.
    """

    sales: pd.DataFrame
    refund_rows: int
    future_rows: int


class SalesDatabase:
    """Reads one database.

    Args:
        url: as SQLAlchemy takes it; the driver may be left out.
        queries: for another schema than the default one.
        timeout_seconds: longest time of one statement.
    """

    def __init__(self, url: str, queries: Queries, timeout_seconds: float) -> None:
        self._url = parse_url(url)
        self._queries = queries
        self._engine = _engine(self._url, timeout_seconds)

    @property
    def name(self) -> str:
        """Kind, host and name of the database; no user, no password."""
        host = f"{self._url.host}" + (f":{self._url.port}" if self._url.port else "") if self._url.host else ""
        return f"{self._url.get_backend_name()} {host}/{self._url.database or ''}".replace(" /", " ")

    def sales(self, store: str, time_zone: str | None = None) -> StoreSales:
        """The sales of a store.

        Negative rows (refunds) are set off against the others of their dish and day; less than nothing is nothing.

        Args:
            store: whose.
            time_zone: its own, in which moments that have an offset are days; None where it is not known.

        Raises:
            DatabaseFailed: it does not answer, or not with such columns.
            InvalidInput: it has rows that cannot be sales, or of days to come only.
        """

        def read(connection: Connection) -> StoreSales:
            try:
                return self._added_up(connection, store, time_zone)
            except DataError as error:
                # Such as a day of the year 20260, which the driver has no date for.
                raise fault(self._reason(error)) from None

        return self._read(read)

    def weather(self, store: str, weather_cols: tuple[str, ...]) -> pd.DataFrame | None:
        """The weather at a store, by date; None where the database has none.

        Raises:
            DatabaseFailed: it does not answer, or not with such columns.
        """

        def read(connection: Connection) -> pd.DataFrame | None:
            statement, parameters = _own(self._queries.weather, store) or (weather_everywhere(connection), {})
            if statement is None:
                return None
            result = connection.execute(statement, parameters)
            check_columns("weather", ("date",), result.keys())
            rows = result.mappings().all()
            return _weather_frame(rows, weather_cols) if rows else None

        return self._read(read)

    def place(self, store: str) -> Mapping[str, Any] | None:
        """`latitude`, `longitude` and `country` of a store, as they are there; None where the database does not know.

        Raises:
            DatabaseFailed: it does not answer, or not with such columns.
        """

        def read(connection: Connection) -> Mapping[str, Any] | None:
            statement, parameters = _own(self._queries.place, store) or (place_of(connection, store), {})
            if statement is None:
                return None
            result = connection.execute(statement, parameters)
            check_columns("place", ("latitude", "longitude", "country"), result.keys())
            row = result.mappings().first()
            return dict(row) if row else None

        return self._read(read)

    def stores(self) -> list[str]:
        """Every store, sorted.

        Raises:
            DatabaseFailed: it does not answer.
        """

        def read(connection: Connection) -> list[str]:
            statement = text(self._queries.stores) if self._queries.stores else all_stores()
            found = connection.execute(statement).scalars().all()
            return sorted(str(store) for store in found if store is not None)

        return self._read(read)

    def _added_up(self, connection: Connection, store: str, time_zone: str | None) -> StoreSales:
        sales = empty_sales()
        refunds = future = 0
        statement, parameters = _own(self._queries.sales, store) or (sales_of(connection, store), {})
        options = {"stream_results": True, "yield_per": _CHUNK_ROWS}
        with connection.execute(statement, parameters, execution_options=options) as result:
            for chunk in result.mappings().partitions(_CHUNK_ROWS):
                frame = sales_frame(chunk, time_zone)
                # Somebody's typing mistake must not stop a training; what it says of a day is nothing.
                to_come = is_future(frame["date"])
                future += int(frame.loc[to_come, "rows"].sum())
                frame = frame[~to_come]
                refunds += int(frame.pop("refunds").sum())
                # Summed at once: what stays in memory grows with dishes and days, not with rows.
                sales = add_up(pd.concat([sales, frame], ignore_index=True))
        if future and sales.empty:
            raise fault(f"all {future:,} rows of store {store} are of days to come")
        return StoreSales(sales.assign(sales=sales["sales"].clip(lower=0.0)), refunds, future)

    def _read(self, work: Callable[[Connection], T]) -> T:
        """Does something with a connection, once more where the connection was lost."""
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                with self._engine.connect() as connection:
                    return work(connection)
            except DBAPIError as error:
                if attempt == _ATTEMPTS or not _is_lost(error):
                    raise DatabaseFailed(f"{self.name}: {self._reason(error)}") from None
                log.warning("database connection lost, trying again", database=self.name)
            except (SQLAlchemyError, ValueError, KeyError, TypeError) as error:
                raise DatabaseFailed(f"{self.name}: {self._reason(error)}") from None
        raise AssertionError("unreachable")

    def _reason(self, error: Exception) -> str:
        """What went wrong, in the words of the driver, without credentials and without the statement."""
        cause = getattr(error, "orig", None) or error
        arguments = getattr(cause, "args", ())
        said = str(arguments[-1] if arguments else cause).strip().splitlines()
        reason = f"{type(cause).__name__}: {said[0] if said else ''}"
        for secret in (self._url.password, self._url.username):
            if secret:
                reason = reason.replace(str(secret), "***")
        return reason[:_LONGEST_REASON]


def parse_url(url: str) -> URL:
    """The URL with a driver that is installed.

    Raises:
        ValueError: it is none, or of another kind of database; the message does not repeat it.
    """
    try:
        parsed = make_url(url)
    except ArgumentError:
        # The message would repeat the URL, which has a password in it.
        raise ValueError("expected a URL such as postgresql://user:password@host/database") from None
    if parsed.get_backend_name() not in (*_DRIVERS, "sqlite"):
        raise ValueError(f"expected mysql, mariadb, postgresql or sqlite, got {parsed.get_backend_name()!r}")
    return parsed.set(drivername=_DRIVERS.get(parsed.drivername, parsed.drivername))


def _engine(url: URL, timeout_seconds: float) -> Engine:
    backend = url.get_backend_name()
    arguments: dict[str, Any] = {}
    if backend == "postgresql":
        arguments = {
            "connect_timeout": _CONNECT_SECONDS,
            "options": f"-c statement_timeout={int(timeout_seconds * 1000)}",
        }
    elif backend in ("mysql", "mariadb"):
        arguments = {"connect_timeout": _CONNECT_SECONDS, "read_timeout": timeout_seconds + _SILENCE_SECONDS}
    # Hours lie between two readings: no connection is kept that a firewall would cut.
    engine = create_engine(url, connect_args=arguments, poolclass=NullPool, hide_parameters=True)
    if backend in ("mysql", "mariadb"):

        @event.listens_for(engine, "connect")
        def _limit(connection: Any, _record: Any) -> None:
            with connection.cursor() as cursor:
                # MariaDB counts in seconds, MySQL in milliseconds; each refuses the other's name.
                cursor.execute("SELECT VERSION()")
                is_mariadb = "mariadb" in str(cursor.fetchone()[0]).lower()
                if is_mariadb:
                    cursor.execute(f"SET SESSION max_statement_time = {float(timeout_seconds)}")
                else:
                    cursor.execute(f"SET SESSION max_execution_time = {int(timeout_seconds * 1000)}")

    return engine


def _own(query: str, store: str) -> tuple[Executable, dict[str, str]] | None:
    """A query for another schema with its parameter; None where there is none."""
    return (text(query), {"store": store}) if query else None


def _weather_frame(rows: Any, weather_cols: tuple[str, ...]) -> pd.DataFrame:
    index = query_days(row["date"] for row in rows).rename("date")
    columns = {
        name: pd.to_numeric(pd.Series([row[name] for row in rows]), errors="coerce").to_numpy(np.float64)
        for name in weather_cols
        if name in rows[0]
    }
    # Several stations or readings of a day: their mean.
    return pd.DataFrame(columns, index=index).groupby(level=0).mean()


def _is_lost(error: DBAPIError) -> bool:
    """A connection that was there broke; a second try would change nothing about other failures, but for the wait."""
    return error.connection_invalidated and not isinstance(getattr(error.orig, "__context__", None), TimeoutError)

"""Connects to a SQL database: time limits, a second try after a lost connection, messages without credentials."""

from collections.abc import Callable
from typing import Any, TypeVar

import structlog
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from shared.errors import Unavailable

log = structlog.get_logger(__name__)

T = TypeVar("T")

#: Longest time to connect, in seconds.
CONNECT_SECONDS = 10

#: Silence that is allowed after the longest time of a statement, in seconds. The server itself ends a statement that
#: takes too long and tells so; a longer silence comes from the network.
_SILENCE_AFTER_STATEMENT_SECONDS = 10.0

#: How often a reading is begun: once more after the first time, as a connection may be lost in the middle.
ATTEMPTS = 2

#: Characters of a driver's message that are told; the rest belongs in the log of the database.
_LONGEST_REASON = 300

#: The driver of each kind of database, for URLs that name no driver.
_DRIVERS = {"mysql": "mysql+pymysql", "mariadb": "mariadb+pymysql", "postgresql": "postgresql+psycopg"}


class DatabaseFailed(Unavailable):
    """The database cannot be reached, or does not have what was asked for. The message has no credentials."""

    default_reason = "DATABASE_FAILED"


class DatabaseConnection:
    """Runs work on connections to one database.

    Args:
        url: URL of the database as SQLAlchemy takes it; the driver may be left out.
        timeout_seconds: Longest time of one statement, in seconds.
        connect_seconds: Longest time to connect, in seconds.
        silence_seconds: Longest time that MySQL or MariaDB may send nothing, in seconds; None for ten seconds more than
            `timeout_seconds`.
        attempts: How often work is begun whose connection is lost.

    Raises:
        ValueError: The URL is none of a database that can be read.
    """

    def __init__(
        self,
        url: str,
        timeout_seconds: float,
        *,
        connect_seconds: int = CONNECT_SECONDS,
        silence_seconds: float | None = None,
        attempts: int = ATTEMPTS,
    ) -> None:
        self._url = parse_url(url)
        self._attempts = attempts
        if silence_seconds is None:
            silence_seconds = timeout_seconds + _SILENCE_AFTER_STATEMENT_SECONDS
        self._engine = _engine(self._url, timeout_seconds, connect_seconds, silence_seconds)

    @property
    def name(self) -> str:
        """Kind, host and name of the database, without user and password."""
        host = f"{self._url.host}" + (f":{self._url.port}" if self._url.port else "") if self._url.host else ""
        return f"{self._url.get_backend_name()} {host}/{self._url.database or ''}".replace(" /", " ")

    def run(self, work: Callable[[Connection], T]) -> T:
        """Runs work on a new connection, and runs it again from the beginning where the connection is lost.

        Args:
            work: Function that reads from the connection it is given.

        Raises:
            DatabaseFailed: The database does not answer, or does not have what was asked for.
        """
        for attempt in range(1, self._attempts + 1):
            try:
                with self._engine.connect() as connection:
                    return work(connection)
            except DBAPIError as error:
                if attempt == self._attempts or not _is_lost(error):
                    raise DatabaseFailed(f"{self.name}: {self.reason(error)}") from None
                log.warning("the database connection was lost; the query is tried again", database=self.name)
            except (SQLAlchemyError, ValueError, KeyError, TypeError) as error:
                raise DatabaseFailed(f"{self.name}: {self.reason(error)}") from None
        raise AssertionError("unreachable")

    def reason(self, error: Exception) -> str:
        """What went wrong in the words of the driver, without credentials and without the statement."""
        cause = getattr(error, "orig", None) or error
        arguments = getattr(cause, "args", ())
        said = str(arguments[-1] if arguments else cause).strip().splitlines()
        reason = f"{type(cause).__name__}: {said[0] if said else ''}"
        for secret in (self._url.password, self._url.username):
            if secret:
                reason = reason.replace(str(secret), "***")
        return reason[:_LONGEST_REASON]


def parse_url(url: str) -> URL:
    """Reads the URL of a database and adds the driver where the URL names none.

    Args:
        url: URL of a MySQL, MariaDB, PostgreSQL or SQLite database.

    Raises:
        ValueError: The text is no URL, or the URL of another kind of database; the message does not repeat the URL.
    """
    try:
        parsed = make_url(url)
    except ArgumentError:
        # The message of SQLAlchemy would repeat the URL, and the URL has a password.
        raise ValueError("expected a URL such as postgresql://user:password@host/database") from None
    if parsed.get_backend_name() not in (*_DRIVERS, "sqlite"):
        raise ValueError(f"expected mysql, mariadb, postgresql or sqlite, got {parsed.get_backend_name()!r}")
    return parsed.set(drivername=_DRIVERS.get(parsed.drivername, parsed.drivername))


def _engine(url: URL, timeout_seconds: float, connect_seconds: int, silence_seconds: float) -> Engine:
    backend = url.get_backend_name()
    arguments: dict[str, Any] = {}
    if backend == "postgresql":
        arguments = {
            "connect_timeout": connect_seconds,
            "options": f"-c statement_timeout={int(timeout_seconds * 1000)}",
        }
    elif backend in ("mysql", "mariadb"):
        arguments = {"connect_timeout": connect_seconds, "read_timeout": silence_seconds}
    # No connection is kept: hours lie between two readings, and a firewall would cut a connection that is idle so long.
    engine = create_engine(url, connect_args=arguments, poolclass=NullPool, hide_parameters=True)
    if backend in ("mysql", "mariadb"):

        @event.listens_for(engine, "connect")
        def _limit(connection: Any, _record: Any) -> None:
            with connection.cursor() as cursor:
                # MariaDB counts in seconds, MySQL in milliseconds; each refuses the other's name of the limit.
                cursor.execute("SELECT VERSION()")
                is_mariadb = "mariadb" in str(cursor.fetchone()[0]).lower()
                if is_mariadb:
                    cursor.execute(f"SET SESSION max_statement_time = {float(timeout_seconds)}")
                else:
                    cursor.execute(f"SET SESSION max_execution_time = {int(timeout_seconds * 1000)}")

    return engine


def _is_lost(error: DBAPIError) -> bool:
    """Whether a connection broke that had been made; a second try does not mend other failures, and takes time."""
    return error.connection_invalidated and not isinstance(getattr(error.orig, "__context__", None), TimeoutError)

"""Makes databases with the schema of the existing application on real servers, and drops them after the test."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

#: URLs at which the tests expect a server of each kind. Without a server there, the tests of this kind are skipped.
SERVERS = {
    "mariadb": "mariadb+pymysql://root@127.0.0.1:3306/",
    "postgresql": "postgresql+psycopg://postgres@127.0.0.1:5432/",
}
KINDS = ("mariadb", "postgresql", "sqlite")


@contextmanager
def new_database(kind: str, folder: Path) -> Iterator[str]:
    """Makes an empty database, answers its URL and drops the database afterwards; skips the test without a server.

    Args:
        kind: One of KINDS.
        folder: Folder for the file of a SQLite database.
    """
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'sales.db'}"
        return
    name = f"suschef_test_{uuid.uuid4().hex}"
    server = create_engine(SERVERS[kind] + ("postgres" if kind == "postgresql" else ""), isolation_level="AUTOCOMMIT")
    try:
        with server.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
    except OperationalError as error:
        pytest.skip(f"no {kind} at {server.url.host}:{server.url.port} ({type(error.orig).__name__})")
    try:
        yield SERVERS[kind] + name
    finally:
        with server.connect() as connection:
            force = " WITH (FORCE)" if kind == "postgresql" else ""
            connection.execute(text(f"DROP DATABASE {name}{force}"))
        server.dispose()


def fill(url: str, sales: pd.DataFrame, *, store: int | str = 7, weather: pd.DataFrame | None = None) -> None:
    """Writes sales, recipes, the place of the store and weather as the application keeps them.

    Args:
        url: URL of the database.
        sales: Table with the columns `date`, `dish` and `sales`.
        store: Number or name of the store.
        weather: Table with the columns `Date`, `TemperatureMax`, `TemperatureMin`, `HumidityMean`, `PrecipitationSum`.
    """
    dishes = sorted(sales["dish"].unique())
    recipes = pd.DataFrame({"Id": range(1, len(dishes) + 1), "Name": dishes})
    rows = pd.DataFrame(
        {
            "Date": pd.to_datetime(sales["date"]) + pd.Timedelta(hours=13),
            "StoreId": store,
            "RecipeId": sales["dish"].map(dict(zip(dishes, recipes["Id"], strict=True))).astype(int),
            "Quantity": sales["sales"].astype(float),
        }
    )
    stores = pd.DataFrame({"Id": [store], "Latitude": [30.66], "Longitude": [104.06], "CountryCode": ["CN"]})
    engine = create_engine(url)
    with engine.begin() as connection:
        recipes.to_sql("Recipes", connection, index=False, if_exists="replace")
        stores.to_sql("Store", connection, index=False, if_exists="replace")
        rows.to_sql("SalesData", connection, index=False, if_exists="append", chunksize=5000)
        if weather is not None:
            weather.to_sql("Weather", connection, index=False, if_exists="replace")
    engine.dispose()

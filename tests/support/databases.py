"""Databases of the existing application's schema, made for tests on real servers and dropped again."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

#: Where a server of each kind is expected; a user's machine has none.
SERVERS = {
    "mariadb": "mariadb+pymysql://root@127.0.0.1:3306/",
    "postgresql": "postgresql+psycopg://postgres@127.0.0.1:5432/",
}
KINDS = ("mariadb", "postgresql", "sqlite")


@contextmanager
def new_database(kind: str, folder: Path) -> Iterator[str]:
    """The URL of an empty database, which is dropped afterwards; skips, with the reason, where there is no server."""
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


def fill(url: str, sales: pd.DataFrame, *, store: int = 7, weather: pd.DataFrame | None = None) -> None:
    """Writes sales, recipes, the store's place and weather as the application keeps them.

    Args:
        url: of the database.
        sales: `date`, `dish`, `sales`.
        store: its number.
        weather: `date`, `TemperatureMax`, `TemperatureMin`, `HumidityMean`, `PrecipitationSum`.
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

"""The tables of the existing application, and what is asked of them."""

import re

from sqlalchemy import (
    Column,
    Connection,
    DateTime,
    Executable,
    Float,
    Integer,
    MetaData,
    String,
    Table,
    case,
    func,
    inspect,
    select,
    text,
)

#: Of 64 bits; drivers fail with numbers beyond.
_LARGEST_INTEGER = 2**63 - 1

_METADATA = MetaData()
_STORE = Table(
    "Store",
    _METADATA,
    Column("Id", String),
    Column("Latitude", Float),
    Column("Longitude", Float),
    Column("CountryCode", String),
)
_RECIPES = Table("Recipes", _METADATA, Column("Id", Integer), Column("Name", String))
_SALES = Table(
    "SalesData",
    _METADATA,
    Column("Date", DateTime),
    Column("StoreId", String),
    Column("RecipeId", Integer),
    Column("Quantity", Float),
)
_WEATHER = Table(
    "Weather",
    _METADATA,
    Column("Date", DateTime),
    Column("TemperatureMax", Float),
    Column("TemperatureMin", Float),
    Column("HumidityMean", Float),
    Column("PrecipitationSum", Float),
)
#: Our name of each column of the weather.
_WEATHER_NAMES = {
    "TemperatureMax": "temperature_2m_max",
    "TemperatureMin": "temperature_2m_min",
    "HumidityMean": "relative_humidity_2m_mean",
    "PrecipitationSum": "precipitation_sum",
}


def sales_of(connection: Connection, store: str) -> Executable:
    """The sales of a store in the existing application's schema, grouped by day and dish by the database."""
    day = func.date(_SALES.c.Date)
    key = _as_stored(connection, _SALES.name, "StoreId", store)
    return (
        select(
            day.label("date"),
            _RECIPES.c.Name.label("dish"),
            func.sum(_SALES.c.Quantity).label("quantity"),
            func.count().label("rows"),
            func.sum(case((_SALES.c.Quantity < 0, 1), else_=0)).label("refunds"),
        )
        .join_from(_SALES, _RECIPES, _SALES.c.RecipeId == _RECIPES.c.Id)
        .where(_SALES.c.StoreId == key if key is not None else text("1 = 0"))
        .group_by(day, _RECIPES.c.Name)
    )


def _as_stored(connection: Connection, table: str, column: str, store: str) -> str | int | None:
    """The store as the column has it, which may be a number; None where it cannot be one of its values."""
    types = {found["name"]: found["type"] for found in inspect(connection).get_columns(table)}
    if not isinstance(types.get(column), Integer):
        return store
    # "007" is another store than "7", and not one of this database; nor are numbers that no column can hold.
    is_number = re.fullmatch(r"0|[1-9][0-9]{0,18}", store) and int(store) <= _LARGEST_INTEGER
    return int(store) if is_number else None


def weather_everywhere(connection: Connection) -> Executable | None:
    """The weather, as far as its table has columns for it; None where there is no such table."""
    if not inspect(connection).has_table(_WEATHER.name):
        return None
    there = {column["name"] for column in inspect(connection).get_columns(_WEATHER.name)}
    wanted = [_WEATHER.c[name].label(ours) for name, ours in _WEATHER_NAMES.items() if name in there]
    return select(func.date(_WEATHER.c.Date).label("date"), *wanted)


def place_of(connection: Connection, store: str) -> Executable | None:
    """Latitude, longitude and country of a store; None where the database cannot know it."""
    key = _as_stored(connection, _STORE.name, "Id", store) if inspect(connection).has_table(_STORE.name) else None
    if key is None:
        return None
    columns = (
        _STORE.c.Latitude.label("latitude"),
        _STORE.c.Longitude.label("longitude"),
        _STORE.c.CountryCode.label("country"),
    )
    return select(*columns).where(_STORE.c.Id == key)


def all_stores() -> Executable:
    """The number of every store that has sales."""
    return select(_SALES.c.StoreId).distinct()

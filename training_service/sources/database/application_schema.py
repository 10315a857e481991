"""Queries of the existing application's tables: sales, weather, places and stores."""

import re
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    DateTime,
    Executable,
    Float,
    Integer,
    MetaData,
    String,
    Table,
    and_,
    case,
    cast,
    extract,
    func,
    inspect,
    literal,
    or_,
    select,
    text,
)

#: Largest integer of 64 bits; drivers fail with greater numbers.
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
#: Our name for each column of the table of the weather.
_WEATHER_NAMES = {
    "TemperatureMax": "temperature_2m_max",
    "TemperatureMin": "temperature_2m_min",
    "HumidityMean": "relative_humidity_2m_mean",
    "PrecipitationSum": "precipitation_sum",
}


def sales_of(connection: Connection, store: str, night_hours: int = 0) -> Executable:
    """The query of the sales of a store, which the database groups by day and dish.

    Args:
        connection: Connection that tells whether the number of a store is stored as a number or as text.
        store: Name of the store.
        night_hours: Hours after midnight whose sales belong to the day before; `days_back` is then 1.
    """
    day = func.date(_SALES.c.Date)
    at_night = _at_night(connection, night_hours) if night_hours else literal(0)
    key = _as_stored(connection, _SALES.name, "StoreId", store)
    return (
        select(
            day.label("date"),
            func.max(at_night).label("days_back"),
            _RECIPES.c.Name.label("dish"),
            func.sum(_SALES.c.Quantity).label("quantity"),
            func.count().label("rows"),
            func.sum(case((_SALES.c.Quantity < 0, 1), else_=0)).label("refunds"),
        )
        .join_from(_SALES, _RECIPES, _SALES.c.RecipeId == _RECIPES.c.Id)
        .where(_SALES.c.StoreId == key if key is not None else text("1 = 0"))
        .group_by(day, _RECIPES.c.Name, *([at_night] if night_hours else []))
    )


def _at_night(connection: Connection, night_hours: int) -> ColumnElement[int]:
    """1 for what was sold after midnight and before an hour, else 0. At exactly midnight stand sums of whole days."""
    moment: ColumnElement[Any] = _SALES.c.Date
    if connection.dialect.name == "postgresql":
        # The column may have days without a time, which PostgreSQL asks for no hour.
        moment = cast(moment, DateTime)
    hour, minute, second = (extract(part, moment) for part in ("hour", "minute", "second"))
    return case((and_(hour < night_hours, or_(hour > 0, minute > 0, second > 0)), 1), else_=0)


def weather_everywhere(connection: Connection) -> Executable | None:
    """The query of the weather, with those columns that the table has; None where there is no table of the weather.

    Args:
        connection: Connection that tells which tables and columns there are.
    """
    if not inspect(connection).has_table(_WEATHER.name):
        return None
    there = {column["name"] for column in inspect(connection).get_columns(_WEATHER.name)}
    wanted = [_WEATHER.c[name].label(ours) for name, ours in _WEATHER_NAMES.items() if name in there]
    return select(func.date(_WEATHER.c.Date).label("date"), *wanted)


def place_of(connection: Connection, store: str) -> Executable | None:
    """The query of a store's latitude, longitude and country; None where the database cannot know the store.

    Args:
        connection: Connection that tells which tables and columns there are.
        store: Name of the store.
    """
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
    """The query of the numbers of all stores that have sales."""
    return select(_SALES.c.StoreId).distinct()


def _as_stored(connection: Connection, table: str, column: str, store: str) -> str | int | None:
    """The store as a value of the column, which may have numbers; None where the column cannot have such a value."""
    types = {found["name"]: found["type"] for found in inspect(connection).get_columns(table)}
    if not isinstance(types.get(column), Integer):
        return store
    # "007" is not "7", and a column of numbers has no such store; nor does it have numbers of more than 64 bits.
    is_number = re.fullmatch(r"0|[1-9][0-9]{0,18}", store) and int(store) <= _LARGEST_INTEGER
    return int(store) if is_number else None

"""Queries of the existing application's tables: sales, weather, places and stores."""

import datetime as dt
import re
from collections.abc import Sequence
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
    Time,
    and_,
    case,
    cast,
    column,
    extract,
    false,
    func,
    inspect,
    literal,
    or_,
    select,
    table,
)

from training_service.sources.files.rows.no_sales import find_kind_columns
from training_service.sources.sales_limits import MORNING_HOUR

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


def sales_of(
    connection: Connection, names: Sequence[str], time_zone: str | None = None, night_hours: int = 0
) -> Executable:
    """The query of the sales of a store, which the database groups by day and dish.

    Args:
        connection: Connection that tells the columns of the sales, and whether their dates are moments.
        names: The name of the store in each way in which the database writes it.
        time_zone: IANA name of the store's time zone, which assigns moments to days; None where it is not known.
        night_hours: Hours after midnight whose sales belong to the day before; `days_back` is then 1.
    """
    keys = _as_stored(connection, _SALES.name, "StoreId", names)
    types = _types(connection, _SALES.name)
    # Columns that the operator has added may tell that a row was voided.
    kinds = dict.fromkeys(kind.name for kind in find_kind_columns(list(types), [column.name for column in _SALES.c]))
    sales = table(_SALES.name, *(column(each.name, each.type) for each in _SALES.c), *map(column, kinds))
    of_store = sales.c.StoreId.in_(keys) if keys else false()
    moment: ColumnElement[Any] = sales.c.Date
    if connection.dialect.name == "postgresql":
        # The column may have days without a time, which PostgreSQL asks for no hour.
        moment = _local(connection, sales.c.Date, of_store, types.get("Date"), time_zone)
    each = (
        select(moment.label("moment"), sales.c.RecipeId, sales.c.Quantity, *(sales.c[name] for name in kinds))
        .where(of_store)
        .subquery()
    )
    hour, minute, second = (extract(part, each.c.moment) for part in ("hour", "minute", "second"))
    # At exactly midnight stand sums of whole days.
    is_after_midnight = or_(hour > 0, minute > 0, second > 0)
    at_night = case((and_(hour < night_hours, is_after_midnight), 1), else_=0) if night_hours else literal(0)
    is_early = and_(hour >= night_hours, hour < MORNING_HOUR, is_after_midnight)
    day, quantity = func.date(each.c.moment), each.c.Quantity
    return (
        select(
            day.label("date"),
            func.max(at_night).label("days_back"),
            _RECIPES.c.Name.label("dish"),
            func.sum(quantity).label("quantity"),
            func.sum(func.abs(quantity)).label("magnitude"),
            func.count().label("rows"),
            func.sum(case((quantity < 0, 1), else_=0)).label("refunds"),
            func.sum(case((is_early, 1), else_=0)).label("early"),
            func.max(case((is_early, hour), else_=-1)).label("early_hour"),
            *(each.c[name] for name in kinds),
        )
        .join_from(each, _RECIPES, each.c.RecipeId == _RECIPES.c.Id)
        .group_by(day, _RECIPES.c.Name, *([at_night] if night_hours else []), *(each.c[name] for name in kinds))
    )


def _local(
    connection: Connection,
    date: ColumnElement[Any],
    of_store: ColumnElement[bool],
    stored: Any,
    time_zone: str | None,
) -> ColumnElement[Any]:
    """The local time of a column of PostgreSQL; the day in UTC where all its moments are midnight in UTC."""
    if not getattr(stored, "timezone", False):
        return cast(date, DateTime)
    in_utc = func.timezone("UTC", date)
    if connection.execute(select(date).where(of_store, cast(in_utc, Time) != dt.time()).limit(1)).first() is None:
        return in_utc
    return func.timezone(time_zone, date) if time_zone else cast(date, DateTime)


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


def place_of(connection: Connection, names: Sequence[str]) -> Executable | None:
    """The query of a store's latitude, longitude and country; None where the database cannot know the store.

    Args:
        connection: Connection that tells which tables and columns there are.
        names: The name of the store in each way in which the database writes it.
    """
    keys = _as_stored(connection, _STORE.name, "Id", names) if inspect(connection).has_table(_STORE.name) else []
    if not keys:
        return None
    columns = (
        _STORE.c.Latitude.label("latitude"),
        _STORE.c.Longitude.label("longitude"),
        _STORE.c.CountryCode.label("country"),
    )
    return select(*columns).where(_STORE.c.Id.in_(keys))


def all_stores() -> Executable:
    """The query of the numbers or names of all stores that have sales."""
    return select(_SALES.c.StoreId).distinct()


def known_stores(connection: Connection) -> Executable | None:
    """The query of the numbers or names in the table of the stores; None where there is no such table.

    Args:
        connection: Connection that tells which tables and columns there are.
    """
    # A database with another schema may have a table of this name.
    has_stores = inspect(connection).has_table(_STORE.name) and "Id" in _types(connection, _STORE.name)
    return select(_STORE.c.Id) if has_stores else None


def _types(connection: Connection, table_name: str) -> dict[str, Any]:
    """The types of the columns of a table, by their names."""
    return {found["name"]: found["type"] for found in inspect(connection).get_columns(table_name)}


def _as_stored(
    connection: Connection, table_name: str, column_name: str, names: Sequence[str]
) -> list[str] | list[int]:
    """The names as values of the column, which may have numbers, without those that the column cannot have."""
    if not isinstance(_types(connection, table_name).get(column_name), Integer):
        return list(names)
    # "007" is not "7", and a column of numbers has no such store; nor does it have numbers of more than 64 bits.
    numbers = (int(name) for name in names if re.fullmatch(r"0|[1-9][0-9]{0,18}", name))
    return [number for number in numbers if number <= _LARGEST_INTEGER]

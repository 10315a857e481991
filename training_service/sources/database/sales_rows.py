"""Checks the rows of the sales query and adds them up by dish and day."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from shared.errors import InvalidInput, Violation
from shared.names import MOST_UNITS
from training_service.sources.database.queries import check_columns
from training_service.sources.database.query_days import query_days
from training_service.sources.sales_limits import CONTROL_CHARACTERS, SALES_FIELD, is_future, is_too_early
from training_service.sources.sales_table import add_up, empty_sales, set_off_refunds

#: Characters of a wrong value that a message quotes at most.
_QUOTED_CHARACTERS = 40


@dataclass(frozen=True, slots=True)
class StoreSales:
    """The sales of one store in a database.

    Args:
        sales: Table with the columns `date`, `dish`, `sales` and `rows`, one row for each dish and day; empty where the
            database has no sales of the store.
        refund_rows: Number of negative rows, which were subtracted from the other sales of their dish and day.
        future_rows: Number of rows of days to come, which were left out.
    """

    sales: pd.DataFrame
    refund_rows: int
    future_rows: int


def add_up_chunks(
    chunks: Iterable[Sequence[Mapping[Any, Any]]], store: str, time_zone: str | None = None, night_hours: int = 0
) -> StoreSales:
    """Adds up the rows of the sales query chunk by chunk, so that memory grows with dishes and days, not with rows.

    Negative rows are refunds: they are subtracted from the other sales of their dish and day. A sum below zero counts
    as zero.

    Args:
        chunks: Rows as `sales_frame` takes them; no chunk is empty.
        store: Name of the store, for messages.
        time_zone: IANA name of the store's time zone, as `query_days` takes it.
        night_hours: Hours after midnight whose sales belong to the day before.

    Raises:
        InvalidInput: Rows cannot be sales, or all rows are of days to come.
        ValueError: The query lacks a column.
    """
    sales = empty_sales()
    refunds = future = 0
    for chunk in chunks:
        frame = sales_frame(chunk, time_zone, night_hours)
        # A date that somebody mistyped must not stop a training, and a day to come tells nothing of past sales.
        to_come = is_future(frame["date"])
        future += int(frame.loc[to_come, "rows"].sum())
        frame = frame[~to_come]
        refunds += int(frame.pop("refunds").sum())
        sales = add_up(pd.concat([sales, frame], ignore_index=True))
    if future and sales.empty:
        raise fault(f"all {future:,} rows of store {store} are of days to come; correct their dates")
    return StoreSales(set_off_refunds(sales), refunds, future)


def sales_frame(rows: Sequence[Mapping[Any, Any]], time_zone: str | None, night_hours: int = 0) -> pd.DataFrame:
    """Checks one chunk of rows.

    Args:
        rows: At least one row with `date`, `dish` and `quantity`, and with `rows` and `refunds` where the database has
            grouped the rows. Rows in which one of the first three is NULL are left out.
        time_zone: IANA name of the store's time zone, as `query_days` takes it.
        night_hours: Hours after midnight whose sales belong to the day before.

    Returns:
        A table with the columns `date` (datetime64[s], midnight), `dish` (str), `sales` (float64, units), `rows` and
        `refunds`, the numbers of original rows and of negative ones.

    Raises:
        InvalidInput: Rows cannot be sales; only the people who keep the database can correct them.
        ValueError: The query lacks a column.
    """
    columns = list(rows[0].keys())
    check_columns("sales", ("date", "dish", "quantity"), columns)
    raw = pd.DataFrame({name: [row[name] for row in rows] for name in columns if name != "date"})
    try:
        date = pd.Series(query_days((row["date"] for row in rows), time_zone, night_hours))
    except ValueError as error:
        raise fault(str(error)) from error
    if "days_back" in columns:
        # The database has grouped the rows by day, and tells which groups are of the night after the day.
        date -= pd.to_timedelta(pd.to_numeric(raw["days_back"]), unit="D").astype("timedelta64[s]")
    is_sale = date.notna() & raw["dish"].notna() & raw["quantity"].notna()
    raw, date = raw[is_sale], date[is_sale]
    if is_too_early(date).any():
        raise fault(f"there is a row of {date[is_too_early(date)].iloc[0].date()}; expected 1990 until today")
    dish = raw["dish"].astype("str").str.strip()
    if (dish == "").any():
        raise fault(
            f"a row of {date[dish == ''].iloc[0].date()} names no dish; correct the row, or leave it out in SALES_QUERY"
        )
    garbled = dish.str.contains(CONTROL_CHARACTERS, regex=True)
    if garbled.any():
        raise fault(
            f"a row of {date[garbled].iloc[0].date()} has control characters in the name of a dish; remove them"
        )
    quantity = _quantities(raw["quantity"])
    return pd.DataFrame(
        {
            "date": date,
            "dish": dish,
            "sales": quantity,
            "rows": pd.to_numeric(raw["rows"]).astype(np.int64) if "rows" in columns else 1,
            "refunds": pd.to_numeric(raw["refunds"]) if "refunds" in columns else (quantity < 0).astype(np.int64),
        }
    )


def fault(description: str) -> InvalidInput:
    """Makes the error of a fault in the data. The fault is no outage: no file replaces the data, and no retry helps.

    Args:
        description: What is wrong, for people.
    """
    return InvalidInput([Violation(SALES_FIELD, f"the sales of the database: {description}")])


def _quantities(raw: pd.Series) -> pd.Series:
    quantity = pd.to_numeric(raw, errors="coerce").astype(np.float64)
    wrong = ~np.isfinite(quantity)
    if wrong.any():
        raise fault(f"expected numbers as quantities, got {str(raw[wrong].iloc[0])[:_QUOTED_CHARACTERS]!r}")
    if (quantity.abs() > MOST_UNITS).any():
        raise fault(f"there are quantities above {MOST_UNITS:,.0f}; correct them")
    return quantity

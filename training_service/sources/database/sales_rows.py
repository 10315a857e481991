"""Checks the rows of the sales query and adds them up by dish and day."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from shared.errors import InvalidInput, Violation
from shared.names import MOST_UNITS
from shared.notices import Notice
from training_service.sources.clean_names import clean_names
from training_service.sources.database.queries import check_columns
from training_service.sources.database.query_days import MomentsToDays
from training_service.sources.database.row_kinds import OWN_COLUMNS, RowKinds
from training_service.sources.files.rows.clock import sold_after_midnight
from training_service.sources.files.rows.periods import period_of, totals_told
from training_service.sources.sales_limits import CONTROL_CHARACTERS, SALES_FIELD, is_future, is_too_early
from training_service.sources.sales_table import add_up, empty_sales, set_off_refunds

#: Characters of a wrong value that a message quotes at most.
_QUOTED_CHARACTERS = 40

#: Hours of a day.
_DAY_HOURS = 24

#: Columns that are added up for each dish and day: units and rows that count, units of voided rows, and rows of the
#: hours after midnight.
_FURTHER_SUMS = ("undone", "early")
_SUMS = ("sales", "rows", *_FURTHER_SUMS)


@dataclass(frozen=True, slots=True)
class StoreSales:
    """The sales of one store in a database.

    Args:
        sales: Table with the columns `date`, `dish`, `sales` and `rows`, one row for each dish and day; empty where the
            database has no sales of the store.
        refund_rows: Number of rows of refunds, which were subtracted from the other sales of their dish and day.
        future_rows: Number of rows of days to come, which were left out.
        left_out_rows: Number of rows that were left out because they are no sales, by reason.
        warnings: What people should know about the rows.
    """

    sales: pd.DataFrame
    refund_rows: int
    future_rows: int
    left_out_rows: Mapping[str, int] = field(default_factory=dict)
    warnings: tuple[Notice, ...] = ()


def add_up_chunks(chunks: Iterable[Sequence[Mapping[Any, Any]]], store: str, moments: MomentsToDays) -> StoreSales:
    """Adds up the rows of the sales query chunk by chunk, so that memory grows with dishes and days, not with rows.

    Negative rows are refunds: they are subtracted from the other sales of their dish and day. A sum below zero counts
    as zero.

    Args:
        chunks: Rows as `sales_frame` takes them; no chunk is empty.
        store: Name of the store, for messages.
        moments: How moments become days.

    Raises:
        InvalidInput: Rows cannot be sales, all rows are of days to come or no sales, or the rows are totals of weeks or
            months.
        MomentsFound: The rows must be read again, as moments at midnight in UTC are no days.
        ValueError: The query lacks a column.
    """
    sales = empty_sales().assign(**dict.fromkeys(_FURTHER_SUMS, 0.0))
    kinds = RowKinds()
    refunds = future = 0
    latest_hour = -1
    for chunk in chunks:
        frame, further = sales_frame(chunk, moments)
        # A date that somebody mistyped must not stop a training, and a day to come tells nothing of past sales.
        to_come = is_future(frame["date"])
        future += int(frame.loc[to_come, "rows"].sum())
        frame = kinds.sales_of(frame[~to_come], further[~to_come])
        refunds += int(frame["refunds"].sum())
        latest_hour = max(latest_hour, int(frame["early_hour"].max()) if len(frame) else -1)
        frame = frame[["date", "dish", *_SUMS]]
        sales = add_up(pd.concat([sales, frame], ignore_index=True), _SUMS)
    if future and sales.empty:
        raise fault(f"all {future:,} rows of store {store} are of days to come; correct their dates")
    # A dish that was only ever voided was never sold, and a day of voided rows alone is no open day.
    sales = sales[sales["rows"] > 0].reset_index(drop=True)
    told = kinds.warnings()
    if sales.empty and told:
        raise fault(f"no row of store {store} is a sale: {'; '.join(each.message for each in told)}")
    period = period_of(sales, are_days_sure=True)
    if period:
        raise fault(totals_told(period))
    after_midnight = sold_after_midnight(sales, latest_hour, _DAY_HOURS + moments.night_hours)
    # Of voided rows only those below zero take sales back that are not marked themselves, as in files.
    sales = sales.assign(sales=sales["sales"] + sales["undone"].clip(upper=0.0)).drop(columns=list(_FURTHER_SUMS))
    return StoreSales(set_off_refunds(sales), refunds, future, kinds.left_out(), (*told, *after_midnight))


def sales_frame(rows: Sequence[Mapping[Any, Any]], moments: MomentsToDays) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Checks one chunk of rows.

    Args:
        rows: At least one row with `date`, `dish` and `quantity`, and with the other columns of `OWN_COLUMNS` where
            the database has grouped the rows. Rows in which one of the first three is NULL are left out.
        moments: How moments become days.

    Returns:
        A table with the columns `date` (datetime64[s], midnight), `dish` (str), `sales` (float64, units), `magnitude`
        (units without sign), `rows` and `refunds` (numbers of original rows and of negative ones), `early` and
        `early_hour` (number of rows before the morning, and the latest of their hours, or -1). And a table of the
        further columns of the query.

    Raises:
        InvalidInput: Rows cannot be sales; only the people who keep the database can correct them.
        MomentsFound: The rows must be read again, as moments at midnight in UTC are no days.
        ValueError: The query lacks a column.
    """
    columns = list(rows[0].keys())
    check_columns("sales", ("date", "dish", "quantity"), columns)
    raw = pd.DataFrame({name: [row[name] for row in rows] for name in columns if name != "date"})
    try:
        days, hours = moments.read(row["date"] for row in rows)
    except ValueError as error:
        raise fault(str(error)) from error
    date = pd.Series(days)
    if "days_back" in columns:
        # The database has grouped the rows by day, and tells which groups are of the night after the day.
        date -= pd.to_timedelta(pd.to_numeric(raw["days_back"]), unit="D").astype("timedelta64[s]")
    raw = raw.assign(early_hour=raw["early_hour"].astype(np.int64) if "early_hour" in columns else hours)
    is_sale = date.notna() & raw["dish"].notna() & raw["quantity"].notna()
    raw, date = raw[is_sale], date[is_sale]
    if is_too_early(date).any():
        raise fault(f"there is a row of {date[is_too_early(date)].iloc[0].date()}; expected 1990 until today")
    dish = clean_names(raw["dish"].astype("str"))
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
    is_early = raw["early_hour"] >= 0
    frame = pd.DataFrame(
        {
            "date": date,
            "dish": dish,
            "sales": quantity,
            "magnitude": _quantities(raw["magnitude"]) if "magnitude" in columns else quantity.abs(),
            "rows": pd.to_numeric(raw["rows"]).astype(np.int64) if "rows" in columns else 1,
            "refunds": pd.to_numeric(raw["refunds"]) if "refunds" in columns else (quantity < 0).astype(np.int64),
            "early": pd.to_numeric(raw["early"]) if "early" in columns else is_early.astype(np.int64),
            "early_hour": raw["early_hour"],
        }
    )
    return frame, raw[[name for name in columns if name not in OWN_COLUMNS]]


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

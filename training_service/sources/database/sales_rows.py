"""Rows of the sales query as a table, and what in them cannot be sales."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from shared.errors import InvalidInput, Violation
from shared.names import MOST_UNITS
from training_service.sources.database.query_columns import check_columns
from training_service.sources.database.query_days import query_days
from training_service.sources.files.reading import CONTROL_CHARACTERS, FIELD
from training_service.sources.files.sales_dates import is_too_early


def sales_frame(rows: Sequence[Mapping[Any, Any]], time_zone: str | None) -> pd.DataFrame:
    """A chunk of rows as `date` (datetime64[s], midnight), `dish`, `sales` (float64), `rows`, `refunds`.

    Args:
        rows: not empty; `date`, `dish`, `quantity`, and `rows` and `refunds` where the database has grouped them. Rows
            where one of the first three is NULL are left out.
        time_zone: of the store, see `query_days`.

    Raises:
        InvalidInput: rows that cannot be sales; nobody but who keeps the database can mend them.
        ValueError: a column is missing.
    """
    columns = list(rows[0].keys())
    check_columns("sales", ("date", "dish", "quantity"), columns)
    raw = pd.DataFrame({name: [row[name] for row in rows] for name in columns if name != "date"})
    try:
        date = pd.Series(query_days((row["date"] for row in rows), time_zone))
    except ValueError as error:
        raise fault(str(error)) from error
    is_sale = date.notna() & raw["dish"].notna() & raw["quantity"].notna()
    raw, date = raw[is_sale], date[is_sale]
    if is_too_early(date).any():
        raise fault(f"there is a row of {date[is_too_early(date)].iloc[0].date()}; expected 1990 until today")
    dish = raw["dish"].astype("str").str.strip()
    if (dish == "").any():
        raise fault(f"a row of {date[dish == ''].iloc[0].date()} names no dish")
    garbled = dish.str.contains(CONTROL_CHARACTERS, regex=True)
    if garbled.any():
        raise fault(f"a row of {date[garbled].iloc[0].date()} has control characters in the name of a dish")
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


def empty_sales() -> pd.DataFrame:
    """No sales: `date`, `dish`, `sales`, `rows`."""
    return pd.DataFrame(
        {
            "date": pd.DatetimeIndex([]).as_unit("s"),
            "dish": pd.Series([], dtype="str"),
            "sales": pd.Series([], dtype=np.float64),
            "rows": pd.Series([], dtype=np.int64),
        }
    )


def fault(description: str) -> InvalidInput:
    """A fault of the data, which is no outage: no file stands in for it, and another try would find it again."""
    return InvalidInput([Violation(FIELD, f"the sales of the database: {description}")])


def _quantities(raw: pd.Series) -> pd.Series:
    quantity = pd.to_numeric(raw, errors="coerce").astype(np.float64)
    wrong = ~np.isfinite(quantity)
    if wrong.any():
        raise fault(f"expected numbers as quantities, got {str(raw[wrong].iloc[0])[:40]!r}")
    if (quantity.abs() > MOST_UNITS).any():
        raise fault(f"there are quantities above {MOST_UNITS:,.0f}")
    return quantity

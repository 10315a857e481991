"""The table of sales that every source answers with: one row for each dish and day."""

from collections.abc import Sequence

import numpy as np
import pandas as pd


def add_up(rows: pd.DataFrame, columns: Sequence[str] = ("sales", "rows")) -> pd.DataFrame:
    """Adds up the rows of each dish and day.

    Args:
        rows: Table with the columns `date`, `dish`, `sales` and `rows`, the number of original rows that each row
            stands for.
        columns: Names of the columns that are added up.

    Returns:
        The columns `date`, `dish` and `columns`, one row for each dish and day, sorted by dish, then by date.
    """
    summed = rows.groupby(["dish", "date"], sort=True)[list(columns)].sum().reset_index()
    return summed[["date", "dish", *columns]]


def set_off_refunds(sales: pd.DataFrame) -> pd.DataFrame:
    """Ends the setting off of refunds (negative rows): a dish whose refunds of a day exceed its sales sold none.

    Args:
        sales: Answer of `add_up`, in which refunds are subtracted from the other sales of their dish and day.
    """
    return sales.assign(sales=sales["sales"].clip(lower=0.0))


def empty_sales() -> pd.DataFrame:
    """Makes a table without sales: `date` (datetime64[s]), `dish` (str), `sales` (float64), `rows` (int64)."""
    return pd.DataFrame(
        {
            "date": pd.DatetimeIndex([]).as_unit("s"),
            "dish": pd.Series([], dtype="str"),
            "sales": pd.Series([], dtype=np.float64),
            "rows": pd.Series([], dtype=np.int64),
        }
    )

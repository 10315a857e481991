"""The table of sales that every source answers with: one row for each dish and day."""

import numpy as np
import pandas as pd


def add_up(rows: pd.DataFrame) -> pd.DataFrame:
    """Adds up the rows of each dish and day.

    Args:
        rows: Table with the columns `date`, `dish`, `sales` and `rows`, the number of original rows that each row
            stands for.

    Returns:
        The same columns, one row for each dish and day, sorted by dish, then by date.
    """
    summed = rows.groupby(["dish", "date"], sort=True)[["sales", "rows"]].sum().reset_index()
    return summed[["date", "dish", "sales", "rows"]]


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

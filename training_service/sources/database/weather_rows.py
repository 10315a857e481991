"""Turns the rows of the weather query into a table of daily weather."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from training_service.sources.database.query_days import query_days


def weather_frame(rows: Sequence[Mapping[Any, Any]], weather_cols: Sequence[str]) -> pd.DataFrame:
    """Makes daily weather; several rows of one day (stations, or readings) become their mean.

    Args:
        rows: At least one row with `date` and any of `weather_cols`.
        weather_cols: Names of the columns of weather that are read.

    Returns:
        The columns of `weather_cols` that the rows have, float64 with NaN for values that are no numbers, by day.

    Raises:
        ValueError: A date is none.
    """
    index = query_days(row["date"] for row in rows).rename("date")
    columns = {
        name: pd.to_numeric(pd.Series([row[name] for row in rows]), errors="coerce").to_numpy(np.float64)
        for name in weather_cols
        if name in rows[0]
    }
    return pd.DataFrame(columns, index=index).groupby(level=0).mean()

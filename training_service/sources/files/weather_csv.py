"""Reads the file of daily weather that may lie beside a sales file."""

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from shared.errors import InvalidInput, Violation
from shared.restaurant.weather import weather_bounds
from training_service.sources.checked_table import days_of
from training_service.sources.files.csv_file import open_csv
from training_service.sources.files.wrong_lines import lines_of

#: Name of the weather file, which violations of the weather name too.
FILE_NAME = FIELD = "weather.csv"

#: Rows that are in memory at a time before they are put together: more than a century of days.
_CHUNK_ROWS = 50_000


def find_weather_csv(sales_path: Path) -> Path | None:
    """The weather file in the folder of a sales file; None where there is none."""
    path = sales_path.with_name(FILE_NAME)
    return path if path.is_file() else None


def read_weather_csv(path: Path, weather_cols: Sequence[str]) -> pd.DataFrame:
    """Reads daily weather from a CSV file.

    Args:
        path: File with a column `date` (YYYY-MM-DD) and any of `weather_cols`; other columns are ignored.
        weather_cols: Names of the columns of weather that are read.

    Returns:
        The columns of `weather_cols` that the file has, in the order of `weather_cols`; float64, NaN for empty fields.
        The index is a DatetimeIndex, ascending, without duplicates.

    Raises:
        InvalidInput: The file is wrong; every violation names the column and the first wrong lines.
    """
    with open_csv(path, FIELD, chunk_rows=_CHUNK_ROWS) as file:
        if "date" not in file.header:
            there = ", ".join(file.header)
            description = f"line 1: no column 'date'; the columns are {there}; name the column of the days date"
            raise InvalidInput([Violation(FIELD, description)])
        known = [name for name in weather_cols if name in file.header]
        table = pd.concat(list(file.chunks(["date", *known])))
    violations = []
    text = table["date"].str.strip()
    dates = days_of(text)
    if dates.isna().any():
        description = f"column 'date': expected dates like 2026-11-23; not so on {lines_of(dates.isna(), text)}"
        violations.append(Violation(FIELD, description))
    twice = dates.duplicated() & dates.notna()
    if twice.any():
        description = (
            f"column 'date': days that stand there twice: {lines_of(twice, text)}; delete one line of each day"
        )
        violations.append(Violation(FIELD, description))
    columns = {}
    for name in known:
        text = table[name].str.strip()
        values = pd.to_numeric(text, errors="coerce").astype(np.float64)
        wrong = ~values.map(math.isfinite) & (text != "")
        if wrong.any():
            violations.append(Violation(FIELD, f"column {name!r}: expected numbers; not so on {lines_of(wrong, text)}"))
        low, high = weather_bounds(name)
        impossible = ~wrong & ((values < low) | (values > high))
        if impossible.any():
            description = f"column {name!r}: expected {low:g} to {high:g}; not so on {lines_of(impossible, text)}"
            violations.append(Violation(FIELD, description))
        columns[name] = values.to_numpy()
    if violations:
        raise InvalidInput(violations)
    index = pd.DatetimeIndex(dates, name="date").as_unit("s")
    return pd.DataFrame(columns, index=index).sort_index()

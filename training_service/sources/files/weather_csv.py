"""The weather file beside the sales."""

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from shared.errors import InvalidInput, Violation
from shared.restaurant.weather import weather_bounds
from training_service.sources.files.csv_file import CsvFile
from training_service.sources.files.wrong_lines import lines_of

FILE_NAME = FIELD = "weather.csv"


def find_weather_csv(sales_path: Path) -> Path | None:
    """The weather file in the folder of a sales file, or None."""
    path = sales_path.with_name(FILE_NAME)
    return path if path.is_file() else None


def read_weather_csv(path: Path, weather_cols: Sequence[str]) -> pd.DataFrame:
    """Reads daily weather: `date` (YYYY-MM-DD) and any of `weather_cols`; other columns are ignored.

    Returns:
        The columns that are there, float64 in the order of `weather_cols`, NaN for empty fields; DatetimeIndex
        without duplicates, ascending.

    Raises:
        InvalidInput: with every violation, naming the column and the first offending lines.
    """
    file = CsvFile.open(path, FIELD)
    if "date" not in file.header:
        raise InvalidInput([Violation(FIELD, f"line 1: no column 'date'; the columns are {', '.join(file.header)}")])
    known = [name for name in weather_cols if name in file.header]
    table = pd.concat(list(file.chunks(["date", *known])))
    violations = []
    text = table["date"].str.strip()
    dates = pd.to_datetime(text, format="%Y-%m-%d", errors="coerce")
    if dates.isna().any():
        description = f"column 'date': expected dates like 2026-11-23; not so on {lines_of(dates.isna(), text)}"
        violations.append(Violation(FIELD, description))
    twice = dates.duplicated() & dates.notna()
    if twice.any():
        violations.append(Violation(FIELD, f"column 'date': days that stand there twice: {lines_of(twice, text)}"))
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

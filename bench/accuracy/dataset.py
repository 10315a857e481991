"""Reads a folder of real sales and divides the sales at cutoffs into a known part and a later part."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from shared.arrays import FloatArray
from shared.config import PipelineConfig
from training_service.learning.store_history import StoreHistory, build_store_history
from training_service.sources.files.reading import read_sales_file
from training_service.sources.files.sales_columns import SalesColumns

#: Days forecast from each cutoff, and days between cutoffs.
HORIZON = 14

#: Open days on which a dish must have been on sale before a cutoff; dishes with fewer are not scored there.
LEAST_DAYS = 60

#: Country, subdivision and cutoffs of the real data sets that the results of the documentation come from.
REAL_DATA = {"grilled_fish": ("CN", "", 4), "yaz": ("DE", "BW", 6), "kiel_bakery": ("DE", "SH", 6)}


@dataclass(frozen=True, slots=True)
class Series:
    """All dishes of one restaurant.

    Args:
        store: Name of the restaurant in the file, or "default".
        sales_file: Path of the sales file.
        sales: Table with the columns `date`, `dish` and `sales`; one row per dish and day.
        history: The same sales as arrays by day, with closed days marked.
    """

    store: str
    sales_file: Path
    sales: pd.DataFrame
    history: StoreHistory

    def cutoffs(self, count: int) -> list[int]:
        """Number of known days at each of the last `count` cutoffs, ascending; a whole horizon follows each cutoff."""
        length = len(self.history.closed)
        ends = (length - k * HORIZON for k in range(count, 0, -1))
        return [end for end in ends if end >= LEAST_DAYS]

    def last_day(self, cutoff: int) -> dt.date:
        """The last known day at a cutoff."""
        return self.history.start + dt.timedelta(days=cutoff - 1)

    def dishes(self, cutoff: int) -> list[str]:
        """Names of the dishes that are scored at a cutoff."""
        return [
            dish
            for dish, values in self.history.sales.items()
            if np.isfinite(values[:cutoff]).sum() >= LEAST_DAYS and np.nansum(values[:cutoff]) > 0
        ]

    def shortened(self, dishes: Sequence[str], days: int, cutoff: int) -> "Series":
        """The same restaurant, as if these dishes had come to the menu `days` days before the cutoff."""
        first = pd.Timestamp(self.last_day(cutoff)) - pd.Timedelta(days=days - 1)
        kept = self.sales[~self.sales["dish"].isin(list(dishes)) | (self.sales["date"] >= first)]
        return replace(self, sales=kept, history=build_store_history(kept, None, PipelineConfig()))

    def actual(self, dish: str, cutoff: int) -> FloatArray:
        """Sales of a dish on the days after a cutoff, shape (HORIZON,); NaN on closed days."""
        return self.history.sales[dish][cutoff : cutoff + HORIZON]

    def panel(self, cutoff: int) -> pd.DataFrame:
        """Table for the other forecasters, with the columns `unique_id`, `ds` and `y`.

        Every dish has a row for each day since its first sale. Closed days are zero.
        """
        frames = []
        for dish in self.dishes(cutoff):
            values = self.history.sales[dish][:cutoff]
            first = int(np.flatnonzero(np.isfinite(values))[0])
            known = np.nan_to_num(values[first:])
            frames.append(pd.DataFrame({"unique_id": dish, "ds": self.history.dates[first:cutoff], "y": known}))
        return pd.concat(frames, ignore_index=True)


def read_series(folder: Path, stores: int) -> list[Series]:
    """Reads `sales.csv` of a folder.

    Args:
        folder: Folder with `sales.csv`. The training also uses a `weather.csv` and the school holidays in this folder.
        stores: Number of stores that are read from a file with several stores.

    Raises:
        InvalidInput: The sales cannot be read.
        OSError: There is no such file.
    """
    file = folder / "sales.csv"
    header = pd.read_csv(file, nrows=0).columns
    names = ["default"]
    if "store" in header:
        names = sorted(pd.read_csv(file, usecols=["store"])["store"].unique())[:stores]
    found = []
    for name in names:
        sales = read_sales_file(file, name, SalesColumns()).sales
        found.append(Series(name, file, sales, build_store_history(sales, None, PipelineConfig())))
    return found

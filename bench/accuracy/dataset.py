"""A folder of real sales, cut into what was known and what came after."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from shared.arrays import FloatArray
from shared.config import PipelineConfig
from training_service.learning.store_history import StoreHistory, build_store_history
from training_service.sources.files.reading import SalesColumns, read_sales_file

#: Days forecast from each cutoff, and days between cutoffs.
HORIZON = 14

#: A dish is scored when it was on sale for as many open days before the cutoff.
LEAST_DAYS = 60

#: Country, subdivision and cutoffs of the real data sets that the results of the documentation come from.
REAL_DATA = {"grilled_fish": ("CN", "", 4), "yaz": ("DE", "BW", 6), "kiel_bakery": ("DE", "SH", 6)}


@dataclass(frozen=True, slots=True)
class Series:
    """All dishes of one restaurant.

    Args:
        store: its name in the file, or "default".
        sales_file: where the sales stand.
        sales: `date`, `dish`, `sales`; one row per dish and day.
        history: the same by day, with closed days.
    """

    store: str
    sales_file: Path
    sales: pd.DataFrame
    history: StoreHistory

    def cutoffs(self, count: int) -> list[int]:
        """Days known at each of the last cutoffs, ascending; each is followed by a whole horizon."""
        length = len(self.history.closed)
        ends = (length - k * HORIZON for k in range(count, 0, -1))
        return [end for end in ends if end >= LEAST_DAYS]

    def last_day(self, cutoff: int) -> dt.date:
        """The last day known at a cutoff."""
        return self.history.start + dt.timedelta(days=cutoff - 1)

    def dishes(self, cutoff: int) -> list[str]:
        """Dishes that are scored at a cutoff."""
        return [
            dish
            for dish, values in self.history.sales.items()
            if np.isfinite(values[:cutoff]).sum() >= LEAST_DAYS and np.nansum(values[:cutoff]) > 0
        ]

    def shortened(self, dishes: Sequence[str], days: int, cutoff: int) -> "Series":
        """The same restaurant, as if these dishes had come to the menu only so many days before a cutoff."""
        first = pd.Timestamp(self.last_day(cutoff)) - pd.Timedelta(days=days - 1)
        kept = self.sales[~self.sales["dish"].isin(list(dishes)) | (self.sales["date"] >= first)]
        return replace(self, sales=kept, history=build_store_history(kept, None, PipelineConfig()))

    def actual(self, dish: str, cutoff: int) -> FloatArray:
        """Sales of the days after a cutoff; NaN where the restaurant was closed, shape (HORIZON,)."""
        return self.history.sales[dish][cutoff : cutoff + HORIZON]

    def panel(self, cutoff: int) -> pd.DataFrame:
        """What peers are given: `unique_id`, `ds`, `y`; every day since a dish's first sale, closed days as zero."""
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
        folder: with `sales.csv`; `weather.csv` beside it is used by the training, as always.
        stores: how many of its stores, where it has several.

    Raises:
        InvalidInput: the sales cannot be read.
        OSError: there is no such file.
    """
    file = folder / "sales.csv"
    header = pd.read_csv(file, nrows=0).columns
    names = ["default"]
    if "store" in header:
        names = sorted(pd.read_csv(file, usecols=["store"])["store"].unique())[:stores]
    found = []
    for name in names:
        sales = read_sales_file(file, name, SalesColumns())
        found.append(Series(name, file, sales, build_store_history(sales, None, PipelineConfig())))
    return found

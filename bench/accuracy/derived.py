"""Derives sets of sales from the real sets, each with one event or kind of restaurant that the real sets lack."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

#: Sales by day: one row for each day from the first to the last, and one column for each store and dish. Sales are in
#: units, and NaN where the file has no row.
Wide = pd.DataFrame
Transform = Callable[[Wide, np.random.Generator], Wide]

#: First days of the feast at the end of Ramadan, by the calendar of Turkey.
_RAMADAN_FEASTS = ("2013-08-08", "2014-07-28", "2015-07-17", "2016-07-05", "2017-06-25", "2018-06-15")

#: A canteen closes at the turn of the year: from 23 December to 6 January, as 100 times the month plus the day.
_CANTEEN_CLOSES, _CANTEEN_OPENS = 1223, 107


@dataclass(frozen=True, slots=True, kw_only=True)
class Derived:
    """A set of sales that is derived from a real set.

    Args:
        source: Name of the real set.
        description: What the set has in it, as a sentence.
        transform: Function that changes the sales by day.
        country: Country of the restaurant.
        subdivision: State or province of the country, or "".
        dishes: Number of best sellers that are kept before the sales are changed.
        stores: Names of the stores that are kept; empty for a file without stores.
        first: First day that is kept, such as "2016-01-01", or "" for the first day of the file.
        last: Last day that is kept, or "" for the last day of the file.
        cutoffs: Number of cutoffs.
    """

    source: str
    description: str
    transform: Transform
    country: str = "DE"
    subdivision: str = ""
    dishes: int = 5
    stores: tuple[str, ...] = ()
    first: str = ""
    last: str = ""
    cutoffs: int = 4

    def write(self, root: Path, folder: Path) -> None:
        """Writes `sales.csv` of the set, and `weather.csv` if the source has weather.

        Args:
            root: Folder with the real sets.
            folder: Folder that is made for the set.
        """
        folder.mkdir(parents=True)
        wide = self._read(root / self.source / "sales.csv")
        wide = self.transform(wide, np.random.default_rng(0))
        sales = wide.melt(ignore_index=False, value_name="sales").dropna().reset_index()
        sales = sales.sort_values(["date", "store", "dish"])
        sales["date"] = sales["date"].dt.strftime("%Y-%m-%d")
        columns = ["date", "store", "dish", "sales"] if self.stores else ["date", "dish", "sales"]
        sales[columns].to_csv(folder / "sales.csv", index=False, float_format="%.6g")
        weather = root / self.source / "weather.csv"
        if weather.is_file():
            shutil.copyfile(weather, folder / "weather.csv")

    def _read(self, file: Path) -> Wide:
        sales = pd.read_csv(file, parse_dates=["date"], dtype={"dish": str})
        if self.stores:
            sales = sales[sales["store"].isin(self.stores)]
        else:
            sales["store"] = ""
        sales = sales[sales["date"] >= self.first] if self.first else sales
        sales = sales[sales["date"] <= self.last] if self.last else sales
        best = sales.groupby("dish")["sales"].sum().nlargest(self.dishes).index
        # A day on which the best sellers sold nothing is a day with sales of zero if other dishes were sold.
        days = pd.date_range(sales["date"].min(), sales["date"].max(), name="date")
        wide = sales.pivot_table(index="date", columns=["store", "dish"], values="sales", aggfunc="sum").reindex(days)
        return wide.loc[:, wide.columns.get_level_values("dish").isin(best)].astype(np.float64)


def unchanged(wide: Wide, _: np.random.Generator) -> Wide:
    """The sales as they are."""
    return wide


def closed(first: int, last: int) -> Transform:
    """Closes the restaurant from `first` to `last`, both in days before the end of the series."""

    def change(wide: Wide, _: np.random.Generator) -> Wide:
        wide.iloc[-first:-last] = np.nan
        return wide

    return change


def closed_on(weekday: int, since: int) -> Transform:
    """Closes the restaurant on a weekday (0 is Monday) in the last `since` days."""

    def change(wide: Wide, _: np.random.Generator) -> Wide:
        recent = np.arange(len(wide)) >= len(wide) - since
        wide[recent & (pd.DatetimeIndex(wide.index).day_of_week == weekday)] = np.nan
        return wide

    return change


def level(factor: float, since: int) -> Transform:
    """Multiplies the sales of the last `since` days by a factor; portions stay whole."""

    def change(wide: Wide, _: np.random.Generator) -> Wide:
        wide.iloc[-since:] = (wide.iloc[-since:] * factor).round()
        return wide

    return change


def canteen(wide: Wide, _: np.random.Generator) -> Wide:
    """Closes the restaurant on weekends and at the turn of the year, as a canteen of an office does."""
    days = pd.DatetimeIndex(wide.index)
    dates = days.month * 100 + days.day
    wide[(days.day_of_week >= 5) | (dates >= _CANTEEN_CLOSES) | (dates < _CANTEEN_OPENS)] = np.nan
    return wide


def ramadan_feast(wide: Wide, _: np.random.Generator) -> Wide:
    """Sells 1.7 times as much on the eve of the feast at the end of Ramadan, and 0.4 times on its three days."""
    for first in pd.DatetimeIndex(_RAMADAN_FEASTS):
        factors = pd.Series([1.7, 0.4, 0.4, 0.4], pd.date_range(first - pd.Timedelta(days=1), periods=4))
        factors = factors[factors.index.isin(wide.index)]
        wide.loc[factors.index] = wide.loc[factors.index].mul(factors, axis=0)
    return wide


def thinned(mean: float) -> Transform:
    """Leaves each portion of a dish out by chance, so that the dish sells `mean` portions on a mean day."""

    def change(wide: Wide, rng: np.random.Generator) -> Wide:
        kept = np.minimum(1.0, mean / np.nanmean(wide.to_numpy(), axis=0))
        portions = rng.binomial(wide.fillna(0).round().astype(np.int64).to_numpy(), kept)
        return pd.DataFrame(portions, wide.index, wide.columns).astype(np.float64).where(wide.notna())

    return change


def visitors(wide: Wide, _: np.random.Generator) -> Wide:
    """Adds all dishes up to one series."""
    return (
        wide.T.groupby(level="store")
        .sum(min_count=1)
        .T.set_axis(
            pd.MultiIndex.from_product([wide.columns.unique("store"), ["visitors"]], names=["store", "dish"]), axis=1
        )
    )


def resort(wide: Wide, _: np.random.Generator) -> Wide:
    """Opens from April to October only, and sells four times as much in mid-July as at both ends of the season."""
    days = pd.DatetimeIndex(wide.index)
    since_april = (days.day_of_year - 91) / 214
    factor = 0.4 + 1.2 * np.sin(np.pi * np.clip(since_april, 0, 1))
    is_open = (days.month >= 4) & (days.month <= 10)
    return wide.mul(np.where(is_open, factor, np.nan), axis=0)


def sold_out(first: int, last: int) -> Transform:
    """Takes every second dish off the menu from `first` to `last`, both in days before the end of the series."""

    def change(wide: Wide, _: np.random.Generator) -> Wide:
        wide.iloc[-first:-last, ::2] = np.nan
        return wide

    return change


#: The derived sets by name. The cutoffs lie 14 days apart, the first of four 56 days before the end.
DERIVED = {
    "closed-inside": Derived(
        source="yaz",
        description="`yaz`, closed for four weeks; the first cutoff lies a week before the restaurant opens again.",
        transform=closed(77, 49),
        subdivision="BW",
    ),
    "closed-before": Derived(
        source="kiel_bakery",
        description="`kiel_bakery`, closed for six weeks, and open again for two days at the first cutoff.",
        transform=closed(100, 58),
        subdivision="SH",
        first="2016-01-01",
    ),
    "rest-day": Derived(
        source="grilled_fish",
        description="`grilled_fish`, closed on Tuesdays since four weeks before the first cutoff.",
        transform=closed_on(1, 84),
        country="CN",
    ),
    "level-up": Derived(
        source="grilled_fish",
        description="`grilled_fish`, with 1.6 times the sales since ten days before the first cutoff.",
        transform=level(1.6, 66),
        country="CN",
    ),
    "level-down": Derived(
        source="yaz",
        description="`yaz`, with half the sales since ten days before the first cutoff.",
        transform=level(0.5, 66),
        subdivision="BW",
    ),
    "canteen": Derived(
        source="yaz",
        description="`yaz` as a canteen: closed on weekends and at the turn of the year.",
        transform=canteen,
        subdivision="BW",
    ),
    "ramadan-feast": Derived(
        source="kiel_bakery",
        description="`kiel_bakery` in Turkey: 1.7 times the sales on the eve of the feast at the end of Ramadan, "
        "0.4 times on its three days.",
        transform=ramadan_feast,
        country="TR",
        first="2014-01-01",
        dishes=4,
    ),
    "easter": Derived(
        source="kiel_bakery",
        description="`kiel_bakery` until May, with cutoffs from before Easter to Whitsun.",
        transform=unchanged,
        subdivision="SH",
        first="2015-01-01",
        last="2018-05-27",
        dishes=4,
        cutoffs=5,
    ),
    "sparse": Derived(
        source="yaz",
        description="`yaz`, each dish thinned to 0.7 portions on a mean day.",
        transform=thinned(0.7),
        subdivision="BW",
    ),
    "single": Derived(
        source="grilled_fish",
        description="The best seller of `grilled_fish` alone.",
        transform=unchanged,
        country="CN",
        dishes=1,
        cutoffs=6,
    ),
    "visitors": Derived(
        source="yaz",
        description="All dishes of `yaz` as one series, as visitors would be.",
        transform=visitors,
        subdivision="BW",
        dishes=99,
        cutoffs=8,
    ),
    "visitors-bakery": Derived(
        source="kiel_bakery",
        description="All goods of `kiel_bakery` as one series.",
        transform=visitors,
        subdivision="SH",
        first="2015-01-01",
        dishes=99,
        cutoffs=8,
    ),
    "season-begins": Derived(
        source="kiel_bakery",
        description="`kiel_bakery` as a resort that opens from April to October, with cutoffs from mid-April to May.",
        transform=resort,
        subdivision="SH",
        first="2015-01-01",
        last="2018-06-12",
        dishes=4,
    ),
    "season-ends": Derived(
        source="kiel_bakery",
        description="The same resort, with cutoffs from August to October.",
        transform=resort,
        subdivision="SH",
        first="2014-01-01",
        last="2017-10-24",
        dishes=4,
    ),
    "stock-out": Derived(
        source="grilled_fish",
        description="`grilled_fish`; every second dish was not to be had for ten days until three days before the "
        "first cutoff.",
        transform=sold_out(69, 59),
        country="CN",
    ),
    "young": Derived(
        source="yaz",
        description="The last four months of `yaz`: 64 days are known at the first cutoff.",
        transform=unchanged,
        subdivision="BW",
        first="2015-07-11",
    ),
    "chain": Derived(
        source="bakery_chain",
        description="Three stores of `bakery_chain`.",
        transform=unchanged,
        stores=("store-02", "store-20", "store-35"),
        first="2017-01-01",
        cutoffs=3,
    ),
}

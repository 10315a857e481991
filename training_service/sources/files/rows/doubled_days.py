"""Finds days that stand in a file several times, as where two exports of daily sums overlap that were pasted together.

Lines with the number of their receipt are compared one by one, see `receipts`. Sums of days have no such number.
"""

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pandas as pd

from shared.arrays import BoolArray

#: Least number of days one after another that stand there several times, and share of them among the days between the
#: first and the last of them.
_LEAST_DAYS, _LEAST_SHARE_BETWEEN = 2, 0.9

#: Least number of dishes and days with equal rows, and of different quantities among them: quantities of one unit are
#: often equal.
_LEAST_EQUAL, _LEAST_DIFFERENT = 8, 4

#: Least share of the other dishes and days with a single row, as sums of days have.
_LEAST_SHARE_OF_SINGLE_ROWS = 0.9

#: Least number of dishes and days with an even number of rows, and largest share of such among the others: each number
#: is even by chance every other time.
_LEAST_EVEN, _LARGEST_SHARE_OF_EVEN = 20, 0.75


#: How many times longer the longest run of such days is than the next: a restaurant that serves lunch and dinner on
#: some days of the week has runs in every week.
_TIMES_LONGER = 2


@dataclass(frozen=True, slots=True)
class DoubledDays:
    """Days that stand in a file several times.

    Args:
        first: The first of these days.
        last: The last of these days.
        times: For each row of the table, how many times its rows stand in the file, shape (n,); 1 where nobody knows.
        are_equal: Whether the rows are known to be equal.
    """

    first: dt.date
    last: dt.date
    times: "np.ndarray"
    are_equal: bool


def find_doubled_days(table: pd.DataFrame) -> DoubledDays | None:
    """Finds the days that stand in the file several times; None where there are none.

    Args:
        table: Columns `date`, `dish`, `sales`, `rows` (original rows) and `largest` (quantity of the largest row), one
            row for each dish and day.
    """
    rows, sales = table["rows"].to_numpy(), table["sales"].to_numpy(np.float64)
    largest = table["largest"].to_numpy(np.float64)
    is_equal = (rows > 1) & (sales > 0) & np.isclose(sales, rows * largest)
    if (days := _days_of(table, is_equal)) is not None:
        is_single = rows[~days] == 1
        is_proof = days.sum() >= _LEAST_EQUAL and len(np.unique(largest[days])) >= _LEAST_DIFFERENT
        if is_proof and (not len(is_single) or is_single.mean() >= _LEAST_SHARE_OF_SINGLE_ROWS):
            return _found(table, days, np.where(days, rows, 1), are_equal=True)
    is_even = rows % 2 == 0
    days = _days_of(table, is_even, least_share=1.0)
    is_enough = days is not None and days.sum() >= _LEAST_EVEN and not days.all()
    if is_enough and days is not None and is_even[~days].mean() <= _LARGEST_SHARE_OF_EVEN:
        return _found(table, days, np.ones(len(table), np.int64), are_equal=False)
    return None


def _days_of(table: pd.DataFrame, is_so: BoolArray, *, least_share: float = _LEAST_SHARE_BETWEEN) -> BoolArray | None:
    """Whether each row is of the days one after another on which all rows are so; None where there are too few days.

    Args:
        table: Columns `date` and further ones, one row for each dish and day.
        is_so: Whether each row is so, shape (n,).
        least_share: Least share of days that are so between the first and the last of them. With 1 the longest run of
            days counts: numbers are even on a day by chance.
    """
    dates = table["date"]
    by_day = pd.Series(is_so).groupby(dates.to_numpy()).all()
    if least_share == 1.0:
        run = (by_day != by_day.shift()).cumsum()
        lengths = run[by_day].value_counts()
        if len(lengths) > 1 and lengths.iloc[0] < _TIMES_LONGER * lengths.iloc[1]:
            return None
        by_day &= run.isin(lengths.index[:1])
    so = by_day.index[by_day]
    if len(so) < _LEAST_DAYS:
        return None
    between = by_day[(by_day.index >= so[0]) & (by_day.index <= so[-1])]
    return dates.isin(so).to_numpy() if between.mean() >= least_share else None


def _found(table: pd.DataFrame, days: BoolArray, times: "np.ndarray", *, are_equal: bool) -> DoubledDays:
    dates = table.loc[days, "date"]
    return DoubledDays(dates.min().date(), dates.max().date(), times, are_equal)

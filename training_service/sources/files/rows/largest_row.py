"""Keeps the line of the largest row of each dish and day, so that people find the line of a typing error."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from training_service.sources.sales_table import add_up


def with_lines(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows with their quantity without sign (`largest`) and their line (`line`), for `add_up_with_lines`.

    Args:
        rows: Table with the column `sales`, NaN where a quantity is unreadable, indexed by line number.
    """
    return rows.assign(largest=rows["sales"].abs().fillna(0.0), line=rows.index)


def add_up_with_lines(rows: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    """Adds up the rows of each dish and day as `add_up` does, and keeps the line of the largest row.

    Args:
        rows: Answer of `with_lines`, or sums of earlier rows and such an answer below them.
        columns: Names of the columns that are added up.
    """
    summed = add_up(rows, columns)
    group = rows.groupby(["dish", "date"], sort=True).ngroup().to_numpy()
    # A row whose date is unreadable belongs to no group.
    in_group = np.flatnonzero(group >= 0)
    group, quantity = group[in_group], rows["largest"].to_numpy()[in_group]
    largest = np.zeros(len(summed))
    np.maximum.at(largest, group, quantity)
    # The first of several rows as large is assigned last.
    is_largest = np.flatnonzero(quantity == largest[group])[::-1]
    line = np.zeros(len(summed), dtype=np.int64)
    line[group[is_largest]] = rows["line"].to_numpy()[in_group[is_largest]]
    return summed.assign(largest=largest, line=line)


def lines_of_days(table: pd.DataFrame) -> pd.Series:
    """The line of the largest row of each dish and day.

    Args:
        table: Answer of `add_up_with_lines`.

    Returns:
        Line numbers (int64), indexed by `dish` and `date`.
    """
    return table.set_index(["dish", "date"])["line"]

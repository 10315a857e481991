"""Recognises weekly and monthly totals, from which no day can be learnt."""

import numpy as np
import pandas as pd

#: Least number of dates from which their distance tells of weeks or months.
_LEAST_DATES = 4

#: Least share of dishes and days with the same number of rows: the sales of a till have other numbers on other days.
_LEAST_SHARE_OF_SAME_ROWS = 0.9

#: Days between two dates from which on they are totals of months or longer.
_SHORTEST_MONTH = 28

#: Days between two dates of weekly totals, or of totals of two weeks.
_WEEKS = (7, 14)


def period_of(table: pd.DataFrame, *, are_days_sure: bool) -> str:
    """Tells whether sales are totals of periods: "week", "month", or empty where they are sales of days.

    Args:
        table: Columns `date` (datetime64) and `rows` (original rows), one row for each dish and day.
        are_days_sure: Whether the dates are read in the form that was chosen. Where day and month are swapped, days one
            after another lie a month apart.
    """
    dates = pd.DatetimeIndex(table["date"].unique()).sort_values()
    # Totals by size or waiter have as many rows for each dish and period; the sales of a till have more on some days.
    most_usual = table["rows"].mode().iloc[0] if len(table) else 0
    is_even = (table["rows"] == most_usual).mean() >= _LEAST_SHARE_OF_SAME_ROWS
    if len(dates) < _LEAST_DATES or not is_even:
        return ""
    months = dates.to_period("M")
    gaps = np.diff(dates.to_numpy()).astype("timedelta64[D]").astype(int)
    if (are_days_sure and gaps.min() >= _SHORTEST_MONTH) or (
        months.is_unique and ((dates.day == 1).all() or (dates == months.end_time.normalize()).all())
    ):
        return "month"
    return "week" if (gaps % _WEEKS[0] == 0).all() and np.median(gaps) in _WEEKS else ""


def totals_told(period: str) -> str:
    """What is wrong with totals of a period, for people.

    Args:
        period: Answer of `period_of` that is not empty.
    """
    alone = " If the restaurant opens on one day a week, add a row with the quantity 0 on another day." * (
        period == "week"
    )
    return (
        f"there is one row for each dish and {period}: these are totals of a {period}, and a forecast needs the "
        f"sales of each day; export the sales by day.{alone}"
    )

"""Defines the record of sales and weather that every source returns."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from shared.notices import Notice
from shared.restaurant.school_holidays import SchoolHoliday
from training_service.learning.events import SalesEvent
from training_service.sources.how_read import HowRead


@dataclass(frozen=True, slots=True)
class SalesData:
    """The sales of one store, with the weather at the store.

    Args:
        sales: Table with the columns `date` (datetime64[s] at midnight), `dish`, `sales` (units) and `rows` (original
            rows that were added up); one row for each dish and day.
        weather: Daily weather by date; None where there is none.
        origin: Where the sales come from, for people.
        refund_rows: Number of negative rows, which were subtracted from other sales.
        warnings: What the caller should know about the sales and the weather.
        weather_origin: Where the weather comes from, for people.
        unfinished_rows: Number of rows that were left out because their day is not over.
        columns: Names that a file has for the columns of the date, the dish and the quantity; empty for a database.
        left_out_rows: Number of rows of a file that were left out because they are no sales, by reason.
        lines: Line of the file with the largest quantity of each dish and day (int64), indexed by `dish` and `date`;
            None where the sales have no lines that people know, as those of a database.
        events: Named days of the store, from which nothing is learnt.
        school_holidays: School holidays of the store; empty where nobody has told them.
        how: How the sales were read; None where nobody asks.
    """

    sales: pd.DataFrame
    weather: pd.DataFrame | None
    origin: str
    refund_rows: int = 0
    warnings: tuple[Notice, ...] = ()
    weather_origin: str = "none"
    unfinished_rows: int = 0
    columns: tuple[str, ...] = ()
    left_out_rows: Mapping[str, int] = field(default_factory=dict)
    lines: pd.Series | None = None
    events: tuple[SalesEvent, ...] = ()
    school_holidays: tuple[SchoolHoliday, ...] = ()
    how: HowRead | None = None

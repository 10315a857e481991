"""Turns a table of named days, from a file or a database, into the events of one store."""

import pandas as pd

from shared.store_names import store_in_data
from training_service.learning.events import SalesEvent
from training_service.sources.checked_table import days_of, require_right, stripped
from training_service.sources.clean_names import clean_name

#: Columns of the table that must be there, and columns that may be there.
NEEDED, OPTIONAL = ("date", "name"), ("last_date", "dish", "store")

#: Columns of days.
DAYS = ("date", "last_date")


def events_of(table: pd.DataFrame, store: str, field: str) -> tuple[SalesEvent, ...]:
    """The events of a store. Several rows of one event with different dishes are one event for each dish.

    Args:
        table: Texts of the columns `date` (YYYY-MM-DD) and `name`, and of `last_date`, `dish` and `store` where there
            are such columns, indexed by line number. An empty text says nothing: the event lasts for one day, or
            concerns all dishes or all stores.
        store: Name of the store.
        field: Name of the table in violations.

    Raises:
        InvalidInput: Rows are wrong; every violation names the column and the first wrong lines.
    """
    text = stripped(table, [*NEEDED, *OPTIONAL])
    first, last = (days_of(text[name]) for name in DAYS)
    wrong = {
        "column 'date': expected dates like 2026-11-23": first.isna(),
        "column 'last_date': expected dates like 2026-11-23": last.isna() & (text["last_date"] != ""),
        "column 'last_date': expected the day in 'date' or a later one": last < first,
        "column 'name': expected the name of the event": text["name"] == "",
    }
    require_right(wrong, field)
    return tuple(
        SalesEvent(name, first_day, last_day, (clean_name(dish),) if dish else ())
        for name, dish, its_store, first_day, last_day in zip(
            text["name"], text["dish"], text["store"], first.dt.date, last.fillna(first).dt.date, strict=True
        )
        if store_in_data(its_store) in ("", store_in_data(store))
    )

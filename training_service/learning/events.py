"""Takes named days out of what is learnt: days whose sales were unusual for a reason that somebody knows."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from training_service.learning.store_history import StoreHistory


@dataclass(frozen=True, slots=True)
class SalesEvent:
    """Days whose sales are known to be unusual.

    Args:
        name: Name of the event, for people.
        first: First day.
        last: Last day.
        dishes: Names of the dishes whose sales were unusual; empty for all dishes.
    """

    name: str
    first: dt.date
    last: dt.date
    dishes: tuple[str, ...] = ()


def without_events(store: StoreHistory, events: Sequence[SalesEvent]) -> StoreHistory:
    """The history in which the sales of named days are unknown (NaN), as those of closed days are.

    No forecaster learns from such days, and no fold of the backtest scores them.

    Args:
        store: The history as it was sold, without limits.
        events: Named days.
    """
    sales = {dish: values.copy() for dish, values in store.sales.items()}
    for event in events:
        for dish in event.dishes or sales:
            if dish in sales:
                sales[dish][_days(store, event)] = np.nan
    for dish, values in sales.items():
        # The history of a dish begins with a sale, and that of its first days may be an event now.
        sold = np.flatnonzero(np.nan_to_num(values) > 0)
        values[: sold[0] if len(sold) else len(values)] = np.nan
        sales[dish] = values
    return replace(store, sales=sales)


def unmatched(store: StoreHistory, events: Sequence[SalesEvent]) -> list[SalesEvent]:
    """The events that lie in no day of the history, or whose dishes the history does not have.

    Events that are still to come are left out, as their sales will come.

    Args:
        store: The history as it was sold.
        events: Named days.
    """
    return [
        event
        for event in events
        if event.last <= store.end
        and (event.last < store.start or (event.dishes and not set(event.dishes) & set(store.sales)))
    ]


def _days(store: StoreHistory, event: SalesEvent) -> slice:
    first, last = ((day - store.start).days for day in (event.first, event.last))
    return slice(max(first, 0), max(last + 1, 0))

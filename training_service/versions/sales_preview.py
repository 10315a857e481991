"""Tells what was understood of the sales of a store before anything is trained."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from shared.arrays import FloatArray
from shared.config import PipelineConfig
from shared.notices import Notice
from shared.restaurant.place import Place
from training_service.learning.store_history import StoreHistory
from training_service.outcomes import DataReport
from training_service.sources.how_read import HowRead, SourceKind
from training_service.versions.expected_closures import ExpectedClosedDay, expected_closures
from training_service.versions.store_sales import StoreSales

#: Number of last days whose sales people know by heart: four weeks, so that every weekday counts as often.
_RECENT_DAYS = 28

#: Number of last days from which the sales of a weekday are told: eight of each weekday.
_DAYS_OF_WEEKDAYS = 56

#: Number of days after the last day of the sales whose closed days are told.
_DAYS_TO_COME = 14

_WEEK = 7


@dataclass(frozen=True, slots=True)
class DishPreview:
    """What is known of one dish.

    Args:
        dish: Name of the dish.
        units: Units sold in the last four weeks of the store.
        units_per_open_day: Mean of these units over the open days since the first sale of the dish; 0 without such a
            day.
        first_day: First day with a sale; None for a dish that was never sold.
        last_day: Last day with a sale; None for a dish that was never sold.
        stopped: Whether the dish is no longer sold.
        short: Whether the dish is too new for the forecasters that need a long history.
    """

    dish: str
    units: float
    units_per_open_day: float
    first_day: dt.date | None
    last_day: dt.date | None
    stopped: bool
    short: bool


@dataclass(frozen=True, slots=True)
class WeekdaySales:
    """What the restaurant sold on one weekday in the last eight weeks.

    Args:
        weekday: Number of the weekday, 1 for Monday.
        units_per_open_day: Mean units of all dishes on the open days; 0 without an open day.
        days: Number of days of this weekday.
        open_days: Number of those days on which the restaurant was open.
    """

    weekday: int
    units_per_open_day: float
    days: int
    open_days: int


@dataclass(frozen=True, slots=True)
class SalesPreview:
    """What was understood of the sales of a store.

    Args:
        store: Name of the store.
        how: How the sales were read.
        dishes: All dishes, those that sold most in the last four weeks first.
        weekdays: Sales of the weekdays, Monday first.
        closed_days: Days of the next fortnight on which the restaurant is expected to be closed.
        report: Report on the sales.
        place: Place whose holidays and time zone are used.
        warnings: Warnings about the place and the sales.
    """

    store: str
    how: HowRead
    dishes: tuple[DishPreview, ...]
    weekdays: tuple[WeekdaySales, ...]
    closed_days: tuple[ExpectedClosedDay, ...]
    report: DataReport
    place: Place
    warnings: tuple[Notice, ...]


def sales_preview(
    store: str, sales: StoreSales, place: Place, place_warnings: Sequence[Notice], config: PipelineConfig
) -> SalesPreview:
    """Tells what was understood of sales.

    Args:
        store: Name of the store.
        sales: Sales of the store as a training reads them.
        place: Place of the store.
        place_warnings: Warnings about the place.
        config: Configuration that a training would have.
    """
    history = sales.history
    closures = expected_closures(history, place.calendar, config)
    first = history.end + dt.timedelta(days=1)
    return SalesPreview(
        store=store,
        how=sales.data.how or HowRead(SourceKind.DATABASE, rows=sales.report.rows),
        dishes=_dishes(sales.as_sold, sales.report),
        weekdays=_weekdays(sales.as_sold),
        closed_days=closures.days(first, _DAYS_TO_COME),
        report=sales.report,
        place=place,
        warnings=(*place_warnings, *sales.data.warnings),
    )


def _dishes(history: StoreHistory, report: DataReport) -> tuple[DishPreview, ...]:
    stopped, short = set(report.stopped), set(report.short)
    found = [
        _dish(dish, values, history, stopped=dish in stopped, short=dish in short)
        for dish, values in history.sales.items()
    ]
    return tuple(sorted(found, key=lambda each: (-each.units, each.dish)))


def _dish(dish: str, values: FloatArray, history: StoreHistory, *, stopped: bool, short: bool) -> DishPreview:
    sold = np.flatnonzero(np.nan_to_num(values) > 0)
    recent = values[-_RECENT_DAYS:]
    open_days = int(np.isfinite(recent).sum())
    units = float(np.nansum(recent))
    first, last = (history.start + dt.timedelta(days=int(sold[end])) if len(sold) else None for end in (0, -1))
    return DishPreview(
        dish=dish,
        units=units,
        units_per_open_day=units / open_days if open_days else 0.0,
        first_day=first,
        last_day=last,
        stopped=stopped,
        short=short,
    )


def _weekdays(history: StoreHistory) -> tuple[WeekdaySales, ...]:
    of_all_dishes = np.sum([np.nan_to_num(values) for values in history.sales.values()], axis=0)
    units, closed = of_all_dishes[-_DAYS_OF_WEEKDAYS:], history.closed[-_DAYS_OF_WEEKDAYS:]
    weekdays = history.dates[-_DAYS_OF_WEEKDAYS:].day_of_week.to_numpy()
    found = []
    for weekday in range(_WEEK):
        is_it = weekdays == weekday
        open_days = int((is_it & ~closed).sum())
        mean = float(units[is_it & ~closed].mean()) if open_days else 0.0
        found.append(WeekdaySales(weekday + 1, mean, int(is_it.sum()), open_days))
    return tuple(found)

"""Reads the sales of a store as a training uses them: the days that are over, with their weather, laid out by day."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from shared.config import PipelineConfig
from shared.names import enumerated
from shared.notices import Notice
from shared.restaurant.place import FALLBACK_LOCATION, Place
from training_service.learning.events import SalesEvent, unmatched, without_events
from training_service.learning.outliers import limit_outliers
from training_service.learning.store_history import StoreHistory, build_store_history
from training_service.outcomes import DAYS_LIMITED, EVENTS_UNMATCHED, SCHOOL_HOLIDAYS_ENDED, DataReport
from training_service.sources.sales_data import SalesData
from training_service.sources.sales_source import SalesSource
from training_service.versions.complete_days import complete_days
from training_service.versions.data_report import data_report

#: Days that the warning about limited days names at most.
_DAYS_TOLD = 5


@dataclass(frozen=True, slots=True)
class StoreSales:
    """The sales of a store, ready for a training.

    Args:
        data: Sales of the days that are over, as read.
        history: The same sales, laid out by day, as the forecasters learn them.
        as_sold: The same sales, laid out by day, with all that was sold on the days of events.
        report: What the sales look like.
    """

    data: SalesData
    history: StoreHistory
    as_sold: StoreHistory
    report: DataReport


def read_store_sales(
    source: SalesSource,
    sales_data_source: str,
    store: str,
    place: Place,
    place_warnings: Sequence[Notice],
    config: PipelineConfig,
    *,
    keep_outliers: bool = False,
    events: Sequence[SalesEvent] = (),
) -> StoreSales:
    """Reads the sales of a store and reports what they look like.

    Args:
        source: Reads the sales and the weather.
        sales_data_source: File or URL as `SalesSource.resolve` answers it; empty for the database.
        store: Name of the store.
        place: Place of the store.
        place_warnings: Warnings about the place. A fallback place is another town: its weather is not used.
        config: Columns of weather, and the hour after which a day is over.
        keep_outliers: Whether days that sold far more than ever before are kept, instead of limited.
        events: Named days from which nothing is learnt, beside those that the source has.

    Raises:
        InvalidInput: The sales cannot be read, or no day of them is over.
        Unavailable: The storage, the database or the weather service does not answer.
    """
    is_fallback = any(warning.reason == FALLBACK_LOCATION for warning in place_warnings)
    weather_place = None if is_fallback else place
    data = complete_days(source.read(sales_data_source, store, weather_place), place, config)
    as_sold = build_store_history(data.sales, data.weather, config)
    as_sold = replace(as_sold, school_holidays=data.school_holidays)
    events = (*data.events, *events)
    history = without_events(as_sold, events) if events else as_sold
    if not keep_outliers:
        history = limit_outliers(history, place.calendar)
    history = replace(history, is_forecast=source.forecasts_weather(weather_place))
    report = data_report(data, history, config)
    report = report.model_copy(update={"event_days": as_sold.dish_days - history.dish_days})
    warnings = (*data.warnings, *_unmatched(as_sold, events), *_ended(as_sold), *_days_limited(report))
    return StoreSales(replace(data, warnings=warnings), history, as_sold, report)


def _unmatched(history: StoreHistory, events: Sequence[SalesEvent]) -> tuple[Notice, ...]:
    """The warning about events that explain no day of the sales, as their dates or dishes may be mistyped."""
    found = unmatched(history, events)
    if not found:
        return ()
    told = [f"{event.name} on {event.first}" for event in found[:_DAYS_TOLD]]
    message = (
        f"events that explain no day of the sales: {enumerated(told, len(found))}; check their dates and their dishes "
        f"(the sales go from {history.start} to {history.end})"
    )
    return (Notice(EVENTS_UNMATCHED, message),)


def _ended(history: StoreHistory) -> tuple[Notice, ...]:
    """The warning that past school holidays are known, and none to come: the days to come would seem to have none."""
    last = max((holiday.last for holiday in history.school_holidays), default=history.end)
    if last >= history.end:
        return ()
    message = f"the school holidays end on {last}, and the sales on {history.end}; add those of the years to come"
    return (Notice(SCHOOL_HOLIDAYS_ENDED, message),)


def _days_limited(report: DataReport) -> tuple[Notice, ...]:
    """The warning about days that are learnt as less than was sold, with the lines of the file."""
    limited = [outlier for outlier in report.outliers if outlier.limited_to is not None]
    if not limited:
        return ()
    told = []
    for each in limited[:_DAYS_TOLD]:
        line = f" (line {each.line})" if each.line else ""
        told.append(f"{each.dish} on {each.date} with {each.quantity:g}{line}, learnt as {each.limited_to:g}")
    message = (
        f"sold far more than ever before: {enumerated(told, len(limited))}; correct the sales where they are wrong; a "
        "training with keep_outliers learns such days as they are"
    )
    return (Notice(DAYS_LIMITED, message),)

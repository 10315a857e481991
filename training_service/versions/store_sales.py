"""Reads the sales of a store as a training uses them: the days that are over, with their weather, laid out by day."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from shared.config import PipelineConfig
from shared.notices import Notice
from shared.restaurant.place import FALLBACK_LOCATION, Place
from training_service.learning.outliers import limit_outliers
from training_service.learning.store_history import StoreHistory, build_store_history
from training_service.outcomes import DataReport
from training_service.sources.sales_data import SalesData
from training_service.sources.sales_source import SalesSource
from training_service.versions.complete_days import complete_days
from training_service.versions.data_report import data_report


@dataclass(frozen=True, slots=True)
class StoreSales:
    """The sales of a store, ready for a training.

    Args:
        data: Sales of the days that are over, as read.
        history: The same sales, laid out by day.
        report: What the sales look like.
    """

    data: SalesData
    history: StoreHistory
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

    Raises:
        InvalidInput: The sales cannot be read, or no day of them is over.
        Unavailable: The storage, the database or the weather service does not answer.
    """
    is_fallback = any(warning.reason == FALLBACK_LOCATION for warning in place_warnings)
    weather_place = None if is_fallback else place
    data = complete_days(source.read(sales_data_source, store, weather_place), place, config)
    history = build_store_history(data.sales, data.weather, config)
    if not keep_outliers:
        history = limit_outliers(history, place.calendar)
    history = replace(history, is_forecast=source.forecasts_weather(weather_place))
    return StoreSales(data, history, data_report(data, history, config))

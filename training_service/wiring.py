"""Makes the parts that the training service and its workers share, from the settings."""

import sys

from shared.config import PipelineConfig
from shared.settings import TrainingSettings
from shared.weather_service import weather_service
from training_service.sources.database.queries import Queries
from training_service.sources.database.sales_database import SalesDatabase
from training_service.sources.files.access import SalesFiles
from training_service.sources.files.imported import ImportedSales
from training_service.sources.files.sales_columns import SalesColumns
from training_service.sources.geocoding import Geocoder
from training_service.sources.sales_source import SalesSource


def pipeline_config(settings: TrainingSettings) -> PipelineConfig:
    """Reads the configuration of features and forecasters; without a file it has its default values.

    Raises:
        InvalidInput: The file was changed since the settings checked it, and is wrong now.
    """
    return PipelineConfig.from_file(settings.pipeline_config) if settings.pipeline_config else PipelineConfig()


def sales_source(settings: TrainingSettings, config: PipelineConfig, database: SalesDatabase | None) -> SalesSource:
    """Makes the source of the sales.

    Args:
        settings: Settings that name the files and their columns.
        config: Configuration of features and forecasters.
        database: Database that is read first; None where the settings name none.
    """
    columns = SalesColumns(
        date=settings.sales_date_column,
        dish=settings.sales_dish_column,
        quantity=settings.sales_quantity_column,
        store=settings.sales_store_column,
        date_format=settings.sales_date_format,
        sheet=settings.sales_sheet,
        encoding=settings.sales_encoding,
    )
    files = SalesFiles(settings.data_root, settings.data_urls)
    imported = ImportedSales(settings.data_root)
    return SalesSource(files, settings.sales_csv, columns, config, database, weather_service(settings), imported)


def geocoder(settings: TrainingSettings) -> Geocoder | None:
    """Makes the geocoder, which finds addresses; None where the settings switch geocoding off."""
    if settings.geocoder_url == "none":
        return None
    return Geocoder(settings.geocoder_url, settings.geocoder_user_agent, settings.geocoder_timeout_seconds)


def sales_database(settings: TrainingSettings) -> SalesDatabase | None:
    """Makes the database of the sales; None where the settings name none.

    Raises:
        SystemExit: SALES_DATABASE_URL is wrong; the exit status is 2.
    """
    if settings.sales_database_url is None:
        return None
    queries = Queries(
        sales=settings.sales_query,
        weather=settings.weather_query,
        place=settings.place_query,
        events=settings.events_query,
        school_holidays=settings.school_holidays_query,
        stores=settings.stores_query,
    )
    try:
        return SalesDatabase(settings.sales_database_url.get_secret_value(), queries, settings.database_timeout_seconds)
    except ValueError as error:
        sys.stderr.write(f"SALES_DATABASE_URL: {error}\n")
        raise SystemExit(2) from error

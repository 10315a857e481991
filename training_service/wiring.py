"""Makes the parts that the service and the workers share, from the settings."""

import sys

from shared.config import PipelineConfig
from shared.settings import TrainingSettings
from shared.weather_service import weather_service
from training_service.sources.database.sales_database import Queries, SalesDatabase
from training_service.sources.files.access import SalesFiles
from training_service.sources.files.reading import SalesColumns
from training_service.sources.geocoding import Geocoder
from training_service.sources.sales_source import SalesSource


def pipeline_config(settings: TrainingSettings) -> PipelineConfig:
    """The configuration of features and forecasters.

    Raises:
        InvalidInput: the file, which the settings found in order, no longer is.
    """
    return PipelineConfig.from_file(settings.pipeline_config) if settings.pipeline_config else PipelineConfig()


def sales_source(settings: TrainingSettings, config: PipelineConfig) -> SalesSource:
    """The sales: of the database, and files."""
    columns = SalesColumns(
        date=settings.sales_date_column,
        dish=settings.sales_dish_column,
        quantity=settings.sales_quantity_column,
        store=settings.sales_store_column,
        date_format=settings.sales_date_format,
    )
    files = SalesFiles(settings.data_root, settings.data_urls)
    return SalesSource(files, settings.sales_csv, columns, config, sales_database(settings), weather_service(settings))


def geocoder(settings: TrainingSettings) -> Geocoder | None:
    """What finds addresses; None where nobody is to be asked."""
    if settings.geocoder_url == "none":
        return None
    return Geocoder(settings.geocoder_url, settings.geocoder_user_agent, settings.geocoder_timeout_seconds)


def sales_database(settings: TrainingSettings) -> SalesDatabase | None:
    """The database of the sales; None where there is none.

    Raises:
        SystemExit: (status 2) SALES_DATABASE_URL is wrong.
    """
    if settings.sales_database_url is None:
        return None
    queries = Queries(
        sales=settings.sales_query,
        weather=settings.weather_query,
        place=settings.place_query,
        stores=settings.stores_query,
    )
    try:
        return SalesDatabase(settings.sales_database_url.get_secret_value(), queries, settings.database_timeout_seconds)
    except ValueError as error:
        sys.stderr.write(f"SALES_DATABASE_URL: {error}\n")
        raise SystemExit(2) from error

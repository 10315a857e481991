"""Checks the sales file of `make demo` before anything starts; errors name the parameters of `make demo`."""

import shlex
from collections.abc import Mapping
from pathlib import Path

from pydantic import ValidationError
from pydantic_settings import BaseSettings

from shared.config import PipelineConfig
from shared.errors import InvalidInput
from shared.names import DEFAULT_STORE
from shared.restaurant.place import Place
from shared.rpc.validation import Violations
from shared.settings import CommonSettings, DateFormat, PipelineConfigFile, TextEncoding
from training_service.sources.files.access import SalesFiles
from training_service.sources.files.reading import StoreNotInFile
from training_service.sources.files.sales_columns import SalesColumns
from training_service.sources.sales_source import SalesSource
from training_service.versions.store_sales import read_store_sales

_HOW_TO_SET = (
    "`make demo` reads these settings from its command line, the environment and .env, such as "
    "make demo SALES=file.csv COUNTRY=CN {}."
)
_EXAMPLES = {
    "SALES_DATE_FORMAT": "SALES_DATE_FORMAT=%d.%m.%Y",
    "SALES_STORE_COLUMN": "SALES_STORE_COLUMN=none",
    "SALES_ENCODING": "SALES_ENCODING=cp1252",
}


class WrongSales(Exception):
    """A sales file or a setting that describes the file is wrong; the message has a line for each mistake."""


class SalesFileSettings(BaseSettings):
    """The settings of the environment and of `.env` that describe the user's sales file.

    Everything else that these places set belongs to another stack.
    """

    model_config = CommonSettings.model_config

    sales_date_column: str | None = None
    sales_dish_column: str | None = None
    sales_quantity_column: str | None = None
    sales_store_column: str | None = None
    sales_date_format: DateFormat | None = None
    sales_sheet: str | None = None
    sales_encoding: TextEncoding | None = None
    pipeline_config: PipelineConfigFile | None = None
    country: str = ""

    def variables(self) -> Mapping[str, str]:
        """Returns the environment variables by which the services of the demonstration read the file."""
        given = self.model_dump(exclude={"country"}, exclude_none=True)
        # The services run in another folder.
        return {
            name.upper(): str(value.resolve() if isinstance(value, Path) else value) for name, value in given.items()
        }

    def config(self) -> PipelineConfig:
        """Returns the configuration that the services of the demonstration train with."""
        return PipelineConfig.from_file(self.pipeline_config) if self.pipeline_config else PipelineConfig()

    def columns(self) -> SalesColumns:
        """Returns what the settings say about the columns of the file."""
        return SalesColumns(
            date=self.sales_date_column,
            dish=self.sales_dish_column,
            quantity=self.sales_quantity_column,
            store=self.sales_store_column,
            date_format=self.sales_date_format,
            sheet=self.sales_sheet,
            encoding=self.sales_encoding,
        )


def load_sales_settings() -> SalesFileSettings:
    """Reads the settings from the environment and `.env`; the environment wins.

    Raises:
        WrongSales: A value is wrong, or `.env` is not UTF-8.
    """
    try:
        return SalesFileSettings()
    except UnicodeDecodeError as error:
        raise WrongSales(".env: expected text in UTF-8; save the file as UTF-8") from error
    except ValidationError as error:
        wrong = [
            f"{str(each['loc'][0]).upper()}: {each['msg'].removeprefix('Value error, ')} (got {each['input']!r})"
            for each in error.errors()
        ]
        raise WrongSales("\n".join(wrong)) from error


def check_sales(file: Path, store: str, country: str, settings: SalesFileSettings) -> None:
    """Reads a sales file as the services will read the file.

    Args:
        file: The sales file.
        store: Name of the restaurant whose sales are wanted.
        country: Code of its country, whose time zone tells which days are over.
        settings: The settings that describe the file.

    Raises:
        WrongSales: The file has no sales of the restaurant, or cannot be read.
    """
    violations = Violations()
    restaurant = violations.store(store)
    if violations.found:
        raise WrongSales("\n".join(f"STORE={shlex.quote(store)}: {each.description}" for each in violations.found))
    try:
        config = settings.config()
        source = SalesSource(SalesFiles(file.parent), file.name, settings.columns(), config)
        read_store_sales(source, str(file), restaurant, Place(country=country), (), config)
    except InvalidInput as error:
        # Here the user of the file sets what the services call the settings of the server.
        told = [f"SALES: {each.description}".replace("the server's ", "") for each in error.violations]
        named = [name.upper() for name in SalesFileSettings.model_fields if name.upper() in "\n".join(told)]
        if named:
            told.append(_HOW_TO_SET.format(_EXAMPLES.get(named[0], f"{named[0]}=name")))
        if isinstance(error, StoreNotInFile):
            is_default = restaurant == DEFAULT_STORE
            several = "The file has several restaurants: choose one" if is_default else "Choose another one"
            told.append(f"{several} with STORE=name, in quotes where the name has blanks.")
        raise WrongSales("\n".join(told)) from error

"""Where the sales of a run come from."""

from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from shared.config import PipelineConfig
from shared.errors import InvalidInput, NotReady
from shared.notices import Notice
from shared.restaurant.calendar import country_is_known
from shared.restaurant.open_meteo import OpenMeteo, WeatherFailed
from shared.restaurant.place import Place
from training_service.outcomes import FUTURE_SALES, SALES_FROM_FILE
from training_service.sources.database.sales_database import DatabaseFailed, SalesDatabase
from training_service.sources.files.access import SalesFiles, StorageFailed
from training_service.sources.files.reading import SalesColumns, columns_read, read_sales_file
from training_service.sources.files.weather_csv import find_weather_csv, read_weather_csv
from training_service.sources.last_complete_day import last_complete_day

#: Degrees that no latitude and no longitude exceeds.
_POLE, _DATE_LINE = 90, 180


@dataclass(frozen=True, slots=True)
class SalesData:
    """The sales of a store, and its weather.

    Args:
        sales: `date`, `dish`, `sales`, `rows`; one row per dish and day.
        weather: by date; None where there is none.
        origin: where the sales come from, for people.
        refund_rows: negative rows that were set off against other sales.
        warnings: what the caller should know of the sales and the weather.
        weather_origin: where the weather comes from, for people.
        unfinished_rows: rows of days that are not over, which were left out.
        columns: of a file: its names of the date, the dish and the quantity.
    """

    sales: pd.DataFrame
    weather: pd.DataFrame | None
    origin: str
    refund_rows: int = 0
    warnings: tuple[Notice, ...] = ()
    weather_origin: str = "none"
    unfinished_rows: int = 0
    columns: tuple[str, ...] = ()


class SalesSource:
    """The database first, then sales files, with the weather beside them.

    Args:
        files: that may be read.
        default_file: one of them, where a request names none and the database has nothing.
        columns: names and date format, where they are not to be recognised.
        config: names the weather columns, and tells when a day is over.
        database: None where there is none.
        weather_service: asked where neither has weather; None where nobody is to be asked.
    """

    def __init__(
        self,
        files: SalesFiles,
        default_file: str,
        columns: SalesColumns,
        config: PipelineConfig,
        database: SalesDatabase | None = None,
        weather_service: OpenMeteo | None = None,
    ) -> None:
        self._files = files
        self._default_file = default_file
        self._columns = columns
        self._config = config
        self._database = database
        self._weather_service = weather_service

    def resolve(self, source: str) -> str:
        """The absolute path or URL that a request means; "" for the database and what stands in for it.

        Raises:
            InvalidInput: it may not be read, or there is no such file.
        """
        if not source and self._database:
            return ""
        return self._files.resolve(source or self._default_file)

    def check(self, source: str, store: str) -> None:
        """Reads what a caller has to be told of at once; a database, which may be slow, is left to the plan.

        Raises:
            InvalidInput: with every violation of the file.
            StorageFailed: it cannot be fetched now.
        """
        if source:
            self._read_file(source, store, None)

    def read(self, source: str, store: str, place: Place | None = None) -> SalesData:
        """Reads the sales and the weather of a store.

        Args:
            source: what `resolve` answered; checked again, the file may have been replaced since.
            store: whose sales, in a source of several.
            place: whose weather is asked for, and whose days moments are of; None where the place is not known.

        Raises:
            InvalidInput: with every violation of the file, or what in the database cannot be sales: no file stands in
                for that.
            StorageFailed: it cannot be fetched now.
            DatabaseFailed: the database has no sales, and there is no file to stand in for it.
        """
        data = self._read_sales(source, store, place.time_zone if place else None)
        return data if data.weather is not None or place is None else self._with_weather(data, place)

    def _read_sales(self, source: str, store: str, time_zone: str | None) -> SalesData:
        if source or self._database is None:
            return self._read_file(source or self._default_file, store, time_zone)
        try:
            data = self._read_database(self._database, store, time_zone)
            reason = "" if len(data.sales) else f"{self._database.name} has no sales of store {store}"
        except DatabaseFailed as error:
            reason = error.message
        if not reason:
            return data
        try:
            instead = self._read_file(self._default_file, store, time_zone)
        except (InvalidInput, StorageFailed) as error:
            raise DatabaseFailed(f"{reason}; nor can a file stand in: {error.message}") from error
        warning = Notice(SALES_FROM_FILE, f"{reason}; the sales of {instead.origin} are used instead")
        return replace(instead, warnings=(warning,))

    def forecasts_weather(self, place: Place | None) -> bool:
        """Whether the weather of the next days will be known when sales are forecast.

        Args:
            place: of the restaurant; None where it is not known.
        """
        return self._weather_service is not None and place is not None and place.latitude is not None

    def stores(self) -> list[str]:
        """Every store that the database has sales of, sorted.

        Raises:
            NotReady: there is no database.
            DatabaseFailed: it does not answer.
        """
        if self._database is None:
            raise NotReady("the server has no database (SALES_DATABASE_URL): name each store", reason="NO_DATABASE")
        return self._database.stores()

    def place(self, store: str) -> Place | None:
        """Where a store is, as far as the database knows.

        Raises:
            DatabaseFailed: it does not answer, or not with a place.
        """
        found = self._database.place(store) if self._database else None
        country = str(found["country"] or "").upper() if found else ""
        if not found or not country_is_known(country):
            return None
        latitude, longitude = _coordinates(found["latitude"], found["longitude"])
        return Place(latitude=latitude, longitude=longitude, country=country)

    def _read_database(self, database: SalesDatabase, store: str, time_zone: str | None) -> SalesData:
        found = database.sales(store, time_zone)
        weather: pd.DataFrame | None = None
        warnings = []
        if found.future_rows:
            message = f"{database.name}: {found.future_rows:,} rows of days to come are left out"
            warnings.append(Notice(FUTURE_SALES, message))
        if len(found.sales):
            try:
                weather = database.weather(store, self._config.weather_cols)
            except DatabaseFailed as error:
                warnings.append(Notice("NO_WEATHER", f"{error.message}; the models do without weather"))
        return SalesData(
            found.sales,
            weather,
            f"database {database.name}",
            found.refund_rows,
            tuple(warnings),
            "database",
            found.future_rows,
        )

    def _with_weather(self, data: SalesData, place: Place) -> SalesData:
        if self._weather_service is None or place.latitude is None or data.sales.empty:
            return data
        first = data.sales["date"].min().date()
        # A till has rows of today, and the service refuses to tell of days to come.
        last = min(data.sales["date"].max().date(), last_complete_day(place, self._config))
        if last < first:
            return data
        try:
            weather = self._weather_service.past(place, first, last)
        except WeatherFailed as error:
            warning = Notice("NO_WEATHER", f"{error.message}; the models do without weather")
            return replace(data, warnings=(*data.warnings, warning))
        return replace(data, weather=weather, weather_origin="Open-Meteo")

    def _read_file(self, source: str, store: str, time_zone: str | None) -> SalesData:
        with self._files.opened(source) as file:
            sales = read_sales_file(file.path, store, self._columns, time_zone)
            columns = columns_read(file.path, self._columns)
            weather_path = find_weather_csv(file.path)
            weather = read_weather_csv(weather_path, self._config.weather_cols) if weather_path else None
        return SalesData(sales, weather, file.origin, weather_origin="weather.csv", columns=columns)


def _coordinates(latitude: Any, longitude: Any) -> tuple[float, float] | tuple[None, None]:
    """Both as a database has them, in degrees; unknown where no place on earth has them."""
    try:
        degrees = float(latitude), float(longitude)
    except (TypeError, ValueError):
        return None, None
    is_on_earth = abs(degrees[0]) <= _POLE and abs(degrees[1]) <= _DATE_LINE
    # Zero and zero, in the sea off Africa, are columns that nobody has filled.
    return degrees if is_on_earth and degrees != (0.0, 0.0) else (None, None)

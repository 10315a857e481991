"""Reads the sales of a run: from the file that the request names, or from the database, which a file may replace."""

from dataclasses import replace
from functools import partial
from pathlib import Path

import pandas as pd

from shared.config import PipelineConfig
from shared.errors import InvalidInput, NotReady, Violation
from shared.names import DEFAULT_STORE
from shared.notices import Notice
from shared.restaurant.open_meteo import OpenMeteo
from shared.restaurant.place import Place
from shared.restaurant.school_holidays import SchoolHoliday
from training_service.learning.events import SalesEvent
from training_service.outcomes import (
    EVENTS_UNREADABLE,
    FUTURE_SALES,
    SALES_FROM_FILE,
    SCHOOL_HOLIDAYS_UNREADABLE,
    WEATHER_FILE_UNREADABLE,
)
from training_service.sources.database.connection import DatabaseFailed
from training_service.sources.database.sales_database import SalesDatabase
from training_service.sources.files.access import SalesFiles
from training_service.sources.files.events_csv import find_events_csv, read_events_csv
from training_service.sources.files.fetching import StorageFailed
from training_service.sources.files.imported import ImportedSales, columns_of, is_written_from_rows
from training_service.sources.files.reading import StoreNotInFile, read_sales_file
from training_service.sources.files.sales_columns import SalesColumns
from training_service.sources.files.school_holidays_file import find_school_holidays, read_school_holidays
from training_service.sources.files.summed_rows import FileSales
from training_service.sources.files.weather_csv import find_weather_csv, read_weather_csv
from training_service.sources.how_read import HowRead, LeftOut, SourceKind
from training_service.sources.past_weather import no_weather, with_past_weather
from training_service.sources.sales_data import SalesData
from training_service.sources.sales_limits import SALES_FIELD


class SalesSource:
    """Reads sales and weather. The order of the sources, and what happens when one fails, is in docs/data.md.

    Args:
        files: Sales files that may be read.
        default_file: Name of the file that is read where a request names none and the database has no sales.
        columns: Names of columns and format of dates in files that need not be recognised.
        config: Configuration that names the columns of weather and decides which days are over.
        database: Database that is read first where a request names no file; None where there is no database.
        weather_service: Service that is asked where the source has no weather; None to ask nobody.
        imported: Files that callers have sent, which are read first where a request names no file; None to read none.
    """

    def __init__(
        self,
        files: SalesFiles,
        default_file: str,
        columns: SalesColumns,
        config: PipelineConfig,
        database: SalesDatabase | None = None,
        weather_service: OpenMeteo | None = None,
        imported: ImportedSales | None = None,
    ) -> None:
        self._files = files
        self._default_file = default_file
        self._columns = columns
        self._config = config
        self._database = database
        self._weather_service = weather_service
        self._imported = imported

    def resolve(self, source: str, store: str) -> str:
        """The absolute path or the URL of the file that a request means; "" for the database.

        Args:
            source: Path or URL of the request; empty where the request names no file.
            store: Name of the store. Where a caller has sent a file for this store, an empty source means that file.

        Raises:
            InvalidInput: The file may not be read, or there is no such file.
        """
        if not source and self._imported:
            source = self._imported.current(store)
        if not source and self._database:
            return ""
        path = self._files.resolve(source or self._default_file)
        if self._imported and not self._imported.may_read(path, store):
            raise InvalidInput([Violation(SALES_FIELD, "expected a file that was imported for this store")])
        return path

    def check(self, source: str, store: str) -> None:
        """Reads a whole sales file, so that a caller learns at once what is wrong with the file.

        The sales are not kept for `read`: the plan of the run reads them in another process, some time later, and the
        file may have been replaced in between. A database, which may be slow, is left to the plan altogether.

        Args:
            source: Answer of `resolve`.
            store: Name of the store.

        Raises:
            InvalidInput: The file is wrong; every violation is listed.
            StorageFailed: The file cannot be fetched now.
        """
        if source:
            self._read_file(source, store, None)

    def stores_of_file(self, source: str) -> list[str]:
        """Reads the names of the stores that a sales file names, sorted; empty where no column names them.

        Args:
            source: Answer of `resolve`, not empty.

        Raises:
            InvalidInput: The file is wrong; every violation is listed.
            StorageFailed: The file cannot be fetched now.
        """
        with self._files.opened(source) as file:
            try:
                how = self._read_sales_file(file.path, DEFAULT_STORE, None).how
            except StoreNotInFile as error:
                return sorted(error.stores)
        return sorted(how.restaurants)

    def read(self, source: str, store: str, place: Place | None = None) -> SalesData:
        """Reads the sales and the weather of a store.

        Args:
            source: Answer of `resolve`. The file is checked once more, as it may have been replaced since `check`.
            store: Name of the store.
            place: Place of the store, whose weather is read and whose time zone assigns moments to days; None where the
                place is not known.

        Raises:
            InvalidInput: The file is wrong, or rows of the database cannot be sales. No file replaces such rows.
            StorageFailed: The file cannot be fetched now.
            DatabaseFailed: The database gives no sales, and no file can replace it.
        """
        data = self._read_sales(source, store, place)
        if data.weather is not None or place is None or self._weather_service is None:
            return data
        return with_past_weather(data, place, self._weather_service, self._config)

    def forecasts_weather(self, place: Place | None) -> bool:
        """Whether the weather of the next days will be known when sales are forecast.

        Args:
            place: Place of the store; None where the place is not known.
        """
        return self._weather_service is not None and place is not None and place.latitude is not None

    def stores(self) -> list[str]:
        """Reads the name of every store that has imported sales, or sales in the database, sorted.

        Raises:
            NotReady: There is no database, and no store has imported sales.
            DatabaseFailed: The database does not answer.
        """
        imported = self._imported.stores() if self._imported else []
        if self._database is None and imported:
            return imported
        if self._database is None:
            raise NotReady("the server has no database (SALES_DATABASE_URL): name each store", reason="NO_DATABASE")
        return sorted({*self._database.stores(), *imported})

    def _read_sales(self, source: str, store: str, place: Place | None) -> SalesData:
        if source or self._database is None:
            return self._read_file(source or self._default_file, store, place)
        try:
            data = self._read_database(self._database, store, place)
            reason = "" if len(data.sales) else f"{self._database.name} has no sales of store {store}"
        except DatabaseFailed as error:
            reason = error.message
        if not reason:
            return data
        try:
            instead = self._read_file(self._default_file, store, place)
        except (InvalidInput, StorageFailed) as error:
            raise DatabaseFailed(f"{reason}; no file can replace the database: {error.message}") from error
        message = f"{reason}; the sales of {instead.origin} are used instead; train again when the database has them"
        return replace(instead, warnings=(Notice(SALES_FROM_FILE, message), *instead.warnings))

    def _read_database(self, database: SalesDatabase, store: str, place: Place | None) -> SalesData:
        time_zone = place.time_zone if place else None
        found = database.sales(store, time_zone, max(self._config.day_ends_at_hour - 24, 0))
        weather: pd.DataFrame | None = None
        warnings = []
        if found.future_rows:
            message = f"{database.name}: {found.future_rows:,} rows of days to come are left out; correct their dates"
            warnings.append(Notice(FUTURE_SALES, message))
        if len(found.sales):
            try:
                weather = database.weather(store, self._config.weather_cols)
            except DatabaseFailed as error:
                warnings.append(no_weather(error.message))
        events, event_warnings = self._read_events(database, store)
        school_holidays, school_warnings = self._read_school_holidays(database, store, place)
        return SalesData(
            sales=found.sales,
            weather=weather,
            origin=f"database {database.name}",
            refund_rows=found.refund_rows,
            warnings=(*found.warnings, *warnings, *event_warnings, *school_warnings),
            left_out_rows=found.left_out_rows,
            events=events,
            school_holidays=school_holidays,
            weather_origin="database",
            unfinished_rows=found.future_rows,
            how=HowRead(kind=SourceKind.DATABASE, rows=int(found.sales["rows"].sum()) + found.future_rows).without(
                [LeftOut("days to come", found.future_rows)]
            ),
        )

    def _read_sales_file(self, path: Path, store: str, time_zone: str | None) -> FileSales:
        read = partial(
            read_sales_file,
            path,
            columns=columns_of(path, self._columns),
            time_zone=time_zone,
            day_ends_at_hour=self._config.day_ends_at_hour,
        )
        try:
            return read(store=store)
        except StoreNotInFile:
            if self._imported is None or not self._imported.is_imported(path):
                raise
            # Whoever sent the file said whose sales they are: a till may call its only restaurant otherwise.
            return read(store=DEFAULT_STORE)

    def _read_file(self, source: str, store: str, place: Place | None) -> SalesData:
        with self._files.opened(source) as file:
            read = self._read_sales_file(file.path, store, place.time_zone if place else None)
            weather, weather_warnings = self._read_weather_file(file.path)
            events, event_warnings = self._read_events_file(file.path, store)
            school_holidays, school_warnings = self._read_school_holidays_file(file.path, store, place)
        return SalesData(
            sales=read.sales,
            weather=weather,
            origin=file.origin,
            refund_rows=read.refund_rows,
            warnings=(*read.warnings, *weather_warnings, *event_warnings, *school_warnings),
            events=events,
            school_holidays=school_holidays,
            weather_origin="weather.csv" if weather is not None else "none",
            unfinished_rows=read.future_rows + read.unfinished_rows,
            left_out_rows=read.left_out_rows,
            lines=None if is_written_from_rows(file.path) else read.lines,
            columns=(read.columns.date, read.columns.dish, read.columns.quantity),
            how=read.how.as_rows() if is_written_from_rows(file.path) else read.how,
        )

    def _read_weather_file(self, sales_path: Path) -> tuple[pd.DataFrame | None, tuple[Notice, ...]]:
        """The weather beside a sales file, with a warning where the file of the weather cannot be read."""
        path = find_weather_csv(sales_path)
        if path is None:
            return None, ()
        try:
            return read_weather_csv(path, self._config.weather_cols), ()
        except InvalidInput as error:
            # The file may have come with the sales by chance, and sales without weather can be learnt from.
            message = f"{path.name} beside the sales is left out: {error.message}; correct the file, or remove it"
            return None, (Notice(WEATHER_FILE_UNREADABLE, message),)

    def _read_events_file(self, sales_path: Path, store: str) -> tuple[tuple[SalesEvent, ...], tuple[Notice, ...]]:
        """The events beside a sales file, with a warning where their file cannot be read."""
        path = find_events_csv(sales_path)
        if path is None:
            return (), ()
        try:
            return read_events_csv(path, store), ()
        except InvalidInput as error:
            message = f"{path.name} beside the sales is left out: {error.message}; correct the file, or remove it"
            return (), (Notice(EVENTS_UNREADABLE, message),)

    def _read_events(self, database: SalesDatabase, store: str) -> tuple[tuple[SalesEvent, ...], tuple[Notice, ...]]:
        """The events of the database, with a warning where they cannot be read."""
        try:
            return database.events(store), ()
        except (DatabaseFailed, InvalidInput) as error:
            message = f"the events of {database.name} are left out: {error.message}; correct them, or EVENTS_QUERY"
            return (), (Notice(EVENTS_UNREADABLE, message),)

    def _read_school_holidays_file(
        self, sales_path: Path, store: str, place: Place | None
    ) -> tuple[tuple[SchoolHoliday, ...], tuple[Notice, ...]]:
        """The school holidays beside a sales file, with a warning where their file cannot be read."""
        path = find_school_holidays(sales_path)
        if path is None:
            return (), ()
        try:
            return read_school_holidays(path, store, place), ()
        except InvalidInput as error:
            message = f"{path.name} beside the sales is left out: {error.message}; correct the file, or remove it"
            return (), (Notice(SCHOOL_HOLIDAYS_UNREADABLE, message),)

    def _read_school_holidays(
        self, database: SalesDatabase, store: str, place: Place | None
    ) -> tuple[tuple[SchoolHoliday, ...], tuple[Notice, ...]]:
        """The school holidays of the database, with a warning where they cannot be read."""
        try:
            return database.school_holidays(store, place), ()
        except (DatabaseFailed, InvalidInput) as error:
            message = (
                f"the school holidays of {database.name} are left out: {error.message}; correct them, or "
                "SCHOOL_HOLIDAYS_QUERY"
            )
            return (), (Notice(SCHOOL_HOLIDAYS_UNREADABLE, message),)

"""Where the sales of a run come from."""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from shared.config import PipelineConfig
from shared.sales import SalesColumns, read_sales_csv, resolve_source
from shared.weather_csv import find_weather_csv, read_weather_csv


@dataclass(frozen=True, slots=True)
class SalesData:
    """The sales of a store, and its weather.

    Args:
        sales: `date`, `dish`, `sales`, `rows`; one row per dish and day.
        weather: by date; None where there is none.
        origin: where the sales come from, for people.
        refund_rows: negative rows that were set off against other sales.
        warnings: reason and message.
    """

    sales: pd.DataFrame
    weather: pd.DataFrame | None
    origin: str
    refund_rows: int = 0
    warnings: tuple[tuple[str, str], ...] = ()


class SalesSource:
    """Sales files inside one folder, with the weather beside them.

    Args:
        data_root: the only folder that is read from.
        default_file: inside it, where a request names none.
        columns: names and date format, where they are not to be recognised.
        config: names the weather columns.
    """

    def __init__(self, data_root: Path, default_file: str, columns: SalesColumns, config: PipelineConfig) -> None:
        self._data_root = data_root
        self._default_file = default_file
        self._columns = columns
        self._config = config

    def resolve(self, source: str) -> str:
        """The absolute path that a request means.

        Raises:
            InvalidInput: outside the data root, or no such file.
        """
        return str(resolve_source(source or self._default_file, self._data_root))

    def read(self, source: str, store: str) -> SalesData:
        """Reads the sales of a store, and the weather where there is a `weather.csv` beside them.

        Args:
            source: what `resolve` answered; checked again, the file may have been replaced since.
            store: whose sales, in a file of several.

        Raises:
            InvalidInput: with every violation of the file.
        """
        path = resolve_source(source, self._data_root)
        sales = read_sales_csv(path, store, self._columns)
        weather_path = find_weather_csv(path)
        weather = read_weather_csv(weather_path, self._config.weather_cols) if weather_path else None
        return SalesData(sales, weather, path.relative_to(self._data_root.resolve()).as_posix())

"""Asks Open-Meteo for daily weather: measurements of the past, and the forecast of the next days.

Measurements are kept on disk, so that no day is asked for twice. The API: https://open-meteo.com/en/docs.
"""

import contextlib
import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pandas as pd
import structlog
from tenacity import Retrying, retry_if_exception, stop_after_attempt, wait_exponential_jitter

from shared.errors import Unavailable
from shared.restaurant.place import Place
from shared.restaurant.weather import WEATHER_COLS
from shared.whole_files import written_beside

log = structlog.get_logger(__name__)

#: Number of days of a forecast, today included: the most that the API gives.
FORECAST_DAYS = 16

#: Number of days before today that come with a forecast.
PAST_DAYS = 30

#: Age from which on measurements are kept. Younger ones are still corrected.
_SETTLED_AFTER = dt.timedelta(days=7)

#: Attempts of one request for measurements, in a training, which can wait. A forecast is asked for once.
_ATTEMPTS = 3

#: Pauses between attempts, in seconds: the first, which doubles with each attempt, and the longest.
_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 0.2, 2.0

#: Largest random addition to a pause, as a multiple of the first pause: processes must not try again all at once.
_JITTER = 5.0

#: HTTP status of a limit on requests, and the lowest status of a server's own errors.
_TOO_MANY_REQUESTS = 429
_SERVER_ERROR = 500


class WeatherFailed(Unavailable):
    """The weather service does not answer, or the answer is no weather."""

    default_reason = "WEATHER_FAILED"


class OpenMeteo:
    """A client of the archive and of the forecast.

    Args:
        archive_url: URL of the endpoint for measurements of the past.
        forecast_url: URL of the endpoint for the forecast.
        cache_dir: Folder in which measurements are kept.
        timeout_seconds: Longest time of one attempt, in seconds.
        first_pause_seconds: Pause after the first failed attempt, in seconds; it doubles with each attempt.
    """

    def __init__(
        self,
        archive_url: str,
        forecast_url: str,
        cache_dir: Path,
        timeout_seconds: float,
        first_pause_seconds: float = _FIRST_PAUSE_SECONDS,
    ) -> None:
        self._archive_url = archive_url
        self._forecast_url = forecast_url
        self._cache_dir = cache_dir
        self._first_pause_seconds = first_pause_seconds
        self._http = httpx.Client(timeout=timeout_seconds)

    def past(self, place: Place, first: dt.date, last: dt.date) -> pd.DataFrame:
        """Reads measurements of the past from disk, and asks the archive for the days that are missing there.

        Args:
            place: Place with latitude and longitude.
            first: First day.
            last: Last day, included.

        Returns:
            The columns of WEATHER_COLS, float64, by date (DatetimeIndex, daily); NaN for unknown.

        Raises:
            WeatherFailed: The archive was asked for missing days and did not give them.
        """
        wanted = pd.date_range(first, last, freq="D", unit="s")
        known = self._cached(place)
        missing = wanted[~wanted.isin(known.index)]
        if len(missing):
            span = {"start_date": f"{missing[0]:%Y-%m-%d}", "end_date": f"{missing[-1]:%Y-%m-%d}"}
            fetched = self._ask(self._archive_url, place, span)
            known = fetched.combine_first(known)
            self._keep(place, known)
        return known.reindex(wanted)

    def forecast(self, place: Place) -> pd.DataFrame:
        """Asks for the weather of the last PAST_DAYS days and of FORECAST_DAYS days from today on.

        Args:
            place: Place with latitude and longitude.

        Returns:
            The columns of WEATHER_COLS, as `past` returns them.

        Raises:
            WeatherFailed: The service did not give a forecast.
        """
        span = {"past_days": str(PAST_DAYS), "forecast_days": str(FORECAST_DAYS)}
        return self._ask(self._forecast_url, place, span, attempts=1)

    def close(self) -> None:
        """Closes the connections."""
        self._http.close()

    def _ask(self, url: str, place: Place, span: Mapping[str, str], attempts: int = _ATTEMPTS) -> pd.DataFrame:
        if place.latitude is None or place.longitude is None:
            raise WeatherFailed("no weather without latitude and longitude")
        parameters = {
            "latitude": f"{place.latitude:.4f}",
            "longitude": f"{place.longitude:.4f}",
            "daily": ",".join(WEATHER_COLS),
            "timezone": "auto",
            **span,
        }
        retrying = Retrying(
            stop=stop_after_attempt(attempts),
            wait=wait_exponential_jitter(
                multiplier=self._first_pause_seconds,
                max=_LONGEST_PAUSE_SECONDS,
                jitter=_JITTER * self._first_pause_seconds,
            ),
            retry=retry_if_exception(_is_passing),
            reraise=True,
        )
        host = httpx.URL(url).host
        try:
            answer = retrying(self._get, url, parameters)
        except httpx.HTTPStatusError as error:
            raise WeatherFailed(f"{host} answered {error.response.status_code}{_reason(error.response)}") from error
        except httpx.HTTPError as error:
            raise WeatherFailed(f"{host} does not answer ({type(error).__name__})") from error
        try:
            return _table(answer.json())
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise WeatherFailed(
                f"{host} sent no daily weather; check WEATHER_ARCHIVE_URL and WEATHER_FORECAST_URL"
            ) from error

    def _get(self, url: str, parameters: Mapping[str, str]) -> httpx.Response:
        answer = self._http.get(url, params=parameters)
        answer.raise_for_status()
        return answer

    def _cached(self, place: Place) -> pd.DataFrame:
        with contextlib.suppress(OSError, ValueError, KeyError):
            table = pd.read_csv(self._file(place), parse_dates=["date"]).set_index("date")
            table.index = pd.DatetimeIndex(table.index).as_unit("s")
            return table[list(WEATHER_COLS)].astype(np.float64)
        return _no_weather()

    def _keep(self, place: Place, table: pd.DataFrame) -> None:
        """Keeps the settled days. What another process writes at the same moment may be lost."""
        settled = pd.Timestamp(dt.datetime.now(dt.UTC).date() - _SETTLED_AFTER)
        kept = table[(table.index < settled) & table.notna().any(axis=1)]
        file = self._file(place)
        try:
            with written_beside(file) as temporary:
                kept.rename_axis("date").to_csv(temporary)
                temporary.replace(file)
        except OSError as error:
            log.warning("the weather could not be kept on disk", reason=str(error))

    def _file(self, place: Place) -> Path:
        return self._cache_dir / f"weather_{place.latitude:.4f}_{place.longitude:.4f}.csv"


def _table(answer: Mapping[str, Any]) -> pd.DataFrame:
    daily = answer["daily"]
    index = pd.DatetimeIndex(pd.to_datetime(daily["time"], format="%Y-%m-%d"), name="date").as_unit("s")
    columns = {name: _numbers(daily.get(name), len(index)) for name in WEATHER_COLS}
    return pd.DataFrame(columns, index=index)


def _numbers(values: Sequence[float | None] | None, length: int) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    """A column of the answer, shape (length,); NaN for null, and where the column is missing or too short."""
    numbers = np.full(length, np.nan)
    for position, value in enumerate((values or ())[:length]):
        numbers[position] = np.nan if value is None else float(value)
    return numbers


def _no_weather() -> pd.DataFrame:
    index = pd.DatetimeIndex([], name="date").as_unit("s")
    return pd.DataFrame({name: pd.Series([], dtype=np.float64) for name in WEATHER_COLS}, index=index)


def _is_passing(error: BaseException) -> bool:
    """Whether an error may pass, so that another attempt makes sense."""
    if isinstance(error, httpx.HTTPStatusError):
        return error.response.status_code == _TOO_MANY_REQUESTS or error.response.status_code >= _SERVER_ERROR
    return isinstance(error, httpx.TransportError)


def _reason(answer: httpx.Response) -> str:
    with contextlib.suppress(ValueError, KeyError, TypeError):
        return f": {str(answer.json()['reason'])[:200]}"
    return ""

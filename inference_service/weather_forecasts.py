"""Keeps the weather forecast of each place that is served: a request gets the forecast within 0.3 seconds, or goes
without.

A forecast that has become old is refreshed in the background, while requests still use it.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pandas as pd
import structlog

from shared.restaurant.open_meteo import OpenMeteo, WeatherFailed
from shared.restaurant.place import Place

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class WeatherLimits:
    """How long forecasts are waited for and used, and how often the weather service is asked.

    Args:
        request_wait_seconds: Longest time that a request waits for the weather.
        fresh_seconds: Age of a forecast at which the service is asked for a new one.
        usable_seconds: Age of a forecast at which it is no longer used.
        pause_after_failure_seconds: Time after a failure in which the service is not asked for the same place.
        places_kept: Number of places whose forecasts are kept.
        calls_at_once: Number of calls to the service at the same time.
        most_calls: Number of calls that wait or are under way. Behind more of them, no place would get its forecast
            while a request still waits for it.
    """

    request_wait_seconds: float = 0.3
    fresh_seconds: float = 3600.0
    usable_seconds: float = 24 * 3600.0
    pause_after_failure_seconds: float = 60.0
    places_kept: int = 1000
    calls_at_once: int = 4
    most_calls: int = 100


@dataclass(slots=True)
class _PlaceWeather:
    """The forecast of one place.

    Args:
        weather: The last forecast; None before the first one.
        fetched: When the last forecast came, in seconds of the monotonic clock.
        failed: When the service failed last, in seconds of the monotonic clock.
        refresh: The call that is under way or waits, or None.
    """

    weather: pd.DataFrame | None = None
    fetched: float = float("-inf")
    failed: float = float("-inf")
    refresh: "asyncio.Task[None] | None" = None


class WeatherForecasts:
    """Keeps the forecast of each place; for one place, one call to the service at a time.

    Args:
        service: The weather service, or None where no weather is to be asked for.
        limits: Numbers and times that bound the waiting and the asking.
        clock: Monotonic clock in seconds.
    """

    def __init__(
        self,
        service: OpenMeteo | None,
        *,
        limits: WeatherLimits = WeatherLimits(),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._service = service
        self._limits = limits
        self._clock = clock
        self._places: OrderedDict[tuple[float, float], _PlaceWeather] = OrderedDict()
        self._refreshes: set[asyncio.Task[None]] = set()
        self._threads = ThreadPoolExecutor(limits.calls_at_once, thread_name_prefix="weather")

    async def at(self, place: Place) -> pd.DataFrame | None:
        """The forecast of a place, by date; None where no forecast is at hand within a moment.

        Where `WeatherLimits.most_calls` are under way, the place is not asked for before its next request.

        Args:
            place: Place of the restaurant; without coordinates there is no forecast.

        Returns:
            The columns that the service has, float64, by date (DatetimeIndex, daily); NaN for unknown. The object is
            the same until the forecast changes.
        """
        if self._service is None or place.latitude is None or place.longitude is None:
            return None
        limits = self._limits
        key = _key(place.latitude, place.longitude)
        entry = self._places.setdefault(key, _PlaceWeather())
        self._places.move_to_end(key)
        while len(self._places) > limits.places_kept:
            self._places.popitem(last=False)
        now = self._clock()
        if now - entry.fetched < limits.fresh_seconds:
            return entry.weather
        has_paused = now - entry.failed > limits.pause_after_failure_seconds
        if entry.refresh is None and has_paused and len(self._refreshes) < limits.most_calls:
            entry.refresh = asyncio.create_task(self._refresh(entry, place, self._service))
            self._refreshes.add(entry.refresh)
            entry.refresh.add_done_callback(self._refreshes.discard)
        if entry.refresh is not None and now - entry.fetched > limits.usable_seconds:
            await asyncio.wait([entry.refresh], timeout=limits.request_wait_seconds)
        return entry.weather if self._clock() - entry.fetched < limits.usable_seconds else None

    @property
    def is_asking(self) -> bool:
        """Whether calls to the weather service wait or are under way."""
        return bool(self._refreshes)

    def at_hand(self, place: Place) -> pd.DataFrame | None:
        """The forecast that `at` would answer if nothing were asked for and waited for; see there.

        Args:
            place: Place of the restaurant.
        """
        if place.latitude is None or place.longitude is None:
            return None
        entry = self._places.get(_key(place.latitude, place.longitude))
        is_usable = entry is not None and self._clock() - entry.fetched < self._limits.usable_seconds
        return entry.weather if entry is not None and is_usable else None

    async def close(self) -> None:
        """Cancels all calls without waiting for them, and closes the service."""
        refreshes = list(self._refreshes)
        for refresh in refreshes:
            refresh.cancel()
        await asyncio.gather(*refreshes, return_exceptions=True)
        self._threads.shutdown(wait=False, cancel_futures=True)
        if self._service:
            self._service.close()

    async def _refresh(self, entry: _PlaceWeather, place: Place, service: OpenMeteo) -> None:
        try:
            weather = await asyncio.get_running_loop().run_in_executor(self._threads, service.forecast, place)
            # The same object stays where nothing has changed: forecasts that were prepared with it stay as well.
            if entry.weather is None or not weather.equals(entry.weather):
                entry.weather = weather
            entry.fetched = self._clock()
        except WeatherFailed as error:
            entry.failed = self._clock()
            log.warning("the weather service gave no forecast", reason=error.message)
        except Exception:
            # A forecast of sales works without weather, and the pause keeps this place from being asked on and on.
            entry.failed = self._clock()
            log.exception("the request for a weather forecast failed")
        finally:
            entry.refresh = None


def _key(latitude: float, longitude: float) -> tuple[float, float]:
    """Coordinates rounded to about 100 metres."""
    return round(latitude, 3), round(longitude, 3)

"""Weather forecasts of the places that are served: at hand within a moment, or refreshed behind the request's back."""

import asyncio
import time
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pandas as pd
import structlog

from shared.restaurant.open_meteo import OpenMeteo, WeatherFailed
from shared.restaurant.place import Place

log = structlog.get_logger(__name__)

#: Longest time that a request waits for the weather.
PATIENCE_SECONDS = 0.3

#: Age at which a forecast is asked for again, and at which it is used no more.
_FRESH_SECONDS = 3600.0
_USABLE_SECONDS = 24 * 3600.0

#: After a failure the service is left alone for so long.
_PAUSE_SECONDS = 60.0

_PLACES_KEPT = 1000
_REQUESTS_AT_ONCE = 4

#: Requests that wait or are under way: behind more of them, no place would get its weather while anybody waits for it.
_MOST_REQUESTS = 100


@dataclass(slots=True)
class _Known:
    """What is known of a place; monotonic times in seconds."""

    weather: pd.DataFrame | None = None
    fetched: float = float("-inf")
    failed: float = float("-inf")
    refresh: "asyncio.Task[None] | None" = None


class WeatherForecasts:
    """Keeps the forecast of each place; one request to the service at a time for each.

    Args:
        service: that is asked; None where no weather is to be asked for.
    """

    def __init__(self, service: OpenMeteo | None) -> None:
        self._service = service
        self._places: OrderedDict[tuple[float, float], _Known] = OrderedDict()
        self._refreshes: set[asyncio.Task[None]] = set()
        self._threads = ThreadPoolExecutor(_REQUESTS_AT_ONCE, thread_name_prefix="weather")

    async def at(self, place: Place) -> pd.DataFrame | None:
        """The forecast of a place, by date; None where there is none within PATIENCE_SECONDS.

        Where too many places are being asked for already, this one is left for its next request.
        """
        if self._service is None or place.latitude is None or place.longitude is None:
            return None
        key = (round(place.latitude, 3), round(place.longitude, 3))
        known = self._places.setdefault(key, _Known())
        self._places.move_to_end(key)
        while len(self._places) > _PLACES_KEPT:
            self._places.popitem(last=False)
        now = time.monotonic()
        if now - known.fetched < _FRESH_SECONDS:
            return known.weather
        may_ask = now - known.failed > _PAUSE_SECONDS and len(self._refreshes) < _MOST_REQUESTS
        if known.refresh is None and may_ask:
            known.refresh = asyncio.create_task(self._refresh(known, place, self._service))
            self._refreshes.add(known.refresh)
            known.refresh.add_done_callback(self._refreshes.discard)
        if known.refresh is not None and now - known.fetched > _USABLE_SECONDS:
            await asyncio.wait([known.refresh], timeout=PATIENCE_SECONDS)
        return known.weather if time.monotonic() - known.fetched < _USABLE_SECONDS else None

    async def close(self) -> None:
        """Ends everything; requests under way are not waited for."""
        refreshes = list(self._refreshes)
        for refresh in refreshes:
            refresh.cancel()
        await asyncio.gather(*refreshes, return_exceptions=True)
        self._threads.shutdown(wait=False, cancel_futures=True)
        if self._service:
            self._service.close()

    async def _refresh(self, known: _Known, place: Place, service: OpenMeteo) -> None:
        try:
            known.weather = await asyncio.get_running_loop().run_in_executor(self._threads, service.forecast, place)
            known.fetched = time.monotonic()
        except WeatherFailed as error:
            known.failed = time.monotonic()
            log.warning("no weather forecast", reason=error.message)
        except Exception:
            # Nobody awaits this task to its end: a forecast without weather must not fail by it, nor ask on and on.
            known.failed = time.monotonic()
            log.exception("no weather forecast")
        finally:
            known.refresh = None

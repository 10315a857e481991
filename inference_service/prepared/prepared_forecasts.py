"""Hands out prepared forecasts, and prepares those that are asked for again and again.

A forecast is a function of the version, the first day, the weather forecast and the overrides of the caller. Those
without overrides are made once for the longest horizon. The key of a window has the version and the first day; the
weather forecast is compared. Warnings depend on the present day as well, and are made for each answer.
"""

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import pandas as pd
import structlog

from inference_service import messages
from inference_service.forecast_request import ForecastRequest
from inference_service.forecast_scope import first_day_of, span_of
from inference_service.forecast_warnings import forecast_warnings
from inference_service.loaded_version import LoadedVersion
from inference_service.prepared.byte_cache import ByteCache
from inference_service.prepared.demand import Demand
from inference_service.prepared.rendered import RenderedDish, render
from inference_service.prepared.windows import Window, WindowKey, make_window, merged
from smartsuschef.forecast.v1 import inference_pb2

log = structlog.get_logger(__name__)

#: Number of days of all dishes together up to which an answer is put together on the event loop: it takes less than a
#: millisecond. Days with contributions count as several.
_DAYS_AT_ONCE = 1_000
_FULL_DAY = 10


@dataclass(frozen=True, slots=True)
class _RenderedKey:
    """What a rendered dish is kept under.

    Args:
        window: Key of its window.
        dish: Name of the dish.
        levels: Levels of the quantiles.
        service_level: Probability with which the quantity to prepare is to meet the demand, or None.
    """

    window: WindowKey
    dish: str
    levels: tuple[float, ...]
    service_level: float | None


class PreparedForecasts:
    """Keeps windows and their rendered dishes, together up to a number of bytes.

    `find` and `note` are called on the event loop, answers may be made in threads.

    Args:
        most_bytes: Largest memory of all prepared forecasts; 0 prepares nothing.
    """

    def __init__(self, most_bytes: int) -> None:
        self._is_on = most_bytes > 0
        self._kept: ByteCache[WindowKey | _RenderedKey, Window | RenderedDish] = ByteCache(most_bytes)
        self._demand = Demand()
        self._under_way: set[tuple[WindowKey, tuple[str, ...]]] = set()
        self._lock = threading.Lock()
        # One thread: whatever is prepared, it takes one core from the calls, and never more.
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="prepare")

    def find(self, version: LoadedVersion, request: ForecastRequest) -> "PreparedAnswer | None":
        """The answer to a request, where its window is at hand.

        Args:
            version: Version that answers.
            request: What the caller asks for.

        Returns:
            None where the request has overrides, or the window is missing, was made with another weather forecast or
            lacks a dish. The request is then computed, and its faults are found there.
        """
        if not self._is_on or request.has_overrides:
            return None
        key = _key(version, request)
        window = self._window(key)
        if window is None or window.weather is not request.weather_forecast:
            return None
        if not (all(dish in window.forecasts for dish in request.dishes) if request.dishes else window.is_whole):
            return None
        return PreparedAnswer(self._kept, key, window, version, request)

    def note(self, version: LoadedVersion, request: ForecastRequest) -> None:
        """Notes that a request was computed, and prepares its window in the background where that pays.

        Args:
            version: Version that answered.
            request: What the caller asked for; the answer was no error.
        """
        if not self._is_on or request.has_overrides:
            return
        dishes = self._demand.to_prepare(version, request)
        if dishes is None:
            return
        key = _key(version, request)
        work = (key, tuple(dishes))
        with self._lock:
            if work in self._under_way:
                return
            self._under_way.add(work)
        self._thread.submit(self._prepare_noted, version, replace(request, dishes=dishes), work)

    def prepare(self, version: LoadedVersion, request: ForecastRequest) -> None:
        """Makes the window of a request and keeps it; beside the dishes that it has already, where it is current.

        Args:
            version: Version that forecasts.
            request: Request without overrides.

        Raises:
            Exception: The error that a request for these dishes and days would fail with.
        """
        key = _key(version, request)
        window = make_window(version, request, key.first)
        old = self._window(key)
        kept = merged(old, window) if old else window
        self._kept.put(key, kept, kept.size)

    def prepare_next(self, version: LoadedVersion, weather: pd.DataFrame | None) -> None:
        """Prepares what the callers of a store repeat, for a version that is about to go live.

        Args:
            version: The version, loaded and warmed.
            weather: Forecast of the weather service that requests will get, or None.
        """
        for kind in self._demand.kinds(version.manifest.store):
            request = ForecastRequest(start=kind.start, full=kind.full, weather_forecast=weather)
            if first_day_of(version, request) > version.history_end:
                self.prepare(version, request)

    def close(self) -> None:
        """Prepares nothing more; does not wait for what is under way."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    def close_after_work(self) -> None:
        """Prepares nothing more, and waits for what is under way."""
        self._thread.shutdown(wait=True)

    @property
    def size(self) -> int:
        """Memory of all prepared forecasts, in bytes."""
        return self._kept.size

    def _window(self, key: WindowKey) -> Window | None:
        window = self._kept.get(key)
        return window if isinstance(window, Window) else None

    def _prepare_noted(
        self, version: LoadedVersion, request: ForecastRequest, work: tuple[WindowKey, tuple[str, ...]]
    ) -> None:
        try:
            self.prepare(version, request)
        except Exception:  # requests are still computed, and answer the error if it is one of theirs
            manifest = version.manifest
            log.exception("a forecast could not be prepared", store=manifest.store, version=manifest.version)
        finally:
            with self._lock:
                self._under_way.discard(work)


@dataclass(frozen=True, slots=True)
class PreparedAnswer:
    """An answer whose forecasts are at hand.

    Args:
        kept: Where rendered dishes are kept.
        key: Key of the window.
        window: Window that has the dishes of the request.
        version: Version that made the window.
        request: What the caller asks for.
    """

    kept: ByteCache[WindowKey | _RenderedKey, Window | RenderedDish]
    key: WindowKey
    window: Window
    version: LoadedVersion
    request: ForecastRequest

    @property
    def is_quick(self) -> bool:
        """Whether the answer is so small, and so much of it rendered, that the event loop can put it together."""
        dishes = self._dishes()
        days = len(dishes) * self._horizon * (_FULL_DAY if self.request.full else 1)
        return days <= _DAYS_AT_ONCE and all(self._at_hand(dish) is not None for dish in dishes)

    def response(self) -> inference_pb2.PredictResponse:
        """The answer.

        Raises:
            InvalidInput: The days cannot be forecast, or the answer would be too large.
        """
        dishes, version, window = self._dishes(), self.version, self.window
        request = replace(self.request, horizon=self._horizon)
        span = span_of(version, dishes, request)
        last_sales = {dish: version.models[dish].history_end for dish in dishes}
        response = messages.response_frame(
            version,
            request,
            weather_source=window.sources[request.horizon - 1],
            failures=() if request.dishes else window.failures,
            warnings=forecast_warnings(version, request, last_sales, window.days, span),
            made=window.made,
            last_sales=last_sales,
        )
        for dish in dishes:
            rendered = self._at_hand(dish) or self._render(dish)
            response.forecasts.add().MergeFromString(rendered.cut(request.horizon))
        return response

    @property
    def _horizon(self) -> int:
        return self.request.horizon or self.version.config.forecast_horizon

    def _dishes(self) -> Sequence[str]:
        if self.request.dishes:
            return list(dict.fromkeys(self.request.dishes))
        return [dish for dish in self.version.models if dish in self.window.forecasts]

    def _at_hand(self, dish: str) -> RenderedDish | None:
        found = self.kept.get(self._rendered_key(dish))
        # A dish that was rendered from an older window of the same key may have had another weather forecast.
        if isinstance(found, RenderedDish) and found.forecast is self.window.forecasts[dish]:
            return found
        return None

    def _render(self, dish: str) -> RenderedDish:
        rendered = render(self.version, self.window, dish, self.request)
        self.kept.put(self._rendered_key(dish), rendered, rendered.size)
        return rendered

    def _rendered_key(self, dish: str) -> _RenderedKey:
        return _RenderedKey(self.key, dish, tuple(self.request.levels), self.request.service_level)


def _key(version: LoadedVersion, request: ForecastRequest) -> WindowKey:
    manifest = version.manifest
    return WindowKey(manifest.store, manifest.version, first_day_of(version, request), request.full)

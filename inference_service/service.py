"""The RPCs of the inference service: they translate and delegate."""

import asyncio
import bisect
import contextlib
import datetime as dt
import threading
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, TypeVar

from inference_service import messages, requests
from inference_service.dish_names import require_models
from inference_service.model_events import ModelChange, ModelEvents
from inference_service.model_store import ModelStore
from inference_service.predictor import predict
from inference_service.weather_forecasts import WeatherForecasts
from shared.rpc.load import LoadLimit
from shared.rpc.streams import until_drained
from shared.rpc.translate import timestamp
from smartsuschef.forecast.v1 import inference_pb2, inference_pb2_grpc

Context = Any
T = TypeVar("T")

#: Bytes of the largest request that is read at once: reading one of 16 MiB takes half a second, for which all others
#: would wait. Small ones are not to wait for a thread behind the forecasts.
_READ_AT_ONCE = 64 * 1024

#: Forecasts that are made or wait: more would wait longer than their callers do.
_MOST_FORECASTS = 500

_MOST_WATCHERS = 5_000


@dataclass(frozen=True, slots=True)
class InferenceService(inference_pb2_grpc.InferenceServiceServicer):
    """See `inference.proto`.

    Args:
        models: what is served.
        events: what happened to the models.
        threads: that forecast, and do whatever else may take long.
        forecasts: of the weather.
        heartbeat_seconds: longest silence on a WatchModels stream.
        draining: set when open streams must end.
        forecasting: limits how many wait for a thread.
        watching: limits how many watch.
    """

    models: ModelStore
    events: ModelEvents
    threads: ThreadPoolExecutor
    forecasts: WeatherForecasts
    heartbeat_seconds: float
    draining: asyncio.Event
    forecasting: LoadLimit = field(default_factory=lambda: LoadLimit(_MOST_FORECASTS, "forecasts"))
    watching: LoadLimit = field(default_factory=lambda: LoadLimit(_MOST_WATCHERS, "watchers"))

    async def Predict(self, request: inference_pb2.PredictRequest, context: Context) -> inference_pb2.PredictResponse:
        """See `inference.proto`."""
        read = partial(requests.predict, request)
        store, pinned, wish = read() if request.ByteSize() <= _READ_AT_ONCE else await self._in_threads(read)
        version = await self.models.get(store, pinned)
        elsewhere = version.manifest.place.relocated(wish.place) if wish.place else None
        place = version.place_of_weather(elsewhere)
        wish = replace(wish, place=elsewhere, weather_forecast=await self.forecasts.at(place) if place else None)
        left = threading.Event()
        context.add_done_callback(lambda _: left.set())

        def answer() -> inference_pb2.PredictResponse:
            return messages.sendable(messages.predict_response(version, wish, predict(version, wish, left.is_set)))

        return await self._in_threads(answer)

    async def WatchModels(
        self, request: inference_pb2.WatchModelsRequest, context: Context
    ) -> AsyncIterator[inference_pb2.WatchModelsResponse]:
        """See `inference.proto`."""
        stores = requests.watch_models(request)
        position = self.events.position(request.resume_token) if request.resume_token else None
        has_missed = bool(request.resume_token)
        with self.watching.taken():
            while True:
                if position is None:
                    position = self.events.last
                    yield self._snapshot(stores, position, reset=has_missed)
                changes = until_drained(self.events.after(position, stores, self.heartbeat_seconds), self.draining)
                async with contextlib.aclosing(changes):
                    async for told, change in changes:
                        yield self._news(told, change)
                # This watcher was too slow for the changes that are kept: it begins anew.
                position, has_missed = None, True

    async def ListModels(
        self, request: inference_pb2.ListModelsRequest, context: Context
    ) -> inference_pb2.ListModelsResponse:
        """See `inference.proto`."""
        store, pinned, size = requests.list_models(request)
        manifest = await self.models.manifest(store, pinned)
        dishes = sorted(manifest.dishes)
        # A page's token is its last dish: the next page begins after it, also when versions changed in between.
        start = bisect.bisect_right(dishes, request.page_token) if request.page_token else 0
        shown = dishes[start : start + size]
        return inference_pb2.ListModelsResponse(
            version=manifest.version,
            models=[messages.model_message(dish, manifest) for dish in shown],
            next_page_token=shown[-1] if start + size < len(dishes) else "",
            total_size=len(dishes),
        )

    async def GetModel(
        self, request: inference_pb2.GetModelRequest, context: Context
    ) -> inference_pb2.GetModelResponse:
        """See `inference.proto`."""
        store, pinned, dish = requests.get_model(request)
        manifest = await self.models.manifest(store, pinned)
        if dish not in manifest.dishes:
            # Looking for a similar name takes long where there are many.
            await self._in_threads(partial(require_models, [dish], manifest.dishes))
        return inference_pb2.GetModelResponse(version=manifest.version, model=messages.model_message(dish, manifest))

    async def _in_threads(self, work: Callable[[], T]) -> T:
        with self.forecasting.taken():
            return await asyncio.get_running_loop().run_in_executor(self.threads, work)

    def _news(self, told: int, change: ModelChange | None) -> inference_pb2.WatchModelsResponse:
        answer = inference_pb2.WatchModelsResponse(resume_token=self.events.token(told))
        if change:
            answer.kind = inference_pb2.MODEL_EVENT_KIND_CHANGE
            answer.time.CopyFrom(timestamp(change.time))
            answer.change.CopyFrom(messages.change_message(change))
        else:
            answer.kind = inference_pb2.MODEL_EVENT_KIND_HEARTBEAT
            answer.time.CopyFrom(timestamp(dt.datetime.now(dt.UTC)))
        return answer

    def _snapshot(self, stores: frozenset[str], position: int, *, reset: bool) -> inference_pb2.WatchModelsResponse:
        live = [
            messages.live_message(store, live)
            for store, live in sorted(self.models.live.items())
            if not stores or store in stores
        ]
        failed = [
            messages.failure_message(store, failure)
            for store, failure in sorted(self.models.failures.items())
            if not stores or store in stores
        ]
        return inference_pb2.WatchModelsResponse(
            kind=inference_pb2.MODEL_EVENT_KIND_SNAPSHOT,
            time=timestamp(dt.datetime.now(dt.UTC)),
            resume_token=self.events.token(position),
            live=live,
            failed=failed,
            reset=reset,
        )

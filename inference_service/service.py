"""Answers the calls of the inference service: each method checks its request, delegates, and translates the answer."""

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
from inference_service.live_versions import LiveVersions
from inference_service.model_events import ModelChange, ModelEvents
from inference_service.predictor import predict
from inference_service.prepared.prepared_forecasts import PreparedForecasts
from inference_service.weather_forecasts import WeatherForecasts
from shared.errors import InvalidInput, NotFound, Violation
from shared.rpc import page_tokens
from shared.rpc.load import LoadLimit
from shared.rpc.streams import until_drained
from shared.rpc.translate import timestamp
from smartsuschef.forecast.v1 import inference_pb2, inference_pb2_grpc

Context = Any
T = TypeVar("T")

#: Bytes of the largest request that is checked on the event loop: checking 16 MiB takes half a second, in which no
#: other call would be answered. Smaller requests must not wait for a thread behind the forecasts.
CHECKED_AT_ONCE_BYTES = 64 * 1024

#: Largest number of forecasts that are made or wait for a thread. Further forecasts would be ready after their callers
#: have left.
_MOST_FORECASTS = 500

#: Largest number of open WatchModels streams.
_MOST_WATCHERS = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class InferenceService(inference_pb2_grpc.InferenceServiceServicer):
    """The calls of `inference.proto`.

    Args:
        live_versions: The versions that answer.
        events: The changes of the versions, for WatchModels.
        threads: Threads for forecasts and for all other work that takes long.
        weather_forecasts: Weather forecasts of the places that are served.
        prepared: Forecasts that were made before they are asked for.
        heartbeat_seconds: Longest silence on a WatchModels stream.
        draining: Is set when open streams must end.
        checked_at_once_bytes: Size of the largest request that is checked on the event loop.
        forecasting: Limits how many calls are in the threads or wait for a thread.
        watching: Limits how many WatchModels streams are open.
    """

    live_versions: LiveVersions
    events: ModelEvents
    threads: ThreadPoolExecutor
    weather_forecasts: WeatherForecasts
    prepared: PreparedForecasts
    heartbeat_seconds: float
    draining: asyncio.Event
    checked_at_once_bytes: int = CHECKED_AT_ONCE_BYTES
    forecasting: LoadLimit = field(default_factory=lambda: LoadLimit(_MOST_FORECASTS, "forecasts"))
    watching: LoadLimit = field(default_factory=lambda: LoadLimit(_MOST_WATCHERS, "watchers"))

    async def Predict(self, request: inference_pb2.PredictRequest, context: Context) -> inference_pb2.PredictResponse:
        """See `inference.proto`."""
        check = partial(requests.predict, request)
        is_small = request.ByteSize() <= self.checked_at_once_bytes
        store, pinned, asked = check() if is_small else await self._in_threads(check)
        version = await self.live_versions.get(store, pinned)
        other_place = version.manifest.place.relocated(asked.place) if asked.place else None
        weather_place = version.place_of_weather(other_place)
        weather = await self.weather_forecasts.at(weather_place) if weather_place else None
        asked = replace(asked, place=other_place, weather_forecast=weather)
        prepared = self.prepared.find(version, asked)
        if prepared:
            response = prepared.response() if prepared.is_quick else await self._in_threads(prepared.response)
            return messages.sendable(response)
        has_left = threading.Event()
        context.add_done_callback(lambda _: has_left.set())

        def answer() -> inference_pb2.PredictResponse:
            prediction = predict(version, asked, has_left.is_set)
            return messages.sendable(messages.predict_response(version, asked, prediction))

        computed = await self._in_threads(answer)
        self.prepared.note(version, asked)
        return computed

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
                    async for sequence, change in changes:
                        yield self._change_or_heartbeat(sequence, change)
                # This watcher was too slow, and changes are missing: the watcher gets a new snapshot.
                position, has_missed = None, True

    async def ListModels(
        self, request: inference_pb2.ListModelsRequest, context: Context
    ) -> inference_pb2.ListModelsResponse:
        """See `inference.proto`."""
        page, size = requests.list_models(request)
        # Further pages are of the version of the first page, also where another version went live in between.
        try:
            manifest = await self.live_versions.manifest(page.store, page.version)
        except NotFound as error:
            if not page.position:
                raise
            gone = f"the token continues version {page.version}, which is no longer kept; list from the first page"
            raise InvalidInput([Violation("page_token", gone)]) from error
        dishes = sorted(manifest.dishes)
        start = bisect.bisect_right(dishes, page.position) if page.position else 0
        shown = dishes[start : start + size]
        following = replace(page, version=manifest.version, position=shown[-1]) if start + size < len(dishes) else None
        return inference_pb2.ListModelsResponse(
            version=manifest.version,
            models=[messages.model_message(dish, manifest) for dish in shown],
            next_page_token=page_tokens.written(following) if following else "",
            total_size=len(dishes),
        )

    async def GetModel(
        self, request: inference_pb2.GetModelRequest, context: Context
    ) -> inference_pb2.GetModelResponse:
        """See `inference.proto`."""
        store, pinned, dish = requests.get_model(request)
        manifest = await self.live_versions.manifest(store, pinned)
        if dish not in manifest.dishes:
            # The error names similar dishes, and the search for them takes long where there are many dishes.
            await self._in_threads(partial(require_models, {"dish": dish}, manifest.dishes, manifest))
        return inference_pb2.GetModelResponse(version=manifest.version, model=messages.model_message(dish, manifest))

    async def _in_threads(self, work: Callable[[], T]) -> T:
        with self.forecasting.taken():
            return await asyncio.get_running_loop().run_in_executor(self.threads, work)

    def _change_or_heartbeat(self, sequence: int, change: ModelChange | None) -> inference_pb2.WatchModelsResponse:
        response = inference_pb2.WatchModelsResponse(resume_token=self.events.token(sequence))
        if change:
            response.kind = inference_pb2.MODEL_EVENT_KIND_CHANGE
            response.time.CopyFrom(timestamp(change.time))
            response.change.CopyFrom(messages.change_message(change))
        else:
            response.kind = inference_pb2.MODEL_EVENT_KIND_HEARTBEAT
            response.time.CopyFrom(timestamp(dt.datetime.now(dt.UTC)))
        return response

    def _snapshot(self, stores: frozenset[str], position: int, *, reset: bool) -> inference_pb2.WatchModelsResponse:
        live = [
            messages.live_message(store, live)
            for store, live in sorted(self.live_versions.by_store.items())
            if not stores or store in stores
        ]
        failed = [
            messages.failure_message(store, failed)
            for store, failed in sorted(self.live_versions.failed.items())
            if not stores or store in stores
        ]
        return inference_pb2.WatchModelsResponse(
            kind=inference_pb2.MODEL_EVENT_KIND_SNAPSHOT,
            time=timestamp(dt.datetime.now(dt.UTC)),
            resume_token=self.events.token(position),
            snapshot=inference_pb2.ModelSnapshot(live=live, failed=failed, reset=reset),
        )

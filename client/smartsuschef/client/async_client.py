"""The client for asyncio; `client.sync_client` is its twin for threads."""

import asyncio
from collections.abc import Callable, Iterable
from datetime import date
from types import TracebackType
from typing import Any, Self, TypeVar
from weakref import WeakSet

import grpc
import grpc.aio
from grpc_health.v1 import health_pb2, health_pb2_grpc

from smartsuschef.client import requests
from smartsuschef.client.addresses import check_addresses
from smartsuschef.client.channels import (
    DEFAULT_INFERENCE_ADDRESS,
    DEFAULT_TIMEOUT,
    DEFAULT_TRAINING_ADDRESS,
    channel_options,
)
from smartsuschef.client.errors import ForecastServiceError, from_rpc_error
from smartsuschef.client.events import is_last_of_run, never_last
from smartsuschef.client.health import CHECKED, ServiceHealth, answered, failed
from smartsuschef.client.paging import AsyncPager
from smartsuschef.client.resume import ResumePolicy, Resumption
from smartsuschef.client.watching import AsyncWatch, E
from smartsuschef.forecast.v1 import (
    forecast_pb2,
    inference_pb2,
    inference_pb2_grpc,
    training_pb2,
    training_pb2_grpc,
)

Request = TypeVar("Request")
Response = TypeVar("Response")


class AsyncForecastClient:
    """As `ForecastClient`, for asyncio: make it inside the running loop; close it, or use `async with`.

    Args:
        inference_address: host:port, or another target of gRPC such as dns:///host:port.
        training_address: the same.
        timeout: deadline in seconds of each call that is given none, with all its retries.
        resume: how a watch that broke off is continued.

    Raises:
        ForecastServiceError: INVALID_ARGUMENT where an address is none.
    """

    def __init__(
        self,
        *,
        inference_address: str = DEFAULT_INFERENCE_ADDRESS,
        training_address: str = DEFAULT_TRAINING_ADDRESS,
        timeout: float = DEFAULT_TIMEOUT,
        resume: ResumePolicy | None = None,
    ) -> None:
        check_addresses(inference_address=inference_address, training_address=training_address)
        self._timeout = timeout
        self._resume = resume or ResumePolicy()
        self._addresses = {"inference": inference_address, "training": training_address}
        self._channels = {
            server: grpc.aio.insecure_channel(address, options=channel_options())
            for server, address in self._addresses.items()
        }
        self._watches: WeakSet[AsyncWatch[Any]] = WeakSet()
        self._inference = inference_pb2_grpc.InferenceServiceStub(self._channels["inference"])
        self._training = training_pb2_grpc.TrainingServiceStub(self._channels["training"])

    async def predict(
        self,
        *,
        store: str = "",
        dishes: str | Iterable[str] = (),
        start_date: date | str | None = None,
        horizon_days: int | None = None,
        recent_sales: Iterable[inference_pb2.SalesDay] = (),
        weather: Iterable[inference_pb2.WeatherDay] = (),
        location: forecast_pb2.Location | None = None,
        open_dates: Iterable[date | str] = (),
        closed_dates: Iterable[date | str] = (),
        quantiles: Iterable[float] = (),
        service_level: float | None = None,
        portion_costs: inference_pb2.PortionCosts | None = None,
        version: str = "",
        full: bool = False,
        timeout: float | None = None,
    ) -> inference_pb2.PredictResponse:
        """Forecasts the demand, in units per day, of the dishes named; of every dish of the store where none is.

        `service_level` (a probability) or `portion_costs` (of a wasted and of a missed portion) ask how much to
        prepare. `open_dates` and `closed_dates` correct what the restaurant's habits say of its closed days. `full`
        adds the contribution of each feature group and the names of holidays. What is left out, the service fills in:
        the live version, 14 days from the day after the last known sale.
        """
        request = requests.predict(
            store=store,
            dishes=dishes,
            start_date=start_date,
            horizon_days=horizon_days,
            recent_sales=recent_sales,
            weather=weather,
            location=location,
            open_dates=open_dates,
            closed_dates=closed_dates,
            quantiles=quantiles,
            service_level=service_level,
            portion_costs=portion_costs,
            version=version,
            full=full,
        )
        return await self._call(self._inference.Predict, request, timeout)

    def watch_models(
        self, *, stores: str | Iterable[str] = (), resume_token: str = ""
    ) -> AsyncWatch[inference_pb2.WatchModelsResponse]:
        """The versions that are live, then every change and the heartbeats in between, until it is closed."""
        request = requests.watch_models(stores)
        return self._watch(
            lambda token: self._inference.WatchModels(requests.after(request, token)), resume_token, never_last
        )

    def list_models(
        self, *, store: str = "", version: str = "", page_size: int = 0, timeout: float | None = None
    ) -> AsyncPager[inference_pb2.ListModelsResponse, inference_pb2.Model]:
        """The champions of a store by dish name; the deadline is that of each page."""
        request = requests.build(inference_pb2.ListModelsRequest, store=store, version=version, page_size=page_size)
        return AsyncPager(
            lambda token: self._call(self._inference.ListModels, requests.page(request, token), timeout),
            lambda page: page.models,
        )

    async def get_model(
        self, dish: str, *, store: str = "", version: str = "", timeout: float | None = None
    ) -> inference_pb2.GetModelResponse:
        """The champion of one dish."""
        request = requests.build(inference_pb2.GetModelRequest, store=store, dish=dish, version=version)
        return await self._call(self._inference.GetModel, request, timeout)

    async def start_training(
        self,
        *,
        store: str = "",
        address: str = "",
        location: forecast_pb2.Location | None = None,
        retrain_all: bool = True,
        force: bool = False,
        sales_data_source: str = "",
        request_id: str = "",
        timeout: float | None = None,
    ) -> training_pb2.TrainingRun:
        """Begins a training and returns its run; a repeat with the same `request_id` returns the same run."""
        request = requests.start_training(
            store=store,
            address=address,
            location=location,
            retrain_all=retrain_all,
            force=force,
            sales_data_source=sales_data_source,
            request_id=request_id,
        )
        return (await self._call(self._training.StartTraining, request, timeout)).run

    def watch_training(
        self, run_id: str, *, store: str = "", resume_token: str = ""
    ) -> AsyncWatch[training_pb2.TrainingProgress]:
        """Every event of a run from its first, or after a `resume_token`, to its last."""
        request = requests.build(training_pb2.WatchTrainingRequest, run_id=run_id, store=store)
        return self._watch(
            lambda token: self._training.WatchTraining(requests.after(request, token)), resume_token, is_last_of_run
        )

    async def get_training(
        self, run_id: str, *, store: str = "", timeout: float | None = None
    ) -> training_pb2.TrainingRun:
        """A run and, when it has ended, its result."""
        request = requests.build(training_pb2.GetTrainingRequest, run_id=run_id, store=store)
        return (await self._call(self._training.GetTraining, request, timeout)).run

    def list_trainings(
        self, *, store: str = "", page_size: int = 0, timeout: float | None = None
    ) -> AsyncPager[training_pb2.ListTrainingsResponse, training_pb2.TrainingRun]:
        """The runs of a store, newest first, without their results; the deadline is that of each page."""
        request = requests.build(training_pb2.ListTrainingsRequest, store=store, page_size=page_size)
        return AsyncPager(
            lambda token: self._call(self._training.ListTrainings, requests.page(request, token), timeout),
            lambda page: page.runs,
        )

    async def cancel_training(
        self, run_id: str, *, store: str = "", timeout: float | None = None
    ) -> training_pb2.TrainingRun:
        """Stops a run; nothing is published."""
        request = requests.build(training_pb2.CancelTrainingRequest, run_id=run_id, store=store)
        return (await self._call(self._training.CancelTraining, request, timeout)).run

    def list_versions(
        self, *, store: str = "", page_size: int = 0, timeout: float | None = None
    ) -> AsyncPager[training_pb2.ListVersionsResponse, training_pb2.ModelVersion]:
        """The versions kept for a store, newest first; the deadline is that of each page."""
        request = requests.build(training_pb2.ListVersionsRequest, store=store, page_size=page_size)
        return AsyncPager(
            lambda token: self._call(self._training.ListVersions, requests.page(request, token), timeout),
            lambda page: page.versions,
        )

    def list_stores(
        self, *, page_size: int = 0, timeout: float | None = None
    ) -> AsyncPager[training_pb2.ListStoresResponse, str]:
        """The stores that the server's database has sales of; the deadline is that of each page."""
        request = requests.build(training_pb2.ListStoresRequest, page_size=page_size)
        return AsyncPager(
            lambda token: self._call(self._training.ListStores, requests.page(request, token), timeout),
            lambda page: page.stores,
        )

    async def rollback_version(
        self, *, store: str = "", version: str = "", timeout: float | None = None
    ) -> training_pb2.ModelVersion:
        """Makes an older version live again, the parent of the live one where none is named; never retried."""
        request = requests.build(training_pb2.RollbackVersionRequest, store=store, version=version)
        return (await self._call(self._training.RollbackVersion, request, timeout)).version

    async def health(self, *, timeout: float = 3.0) -> tuple[ServiceHealth, ...]:
        """What both servers say of themselves and of their service; a server that does not answer is UNREACHABLE."""
        checks = [self._check(server, service, timeout) for server, services in CHECKED.items() for service in services]
        return tuple(await asyncio.gather(*checks))

    async def close(self) -> None:
        """Ends every call that is under way, closes every watch, and ends both connections."""
        for watch in list(self._watches):
            await watch.aclose()
        for channel in self._channels.values():
            await channel.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None
    ) -> None:
        await self.close()

    def _watch(
        self,
        open_stream: Callable[[str], grpc.aio.UnaryStreamCall[Any, E]],
        resume_token: str,
        is_last: Callable[[E], bool],
    ) -> AsyncWatch[E]:
        watch = AsyncWatch(open_stream, Resumption(self._resume, resume_token), is_last)
        # Not closed with the client, it would take the end of its call for the end of the task.
        self._watches.add(watch)
        return watch

    async def _call(
        self, method: grpc.aio.UnaryUnaryMultiCallable[Request, Response], request: Request, timeout: float | None
    ) -> Response:
        try:
            return await method(request, timeout=self._timeout if timeout is None else timeout)
        except grpc.aio.AioRpcError as error:
            raise from_rpc_error(error) from error

    async def _check(self, server: str, service: str, timeout: float) -> ServiceHealth:
        stub, address = health_pb2_grpc.HealthStub(self._channels[server]), self._addresses[server]
        try:
            answer = await self._call(stub.Check, health_pb2.HealthCheckRequest(service=service), timeout)
        except ForecastServiceError as error:
            return failed(server, address, service, error)
        return answered(server, address, service, answer)

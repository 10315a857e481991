"""The client of both services for threads. `smartsuschef.client.async_client` offers the same calls for asyncio."""

import threading
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar
from weakref import WeakSet

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

from smartsuschef.client import requests
from smartsuschef.client.addresses import check_addresses
from smartsuschef.client.channels import (
    DEFAULT_INFERENCE_ADDRESS,
    DEFAULT_TIMEOUT,
    DEFAULT_TRAINING_ADDRESS,
    RetryPolicy,
    channel_options,
)
from smartsuschef.client.errors import ForecastServiceError, client_is_closed, from_rpc_error
from smartsuschef.client.events import is_last_of_run, never_last
from smartsuschef.client.health import CHECKED, ServiceHealth, answered, failed
from smartsuschef.client.paging import Pager
from smartsuschef.client.resume import ResumePolicy, Resumption
from smartsuschef.client.sales_upload import UPLOAD_TIMEOUT, check_is_one_source, messages
from smartsuschef.client.watching import E, StreamCall, Watch
from smartsuschef.forecast.v1 import (
    forecast_pb2,
    inference_pb2,
    inference_pb2_grpc,
    training_pb2,
    training_pb2_grpc,
)

Response = TypeVar("Response")


class ForecastClient:
    """Calls both services. Threads may share a client.

    The client connects with its first call. Close the client, or use `with`.

    The client retries calls that may be repeated without harm while a service is UNAVAILABLE, until the deadline of the
    call. Every method raises ForecastServiceError when its call fails.

    Args:
        inference_address: host:port of the inference service, or another target of gRPC such as dns:///host:port.
        training_address: host:port of the training service, or another target of gRPC.
        timeout: Deadline of each call with all its retries, in seconds; a call may be given another.
        resume: How a watch continues after a broken connection; None for the defaults of `ResumePolicy`.
        retry: How a call is retried while its service is unavailable; None for the defaults of `RetryPolicy`.

    Raises:
        ForecastServiceError: INVALID_ARGUMENT if an address is wrong.
    """

    def __init__(
        self,
        *,
        inference_address: str = DEFAULT_INFERENCE_ADDRESS,
        training_address: str = DEFAULT_TRAINING_ADDRESS,
        timeout: float = DEFAULT_TIMEOUT,
        resume: ResumePolicy | None = None,
        retry: RetryPolicy | None = None,
    ) -> None:
        check_addresses(inference_address=inference_address, training_address=training_address)
        self._timeout = timeout
        self._resume = resume or ResumePolicy()
        options = channel_options(retry or RetryPolicy())
        self._addresses = {"inference": inference_address, "training": training_address}
        self._channels = {
            server: grpc.insecure_channel(address, options=options) for server, address in self._addresses.items()
        }
        self._watches: WeakSet[Watch[Any]] = WeakSet()
        self._watches_lock = threading.Lock()
        self._is_closed = False
        self._inference = inference_pb2_grpc.InferenceServiceStub(self._channels["inference"])
        self._training = training_pb2_grpc.TrainingServiceStub(self._channels["training"])

    def predict(
        self,
        *,
        store: str = "",
        dishes: str | Iterable[str] = (),
        start_date: date | str | None = None,
        horizon_days: int | None = None,
        recent_sales: Iterable[inference_pb2.SalesDay] = (),
        weather: Iterable[inference_pb2.WeatherDay] = (),
        location: forecast_pb2.Location | None = None,
        open_dates: date | str | Iterable[date | str] = (),
        closed_dates: date | str | Iterable[date | str] = (),
        quantiles: Iterable[float] = (),
        service_level: float | None = None,
        portion_costs: inference_pb2.PortionCosts | None = None,
        version: str = "",
        full: bool = False,
        timeout: float | None = None,
    ) -> inference_pb2.PredictResponse:
        """Forecasts the demand of dishes, in units per day.

        The service fills in what is left out: every dish of the store, the live version, and 14 days from the day after
        the last known sale.

        Args:
            store: Name of the store; empty for the default store.
            dishes: Names of the dishes, or one name; empty for every dish of the store.
            start_date: First day of the forecast: a date, its ISO format, "today" or "tomorrow".
            horizon_days: Number of days to forecast.
            recent_sales: Sales since the training, or corrections of sales, one entry for each dish and day.
            weather: Weather of days to forecast, one entry for each day; the service fills in missing days and values.
            location: Place of the store; by default the place of the training.
            open_dates: Days, or one day, on which the store is open, although its habits say closed.
            closed_dates: Days, or one day, on which the store is closed, although its habits say open.
            quantiles: Levels between 0 and 1 of the quantiles to forecast.
            service_level: Probability between 0 and 1 that the amount to prepare covers the demand of a day.
            portion_costs: Costs of a wasted and of a missed portion, from which the service derives the amount to
                prepare; instead of `service_level`.
            version: Name of a version; empty for the live version.
            full: Whether the answer names the holidays and the contribution of each group of features.
            timeout: Deadline in seconds; None for that of the client.
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
        return self._call(self._inference.Predict, request, timeout)

    def watch_models(
        self, *, stores: str | Iterable[str] = (), resume_token: str = ""
    ) -> Watch[inference_pb2.WatchModelsResponse]:
        """Watches the live versions: first all of them, then every change, with heartbeats in between, without an end.

        Args:
            stores: Names of the stores to watch, or one name; empty for all stores.
            resume_token: The token of the event to begin after; empty for the beginning.
        """
        request = requests.watch_models(stores)
        return self._watch(
            lambda token: self._inference.WatchModels(requests.after(request, token)), resume_token, never_last
        )

    def list_models(
        self, *, store: str = "", version: str = "", page_size: int = 0, timeout: float | None = None
    ) -> Pager[inference_pb2.ListModelsResponse, inference_pb2.Model]:
        """Lists the champions of a store, ordered by dish.

        Args:
            store: Name of the store; empty for the default store.
            version: Name of a version; empty for the live version.
            page_size: Largest number of models in one page; 0 leaves the number to the service.
            timeout: Deadline of each page in seconds; None for that of the client.
        """
        request = requests.build(inference_pb2.ListModelsRequest, store=store, version=version, page_size=page_size)
        return Pager(
            lambda token: self._call(self._inference.ListModels, requests.page(request, token), timeout),
            lambda page: page.models,
        )

    def get_model(
        self, dish: str, *, store: str = "", version: str = "", timeout: float | None = None
    ) -> inference_pb2.GetModelResponse:
        """Gets the champion of one dish.

        Args:
            dish: Name of the dish.
            store: Name of the store; empty for the default store.
            version: Name of a version; empty for the live version.
            timeout: Deadline in seconds; None for that of the client.
        """
        request = requests.build(inference_pb2.GetModelRequest, store=store, dish=dish, version=version)
        return self._call(self._inference.GetModel, request, timeout)

    def start_training(
        self,
        *,
        store: str = "",
        address: str = "",
        location: forecast_pb2.Location | None = None,
        train_only_new: bool = False,
        keep_outliers: bool = False,
        events: Iterable[training_pb2.SalesEvent] = (),
        force: bool = False,
        sales_data_source: str = "",
        request_id: str = "",
        timeout: float | None = None,
    ) -> training_pb2.TrainingRun:
        """Starts a training and returns its run.

        Args:
            store: Name of the store; empty for the default store.
            address: Address of the restaurant in words, which the service looks up; instead of `location`.
            location: Place of the restaurant, with the country whose holidays apply.
            train_only_new: Whether only the dishes that have no model are trained, and not all dishes.
            keep_outliers: Whether days that sold far more than ever before are learnt as they are, and not limited.
            events: Days whose sales are known to be unusual; nothing is learnt from them.
            force: Whether the new version becomes live even if its backtest is clearly worse.
            sales_data_source: Path or URL of a sales file that the service may read; empty for the service's default.
            request_id: Identifies the wish: a repeat with the same id returns the same run. Empty for a new id.
            timeout: Deadline in seconds; None for that of the client.
        """
        request = requests.start_training(
            store=store,
            address=address,
            location=location,
            train_only_new=train_only_new,
            keep_outliers=keep_outliers,
            events=events,
            force=force,
            sales_data_source=sales_data_source,
            request_id=request_id,
        )
        return self._call(self._training.StartTraining, request, timeout).run

    def start_group_training(
        self,
        *,
        members: str | training_pb2.GroupMember | Iterable[str | training_pb2.GroupMember] = (),
        all_stores: bool = False,
        location: forecast_pb2.Location | None = None,
        train_only_new: bool = False,
        keep_outliers: bool = False,
        force: bool = False,
        sales_data_source: str = "",
        request_id: str = "",
        timeout: float = UPLOAD_TIMEOUT,
    ) -> list[training_pb2.TrainingRun]:
        """Starts the training of stores that share their pooled trees, and returns one run for each store.

        Args:
            members: Names of the stores, or messages with a place or a sales file of their own.
            all_stores: Whether every store of `sales_data_source`, or every store that the service knows, is trained;
                instead of `members`.
            location: Place of the stores that name none.
            train_only_new: Whether only the dishes that have no model are trained, and not all dishes.
            keep_outliers: Whether days that sold far more than ever before are learnt as they are, and not limited.
            force: Whether new versions become live even if their backtests are clearly worse.
            sales_data_source: Path or URL of a sales file with a column of stores; empty for the service's default.
            request_id: Identifies the wish: a repeat with the same id returns the same runs. Empty for a new id.
            timeout: Deadline in seconds.
        """
        request = requests.start_group_training(
            members=members,
            all_stores=all_stores,
            location=location,
            train_only_new=train_only_new,
            keep_outliers=keep_outliers,
            force=force,
            sales_data_source=sales_data_source,
            request_id=request_id,
        )
        started = self._call(self._training.StartGroupTraining, request, timeout)
        return list(started.runs)

    def import_sales(
        self,
        *,
        store: str = "",
        file: Path | str | None = None,
        rows: Iterable[training_pb2.SalesRow] = (),
        validate_only: bool = False,
        timeout: float = UPLOAD_TIMEOUT,
    ) -> training_pb2.ImportSalesResponse:
        """Sends the sales of a store, which the service keeps in place of the sales that were sent before.

        A training of the store without `sales_data_source` then reads these sales. The service keeps nothing unless it
        can read all of them.

        Args:
            store: Name of the store; empty for the default store.
            file: Path of a CSV or Parquet file on this machine; instead of `rows`.
            rows: Units sold of each dish on each day; instead of `file`.
            validate_only: Whether the service only reports how it reads the sales, and keeps nothing.
            timeout: Deadline in seconds.
        """
        sent = messages(store=store, file=file, rows=rows, validate_only=validate_only)
        return self._call(self._training.ImportSales, sent, timeout)

    def check_sales(
        self,
        *,
        store: str = "",
        file: Path | str | None = None,
        sales_data_source: str = "",
        address: str = "",
        location: forecast_pb2.Location | None = None,
        keep_outliers: bool = False,
        events: Iterable[training_pb2.SalesEvent] = (),
        timeout: float = UPLOAD_TIMEOUT,
    ) -> training_pb2.SalesPreview:
        """Returns how the sales of a store would be read, without training or keeping anything.

        Args:
            store: Name of the store; empty for the default store.
            file: Path of a sales file on this machine; None to check what the service would train from.
            sales_data_source: Path or URL of a sales file that the service may read, instead of `file`; empty for the
                service's default: the sales that were sent for the store, its database, or its default file.
            address: Address of the restaurant in words, which the service looks up; instead of `location`.
            location: Place of the restaurant, with the country whose holidays apply.
            keep_outliers: Whether days that sold far more than ever before are learnt as they are, and not limited.
            events: Named days from which nothing would be learnt.
            timeout: Deadline in seconds.
        """
        if file is not None:
            check_is_one_source(sales_data_source)
            sent = messages(
                store=store,
                file=file,
                rows=(),
                validate_only=True,
                address=address,
                location=location,
                keep_outliers=keep_outliers,
                events=events,
            )
            imported = self._call(self._training.ImportSales, sent, timeout)
            return imported.preview
        request = requests.check_sales(
            store=store,
            address=address,
            location=location,
            keep_outliers=keep_outliers,
            events=events,
            sales_data_source=sales_data_source,
        )
        started = self._call(self._training.StartTraining, request, timeout)
        return started.preview

    def watch_training(
        self, run_id: str, *, store: str = "", resume_token: str = ""
    ) -> Watch[training_pb2.TrainingProgress]:
        """Watches the events of a run, to the last event.

        Args:
            run_id: Id of the run.
            store: Name of the store of the run; empty for the default store.
            resume_token: The token of the event to begin after; empty for the first event.
        """
        request = requests.build(training_pb2.WatchTrainingRequest, run_id=run_id, store=store)
        return self._watch(
            lambda token: self._training.WatchTraining(requests.after(request, token)), resume_token, is_last_of_run
        )

    def get_training(self, run_id: str, *, store: str = "", timeout: float | None = None) -> training_pb2.TrainingRun:
        """Gets a run, with its result if the run has ended.

        Args:
            run_id: Id of the run.
            store: Name of the store of the run; empty for the default store.
            timeout: Deadline in seconds; None for that of the client.
        """
        request = requests.build(training_pb2.GetTrainingRequest, run_id=run_id, store=store)
        return self._call(self._training.GetTraining, request, timeout).run

    def list_trainings(
        self, *, store: str = "", page_size: int = 0, timeout: float | None = None
    ) -> Pager[training_pb2.ListTrainingsResponse, training_pb2.TrainingRun]:
        """Lists the runs of a store, newest first, without their results.

        Args:
            store: Name of the store; empty for the default store.
            page_size: Largest number of runs in one page; 0 leaves the number to the service.
            timeout: Deadline of each page in seconds; None for that of the client.
        """
        request = requests.build(training_pb2.ListTrainingsRequest, store=store, page_size=page_size)
        return Pager(
            lambda token: self._call(self._training.ListTrainings, requests.page(request, token), timeout),
            lambda page: page.runs,
        )

    def cancel_training(
        self, run_id: str, *, store: str = "", timeout: float | None = None
    ) -> training_pb2.TrainingRun:
        """Stops a run without publishing a version.

        Args:
            run_id: Id of the run.
            store: Name of the store of the run; empty for the default store.
            timeout: Deadline in seconds; None for that of the client.
        """
        request = requests.build(training_pb2.CancelTrainingRequest, run_id=run_id, store=store)
        return self._call(self._training.CancelTraining, request, timeout).run

    def list_versions(
        self, *, store: str = "", page_size: int = 0, timeout: float | None = None
    ) -> Pager[training_pb2.ListVersionsResponse, training_pb2.ModelVersion]:
        """Lists the versions that the registry keeps for a store, newest first.

        Args:
            store: Name of the store; empty for the default store.
            page_size: Largest number of versions in one page; 0 leaves the number to the service.
            timeout: Deadline of each page in seconds; None for that of the client.
        """
        request = requests.build(training_pb2.ListVersionsRequest, store=store, page_size=page_size)
        return Pager(
            lambda token: self._call(self._training.ListVersions, requests.page(request, token), timeout),
            lambda page: page.versions,
        )

    def list_stores(
        self, *, page_size: int = 0, timeout: float | None = None
    ) -> Pager[training_pb2.ListStoresResponse, str]:
        """Lists the stores that have sales in the database of the training service.

        Args:
            page_size: Largest number of stores in one page; 0 leaves the number to the service.
            timeout: Deadline of each page in seconds; None for that of the client.
        """
        request = requests.build(training_pb2.ListStoresRequest, page_size=page_size)
        return Pager(
            lambda token: self._call(self._training.ListStores, requests.page(request, token), timeout),
            lambda page: page.stores,
        )

    def rollback_version(
        self, *, store: str = "", version: str = "", timeout: float | None = None
    ) -> training_pb2.ModelVersion:
        """Makes an older version live again. The client never retries this call.

        Args:
            store: Name of the store; empty for the default store.
            version: Name of the version; empty for the parent of the live version.
            timeout: Deadline in seconds; None for that of the client.
        """
        request = requests.build(training_pb2.RollbackVersionRequest, store=store, version=version)
        return self._call(self._training.RollbackVersion, request, timeout).version

    def health(self, *, timeout: float = 3.0) -> tuple[ServiceHealth, ...]:
        """Gets the health of both servers and of their services. A server that does not answer is UNREACHABLE.

        Args:
            timeout: Deadline of each check in seconds.
        """
        return tuple(
            self._check(server, service, timeout) for server, services in CHECKED.items() for service in services
        )

    def close(self) -> None:
        """Closes every watch and both connections, and ends every call that is under way."""
        with self._watches_lock:
            self._is_closed = True
            watches = list(self._watches)
        for watch in watches:
            watch.close()
        for channel in self._channels.values():
            channel.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.close()

    def _watch(
        self, open_stream: Callable[[str], StreamCall[E]], resume_token: str, is_last: Callable[[E], bool]
    ) -> Watch[E]:
        watch = Watch(open_stream, Resumption(self._resume, resume_token), is_last)
        # The client closes its watches: a watch that stays open would take the end of the connection for an outage.
        with self._watches_lock:
            if self._is_closed:
                raise client_is_closed()
            self._watches.add(watch)
        return watch

    def _call(self, method: Callable[..., Response], request: object, timeout: float | None) -> Response:
        try:
            return method(request, timeout=self._timeout if timeout is None else timeout)
        except grpc.RpcError as error:
            raise from_rpc_error(error) from error
        except ValueError as error:
            # grpc raises it for a call on a closed channel.
            if self._is_closed:
                raise client_is_closed() from error
            raise

    def _check(self, server: str, service: str, timeout: float) -> ServiceHealth:
        stub, address = health_pb2_grpc.HealthStub(self._channels[server]), self._addresses[server]
        try:
            answer = self._call(stub.Check, health_pb2.HealthCheckRequest(service=service), timeout)
        except ForecastServiceError as error:
            return failed(server, address, service, error)
        return answered(server, address, service, answer)

"""The RPCs of the training service: they check requests, delegate the work and translate the answers."""

import asyncio
import bisect
import contextlib
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import structlog

from shared.config import PipelineConfig
from shared.errors import AlreadyExists, InvalidInput, NotFound, NotReady, Unavailable, UnservableVersion, Violation
from shared.messaging.announcements import Announcement, Announcer
from shared.names import enumerated
from shared.registry.manifest import Manifest
from shared.registry.registry import Registry
from shared.rpc.load import LoadLimit
from shared.rpc.streams import until_drained
from smartsuschef.forecast.v1 import training_pb2, training_pb2_grpc
from training_service.api import group_requests, messages, requests
from training_service.api.preview_message import preview_message
from training_service.api.sales_import import SalesImport
from training_service.outcomes import result_of
from training_service.runs.live_version_lock import LiveVersionLock
from training_service.runs.run_models import Run, RunRequest, RunState
from training_service.runs.run_store import CreatedGroup, RunStore
from training_service.runs.workspace import Workspaces
from training_service.sources.places import Places
from training_service.sources.sales_source import SalesSource
from training_service.versions.sales_preview import SalesPreview, sales_preview
from training_service.versions.store_sales import read_store_sales

log = structlog.get_logger(__name__)

Context = Any

#: Calls of ImportSales that may be open at a time. Each of them writes a file of up to 200 MB.
_MOST_IMPORTS = 16

#: Stores that are being trained and that a message names at most.
_BUSY_NAMED = 10

#: Calls of WatchTraining that may be open at a time. Each holds a connection to Redis, which accepts 10,000 by default
#: and which the workers need as well.
_MOST_WATCHERS = 2_000


@dataclass(frozen=True, slots=True)
class TrainingService(training_pb2_grpc.TrainingServiceServicer):
    """See `training.proto`.

    Args:
        runs: State of all runs.
        source: Checks sales files, and lists the stores of a database.
        places: Finds out where a restaurant is.
        registry: Keeps the versions.
        workspaces: Folders of the runs.
        announcer: Tells the inference service of a rollback.
        live_version_lock: Lets one process at a time decide which version of a store is live.
        send_plan: Sends a run to the workers.
        send_group: Sends the runs of a group to the workers.
        askers: Threads that ask databases and geocoders.
        readers: Threads that read sales to check them.
        draining: Set when the server stops and open streams must end.
        sales_import: Takes the sales that callers send.
        config: Configuration that a training would have.
        watching: Limits how many calls watch a run at a time.
        importing: Limits how many calls send sales at a time.
    """

    runs: RunStore
    source: SalesSource
    places: Places
    registry: Registry
    workspaces: Workspaces
    announcer: Announcer
    live_version_lock: LiveVersionLock
    send_plan: Callable[[Run], object]
    send_group: Callable[[Sequence[Run]], object]
    askers: ThreadPoolExecutor
    readers: ThreadPoolExecutor
    draining: asyncio.Event
    sales_import: SalesImport
    config: PipelineConfig
    watching: LoadLimit = field(default_factory=lambda: LoadLimit(_MOST_WATCHERS, "watchers of runs"))
    importing: LoadLimit = field(default_factory=lambda: LoadLimit(_MOST_IMPORTS, "imports of sales"))

    async def StartTraining(
        self, request: training_pb2.StartTrainingRequest, context: Context
    ) -> training_pb2.StartTrainingResponse:
        """See `training.proto`."""
        left = threading.Event()
        context.add_done_callback(lambda _: left.set())
        loop = asyncio.get_running_loop()
        if request.validate_only:
            # No run is looked up, so that the answer does not depend on Redis.
            asked = await loop.run_in_executor(self.askers, requests.start_training, request, self.source, self.places)
            preview = await loop.run_in_executor(self.readers, self._preview, asked)
            return training_pb2.StartTrainingResponse(preview=preview_message(preview))
        # Repeats are looked up first: a repeat is answered with its run even if the sales file is gone by now.
        run = await asyncio.to_thread(self._repeated, request)
        if run is None:
            asked = await loop.run_in_executor(self.askers, requests.start_training, request, self.source, self.places)
            # The file is read now, so that the caller learns of a wrong file; the plan reads the file again.
            await loop.run_in_executor(self.readers, self.source.check, asked.sales_data_source, asked.store)
            if left.is_set():
                # Looking up and reading may have taken longer than the caller waited. A run that nobody knows of would
                # block the next try.
                raise NotReady(
                    "the caller has left, and no run was started; call again with a longer deadline",
                    reason="CALLER_LEFT",
                )
            run = await asyncio.to_thread(self._create, asked, request.request_id)
        if run.state is RunState.PENDING and run.sent is None:
            await asyncio.to_thread(self.send_plan, run)
        return training_pb2.StartTrainingResponse(run=messages.run_message(run))

    async def StartGroupTraining(
        self, request: training_pb2.StartGroupTrainingRequest, context: Context
    ) -> training_pb2.StartGroupTrainingResponse:
        """See `training.proto`."""
        left = threading.Event()
        context.add_done_callback(lambda _: left.set())
        # Repeats are looked up first: a repeat is answered with its runs even if the sales files are gone by now.
        stores = group_requests.named_stores(request)
        found = await asyncio.to_thread(self.runs.find_group, stores, request.request_id) if stores else None
        if found is None:
            asked = await asyncio.get_running_loop().run_in_executor(
                self.readers, group_requests.start_group_training, request, self.source, self.places
            )
            if left.is_set():
                raise NotReady(
                    "the caller has left, and no run was started; call again with a longer deadline",
                    reason="CALLER_LEFT",
                )
            found = await asyncio.to_thread(self.runs.create_group, asked, request.request_id)
        runs = self._begun(found)
        if any(run.state is RunState.PENDING and run.sent is None for run in runs):
            await asyncio.to_thread(self.send_group, runs)
        return training_pb2.StartGroupTrainingResponse(runs=[messages.run_message(run) for run in runs])

    async def ImportSales(
        self, request_iterator: AsyncIterator[training_pb2.ImportSalesRequest], context: Context
    ) -> training_pb2.ImportSalesResponse:
        """See `training.proto`."""
        with self.importing.taken():
            return messages.import_message(await self.sales_import.receive(request_iterator))

    async def WatchTraining(
        self, request: training_pb2.WatchTrainingRequest, context: Context
    ) -> AsyncIterator[training_pb2.TrainingProgress]:
        """See `training.proto`."""
        run_id, store, after = requests.watch_training(request)
        run = await asyncio.to_thread(self.runs.of_store, run_id, store, with_result=False)
        last = await asyncio.to_thread(self.runs.last_sequence, run_id)
        if after > last:
            raise InvalidInput(
                [Violation("resume_token", f"run {run_id} has only {last} events; send the last token received")]
            )
        if run.state.is_terminal and after == last:
            return
        with self.watching.taken():
            async with contextlib.aclosing(until_drained(self.runs.events(run_id, after), self.draining)) as events:
                async for event in events:
                    yield messages.event_message(event)

    async def GetTraining(
        self, request: training_pb2.GetTrainingRequest, context: Context
    ) -> training_pb2.GetTrainingResponse:
        """See `training.proto`."""
        run = await asyncio.to_thread(self.runs.of_store, *requests.run_of_store(request))
        return training_pb2.GetTrainingResponse(run=messages.run_message(run))

    async def ListTrainings(
        self, request: training_pb2.ListTrainingsRequest, context: Context
    ) -> training_pb2.ListTrainingsResponse:
        """See `training.proto`."""
        page = requests.page(request, "ListTrainings")
        # A token names the last entry of its page, so runs that begin meanwhile do not shift the next page.
        runs, following = await asyncio.to_thread(self.runs.recent, page.token.store, page.token.position, page.size)
        return training_pb2.ListTrainingsResponse(
            runs=[messages.run_message(run) for run in runs],
            next_page_token=page.next_token(following),
        )

    async def CancelTraining(
        self, request: training_pb2.CancelTrainingRequest, context: Context
    ) -> training_pb2.CancelTrainingResponse:
        """See `training.proto`."""
        return await asyncio.to_thread(self._cancel, *requests.run_of_store(request))

    async def ListVersions(
        self, request: training_pb2.ListVersionsRequest, context: Context
    ) -> training_pb2.ListVersionsResponse:
        """See `training.proto`."""
        return await asyncio.to_thread(self._list_versions, requests.page(request, "ListVersions"))

    async def ListStores(
        self, request: training_pb2.ListStoresRequest, context: Context
    ) -> training_pb2.ListStoresResponse:
        """See `training.proto`."""
        page = requests.list_stores(request)
        stores = await asyncio.get_running_loop().run_in_executor(self.askers, self.source.stores)
        # A token names the last store of its page, so stores that are added meanwhile do not shift the next page.
        start = bisect.bisect_right(stores, page.token.position) if page.token.position else 0
        shown = stores[start : start + page.size]
        last = shown[-1] if start + page.size < len(stores) else ""
        return training_pb2.ListStoresResponse(stores=shown, next_page_token=page.next_token(last))

    async def RollbackVersion(
        self, request: training_pb2.RollbackVersionRequest, context: Context
    ) -> training_pb2.RollbackVersionResponse:
        """See `training.proto`."""
        return await asyncio.to_thread(self._rollback, *requests.rollback(request))

    def _repeated(self, request: training_pb2.StartTrainingRequest) -> Run | None:
        repeatable = requests.repeatable(request)
        return self.runs.find(*repeatable) if repeatable else None

    def _preview(self, asked: RunRequest) -> SalesPreview:
        sales = read_store_sales(
            self.source,
            asked.sales_data_source,
            asked.store,
            asked.place,
            asked.warnings,
            self.config,
            keep_outliers=asked.keep_outliers,
            events=asked.events,
        )
        return sales_preview(asked.store, sales, asked.place, asked.warnings, self.config)

    def _create(self, asked: RunRequest, request_id: str) -> Run:
        created = self.runs.create(asked, request_id)
        if created.is_busy:
            raise AlreadyExists(
                f"run {created.run.run_id} is training store {asked.store}; watch or cancel that run",
                reason="RUN_IS_LIVE",
                metadata={"run_id": created.run.run_id, "store": asked.store},
            )
        return created.run

    @staticmethod
    def _begun(created: CreatedGroup) -> Sequence[Run]:
        """The runs of a group.

        Raises:
            InvalidInput: The request id belongs to another request.
            AlreadyExists: Stores of the group have live runs.
        """
        if created.is_other:
            message = "another request with this id has started other trainings; choose another id"
            raise InvalidInput([Violation("request_id", message)])
        if created.busy:
            stores = [run.request.store for run in created.busy]
            first = created.busy[0]
            raise AlreadyExists(
                f"no run was started, as {enumerated(stores[:_BUSY_NAMED], len(stores))} of the group are being "
                "trained; wait for these runs, or cancel them",
                reason="RUN_IS_LIVE",
                metadata={"run_id": first.run_id, "store": first.request.store},
            )
        return created.runs

    def _cancel(self, run_id: str, store: str) -> training_pb2.CancelTrainingResponse:
        run = self.runs.of_store(run_id, store, with_result=False)
        result = result_of(self.runs.outcomes(run_id))
        step = self.runs.finish(run, RunState.CANCELLED, result, "cancelled on request")
        if not step.taken and step.state is not RunState.CANCELLED:
            state = step.state.value if step.state else "gone"
            raise NotReady(
                f"run {run_id} is {state} and can no longer be cancelled; wait for its end",
                reason="NOT_CANCELLABLE",
                metadata={"run_id": run_id, "store": store},
            )
        self.workspaces.delete(run_id)
        return training_pb2.CancelTrainingResponse(run=messages.run_message(self.runs.get(run_id)))

    def _list_versions(self, page: requests.Page) -> training_pb2.ListVersionsResponse:
        store, before = page.token.store, page.token.position
        names = [name for name in self.registry.versions(store) if not before or name < before]
        live = self.registry.current(store)
        shown = names[: page.size]
        described = (self._describe_version(store, name, live=name == live) for name in shown)
        return training_pb2.ListVersionsResponse(
            versions=[version for version in described if version],
            next_page_token=page.next_token(shown[-1] if len(names) > len(shown) else ""),
        )

    def _describe_version(self, store: str, name: str, *, live: bool) -> training_pb2.ModelVersion | None:
        try:
            return messages.version_message(self.registry.manifest(store, name), live=live)
        except NotFound:
            return None  # a run has deleted this old version since its name was read
        except UnservableVersion as error:
            # The version takes storage and must be listed, although nobody can serve it.
            log.warning("the manifest cannot be read", store=store, version=name, reason=error.message)
            return training_pb2.ModelVersion(version=name, live=live)

    def _rollback(self, store: str, version: str) -> training_pb2.RollbackVersionResponse:
        with self.live_version_lock.held(store):
            manifest = self._rolled_back(store, version)
        try:
            self.announcer.announce(Announcement(store, manifest.version))
        except Unavailable as error:
            log.warning(
                "a live version was not announced; polling will find it",
                version=manifest.version,
                error=str(error),
            )
        return training_pb2.RollbackVersionResponse(version=messages.version_message(manifest, live=True))

    def _rolled_back(self, store: str, version: str) -> Manifest:
        live = self.registry.current(store)
        if live is None and not version:
            raise NotReady(
                f"store {store} has no version yet; StartTraining makes one",
                reason="NO_MODEL",
                metadata={"store": store},
            )
        target = version or self.registry.manifest(store, live or "").parent
        if not target:
            raise NotReady(
                f"version {live} is the first version of store {store}; name a version, or train",
                reason="NO_OLDER_VERSION",
                metadata={"store": store, "version": live or ""},
            )
        # A version may have been damaged since it last served. Inference would find the damage only when it loads the
        # version, and a store whose inference restarts would then have no version at all.
        self.registry.check(self.registry.manifest(store, target))
        return self.registry.activate(store, target, replacing=live)

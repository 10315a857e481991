"""Holds the live version of every store, and replaces it by one assignment when the next version is loaded and warmed.

When is the memory of an old version freed? When nothing holds the version any more. Four things hold a version: the
map of live versions, until the next version of the store goes live; the tasks of pinned versions, until enough others
were used later; each request that is being answered with the version; and each load that takes models over from it.
Two versions share the models that the newer one took over, so that only the replaced models are freed.
"""

import asyncio
import datetime as dt
import time
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Protocol

import structlog

from inference_service.loaded_version import LoadedVersion, load_version
from inference_service.model_events import ModelEvents, ModelState
from inference_service.warming import warm
from shared.errors import ForecastingError, NotReady, Unavailable, UnservableVersion
from shared.logs import SeldomWarning
from shared.registry.manifest import Manifest
from shared.registry.registry import Registry

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadingLimits:
    """How many versions are loaded, how long they are waited for, and when a failed one is tried again.

    Args:
        pinned_versions_kept: Number of pinned versions that stay loaded beside the live ones, over all stores.
        loads_at_once: Number of versions that are loaded at the same time. Each load fills memory and asks the storage
            for many files.
        first_look_silence_seconds: The first look at all stores stops waiting when the storage has not answered for
            so long. The time counts from the last answer, so that a store that only waits for its turn is waited for.
        later_look_silence_seconds: Longest silence of the storage for one store in every later look at all stores.
        first_retry_seconds: Time from the first failure of a version to the next try; it doubles with every failure.
        longest_retry_seconds: Longest time between two tries.
    """

    pinned_versions_kept: int = 4
    loads_at_once: int = 4
    first_look_silence_seconds: float = 30.0
    later_look_silence_seconds: float = 5.0
    first_retry_seconds: float = 5.0
    longest_retry_seconds: float = 300.0


class LoadVersion(Protocol):
    """Loads a version from the registry; see `load_version`."""

    def __call__(
        self,
        registry: Registry,
        store: str,
        version: str,
        loaded_before: LoadedVersion | None = None,
        answered: Callable[[], object] = ...,
    ) -> LoadedVersion:
        """See `load_version`."""
        ...


@dataclass(frozen=True, slots=True)
class LiveVersion:
    """The version that answers the requests of a store.

    Args:
        version: The loaded version.
        since: Time in UTC at which the version went live.
    """

    version: LoadedVersion
    since: dt.datetime


@dataclass(frozen=True, slots=True)
class FailedVersion:
    """The version that is current in the registry and could not be loaded.

    Args:
        version: Name of the version.
        reason: Why the version could not be loaded, for people.
        wait_seconds: Time from the last try to the next one.
        retry_at: When the next try is due, in seconds of the monotonic clock.
    """

    version: str
    reason: str
    wait_seconds: float
    retry_at: float


class LiveVersions:
    """Loads, holds and replaces the versions that answer requests.

    A version that cannot be loaded never replaces the live version of its store, and never touches another store.

    Args:
        registry: Registry that says which version of each store is current.
        events: Receives every change of a version.
        limits: Numbers and times that bound the loading.
        load: Loads a version.
        warm: Is called with each loaded version before it goes live, and raises where the version cannot answer.
        clock: Monotonic clock in seconds.
    """

    def __init__(
        self,
        registry: Registry,
        events: ModelEvents,
        *,
        limits: LoadingLimits = LoadingLimits(),
        load: LoadVersion = load_version,
        warm: Callable[[LoadedVersion], None] = warm,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._registry = registry
        self._events = events
        self._limits = limits
        self._load = load
        self._warm = warm
        self._clock = clock
        self._by_store: dict[str, LiveVersion] = {}
        self._failed: dict[str, FailedVersion] = {}
        self._pinned: OrderedDict[tuple[str, str], asyncio.Task[LoadedVersion]] = OrderedDict()
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._loads = asyncio.Semaphore(limits.loads_at_once)
        self._looks: dict[str, asyncio.Task[None]] = {}
        self._unread: set[str] = set()
        self._last_answer = clock()
        self._has_looked = False
        self._warn_of_unread = SeldomWarning(log, "the registry of a store cannot be read; its live version stays")
        self._warn_of_silence = SeldomWarning(
            log, "the model storage has not answered for a while; the live versions stay"
        )
        self._warn_of_silent_stores = SeldomWarning(
            log, "the model storage does not answer for some stores; their live versions stay"
        )

    @property
    def by_store(self) -> Mapping[str, LiveVersion]:
        """The live version of each store that has one."""
        return MappingProxyType(self._by_store)

    @property
    def failed(self) -> Mapping[str, FailedVersion]:
        """The version that is current in the registry and could not be loaded, for each store that has one."""
        return MappingProxyType(self._failed)

    @property
    def has_looked(self) -> bool:
        """Whether every store of the registry has been looked at, and its version loaded where that was possible.

        A store whose storage does not answer (see `LoadingLimits.first_look_silence_seconds`) is not waited for.
        """
        return self._has_looked

    @property
    def is_up(self) -> bool:
        """Whether every store `has_looked` at, and a version is live or the registry has no versions.

        Where versions exist, or may exist behind a storage that does not answer, and none could be loaded, a
        deployment must not stop the older process that still serves them.
        """
        return self._has_looked and bool(self._by_store or not (self._failed or self._unread or self._looks))

    async def get(self, store: str, version: str = "") -> LoadedVersion:
        """The version to answer a request with; the request can finish with it even after it was replaced.

        Args:
            store: Name of the store.
            version: Name of a pinned version, or empty for the live version of the store.

        Raises:
            NotReady: The store has no version that can be served.
            Unavailable: The version is not loaded, and the storage does not answer.
            NotFound: The pinned version does not exist.
            UnservableVersion: The pinned version cannot be served by this code.
            CorruptArtifact: An artifact of the pinned version is missing or damaged.
        """
        live = self._by_store.get(store)
        if version and not (live and live.version.manifest.version == version):
            return await self._get_pinned(store, version)
        if not live:
            await self._look_for_first(store)
            live = self._by_store.get(store)
        if live:
            return live.version
        failed = self._failed.get(store)
        if failed:
            raise NotReady(
                f"version {failed.version} of store {store} cannot be served: {failed.reason}",
                reason="MODEL_FAILED",
                metadata={"store": store, "version": failed.version},
            )
        raise NotReady(
            f"store {store} has no model yet; StartTraining makes one", reason="NO_MODEL", metadata={"store": store}
        )

    async def manifest(self, store: str, version: str = "") -> Manifest:
        """The manifest of a version; a pinned version is not loaded for it.

        Args:
            store: Name of the store.
            version: Name of a pinned version, or empty for the live version of the store.

        Raises:
            NotReady: The store has no version that can be served.
            NotFound: The pinned version does not exist.
            Unavailable: The version is not loaded, and the storage does not answer.
            UnservableVersion: The manifest of the pinned version cannot be read.
        """
        live = self._by_store.get(store)
        if version and not (live and live.version.manifest.version == version):
            return await asyncio.to_thread(self._registry.manifest, store, version)
        return (await self.get(store)).manifest

    async def refresh_all(self) -> None:
        """Looks at every store of the registry and loads the versions that are new.

        A store that fails does not hold up the others. A store whose storage does not answer is not waited for, and
        not looked at again before its storage has answered.

        Raises:
            Unavailable: The list of stores cannot be read.
        """
        limits = self._limits
        silence = limits.later_look_silence_seconds if self._has_looked else limits.first_look_silence_seconds
        listing = asyncio.create_task(asyncio.to_thread(self._registry.stores))
        _, hanging = await asyncio.wait([listing], timeout=silence)
        if hanging:
            self._warn_of_silence(seconds=silence)
        stores = await listing
        begun = {store: asyncio.create_task(self.look_at(store)) for store in stores if store not in self._looks}
        self._looks |= begun
        await self._wait_while_answered(begun.values(), silence)
        self._looks = {store: look for store, look in self._looks.items() if not look.done()}
        if self._looks:
            self._warn_of_silent_stores(stores=len(self._looks), such_as=min(self._looks))
        self._has_looked = True

    async def look_at(self, store: str) -> None:
        """Refreshes a store, and logs an error instead of raising it, so that the other stores are looked at.

        A storage that refuses thousands of stores makes one line a minute.

        Args:
            store: Name of the store.
        """
        try:
            await self.refresh(store)
            self._unread.discard(store)
        except Exception as error:  # noqa: BLE001 -- whatever is wrong with one store, the others are looked at
            self._unread.add(store)
            self._warn_of_unread(
                store=store,
                unread_stores=len(self._unread),
                error=f"{type(error).__name__}: {error}",
                exc_info=None if isinstance(error, Unavailable) else error,
            )

    async def refresh(self, store: str) -> None:
        """Loads the current version of a store, unless that version is live; a failure keeps the live version.

        Args:
            store: Name of the store.

        Raises:
            Unavailable: The storage does not answer.
        """
        async with self._locks[store]:
            current = await asyncio.to_thread(self._registry.current, store)
            live = self._by_store.get(store)
            if current is None or (live and live.version.manifest.version == current):
                self._failed.pop(store, None)
                return
            failed = self._failed.get(store)
            if failed and failed.version == current and self._clock() < failed.retry_at:
                return
            await self._replace(store, current, live)

    async def _wait_while_answered(self, looks: Iterable[asyncio.Task[None]], silence_seconds: float) -> None:
        """Waits until the looks have ended, or until the storage has not answered for `silence_seconds`."""
        pending = set(looks)
        self._answered()
        while pending and (left := self._last_answer + silence_seconds - self._clock()) > 0:
            done, pending = await asyncio.wait(pending, timeout=left, return_when=asyncio.FIRST_COMPLETED)
            if done:
                self._answered()

    def _answered(self) -> None:
        self._last_answer = self._clock()

    async def _look_for_first(self, store: str) -> None:
        """Loads the first version of a store that no announcement and no look has found yet.

        A caller who has just seen the training end must not be told that the store has no model.
        """
        # The registry is asked before `refresh`, which would keep a lock for every name that is no store's.
        if await asyncio.to_thread(self._registry.current, store):
            await self.refresh(store)

    async def _replace(self, store: str, version: str, live: LiveVersion | None) -> None:
        failed = self._failed.get(store)
        is_retry = failed is not None and failed.version == version
        if not is_retry:
            self._events.add(store, version, ModelState.LOADING)
        try:
            old = live.version if live else None
            async with self._loads:
                loaded = await asyncio.to_thread(self._load, self._registry, store, version, old, self._answered)
                if not is_retry:
                    self._events.add(store, version, ModelState.WARMING, len(loaded.models))
                await asyncio.to_thread(self._warm, loaded)
        except Exception as error:  # noqa: BLE001 -- whatever is wrong with a version must not touch the live one
            self._note_failure(store, version, f"{type(error).__name__}: {error}")
            return
        self._by_store[store] = LiveVersion(loaded, dt.datetime.now(dt.UTC))
        self._failed.pop(store, None)
        self._events.add(store, version, ModelState.ACTIVE, len(loaded.models))
        log.info("a version is live", store=store, version=version, dishes=len(loaded.models))
        if live:
            old_manifest = live.version.manifest
            self._events.add(store, old_manifest.version, ModelState.DRAINING, len(old_manifest.dishes))

    def _note_failure(self, store: str, version: str, reason: str) -> None:
        before = self._failed.get(store)
        wait_seconds = self._limits.first_retry_seconds
        if before and before.version == version:
            wait_seconds = min(before.wait_seconds * 2, self._limits.longest_retry_seconds)
        # A retry that fails for the same reason is not told again, so watchers and log have one entry.
        if not (before and before.version == version and before.reason == reason):
            self._events.add(store, version, ModelState.FAILED, reason=reason)
            log.error("a version cannot be served", store=store, version=version, reason=reason)
        self._failed[store] = FailedVersion(version, reason, wait_seconds, self._clock() + wait_seconds)

    async def _get_pinned(self, store: str, version: str) -> LoadedVersion:
        """Loads a pinned version once for all callers, also when the first of them cancels its call."""
        key = (store, version)
        loading = self._pinned.get(key)
        if loading is None:
            loading = self._pinned[key] = asyncio.create_task(self._load_pinned(store, version))
            loading.add_done_callback(lambda done: self._forget_failed_load(key, done))
        self._pinned.move_to_end(key)
        while len(self._pinned) > self._limits.pinned_versions_kept:
            self._pinned.popitem(last=False)
        return await asyncio.shield(loading)

    async def _load_pinned(self, store: str, version: str) -> LoadedVersion:
        # The manifest is read first: the answer that a version does not exist must not wait for other loads.
        await asyncio.to_thread(self._registry.manifest, store, version)
        live = self._by_store.get(store)
        try:
            async with self._loads:
                return await asyncio.to_thread(
                    self._load, self._registry, store, version, live.version if live else None
                )
        except ForecastingError:
            raise
        except Exception as error:
            log.exception("a pinned version cannot be served", store=store, version=version)
            raise UnservableVersion(
                f"version {version} cannot be loaded: {type(error).__name__}: {error}; train again"
            ) from error

    def _forget_failed_load(self, key: tuple[str, str], done: asyncio.Task[LoadedVersion]) -> None:
        if (done.cancelled() or done.exception()) and self._pinned.get(key) is done:
            del self._pinned[key]

"""The live versions of all stores: loaded, warmed, then swapped by one assignment, so that no request ever fails."""

import asyncio
import datetime as dt
import time
from collections import OrderedDict, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import structlog

from inference_service.loaded_version import LoadedVersion, load_version
from inference_service.model_events import ModelEvents, ModelState
from inference_service.warming import warm
from shared.errors import ForecastingError, NotReady
from shared.registry.manifest import Manifest, UnservableVersion
from shared.registry.registry import Registry

log = structlog.get_logger(__name__)

#: Versions that requests pinned and that are kept loaded beside the live ones.
_PINNED_KEPT = 4

#: Versions that are read at the same time: each of them fills memory and asks the storage for many files.
_LOADS_AT_ONCE = 4

#: Seconds without any answer of the storage after which the first look at the stores, and every later one, no longer
#: waits. They are counted from the last answer, so that a store which only waits for its turn is waited for.
_FIRST_PATIENCE, _LATER_PATIENCE = 30.0, 5.0

#: Shortest and longest wait before a version that failed to load is tried again, in seconds.
_RETRY_FIRST, _RETRY_LAST = 5.0, 300.0


@dataclass(frozen=True, slots=True)
class Live:
    """A version that answers, and since when."""

    version: LoadedVersion
    since: dt.datetime


@dataclass(frozen=True, slots=True)
class Failure:
    """A version that cannot be served; monotonic times in seconds.

    Args:
        version: which.
        reason: why, for people.
        wait: from the last try to the next.
        retry_at: when that is.
    """

    version: str
    reason: str
    wait: float
    retry_at: float


class ModelStore:
    """Holds what is served.

    Args:
        registry: says what is current.
        events: are told of every change.
    """

    def __init__(self, registry: Registry, events: ModelEvents) -> None:
        self._registry = registry
        self._events = events
        self._live: dict[str, Live] = {}
        self._pinned: OrderedDict[tuple[str, str], asyncio.Task[LoadedVersion]] = OrderedDict()
        self._failures: dict[str, Failure] = {}
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._loads = asyncio.Semaphore(_LOADS_AT_ONCE)
        self._looks: dict[str, asyncio.Task[None]] = {}
        self._unread: set[str] = set()
        self._last_answer = time.monotonic()
        self._has_looked = False

    @property
    def live(self) -> Mapping[str, Live]:
        """What answers now, by store."""
        return MappingProxyType(self._live)

    @property
    def failures(self) -> Mapping[str, Failure]:
        """Versions that are current in the registry and could not be loaded, by store."""
        return MappingProxyType(self._failures)

    @property
    def has_looked(self) -> bool:
        """Whether every store of the registry has been looked at, and loaded where that was possible.

        Stores whose storage hangs are left out: it has not answered for half a minute, and all others are done.
        """
        return self._has_looked

    @property
    def is_up(self) -> bool:
        """Whether it `has_looked`, and found something to serve or nothing at all.

        Where there are versions, or may be behind a storage that does not answer, and none could be loaded, an older
        process that still has them must not be stopped for this one.
        """
        return self._has_looked and bool(self._live or not (self._failures or self._unread or self._looks))

    async def get(self, store: str, version: str = "") -> LoadedVersion:
        """The version to answer with; whoever holds it can finish on it whatever happens.

        Args:
            store: whose.
            version: a pinned one, or empty for the live one.

        Raises:
            NotReady: the store has no model.
            Unavailable: the storage does not answer, and the version is not loaded.
            NotFound: there is no such version.
            UnservableVersion, CorruptArtifact: the pinned version cannot be served.
        """
        live = self._live.get(store)
        if version and not (live and live.version.manifest.version == version):
            return await self._get_pinned(store, version)
        if not live:
            await self._look_for_first(store)
            live = self._live.get(store)
        if live:
            return live.version
        failure = self._failures.get(store)
        if failure:
            raise NotReady(
                f"version {failure.version} of store {store} cannot be served: {failure.reason}", reason="MODEL_FAILED"
            )
        raise NotReady(
            f"store {store} has no model yet; StartTraining makes one", reason="NO_MODEL", metadata={"store": store}
        )

    async def manifest(self, store: str, version: str = "") -> Manifest:
        """What a version holds; a pinned one is not loaded for it. See `get`.

        Args:
            store, version: see `get`.

        Raises:
            NotReady, NotFound, Unavailable: see `get`.
            UnservableVersion: the manifest of the pinned version cannot be read.
        """
        live = self._live.get(store)
        if version and not (live and live.version.manifest.version == version):
            return await asyncio.to_thread(self._registry.manifest, store, version)
        return (await self.get(store)).manifest

    async def refresh_all(self) -> None:
        """Looks at every store of the registry and loads what is new; trouble with one does not keep back the others.

        Nor does a storage that does not answer for one: that store is not waited for any longer, and not looked at
        again before it has answered.

        Raises:
            Unavailable: the registry cannot be read at all.
        """
        stores = await asyncio.to_thread(self._registry.stores)
        begun = {store: asyncio.create_task(self.look_at(store)) for store in stores if store not in self._looks}
        self._looks |= begun
        await self._wait_while_answered(begun.values(), _LATER_PATIENCE if self._has_looked else _FIRST_PATIENCE)
        self._looks = {store: look for store, look in self._looks.items() if not look.done()}
        for store in begun.keys() & self._looks.keys():
            log.warning("the storage does not answer for a store, its live version stays", store=store)
        self._has_looked = True

    async def look_at(self, store: str) -> None:
        """As `refresh`, but whatever is wrong is logged: the others are to be looked at all the same."""
        try:
            await self.refresh(store)
            self._unread.discard(store)
        except Exception as error:  # whatever is wrong with one store, the others are looked at
            self._unread.add(store)
            log.warning("store cannot be looked at, its live version stays", store=store, exc_info=error)

    async def refresh(self, store: str) -> None:
        """Loads the current version of a store if it is not live yet; a failure leaves the live one as it is."""
        async with self._locks[store]:
            current = await asyncio.to_thread(self._registry.current, store)
            live = self._live.get(store)
            if current is None or (live and live.version.manifest.version == current):
                self._failures.pop(store, None)
                return
            failure = self._failures.get(store)
            if failure and failure.version == current and time.monotonic() < failure.retry_at:
                return
            await self._replace(store, current, live)

    async def _wait_while_answered(self, looks: Iterable[asyncio.Task[None]], patience: float) -> None:
        """Waits until looks have ended, or nothing has been heard of the storage for so many seconds."""
        pending = set(looks)
        self._answered()
        while pending and (left := self._last_answer + patience - time.monotonic()) > 0:
            done, pending = await asyncio.wait(pending, timeout=left, return_when=asyncio.FIRST_COMPLETED)
            if done:
                self._answered()

    def _answered(self) -> None:
        self._last_answer = time.monotonic()

    async def _look_for_first(self, store: str) -> None:
        """Loads the first version of a store, made so short a time ago that neither an announcement nor a look has
        found it: who has just seen its training end must not be told that there is none."""
        # Asked first: names that are no store's are not to leave a lock behind each.
        if await asyncio.to_thread(self._registry.current, store):
            await self.refresh(store)

    async def _replace(self, store: str, version: str, live: Live | None) -> None:
        known_failure = self._failures.get(store)
        is_retry = known_failure is not None and known_failure.version == version
        if not is_retry:
            self._events.add(store, version, ModelState.LOADING)
        try:
            old = live.version if live else None
            async with self._loads:
                loaded = await asyncio.to_thread(load_version, self._registry, store, version, old, self._answered)
                if not is_retry:
                    self._events.add(store, version, ModelState.WARMING, len(loaded.models))
                await asyncio.to_thread(warm, loaded)
        except Exception as error:  # noqa: BLE001 -- whatever is wrong with a version must not touch the live one
            self._note_failure(store, version, f"{type(error).__name__}: {error}")
            return
        self._live[store] = Live(loaded, dt.datetime.now(dt.UTC))
        self._failures.pop(store, None)
        self._events.add(store, version, ModelState.ACTIVE, len(loaded.models))
        log.info("version live", store=store, version=version, dishes=len(loaded.models))
        if live:
            old_manifest = live.version.manifest
            self._events.add(store, old_manifest.version, ModelState.DRAINING, len(old_manifest.dishes))

    def _note_failure(self, store: str, version: str, reason: str) -> None:
        before = self._failures.get(store)
        again = before is not None and before.version == version
        wait = min(before.wait * 2, _RETRY_LAST) if before and again else _RETRY_FIRST
        if not (before and again and before.reason == reason):
            self._events.add(store, version, ModelState.FAILED, reason=reason)
            log.error("version not served", store=store, version=version, reason=reason)
        self._failures[store] = Failure(version, reason, wait, time.monotonic() + wait)

    async def _get_pinned(self, store: str, version: str) -> LoadedVersion:
        """Loads it once for all who ask, also when the first of them leaves."""
        key = (store, version)
        loading = self._pinned.get(key)
        if loading is None:
            loading = self._pinned[key] = asyncio.create_task(self._load_pinned(store, version))
            loading.add_done_callback(lambda done: self._forget_failed(key, done))
        self._pinned.move_to_end(key)
        while len(self._pinned) > _PINNED_KEPT:
            self._pinned.popitem(last=False)
        return await asyncio.shield(loading)

    async def _load_pinned(self, store: str, version: str) -> LoadedVersion:
        # Looked up first: a version that is not there must not wait for one that is being loaded.
        await asyncio.to_thread(self._registry.manifest, store, version)
        live = self._live.get(store)
        try:
            async with self._loads:
                return await asyncio.to_thread(
                    load_version, self._registry, store, version, live.version if live else None
                )
        except ForecastingError:
            raise
        except Exception as error:
            log.exception("pinned version not served", store=store, version=version)
            raise UnservableVersion(f"version {version} cannot be loaded: {type(error).__name__}: {error}") from error

    def _forget_failed(self, key: tuple[str, str], done: asyncio.Task[LoadedVersion]) -> None:
        if (done.cancelled() or done.exception()) and self._pinned.get(key) is done:
            del self._pinned[key]

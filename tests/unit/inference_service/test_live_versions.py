"""Live versions: a store or version that cannot be loaded does not affect the others."""

import asyncio
import contextlib
import gc
import shutil
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import pytest
from structlog.testing import capture_logs

from inference_service.live_versions import LiveVersions, LoadingLimits
from inference_service.loaded_version import LoadedVersion, load_version
from inference_service.model_events import ModelEvents, ModelState
from shared.errors import NotFound, NotReady, Unavailable, UnservableVersion
from shared.registry.registry import Registry
from shared.restaurant.place import Place
from tests.support.hanging import hanging
from tests.support.versions import publish

#: The first look gives up a storage that hangs after a moment.
IMPATIENT = LoadingLimits(first_look_silence_seconds=0.1)


class Clock:
    """A monotonic clock that tests move."""

    def __init__(self) -> None:
        self._seconds = 0.0
        self._lock = threading.Lock()

    def __call__(self) -> float:
        return self._seconds

    def move(self, seconds: float) -> None:
        with self._lock:
            self._seconds += seconds


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    made = Registry(str(tmp_path / "models"))
    for store in ("harbour", "market"):
        publish(made, store, "v1")
    return made


def test_a_store_that_cannot_be_read_does_not_hold_up_the_others(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = registry._storage._fs.cat_file

    def partly_forbidden(path: str) -> Any:
        if path.endswith("harbour/CURRENT"):
            raise PermissionError(path)
        return read(path)

    # File permissions would not do: root may read everything.
    monkeypatch.setattr(registry._storage._fs, "cat_file", partly_forbidden)
    live_versions = LiveVersions(registry, ModelEvents())

    asyncio.run(live_versions.refresh_all())

    assert set(live_versions.by_store) == {"market"}


async def test_a_storage_that_hangs_for_one_store_does_not_hold_up_the_others(
    registry: Registry, tmp_path: Path
) -> None:
    live_versions = LiveVersions(registry, ModelEvents(), limits=IMPATIENT)

    with hanging(tmp_path / "models" / "harbour"):
        await live_versions.refresh_all()
        await until(lambda: "market" in live_versions.by_store)

        assert set(live_versions.by_store) == {"market"}
        assert live_versions.is_up


def test_a_pinned_version_is_loaded_once_for_all_callers(registry: Registry) -> None:
    publish(registry, "harbour", "v2")
    loads: list[str] = []

    def counted(registry: Registry, store: str, version: str, *others: Any, **named: Any) -> LoadedVersion:
        loads.append(version)
        return load_version(registry, store, version, *others, **named)

    async def ask() -> list[LoadedVersion | BaseException]:
        live_versions = LiveVersions(registry, ModelEvents(), load=counted)
        asked = [asyncio.create_task(live_versions.get("harbour", "v1")) for _ in range(5)]
        await asyncio.sleep(0)
        asked[0].cancel()
        return await asyncio.gather(*asked, return_exceptions=True)

    first, *others = asyncio.run(ask())

    assert isinstance(first, asyncio.CancelledError)
    assert [each.manifest.version for each in others if isinstance(each, LoadedVersion)] == ["v1"] * 4
    assert loads == ["v1"]


async def test_only_the_latest_pinned_versions_stay_loaded(registry: Registry) -> None:
    loads: list[str] = []

    def counted(registry: Registry, store: str, version: str, *others: Any, **named: Any) -> LoadedVersion:
        loads.append(store)
        return load_version(registry, store, version, *others, **named)

    limits = LoadingLimits(pinned_versions_kept=1)
    live_versions = LiveVersions(registry, ModelEvents(), limits=limits, load=counted)

    for store in ("harbour", "harbour", "market", "harbour"):
        await live_versions.get(store, "v1")

    assert loads == ["harbour", "market", "harbour"]


async def test_the_memory_of_a_replaced_version_is_freed_when_the_last_request_ends(registry: Registry) -> None:
    publish(registry, "quay", "v1")  # a store that no other test has loaded
    live_versions = LiveVersions(registry, ModelEvents())
    await live_versions.refresh("quay")
    held_by_a_request = [await live_versions.get("quay")]
    publish(registry, "quay", "v2")
    await live_versions.refresh("quay")

    assert versions_in_memory("quay") == {"v1", "v2"}
    held_by_a_request.clear()
    assert versions_in_memory("quay") == {"v2"}


async def test_the_answer_that_a_version_does_not_exist_does_not_wait_for_loads(registry: Registry) -> None:
    live_versions = LiveVersions(registry, ModelEvents(), limits=LoadingLimits(loads_at_once=0))

    async with asyncio.timeout(5):
        with pytest.raises(NotFound):
            await live_versions.get("harbour", "v0")


async def test_a_pinned_version_that_fails_to_load_is_answered_with_the_error_and_tried_again(
    registry: Registry,
) -> None:
    failures = iter([KeyError("state")])

    def failing_once(*arguments: Any, **named: Any) -> LoadedVersion:
        for error in failures:
            raise error
        return load_version(*arguments, **named)

    live_versions = LiveVersions(registry, ModelEvents(), load=failing_once)

    with pytest.raises(UnservableVersion, match="KeyError"):
        await live_versions.get("harbour", "v1")

    assert (await live_versions.get("harbour", "v1")).manifest.version == "v1"


def test_a_first_version_answers_before_it_is_announced(registry: Registry) -> None:
    live_versions = LiveVersions(registry, ModelEvents())

    assert asyncio.run(live_versions.get("harbour")).manifest.version == "v1"
    with pytest.raises(NotReady, match="StartTraining"):
        asyncio.run(live_versions.get("nowhere"))


async def test_has_looked_is_true_after_every_store_was_looked_at_and_not_after_one_was_announced(
    registry: Registry,
) -> None:
    live_versions = LiveVersions(registry, ModelEvents())
    assert not live_versions.has_looked

    await live_versions.refresh("harbour")
    assert not live_versions.has_looked

    await live_versions.refresh_all()
    assert live_versions.has_looked


def test_a_registry_that_does_not_answer_is_told_as_unavailable(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    live_versions = LiveVersions(registry, ModelEvents())

    def is_away(*_: object) -> None:
        raise OSError("storage is away")

    monkeypatch.setattr(registry._storage._fs, "cat_file", is_away)
    for version in ("", "v1"):
        with pytest.raises(Unavailable, match="does not answer"):
            asyncio.run(live_versions.get("harbour", version))


async def test_the_manifest_of_a_pinned_version_is_read_without_loading_the_version(registry: Registry) -> None:
    publish(registry, "harbour", "v2")
    loads: list[str] = []

    def counted(registry: Registry, store: str, version: str, *others: Any, **named: Any) -> LoadedVersion:
        loads.append(version)
        return load_version(registry, store, version, *others, **named)

    live_versions = LiveVersions(registry, ModelEvents(), load=counted)
    await live_versions.refresh("harbour")

    assert (await live_versions.manifest("harbour", "v1")).version == "v1"
    assert (await live_versions.manifest("harbour")).version == "v2"
    with pytest.raises(NotFound):
        await live_versions.manifest("harbour", "v3")
    assert loads == ["v2"]


@pytest.mark.parametrize(
    "place",
    [
        Place(country="DE", time_zone="Europe/Atlantis"),
        Place(country="DE", time_zone="/nowhere"),
        Place(country="DE", subdivision="ATLANTIS"),
        Place(country="XX", time_zone="UTC"),
    ],
)
async def test_a_version_of_a_place_that_this_process_does_not_know_does_not_go_live(
    registry: Registry, place: Place
) -> None:
    live_versions = LiveVersions(registry, ModelEvents())
    await live_versions.refresh_all()
    publish(registry, "harbour", "v2", place=place)

    await live_versions.refresh_all()

    assert (await live_versions.get("harbour")).manifest.version == "v1"
    with pytest.raises(UnservableVersion, match="unknown here"):
        await live_versions.get("harbour", "v2")


async def test_a_version_whose_forecasts_are_not_finite_does_not_go_live(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    live_versions = LiveVersions(registry, ModelEvents())
    await live_versions.refresh_all()
    put = registry.put

    def spoilt(store: str, value: Any) -> str:
        if "state" in value:
            value["state"]["sums"] = np.full_like(value["state"]["sums"], np.nan)
        return put(store, value)

    monkeypatch.setattr(registry, "put", spoilt)
    publish(registry, "harbour", "v2")

    await live_versions.refresh_all()

    assert (await live_versions.get("harbour")).manifest.version == "v1"


async def test_a_version_goes_live_although_some_of_its_models_are_too_old_for_any_forecast(
    registry: Registry,
) -> None:
    publish(registry, "harbour", "v2", older_by={"soup": 0, "pie": 728})
    live_versions = LiveVersions(registry, ModelEvents())

    await live_versions.refresh_all()

    assert (await live_versions.get("harbour")).manifest.version == "v2"


async def test_a_version_that_fails_again_for_the_same_reason_is_reported_once(registry: Registry) -> None:
    def never_warm(_: object) -> NoReturn:
        raise ValueError("no such trees")

    events = ModelEvents()
    limits = LoadingLimits(first_retry_seconds=0.0)
    live_versions = LiveVersions(registry, events, limits=limits, warm=never_warm)

    for _ in range(3):
        await live_versions.refresh("harbour")

    assert await states(events) == [ModelState.LOADING, ModelState.WARMING, ModelState.FAILED]


async def test_a_version_that_failed_is_tried_again_after_pauses_that_double(registry: Registry) -> None:
    clock, loads = Clock(), []

    def failing(*_: Any, **__: Any) -> LoadedVersion:
        loads.append(clock())
        raise ValueError("half an artifact")

    limits = LoadingLimits(first_retry_seconds=5.0, longest_retry_seconds=15.0)
    live_versions = LiveVersions(registry, ModelEvents(), limits=limits, load=failing, clock=clock)

    for _ in range(60):
        await live_versions.refresh("harbour")
        clock.move(1.0)

    assert loads == [0.0, 5.0, 15.0, 30.0, 45.0]


async def test_stores_that_wait_for_their_turn_are_waited_for(tmp_path: Path) -> None:
    registry = Registry(str(tmp_path))
    stores = [f"store-{i:02}" for i in range(40)]
    for store in stores:
        publish(registry, store, "v1")
    clock = Clock()

    def slowly(*arguments: Any, **named: Any) -> LoadedVersion:
        # All loads together take eight times the silence that is allowed, four at once never more than it.
        clock.move(0.01)
        time.sleep(0.01)
        return load_version(*arguments, **named)

    limits = LoadingLimits(first_look_silence_seconds=0.05, loads_at_once=4)
    live_versions = LiveVersions(registry, ModelEvents(), limits=limits, load=slowly, clock=clock)

    await live_versions.refresh_all()

    assert live_versions.has_looked
    assert sorted(live_versions.by_store) == stores


async def test_a_large_version_whose_artifacts_come_slowly_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    registry = Registry(str(tmp_path))
    publish(registry, "harbour", "v1", older_by={f"dish-{i}": i for i in range(12)})
    clock, get = Clock(), registry.get

    def slowly(store: str, digest: str) -> Any:
        # All artifacts together take nine times the silence that is allowed, each of them less than it.
        clock.move(0.04)
        time.sleep(0.02)
        return get(store, digest)

    monkeypatch.setattr(registry, "get", slowly)
    limits = LoadingLimits(first_look_silence_seconds=0.05)
    live_versions = LiveVersions(registry, ModelEvents(), limits=limits, clock=clock)

    await live_versions.refresh_all()

    assert set(live_versions.by_store) == {"harbour"}


async def test_a_store_whose_storage_hangs_is_not_waited_for_again(registry: Registry, tmp_path: Path) -> None:
    limits = LoadingLimits(first_look_silence_seconds=0.1, later_look_silence_seconds=3600.0)
    live_versions = LiveVersions(registry, ModelEvents(), limits=limits)

    with hanging(tmp_path / "models" / "harbour"):
        await live_versions.refresh_all()
        await until(lambda: "market" in live_versions.by_store)
        publish(registry, "market", "v2")
        async with asyncio.timeout(60):
            while live_versions.by_store["market"].version.manifest.version != "v2":
                await live_versions.refresh_all()


async def test_a_storage_that_refuses_many_stores_makes_one_line_of_log_a_minute(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    registry = Registry(str(tmp_path))
    for number in range(50):
        (tmp_path / f"store-{number}").mkdir()

    def refuse(path: str) -> NoReturn:
        raise PermissionError(path)

    monkeypatch.setattr(registry._storage._fs, "cat_file", refuse)
    live_versions = LiveVersions(registry, ModelEvents())

    with capture_logs() as lines:
        for _ in range(3):
            await live_versions.refresh_all()

    told = [line for line in lines if line["event"].startswith("the registry of a store cannot be read")]
    assert len(told) == 1
    assert told[0]["unread_stores"] >= 1


async def test_a_storage_that_hangs_is_told_while_it_is_waited_for(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = threading.Event()
    stores = registry.stores

    def hang() -> list[str]:
        answers.wait(60)
        return stores()

    monkeypatch.setattr(registry, "stores", hang)
    live_versions = LiveVersions(registry, ModelEvents(), limits=IMPATIENT)

    with capture_logs() as lines:
        look = asyncio.create_task(live_versions.refresh_all())
        await until(lambda: any("has not answered for a while" in line["event"] for line in lines))
        assert not look.done()
        answers.set()
        await look

    assert set(live_versions.by_store) == {"harbour", "market"}


async def test_a_process_is_not_up_while_there_are_versions_and_none_can_be_loaded(
    registry: Registry, tmp_path: Path
) -> None:
    # The changed manifests look as if a release with other features had made them.
    texts = {file: file.read_text() for file in (tmp_path / "models").glob("*/versions/v1.json")}
    for file, text in texts.items():
        file.write_text(text.replace('"fingerprint": "', '"fingerprint": "f'))
    live_versions = LiveVersions(registry, ModelEvents())

    await live_versions.refresh_all()
    assert (live_versions.has_looked, live_versions.is_up) == (True, False)

    publish(registry, "harbour", "v2")
    await live_versions.refresh_all()
    assert live_versions.is_up


async def test_a_process_is_not_up_while_a_silent_storage_may_have_versions(registry: Registry, tmp_path: Path) -> None:
    shutil.rmtree(tmp_path / "models" / "market")
    live_versions = LiveVersions(registry, ModelEvents(), limits=IMPATIENT)

    with hanging(tmp_path / "models" / "harbour"):
        await live_versions.refresh_all()
        assert (live_versions.has_looked, live_versions.is_up) == (True, False)


async def test_a_process_is_up_where_the_registry_has_no_versions(tmp_path: Path) -> None:
    live_versions = LiveVersions(Registry(str(tmp_path)), ModelEvents())

    await live_versions.refresh_all()

    assert live_versions.is_up


def versions_in_memory(store: str) -> set[str]:
    """Names of the versions of a store that anything in this process holds."""
    gc.collect()
    loaded = [each for each in gc.get_objects() if isinstance(each, LoadedVersion)]
    return {each.manifest.version for each in loaded if each.manifest.store == store}


async def until(is_so: Callable[[], bool]) -> None:
    """Waits until a condition holds."""
    async with asyncio.timeout(60):
        while not is_so():
            await asyncio.sleep(0.01)


async def states(events: ModelEvents) -> list[ModelState]:
    """States of all changes so far, in order."""
    found = []
    async with contextlib.aclosing(events.after(0, (), 0.01)) as changes:
        async for _, change in changes:
            if change is None:
                break
            found.append(change.state)
    return found

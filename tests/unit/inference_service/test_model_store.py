"""The model store: trouble with one store or version costs no other."""

import asyncio
import contextlib
import shutil
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from inference_service.loaded_version import LoadedVersion, load_version
from inference_service.model_events import ModelEvents, ModelState
from inference_service.model_store import ModelStore
from shared.errors import NotFound, NotReady, Unavailable
from shared.forecasting.dish_model import DishModel
from shared.registry.manifest import UnservableVersion
from shared.registry.registry import Registry
from shared.restaurant.place import Place
from tests.support.hanging import hanging
from tests.support.versions import publish


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    made = Registry(str(tmp_path / "models"))
    for store in ("harbour", "market"):
        publish(made, store, "v1")
    return made


def test_a_store_that_cannot_be_read_does_not_keep_back_the_others(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = registry._storage._fs.cat_file

    def partly_forbidden(path: str) -> Any:
        if path.endswith("harbour/CURRENT"):
            raise PermissionError(path)
        return read(path)

    # Root may read everything.
    monkeypatch.setattr(registry._storage._fs, "cat_file", partly_forbidden)
    models = ModelStore(registry, ModelEvents())

    asyncio.run(models.refresh_all())

    assert set(models.live) == {"market"}


def test_a_storage_that_hangs_for_one_store_does_not_keep_back_the_others(
    registry: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("inference_service.model_store._FIRST_PATIENCE", 2.0)

    async def look() -> tuple[set[str], bool]:
        models = ModelStore(registry, ModelEvents())
        with hanging(tmp_path / "models" / "harbour"):
            await models.refresh_all()
            return set(models.live), models.is_up

    assert asyncio.run(look()) == ({"market"}, True)


def test_a_pinned_version_is_loaded_once_for_all_who_ask(registry: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(registry, "harbour", "v2")
    loads: list[str] = []

    def counted(registry: Registry, store: str, version: str, *others: Any) -> LoadedVersion:
        loads.append(version)
        return load_version(registry, store, version, *others)

    monkeypatch.setattr("inference_service.model_store.load_version", counted)

    async def ask() -> list[LoadedVersion | BaseException]:
        models = ModelStore(registry, ModelEvents())
        asked = [asyncio.create_task(models.get("harbour", "v1")) for _ in range(5)]
        await asyncio.sleep(0)
        asked[0].cancel()
        return await asyncio.gather(*asked, return_exceptions=True)

    first, *others = asyncio.run(ask())

    assert isinstance(first, asyncio.CancelledError)
    assert [each.manifest.version for each in others if isinstance(each, LoadedVersion)] == ["v1"] * 4
    assert loads == ["v1"]


def test_a_version_that_is_not_there_does_not_wait_for_those_being_loaded(registry: Registry) -> None:
    async def ask() -> None:
        models = ModelStore(registry, ModelEvents())
        models._loads = asyncio.Semaphore(0)
        async with asyncio.timeout(5):
            with pytest.raises(NotFound):
                await models.get("harbour", "v0")

    asyncio.run(ask())


def test_a_version_that_fails_to_load_is_an_answer_and_tried_again(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def ask() -> LoadedVersion:
        models = ModelStore(registry, ModelEvents())
        with monkeypatch.context() as patched:
            patched.setattr(DishModel, "from_payload", lambda *_: (_ for _ in ()).throw(KeyError("state")))
            with pytest.raises(UnservableVersion, match="KeyError"):
                await models.get("harbour", "v1")
        return await models.get("harbour", "v1")

    assert asyncio.run(ask()).manifest.version == "v1"


def test_a_first_version_answers_before_anybody_announced_it(registry: Registry) -> None:
    models = ModelStore(registry, ModelEvents())

    assert asyncio.run(models.get("harbour")).manifest.version == "v1"
    with pytest.raises(NotReady, match="StartTraining"):
        asyncio.run(models.get("nowhere"))


def test_it_has_looked_when_every_store_has_been_and_not_when_one_was_announced(registry: Registry) -> None:
    async def look() -> list[bool]:
        models = ModelStore(registry, ModelEvents())
        looked = [models.has_looked]
        await models.refresh("harbour")
        looked.append(models.has_looked)
        await models.refresh_all()
        return [*looked, models.has_looked]

    assert asyncio.run(look()) == [False, False, True]


def test_a_registry_that_does_not_answer_is_no_fault_of_a_caller(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    models = ModelStore(registry, ModelEvents())

    def is_away(*_: object) -> None:
        raise OSError("storage is away")

    monkeypatch.setattr(registry._storage._fs, "cat_file", is_away)
    for version in ("", "v1"):
        with pytest.raises(Unavailable, match="does not answer"):
            asyncio.run(models.get("harbour", version))


def test_what_a_pinned_version_holds_is_told_without_loading_it(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(registry, "harbour", "v2")
    models = ModelStore(registry, ModelEvents())
    asyncio.run(models.refresh("harbour"))
    monkeypatch.setattr("inference_service.model_store.load_version", lambda *_: pytest.fail("loaded"))

    assert asyncio.run(models.manifest("harbour", "v1")).version == "v1"
    assert asyncio.run(models.manifest("harbour")).version == "v2"
    with pytest.raises(NotFound):
        asyncio.run(models.manifest("harbour", "v3"))


@pytest.mark.parametrize(
    "place",
    [
        Place(country="DE", time_zone="Europe/Atlantis"),
        Place(country="DE", time_zone="/nowhere"),
        Place(country="DE", subdivision="ATLANTIS"),
        Place(country="XX", time_zone="UTC"),
    ],
)
async def test_a_version_of_a_place_unknown_here_does_not_go_live(registry: Registry, place: Place) -> None:
    models = ModelStore(registry, ModelEvents())
    await models.refresh_all()
    publish(registry, "harbour", "v2", place=place)

    await models.refresh_all()

    assert (await models.get("harbour")).manifest.version == "v1"
    with pytest.raises(UnservableVersion, match="unknown here"):
        await models.get("harbour", "v2")


async def test_a_version_whose_forecasts_are_no_numbers_does_not_go_live(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    models = ModelStore(registry, ModelEvents())
    await models.refresh_all()
    put = registry.put

    def spoilt(store: str, value: Any) -> str:
        if "state" in value:
            value["state"]["sums"] = np.full_like(value["state"]["sums"], np.nan)
        return put(store, value)

    monkeypatch.setattr(registry, "put", spoilt)
    publish(registry, "harbour", "v2")

    await models.refresh_all()

    assert (await models.get("harbour")).manifest.version == "v1"


async def test_models_too_old_for_any_forecast_do_not_keep_a_version_from_going_live(registry: Registry) -> None:
    publish(registry, "harbour", "v2", older_by={"soup": 0, "pie": 728})
    models = ModelStore(registry, ModelEvents())

    await models.refresh_all()

    assert (await models.get("harbour")).manifest.version == "v2"


def test_a_version_that_fails_again_is_told_of_once(registry: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    def never_warm(_: object) -> None:
        raise ValueError("no such trees")

    async def look_three_times() -> list[ModelState]:
        events = ModelEvents()
        models = ModelStore(registry, events)
        monkeypatch.setattr("inference_service.model_store.warm", never_warm)
        monkeypatch.setattr("inference_service.model_store._RETRY_FIRST", 0.0)
        for _ in range(3):
            await models.refresh("harbour")
        told = []
        async with contextlib.aclosing(events.after(0, (), 0.01)) as changes:
            async for _, change in changes:
                if change is None:
                    break
                told.append(change.state)
        return told

    assert asyncio.run(look_three_times()) == [ModelState.LOADING, ModelState.WARMING, ModelState.FAILED]


async def test_stores_that_wait_for_their_turn_are_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("inference_service.model_store._FIRST_PATIENCE", 2.0)
    registry = Registry(str(tmp_path))
    stores = [f"store-{i:02}" for i in range(40)]
    for store in stores:
        publish(registry, store, "v1")

    def slowly(*arguments: Any) -> LoadedVersion:
        time.sleep(0.3)
        return load_version(*arguments)

    monkeypatch.setattr("inference_service.model_store.load_version", slowly)
    models = ModelStore(registry, ModelEvents())

    await models.refresh_all()

    assert models.has_looked
    assert sorted(models.live) == stores


async def test_a_large_version_whose_artifacts_come_slowly_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("inference_service.model_store._FIRST_PATIENCE", 2.0)
    registry = Registry(str(tmp_path))
    publish(registry, "harbour", "v1", older_by={f"dish-{i}": i for i in range(12)})
    get = registry.get

    def slowly(store: str, digest: str) -> Any:
        time.sleep(0.25)
        return get(store, digest)

    monkeypatch.setattr(registry, "get", slowly)
    models = ModelStore(registry, ModelEvents())

    await models.refresh_all()

    assert set(models.live) == {"harbour"}


async def test_a_store_whose_storage_hangs_is_not_waited_for_again(
    registry: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("inference_service.model_store._FIRST_PATIENCE", 2.0)
    models = ModelStore(registry, ModelEvents())
    with hanging(tmp_path / "models" / "harbour"):
        await models.refresh_all()
        for patience in ("_FIRST_PATIENCE", "_LATER_PATIENCE"):
            monkeypatch.setattr(f"inference_service.model_store.{patience}", 3600.0)
        publish(registry, "market", "v2")
        async with asyncio.timeout(60):
            await models.refresh_all()
        assert models.live["market"].version.manifest.version == "v2"


async def test_it_is_not_up_while_there_are_versions_and_none_can_be_loaded(registry: Registry, tmp_path: Path) -> None:
    # As those of a release whose features were others.
    texts = {file: file.read_text() for file in (tmp_path / "models").glob("*/versions/v1.json")}
    for file, text in texts.items():
        file.write_text(text.replace('"fingerprint": "', '"fingerprint": "f'))
    models = ModelStore(registry, ModelEvents())

    await models.refresh_all()
    assert (models.has_looked, models.is_up) == (True, False)

    publish(registry, "harbour", "v2")
    await models.refresh_all()
    assert models.is_up


async def test_it_is_not_up_while_nobody_can_tell_whether_there_are_versions(
    registry: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("inference_service.model_store._FIRST_PATIENCE", 2.0)
    shutil.rmtree(tmp_path / "models" / "market")
    models = ModelStore(registry, ModelEvents())

    with hanging(tmp_path / "models" / "harbour"):
        await models.refresh_all()
        assert (models.has_looked, models.is_up) == (True, False)


async def test_a_registry_without_versions_is_nothing_to_wait_for(tmp_path: Path) -> None:
    models = ModelStore(Registry(str(tmp_path)), ModelEvents())

    await models.refresh_all()

    assert models.is_up

"""The registry in a folder and in an object storage, while several processes use it at the same time."""

import datetime as dt
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from threading import Barrier

import pytest
import s3fs

from inference_service.live_versions import LiveVersions
from inference_service.model_events import ModelEvents
from shared.errors import Unavailable
from shared.registry.registry import LiveVersionChanged, Registry
from shared.registry.storage import Storage
from smartsuschef.client import ForecastClient
from tests.support.object_storage import BUCKET, ObjectStorage, object_storage
from tests.support.sales_files import write_sales
from tests.support.stack import running_stack
from tests.support.versions import publish
from tests.support.waiting import train, trained_version, wait_until_live

STORE = "harbour"
PUBLISHERS = 10


@pytest.fixture(scope="module")
def object_store() -> Iterator[ObjectStorage]:
    with object_storage() as running:
        yield running


@pytest.fixture
def bucket(object_store: ObjectStorage, monkeypatch: pytest.MonkeyPatch) -> ObjectStorage:
    """The storage, which the registries of this test find."""
    for name, value in object_store.settings.items():
        monkeypatch.setenv(name, value)
    s3fs.S3FileSystem.clear_instance_cache()
    return object_store


@pytest.fixture(params=["folder", "s3"])
def root(request: pytest.FixtureRequest, tmp_path: Path, bucket: ObjectStorage) -> str:
    """Where a registry lies."""
    return str(tmp_path / "models") if request.param == "folder" else f"s3://{BUCKET}/{tmp_path.name}/models"


def at_once(works: list[Callable[[], object]]) -> list[object]:
    """Does all works at the same time; answers what each returned or raised."""
    barrier = Barrier(len(works))

    def begin(work: Callable[[], object]) -> object:
        barrier.wait()
        try:
            return work()
        except Exception as error:  # noqa: BLE001 -- the test looks at the errors
            return error

    with ThreadPoolExecutor(len(works)) as threads:
        return list(threads.map(begin, works))


def test_a_file_that_another_process_wrote_after_a_listing_is_read(bucket: ObjectStorage) -> None:
    storage = Storage(f"s3://{BUCKET}/listed")
    bucket.put("listed/harbour/first", b"1")
    assert storage.names("harbour") == ["first"]

    bucket.put("listed/harbour/second", b"2")

    assert storage.read("harbour/second") == b"2"


def test_a_file_that_another_process_replaced_after_a_listing_is_read_anew(bucket: ObjectStorage) -> None:
    storage = Storage(f"s3://{BUCKET}/replaced")
    bucket.put("replaced/harbour/CURRENT", b"v1\n")
    assert storage.names("harbour") == ["CURRENT"]

    bucket.put("replaced/harbour/CURRENT", b"v2, which is longer\n")

    assert storage.read("harbour/CURRENT") == b"v2, which is longer\n"


def test_a_bucket_that_does_not_exist_is_no_empty_registry(bucket: ObjectStorage) -> None:
    assert Registry(f"s3://{BUCKET}/nothing-here").stores() == []

    with pytest.raises(Unavailable, match="does not answer"):
        Registry("s3://restuarant/models").stores()


def test_of_ten_that_replace_the_same_live_version_one_succeeds(root: str) -> None:
    registry = Registry(root)
    publish(registry, STORE, "v0")
    names = [f"v{number}" for number in range(1, PUBLISHERS + 1)]
    first = registry.manifest(STORE, "v0")
    for name in names:
        registry.add(first.model_copy(update={"version": name}))

    answers = at_once([partial(Registry(root).activate, STORE, name, replacing="v0") for name in names])

    refused = [answer for answer in answers if isinstance(answer, LiveVersionChanged)]
    assert len(refused) == PUBLISHERS - 1, answers
    (live,) = (name for name, answer in zip(names, answers, strict=True) if not isinstance(answer, Exception))
    assert registry.current(STORE) == live
    assert registry.has_been_live(STORE, "v0")


def test_ten_that_roll_back_and_publish_at_once_lose_no_version_of_the_history(root: str) -> None:
    registry = Registry(root)
    publish(registry, STORE, "v0")
    first = registry.manifest(STORE, "v0")
    names = [f"v{number}" for number in range(1, PUBLISHERS + 1)]
    for name in names:
        registry.add(first.model_copy(update={"version": name}))

    def until_live(name: str) -> str:
        mine = Registry(root)
        while True:
            try:
                return mine.activate(STORE, name, replacing=mine.current(STORE)).version
            except LiveVersionChanged:
                continue

    assert at_once([partial(until_live, name) for name in names]) == names
    assert all(registry.has_been_live(STORE, name) for name in ["v0", *names])


def test_ten_that_add_the_same_version_keep_one_manifest(root: str) -> None:
    registry = Registry(root)
    publish(registry, STORE, "v0")
    first = registry.manifest(STORE, "v0")
    mine = [
        first.model_copy(update={"version": "v1", "created": first.created + dt.timedelta(seconds=number)})
        for number in range(PUBLISHERS)
    ]

    answers = at_once([partial(Registry(root).add, each) for each in mine])

    assert set(map(repr, answers)) == {repr(registry.manifest(STORE, "v1"))}
    assert registry.versions(STORE) == ["v1", "v0"]


def test_models_in_s3_are_trained_compared_pruned_and_served(tmp_path: Path, bucket: ObjectStorage) -> None:
    settings = {**bucket.settings, "MODEL_DIR": f"s3://{BUCKET}/whole/models", "VERSIONS_KEPT": "2"}
    with (
        running_stack(tmp_path, **settings) as stack,
        ForecastClient(training_address=stack.training_address, inference_address=stack.inference_address) as client,
    ):
        write_sales(stack.data / "sales.csv", dishes=2, days=120)
        versions = [trained_version(client, store=STORE, source="sales.csv") for _ in range(3)]
        # A third dish begins, and the workers share the others with the live version.
        write_sales(stack.data / "sales.csv", dishes=3, days=120)
        result = train(client, store=STORE, source="sales.csv", train_only_new=True)[-1].result
        versions.append(result.version)
        wait_until_live(client, STORE, result.version)
        answer = client.predict(store=STORE)

    assert len(result.trained_dishes) == 1
    assert len(answer.forecasts) == 3
    assert answer.version == versions[-1]
    assert Registry(settings["MODEL_DIR"]).versions(STORE) == sorted(versions[-2:], reverse=True)


async def test_inference_is_not_up_while_the_bucket_of_its_models_does_not_exist(bucket: ObjectStorage) -> None:
    live_versions = LiveVersions(Registry("s3://restuarant/models"), ModelEvents())

    with pytest.raises(Unavailable):
        await live_versions.refresh_all()

    assert not live_versions.is_up

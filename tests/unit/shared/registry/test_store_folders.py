"""The registry keeps stores of any name apart, in a folder as in an object storage."""

import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
import s3fs

from shared.errors import NotFound
from shared.registry.registry import Registry
from shared.store_names import store_name
from tests.support.object_storage import BUCKET, object_storage
from tests.support.versions import publish

STORES = [
    "Lower Manhattan",
    "lower manhattan",
    "南京路店",
    store_name(unicodedata.normalize("NFD", "Zürich")),
    "zürich",
    "Zurich",
    "a/b",
    "a\\b",
    "a:b",
    "..",
    ".",
    "%41",
    "=a",
    "Hell's Kitchen",
    "☕️🍜",
    "\N{GRINNING FACE}" * 64,
]


@pytest.fixture(params=["folder", "s3"])
def root(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Where a registry lies: in a folder, or in an object storage."""
    if request.param == "folder":
        yield str(tmp_path / "models")
        return
    with object_storage() as storage:
        for name, value in storage.settings.items():
            monkeypatch.setenv(name, value)
        s3fs.S3FileSystem.clear_instance_cache()
        yield f"s3://{BUCKET}/models"
        s3fs.S3FileSystem.clear_instance_cache()


def test_every_store_has_its_own_versions_whatever_it_is_called(root: str) -> None:
    registry = Registry(root)
    for number, store in enumerate(STORES):
        publish(registry, store, f"v{number}")
        publish(registry, store, f"w{number}")
    registry = Registry(root)

    assert registry.stores() == sorted(STORES)
    for number, store in enumerate(STORES):
        assert registry.versions(store) == [f"w{number}", f"v{number}"]
        registry.check(registry.manifest(store, f"w{number}"))
        assert registry.activate(store, f"v{number}", replacing=f"w{number}").store == store
        assert registry.current(store) == f"v{number}"
        assert registry.prune(store, keep=0) == [f"w{number}"]
        assert registry.versions(store) == [f"v{number}"]


def test_a_store_with_a_plain_name_lies_where_the_release_before_finds_it(tmp_path: Path) -> None:
    publish(Registry(str(tmp_path)), "harbour-1.b_C", "v1")

    assert (tmp_path / "harbour-1.b_C" / "CURRENT").read_text() == "v1\n"
    assert (tmp_path / "harbour-1.b_C" / "versions" / "v1.json").is_file()


def test_nothing_is_written_outside_of_the_registry(tmp_path: Path) -> None:
    root = tmp_path / "registry" / "models"
    for store in STORES:
        publish(Registry(str(root)), store, "v1")

    assert [path.name for path in tmp_path.iterdir()] == ["registry"]
    assert [path.name for path in (tmp_path / "registry").iterdir()] == ["models"]
    assert len(list(root.iterdir())) == len(STORES)
    assert all(path.name.isascii() for path in root.iterdir())


def test_folders_of_others_are_no_stores(tmp_path: Path) -> None:
    registry = Registry(str(tmp_path))
    publish(registry, "Zürich", "v1")
    for name in ("Lower Manhattan", "=2P=", "lost+found", ".snapshot=1=", "Zürich"):
        (tmp_path / name).mkdir()

    assert registry.stores() == ["Zürich"]


@pytest.mark.parametrize("name", ["", " harbour", "a\nb", unicodedata.normalize("NFD", "Zürich"), "a" * 65])
def test_a_name_in_another_form_is_of_no_store(tmp_path: Path, name: str) -> None:
    with pytest.raises(NotFound) as caught:
        Registry(str(tmp_path)).current(name)

    assert caught.value.reason == "BAD_NAME"

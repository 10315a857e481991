"""The registry: a version appears as a whole or not at all, and is loaded only if it is signed and undamaged."""

import datetime as dt
import errno
import os
import time
from pathlib import Path

import pytest

from shared.config import PipelineConfig
from shared.errors import NotFound, Unavailable, UnservableVersion
from shared.registry.artifacts import CorruptArtifact
from shared.registry.fingerprint import fingerprint
from shared.registry.manifest import DishEntry, Manifest
from shared.registry.registry import ORPHAN_AGE, LiveVersionChanged, Registry
from shared.restaurant.holiday_names import HolidayNames
from shared.restaurant.place import Place

STORE = "harbour"


def make_manifest(registry: Registry, version: str, parent: str = "", config: PipelineConfig | None = None) -> Manifest:
    config = config or PipelineConfig()
    place = Place(country="CN")
    entry = DishEntry(
        champion="baseline",
        weights={"baseline": 1.0},
        artifact=registry.put(STORE, {"model": version}),
        figures=(),
        history_start=dt.date(2025, 1, 1),
        history_end=dt.date(2025, 6, 1),
        history_days=100,
        trained_version=version,
    )
    return Manifest(
        store=STORE,
        version=version,
        created=dt.datetime(2025, 6, 2, tzinfo=dt.UTC),
        run_id="run",
        parent=parent,
        config=config.model_dump(mode="json"),
        fingerprint=fingerprint(config.model_dump(mode="json")),
        place=place,
        context=registry.put(STORE, {"context": "all"}),
        dishes={"soup": entry},
        holiday_names=HolidayNames.of_history(place.calendar, entry.history_start, entry.history_end),
    )


def publish(registry: Registry, manifest: Manifest) -> None:
    registry.add(manifest)
    registry.activate(manifest.store, manifest.version, replacing=registry.current(manifest.store))


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    return Registry(str(tmp_path / "models"))


def test_an_empty_registry_has_no_stores_and_no_versions(registry: Registry) -> None:
    assert registry.stores() == []
    assert registry.current(STORE) is None
    assert registry.versions(STORE) == []


def test_a_published_version_is_live_and_comes_back_as_it_was(registry: Registry) -> None:
    manifest = make_manifest(registry, "v1")

    publish(registry, manifest)

    assert registry.stores() == [STORE]
    assert registry.current(STORE) == "v1"
    assert registry.manifest(STORE, "v1") == manifest
    assert registry.get(STORE, manifest.dishes["soup"].artifact) == {"model": "v1"}


def test_artifacts_without_a_manifest_make_no_version(registry: Registry) -> None:
    make_manifest(registry, "v1")

    assert registry.current(STORE) is None
    assert registry.versions(STORE) == []


def test_equal_artifacts_are_stored_once(registry: Registry, tmp_path: Path) -> None:
    assert registry.put(STORE, {"a": 1}) == registry.put(STORE, {"a": 1})
    assert len(list((tmp_path / "models" / STORE / "blobs").iterdir())) == 1


def test_rolling_back_makes_an_older_version_live(registry: Registry) -> None:
    publish(registry, make_manifest(registry, "v1"))
    publish(registry, make_manifest(registry, "v2", parent="v1"))

    registry.activate(STORE, "v1", replacing=registry.current(STORE))

    assert registry.current(STORE) == "v1"
    assert registry.versions(STORE) == ["v2", "v1"]


def test_a_version_that_does_not_exist_cannot_go_live(registry: Registry) -> None:
    publish(registry, make_manifest(registry, "v1"))

    with pytest.raises(NotFound):
        registry.activate(STORE, "v0", replacing=registry.current(STORE))
    assert registry.current(STORE) == "v1"


def test_a_delayed_process_cannot_undo_a_later_decision(registry: Registry) -> None:
    for version in ("v1", "v2", "v3"):
        publish(registry, make_manifest(registry, version))

    for decided_on in ("v1", None):
        with pytest.raises(LiveVersionChanged, match="v3"):
            registry.activate(STORE, "v2", replacing=decided_on)
    assert registry.current(STORE) == "v3"
    assert registry.activate(STORE, "v3", replacing="v1").version == "v3"


def test_files_and_lines_that_are_no_names_are_passed_over(registry: Registry, tmp_path: Path) -> None:
    publish(registry, make_manifest(registry, "v1"))
    folder = tmp_path / "models" / STORE
    (folder / "versions" / "v2 (copy).json").write_text("{}")
    (folder / "CURRENT").write_bytes(b"\xff\xfe\n../v1\nv1\n")

    assert registry.versions(STORE) == ["v1"]
    assert registry.current(STORE) == "v1"


def test_a_damaged_artifact_is_refused(registry: Registry, tmp_path: Path) -> None:
    digest = registry.put(STORE, {"a": 1})
    blob = tmp_path / "models" / STORE / "blobs" / digest
    blob.write_bytes(blob.read_bytes()[:-1] + b"?")

    with pytest.raises(CorruptArtifact):
        registry.get(STORE, digest)


@pytest.mark.parametrize("digest", ["", "a", "a" * 5000, "\0" * 64, "../CURRENT", "A" * 64, "0" * 64 + "\n"])
def test_a_text_that_is_no_digest_is_refused(registry: Registry, digest: str) -> None:
    publish(registry, make_manifest(registry, "v1"))

    with pytest.raises(CorruptArtifact, match="no digest"):
        registry.get(STORE, digest)


@pytest.mark.parametrize(
    "text",
    [
        '{"manifest": ' + "[" * 100_000 + "]" * 100_000 + "}",
        "null",
        "[]",
        '{"manifest": []}',
        '{"manifest": {"history_days": ' + "9" * 5000 + "}}",
    ],
)
@pytest.mark.parametrize("key", [None, b"key"])
def test_a_file_that_is_no_manifest_is_refused(tmp_path: Path, text: str, key: bytes | None) -> None:
    registry = Registry(str(tmp_path / "models"), key)
    publish(registry, make_manifest(registry, "v1"))
    (tmp_path / "models" / STORE / "versions" / "v1.json").write_text(text)

    with pytest.raises(UnservableVersion):
        registry.manifest(STORE, "v1")


@pytest.mark.parametrize("days", [-1, 2**31, 2**64])
def test_a_count_that_the_contract_cannot_hold_is_refused(registry: Registry, tmp_path: Path, days: int) -> None:
    publish(registry, make_manifest(registry, "v1"))
    file = tmp_path / "models" / STORE / "versions" / "v1.json"
    file.write_text(file.read_text().replace('"history_days": 100', f'"history_days": {days}'))

    with pytest.raises(UnservableVersion, match="history_days"):
        registry.manifest(STORE, "v1")


def test_folders_and_circular_links_count_as_missing_files_and_not_as_an_outage(
    registry: Registry, tmp_path: Path
) -> None:
    manifest = make_manifest(registry, "v1")
    publish(registry, manifest)
    folder = tmp_path / "models" / STORE
    (folder / "versions" / "v2.json").mkdir()
    (folder / "versions" / "v3.json").symlink_to("v3.json")
    blob = folder / "blobs" / manifest.context
    blob.unlink()
    blob.symlink_to(blob.name)

    for version in ("v2", "v3"):
        with pytest.raises(NotFound):
            registry.manifest(STORE, version)
    with pytest.raises(CorruptArtifact, match="missing"):
        registry.get(STORE, manifest.context)
    (tmp_path / "models" / "circle").symlink_to("circle")
    assert registry.versions("circle") == []
    assert registry.current("circle") is None


def test_an_error_does_not_show_the_path_of_the_models(
    registry: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "models" / STORE / "CURRENT"

    def is_forbidden(*_: object) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))

    # Root may read everything.
    monkeypatch.setattr(registry._storage._fs, "cat_file", is_forbidden)

    with pytest.raises(Unavailable, match="Permission denied") as caught:
        registry.current(STORE)

    assert str(tmp_path) not in caught.value.message
    assert str(path) in capsys.readouterr().out


def test_a_missing_artifact_is_refused(registry: Registry) -> None:
    with pytest.raises(CorruptArtifact, match="missing"):
        registry.get(STORE, "0" * 64)


@pytest.mark.parametrize("name", ["..", ".", "a/b", "", "a" * 65, "../../etc"])
def test_versions_cannot_leave_their_folder(registry: Registry, name: str) -> None:
    with pytest.raises(NotFound):
        registry.manifest(STORE, name)


def test_with_a_key_only_manifests_signed_with_it_are_accepted(tmp_path: Path) -> None:
    root = str(tmp_path / "models")
    signed, unsigned = Registry(root, b"key"), Registry(root)
    publish(signed, make_manifest(signed, "v1"))
    publish(unsigned, make_manifest(unsigned, "v2"))

    assert signed.manifest(STORE, "v1").version == "v1"
    with pytest.raises(UnservableVersion, match="signature"):
        signed.manifest(STORE, "v2")
    with pytest.raises(UnservableVersion, match="signature"):
        Registry(root, b"other key").manifest(STORE, "v1")


def test_a_changed_manifest_loses_its_signature(tmp_path: Path) -> None:
    registry = Registry(str(tmp_path), b"key")
    publish(registry, make_manifest(registry, "v1"))
    file = tmp_path / STORE / "versions" / "v1.json"
    file.write_text(file.read_text().replace('"history_days": 100', '"history_days": 101'))

    with pytest.raises(UnservableVersion, match="signature"):
        registry.manifest(STORE, "v1")


def test_a_version_from_before_a_setting_existed_is_servable(registry: Registry) -> None:
    manifest = make_manifest(registry, "v1")
    stored = {name: value for name, value in manifest.config.items() if name != "blend_power"}
    older = manifest.model_copy(update={"config": stored, "fingerprint": fingerprint(stored)})

    assert older.servable_config() == PipelineConfig()


def test_a_version_with_altered_settings_is_not_servable(registry: Registry) -> None:
    manifest = make_manifest(registry, "v1")
    changed = manifest.model_copy(update={"config": {**manifest.config, "lags": [1, 2]}})

    with pytest.raises(UnservableVersion, match="other features"):
        changed.servable_config()


def test_a_version_added_is_kept_but_not_live(registry: Registry) -> None:
    publish(registry, make_manifest(registry, "v1"))
    registry.add(make_manifest(registry, "v2"))

    assert registry.versions(STORE) == ["v2", "v1"]
    assert registry.current(STORE) == "v1"


def test_a_version_that_cannot_be_served_does_not_go_live(registry: Registry, tmp_path: Path) -> None:
    publish(registry, make_manifest(registry, "v1"))
    newer_release = make_manifest(registry, "v2").model_copy(update={"fingerprint": "f" * 64})
    without_artifact = make_manifest(registry, "v3")
    (tmp_path / "models" / STORE / "blobs" / without_artifact.dishes["soup"].artifact).unlink()

    for manifest, complaint in ((newer_release, "other features"), (without_artifact, "lacks 1 of its 2 artifacts")):
        registry.add(manifest)
        with pytest.raises(UnservableVersion, match=complaint):
            registry.activate(STORE, manifest.version, replacing=registry.current(STORE))
    assert registry.current(STORE) == "v1"


def test_a_manifest_in_the_place_of_another_is_refused(registry: Registry, tmp_path: Path) -> None:
    publish(registry, make_manifest(registry, "v1"))
    publish(registry, make_manifest(registry, "v2"))
    versions = tmp_path / "models" / STORE / "versions"
    (versions / "v2.json").write_bytes((versions / "v1.json").read_bytes())

    with pytest.raises(UnservableVersion, match="is that of version v1"):
        registry.manifest(STORE, "v2")


def test_storing_an_artifact_again_mends_a_damaged_one(registry: Registry, tmp_path: Path) -> None:
    digest = registry.put(STORE, {"a": 1})
    (tmp_path / "models" / STORE / "blobs" / digest).write_bytes(b"half of it")

    registry.put(STORE, {"a": 1})

    assert registry.get(STORE, digest) == {"a": 1}


def test_a_version_of_another_feature_schema_is_not_servable(registry: Registry) -> None:
    manifest = make_manifest(registry, "v1").model_copy(update={"fingerprint": "f" * 64})

    with pytest.raises(UnservableVersion, match="other features"):
        manifest.servable_config()


def test_a_version_with_settings_unknown_here_is_not_servable(registry: Registry) -> None:
    manifest = make_manifest(registry, "v1")
    newer = manifest.model_copy(update={"config": {**manifest.config, "moon_phase": True}})

    with pytest.raises(UnservableVersion, match="moon_phase"):
        newer.servable_config()


def test_pruning_keeps_the_newest_versions_the_live_one_and_their_artifacts(registry: Registry, tmp_path: Path) -> None:
    manifests = [make_manifest(registry, f"v{i}") for i in range(5)]
    for manifest in manifests:
        publish(registry, manifest)
    registry.activate(STORE, "v0", replacing=registry.current(STORE))
    old = time.time() - ORPHAN_AGE.total_seconds() - 60
    for blob in (tmp_path / "models" / STORE / "blobs").iterdir():
        os.utime(blob, (old, old))

    gone = registry.prune(STORE, keep=2)

    assert gone == ["v2", "v1"]
    assert registry.versions(STORE) == ["v4", "v3", "v0"]
    for kept in (manifests[0], manifests[3], manifests[4]):
        assert registry.get(STORE, kept.dishes["soup"].artifact)
    with pytest.raises(CorruptArtifact):
        registry.get(STORE, manifests[1].dishes["soup"].artifact)


def test_pruning_keeps_the_parent_of_the_live_version(registry: Registry) -> None:
    for version, parent in (("v1", ""), ("v2", "v1"), ("v3", "v2"), ("v4", "v1")):
        publish(registry, make_manifest(registry, version, parent=parent))

    assert registry.prune(STORE, keep=1) == ["v3", "v2"]


def test_pruning_keeps_the_artifacts_of_a_run_that_has_no_manifest_yet(registry: Registry) -> None:
    publish(registry, make_manifest(registry, "v1"))
    digest = registry.put(STORE, {"model": "not yet in a manifest"})

    registry.prune(STORE, keep=1)

    assert registry.get(STORE, digest)

"""The manifest of a version: what is stored, and which manifests this release still lists or serves."""

import datetime as dt
import json
from typing import Any

import pytest

from shared.config import PipelineConfig
from shared.notices import Notice
from shared.registry.manifest import Manifest, UnservableVersion, decode_manifest, encode_manifest, fingerprint
from shared.restaurant.place import Place

STORE, VERSION = "harbour", "v1"
KEY = b"key"


def manifest(**changes: Any) -> Manifest:
    config = PipelineConfig().model_dump(mode="json")
    fields: dict[str, Any] = {
        "store": STORE,
        "version": VERSION,
        "created": dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
        "run_id": "run",
        "config": config,
        "fingerprint": fingerprint(config),
        "place": Place(country="DE"),
        "context": "0" * 64,
        "dishes": {},
    }
    return Manifest(**{**fields, **changes})


def stored(written: Manifest, **changes: Any) -> bytes:
    """The bytes of a manifest, some of whose fields are replaced or added."""
    document = json.loads(encode_manifest(written, None))
    document["manifest"].update(changes)
    return json.dumps(document).encode()


def test_a_stored_manifest_comes_back_as_it_was() -> None:
    written = manifest(warnings=(Notice("NO_WEATHER", "the archive does not answer"),))

    assert decode_manifest(encode_manifest(written, KEY), STORE, VERSION, KEY) == written


def test_a_manifest_of_release_0_1_is_still_read_for_the_list_of_versions() -> None:
    data = stored(
        manifest(), weather_columns=["precipitation_sum"], warnings=[["NO_WEATHER", "the archive does not answer"]]
    )

    read = decode_manifest(data, STORE, VERSION, None)

    assert read == manifest(warnings=(Notice("NO_WEATHER", "the archive does not answer"),))


@pytest.mark.parametrize("warnings", [[["NO_WEATHER"]], [["a", "b", "c"]], [7], "NO_WEATHER", [{"reason": "a"}]])
def test_warnings_that_no_release_wrote_are_refused(warnings: object) -> None:
    with pytest.raises(UnservableVersion, match="cannot be read"):
        decode_manifest(stored(manifest(), warnings=warnings), STORE, VERSION, None)


def test_a_field_that_no_release_wrote_is_refused() -> None:
    with pytest.raises(UnservableVersion, match="moon_phase"):
        decode_manifest(stored(manifest(), moon_phase="full"), STORE, VERSION, None)

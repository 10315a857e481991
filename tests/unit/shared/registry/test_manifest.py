"""The manifest of a version: what is stored, and which manifests this release still lists or serves."""

import datetime as dt
import json
from typing import Any

import pytest

from shared.config import PipelineConfig
from shared.errors import UnservableVersion
from shared.notices import Notice
from shared.registry.fingerprint import fingerprint
from shared.registry.manifest import Manifest
from shared.registry.manifest_json import decode_manifest, encode_manifest
from shared.restaurant.calendar import HolidayCalendar
from shared.restaurant.holiday_names import HolidayNames, installed_version
from shared.restaurant.place import Place

STORE, VERSION = "harbour", "v1"
KEY = b"key"
GERMANY, FRANCE = HolidayCalendar("DE"), HolidayCalendar("FR")
HISTORY = dt.date(2024, 3, 1), dt.date(2025, 12, 31)


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
        "holiday_names": HolidayNames.of_history(GERMANY, *HISTORY),
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


def test_a_manifest_of_release_0_1_is_read_for_the_list_of_versions_and_is_not_served() -> None:
    document = json.loads(encode_manifest(manifest(), None))
    document["manifest"] |= {
        "weather_columns": ["precipitation_sum"],
        "warnings": [["NO_WEATHER", "the archive does not answer"]],
    }
    del document["manifest"]["holiday_names"]

    read = decode_manifest(json.dumps(document).encode(), STORE, VERSION, None)

    assert read == manifest(warnings=(Notice("NO_WEATHER", "the archive does not answer"),), holiday_names=None)
    with pytest.raises(UnservableVersion, match="train again with this release"):
        read.servable_config()


@pytest.mark.parametrize("warnings", [[["NO_WEATHER"]], [["a", "b", "c"]], [7], "NO_WEATHER", [{"reason": "a"}]])
def test_warnings_that_no_release_wrote_are_refused(warnings: object) -> None:
    with pytest.raises(UnservableVersion, match="cannot be read"):
        decode_manifest(stored(manifest(), warnings=warnings), STORE, VERSION, None)


def test_a_field_that_no_release_wrote_is_refused() -> None:
    with pytest.raises(UnservableVersion, match="moon_phase"):
        decode_manifest(stored(manifest(), moon_phase="full"), STORE, VERSION, None)


def learnt(calendar: HolidayCalendar, package_version: str) -> HolidayNames:
    names = HolidayNames.of_history(calendar, *HISTORY)
    return names.model_copy(update={"package_version": package_version})


@pytest.mark.parametrize("package_version", ["0.1", installed_version()])
def test_a_version_is_served_where_its_holidays_have_the_same_names(package_version: str) -> None:
    assert manifest(holiday_names=learnt(GERMANY, package_version)).servable_config() == PipelineConfig()


def test_a_version_is_not_served_where_another_package_names_its_holidays_otherwise() -> None:
    renamed = manifest(holiday_names=learnt(FRANCE, "0.1"))

    with pytest.raises(UnservableVersion, match=f"names of version 0.1 of .*{installed_version()}.*train again"):
        renamed.servable_config()

"""Where a restaurant is: what nobody tells anew stays as it was."""

from pathlib import Path

import pytest

from shared.config import PipelineConfig
from shared.notices import Notice
from shared.registry.registry import Registry
from shared.restaurant.place import FALLBACK_LOCATION
from tests.support.versions import PLACE, publish
from training_service.outcomes import PLACE_OF_LIVE_VERSION
from training_service.sources.database.sales_database import Queries, SalesDatabase
from training_service.sources.files.access import SalesFiles
from training_service.sources.files.reading import SalesColumns
from training_service.sources.places import Places
from training_service.sources.sales_source import SalesSource

CONFIG = PipelineConfig()


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    return Registry(str(tmp_path / "models"))


def places(registry: Registry, tmp_path: Path, database: SalesDatabase | None = None) -> Places:
    source = SalesSource(SalesFiles(tmp_path), "sales.csv", SalesColumns(), CONFIG, database)
    return Places(None, source, registry, CONFIG)


def test_a_store_without_a_version_takes_the_fallback_and_is_told(registry: Registry, tmp_path: Path) -> None:
    place, [warning] = places(registry, tmp_path).find("harbour", "")

    assert place.country == "CN"
    assert (warning.reason, "no location was given" in warning.message) == (FALLBACK_LOCATION, True)


def test_a_store_that_was_trained_stays_where_it_is(registry: Registry, tmp_path: Path) -> None:
    publish(registry, "harbour", "v1")

    assert places(registry, tmp_path).find("harbour", "") == (PLACE, ())


def test_an_outage_does_not_move_a_store(registry: Registry, tmp_path: Path) -> None:
    publish(registry, "harbour", "v1")
    away = SalesDatabase("postgresql+psycopg://nobody@127.0.0.1:1/none", Queries(), 1.0)

    for database, address in ((away, ""), (None, "1 Sunset Boulevard")):
        place, [warning] = places(registry, tmp_path, database).find("harbour", address)
        assert place == PLACE
        assert warning.reason == PLACE_OF_LIVE_VERSION


def test_a_stand_in_does_not_become_a_place_by_having_served(registry: Registry, tmp_path: Path) -> None:
    publish(registry, "harbour", "v1", warnings=(Notice(FALLBACK_LOCATION, "no location was given"),))

    place, [warning] = places(registry, tmp_path).find("harbour", "")
    assert (place.country, warning.reason) == ("CN", FALLBACK_LOCATION)

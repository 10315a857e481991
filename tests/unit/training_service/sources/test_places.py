"""The place of a restaurant: where nobody tells the place, the live version's place stays."""

from pathlib import Path

import pytest

from shared.config import PipelineConfig
from shared.notices import Notice
from shared.registry.registry import Registry
from shared.restaurant.place import FALLBACK_LOCATION
from tests.support.versions import PLACE, publish
from training_service.outcomes import PLACE_OF_LIVE_VERSION
from training_service.sources.database.queries import Queries
from training_service.sources.database.sales_database import SalesDatabase
from training_service.sources.places import Places

CONFIG = PipelineConfig()


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    return Registry(str(tmp_path / "models"))


def places(registry: Registry, database: SalesDatabase | None = None) -> Places:
    return Places(None, database, registry, CONFIG)


def test_a_store_without_a_version_gets_the_fallback_place_and_a_warning(registry: Registry) -> None:
    place, [warning] = places(registry).find("harbour", "")

    assert place.country == "CN"
    assert (warning.reason, "no location was given" in warning.message) == (FALLBACK_LOCATION, True)


def test_a_store_with_a_version_keeps_the_place_of_that_version(registry: Registry) -> None:
    publish(registry, "harbour", "v1")

    assert places(registry).find("harbour", "") == (PLACE, ())


def test_an_outage_of_database_or_geocoder_does_not_change_the_place_of_a_store(registry: Registry) -> None:
    publish(registry, "harbour", "v1")
    away = SalesDatabase("postgresql+psycopg://nobody@127.0.0.1:1/none", Queries(), 1.0)

    for database, address in ((away, ""), (None, "1 Sunset Boulevard")):
        place, [warning] = places(registry, database).find("harbour", address)
        assert place == PLACE
        assert warning.reason == PLACE_OF_LIVE_VERSION


def test_the_fallback_place_of_a_live_version_is_not_kept_as_the_place_of_the_store(registry: Registry) -> None:
    publish(registry, "harbour", "v1", warnings=(Notice(FALLBACK_LOCATION, "no location was given"),))

    place, [warning] = places(registry).find("harbour", "")
    assert (place.country, warning.reason) == ("CN", FALLBACK_LOCATION)

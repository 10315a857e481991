"""Places: their time zone, their date of today, and how a caller's place is completed."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from shared.config import PipelineConfig
from shared.restaurant.place import Place
from training_service.sources.places import fallback_place


@pytest.mark.parametrize(
    ("latitude", "longitude", "country", "time_zone"),
    [
        (31.23, 121.47, "CN", "Asia/Shanghai"),
        (54.32, 10.14, "DE", "Europe/Berlin"),
        (34.05, -118.24, "US", "America/Los_Angeles"),
        (27.7, 85.3, "NP", "Asia/Kathmandu"),
        (None, None, "US", "America/New_York"),
        (None, None, "DE", "Europe/Berlin"),
    ],
)
def test_the_time_zone_is_that_of_the_coordinates_or_of_the_country(
    latitude: float | None, longitude: float | None, country: str, time_zone: str
) -> None:
    assert Place(latitude=latitude, longitude=longitude, country=country).time_zone == time_zone


def test_a_given_time_zone_wins_over_that_of_the_coordinates() -> None:
    place = Place(latitude=31.23, longitude=121.47, country="CN", time_zone="Asia/Urumqi")

    assert place.time_zone == "Asia/Urumqi"
    assert Place.model_validate(place.model_dump()) == place


def test_a_place_without_a_time_zone_gets_the_largest_one_of_its_country() -> None:
    assert Place.model_validate({"country": "DE"}) == Place(country="DE", time_zone="Europe/Berlin")


def test_another_place_in_the_same_country_keeps_the_coordinates_and_the_time_zone() -> None:
    here = Place(latitude=48.7, longitude=9.1, country="DE", subdivision="BW", time_zone="Europe/Busingen")

    bavarian = here.relocated(Place(country="DE", subdivision="BY"))
    assert bavarian == here.model_copy(update={"subdivision": "BY"})
    assert here.relocated(Place(country="DE", time_zone="Europe/Berlin")).time_zone == "Europe/Berlin"
    berlin = Place(latitude=52.5, longitude=13.4, country="DE")
    for elsewhere in (berlin, Place(country="FR")):
        assert here.relocated(elsewhere) == elsewhere


def test_the_fallback_place_has_a_time_zone() -> None:
    assert fallback_place(PipelineConfig()).time_zone == "Asia/Shanghai"


def test_today_is_the_date_in_the_time_zone_of_the_place() -> None:
    first, last = (Place(country="US", time_zone=zone) for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago"))

    # The clocks of both are 25 hours apart.
    assert first.now().date() > last.now().date()
    assert abs(first.now() - dt.datetime.now(ZoneInfo("UTC"))) < dt.timedelta(minutes=1)

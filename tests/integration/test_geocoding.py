"""Addresses are looked up once with the protocol of Nominatim, and a training goes on without an answer."""

import datetime as dt
import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from smartsuschef.client import ForecastClient
from tests.support.loopback import QuietHandler, web_server
from tests.support.sales_files import write_sales
from tests.support.stack import running_stack
from training_service.sources.geocoding import Geocoder, GeocodingFailed

#: Pause between two requests, in seconds: shorter than that of the product, so that the tests do not wait.
PAUSE_SECONDS = 0.1

STUTTGART = {
    "place_id": 1,
    "lat": "48.7784485",
    "lon": "9.1800132",
    "display_name": "Stuttgart, Baden-Württemberg, Germany",
    "address": {
        "city": "Stuttgart",
        "state": "Baden-Württemberg",
        "ISO3166-2-lvl4": "DE-BW",
        "country": "Germany",
        "country_code": "de",
    },
}


HONG_KONG = {
    "place_id": 2,
    "lat": "22.2793278",
    "lon": "114.1628131",
    "display_name": "Central, Central and Western District, Hong Kong Island, Hong Kong, China",
    "address": {
        "suburb": "Central",
        "city": "Central and Western District",
        "region": "Hong Kong Island",
        "state": "Hong Kong",
        "ISO3166-2-lvl3": "CN-HK",
        "country": "China",
        "country_code": "cn",
    },
}


@dataclass
class Nominatim:
    """A server of Nominatim.

    Each of `failures` is used up by one request: a status, "hang", or "web page".
    """

    url: str = ""
    answers: dict[str, object] = field(default_factory=lambda: {"Königstraße 1, Stuttgart": [STUTTGART]})
    failures: list[int | str] = field(default_factory=list)
    asked: list[dict[str, str]] = field(default_factory=list)
    agents: list[str] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    release: threading.Event = field(default_factory=threading.Event)


@pytest.fixture
def nominatim() -> Iterator[Nominatim]:
    made = Nominatim()

    class Handler(QuietHandler):
        def do_GET(self) -> None:  # noqa: N802 -- the library's name
            parts = urlsplit(self.path)
            asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
            made.asked.append({"path": parts.path, **asked})
            made.agents.append(self.headers["User-Agent"])
            made.times.append(time.monotonic())
            failure = made.failures.pop(0) if made.failures else None
            if failure == "hang":
                made.release.wait(30)
            elif isinstance(failure, int):
                self.reply(failure, "{}")
            else:
                self.reply(200, "<html>" if failure == "web page" else json.dumps(made.answers.get(asked["q"], [])))

    with web_server(Handler) as address:
        made.url = f"http://{address}/nominatim"
        try:
            yield made
        finally:
            made.release.set()


def geocoder(nominatim: Nominatim) -> Geocoder:
    return Geocoder(nominatim.url, "tests of a kitchen", timeout_seconds=0.5, seconds_between_requests=PAUSE_SECONDS)


def test_an_address_has_coordinates_country_and_subdivision(nominatim: Nominatim) -> None:
    place = geocoder(nominatim).place("Königstraße 1, Stuttgart")

    assert (place.country, place.subdivision) == ("DE", "BW")
    assert (place.latitude, place.longitude) == (48.7784485, 9.1800132)
    assert nominatim.asked[0]["path"] == "/nominatim/search"
    assert nominatim.agents == ["tests of a kitchen"]


def test_an_address_is_asked_once_and_requests_keep_the_pause_between_them(nominatim: Nominatim) -> None:
    nominatim.answers["Schlossplatz, Stuttgart"] = [STUTTGART]
    asking = geocoder(nominatim)
    begun = time.monotonic()

    for address in ("Königstraße 1, Stuttgart", "Königstraße 1, Stuttgart", "Schlossplatz, Stuttgart"):
        asking.place(address)

    assert [asked["q"] for asked in nominatim.asked] == ["Königstraße 1, Stuttgart", "Schlossplatz, Stuttgart"]
    # On a busy machine the server may notice the first request late, but never before the request was sent.
    assert nominatim.times[1] - begun > PAUSE_SECONDS


def test_the_address_that_was_not_used_for_longest_is_forgotten_first(nominatim: Nominatim) -> None:
    nominatim.answers |= {name: [STUTTGART] for name in ("one", "two", "three")}
    asking = Geocoder(
        nominatim.url, "tests of a kitchen", timeout_seconds=0.5, seconds_between_requests=0.01, addresses_kept=2
    )

    for address in ("one", "two", "one", "three", "one", "two"):
        asking.place(address)

    assert [asked["q"] for asked in nominatim.asked] == ["one", "two", "three", "two"]


def test_a_subdivision_without_known_holidays_is_left_out(nominatim: Nominatim) -> None:
    address = {**STUTTGART["address"], "ISO3166-2-lvl4": "DE-ZZ"}  # type: ignore[dict-item]
    nominatim.answers["there"] = [{**STUTTGART, "address": address}]

    assert geocoder(nominatim).place("there").subdivision == ""


@pytest.mark.parametrize("level", [3, 4])
@pytest.mark.parametrize("country", ["HK", "MO"])
def test_hong_kong_and_macau_have_country_codes_of_their_own(country: str, level: int, nominatim: Nominatim) -> None:
    address = {f"ISO3166-2-lvl{level}": f"CN-{country}", "country": "China", "country_code": "cn"}
    nominatim.answers["there"] = [{**HONG_KONG, "address": address}]

    place = geocoder(nominatim).place("there")

    assert (place.country, place.subdivision) == (country, "")


def test_an_address_in_hong_kong_has_the_holidays_of_hong_kong(nominatim: Nominatim) -> None:
    nominatim.answers["Central, Hong Kong"] = [HONG_KONG]

    place = geocoder(nominatim).place("Central, Hong Kong")

    assert place.time_zone == "Asia/Hong_Kong"
    assert place.calendar.names(dt.date(2026, 7, 1)) == ("Hong Kong S.A.R. Establishment Day",)


def test_a_province_of_china_has_the_country_code_of_china(nominatim: Nominatim) -> None:
    address = {"state": "Sichuan", "ISO3166-2-lvl4": "CN-SC", "country": "China", "country_code": "cn"}
    nominatim.answers["there"] = [{**HONG_KONG, "address": address}]

    assert geocoder(nominatim).place("there").country == "CN"


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ([], "does not know the address 'there'"),
        ([{**STUTTGART, "address": {"country_code": "xx"}}], "is in XX, whose public holidays are not known"),
        ([{**STUTTGART, "address": {}}], "names no country"),
    ],
)
def test_an_address_that_cannot_be_found_is_told_with_the_reason(
    answer: object, told: str, nominatim: Nominatim
) -> None:
    nominatim.answers["there"] = answer

    with pytest.raises(GeocodingFailed, match=told):
        geocoder(nominatim).place("there")


@pytest.mark.parametrize("failure", [403, 429, 500, "hang", "web page"])
def test_a_server_that_does_not_answer_is_asked_twice_and_told(failure: int | str, nominatim: Nominatim) -> None:
    nominatim.failures = [failure] * 5

    with pytest.raises(GeocodingFailed, match="does not find addresses now"):
        geocoder(nominatim).place("Königstraße 1, Stuttgart")
    assert len(nominatim.asked) <= 2


def test_a_training_takes_the_place_of_its_address_or_the_fallback_place(nominatim: Nominatim, tmp_path: Path) -> None:
    settings = {"GEOCODER_URL": nominatim.url, "WORKER_PROCESSES": "1"}
    with (
        running_stack(tmp_path, **settings) as stack,
        ForecastClient(training_address=stack.training_address, inference_address=stack.inference_address) as client,
    ):
        write_sales(stack.data / "sales.csv", dishes=1, days=50)
        found = client.start_training(store="found", address="Königstraße 1, Stuttgart")
        lost = client.start_training(store="lost", address="the moon")
        results = {
            run.store: list(client.watch_training(run.run_id, store=run.store))[-1].result.warnings
            for run in (found, lost)
        }

    assert (found.location.country, found.location.subdivision) == ("DE", "BW")
    assert found.location.latitude == 48.7784485
    assert results["found"] == []
    assert lost.location.country == "CN"
    [warning] = results["lost"]
    assert warning.reason == "FALLBACK_LOCATION"
    assert "does not know the address 'the moon'" in warning.message
    assert "Shanghai, China" in warning.message

"""Weather forecasts: how long a forecast is used, and when the service is asked again."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from inference_service.weather_forecasts import WeatherForecasts, WeatherLimits
from shared.restaurant.open_meteo import OpenMeteo
from shared.restaurant.place import Place
from tests.support.open_meteo import FakeOpenMeteo, open_meteo

KIEL = Place(latitude=54.32, longitude=10.14, country="DE", subdivision="SH")

#: A request waits for the answer of the fake service, however busy the machine is.
PATIENT = WeatherLimits(request_wait_seconds=30.0)


@pytest.fixture
def fake() -> Iterator[FakeOpenMeteo]:
    with open_meteo() as running:
        yield running


@pytest.fixture
def service(fake: FakeOpenMeteo, tmp_path: Path) -> OpenMeteo:
    return OpenMeteo(fake.archive_url, fake.forecast_url, tmp_path, timeout_seconds=10)


async def test_a_forecast_that_has_not_changed_is_the_same_object(fake: FakeOpenMeteo, service: OpenMeteo) -> None:
    seconds = [0.0]
    forecasts = WeatherForecasts(service, limits=PATIENT, clock=lambda: seconds[0])
    first = await forecasts.at(KIEL)
    seconds[0] += PATIENT.fresh_seconds + 1

    await forecasts.at(KIEL)
    async with asyncio.timeout(30):
        while forecasts.is_asking:
            await asyncio.sleep(0.01)

    assert len(fake.asked) == 2
    assert await forecasts.at(KIEL) is first
    assert forecasts.at_hand(KIEL) is first
    await forecasts.close()


async def test_an_old_forecast_is_used_while_a_new_one_is_fetched(fake: FakeOpenMeteo, service: OpenMeteo) -> None:
    seconds = [0.0]
    forecasts = WeatherForecasts(service, limits=PATIENT, clock=lambda: seconds[0])
    first = await forecasts.at(KIEL)
    seconds[0] = PATIENT.fresh_seconds - 1
    assert await forecasts.at(KIEL) is first
    assert len(fake.asked) == 1

    seconds[0] = PATIENT.fresh_seconds + 1
    fake.missing_columns.add("precipitation_sum")
    assert await forecasts.at(KIEL) is first

    async with asyncio.timeout(30):
        while await forecasts.at(KIEL) is first:
            await asyncio.sleep(0.01)
    assert len(fake.asked) == 2
    await forecasts.close()


async def test_a_forecast_of_yesterday_is_not_used(fake: FakeOpenMeteo, service: OpenMeteo) -> None:
    seconds = [0.0]
    forecasts = WeatherForecasts(service, limits=PATIENT, clock=lambda: seconds[0])
    assert await forecasts.at(KIEL) is not None

    seconds[0] = PATIENT.usable_seconds + 1
    fake.failures = [500] * 10

    assert await forecasts.at(KIEL) is None
    await forecasts.close()


async def test_after_a_failure_the_service_is_asked_again_when_the_pause_is_over(
    fake: FakeOpenMeteo, service: OpenMeteo
) -> None:
    seconds = [0.0]
    forecasts = WeatherForecasts(service, limits=PATIENT, clock=lambda: seconds[0])
    fake.failures = [400]
    assert await forecasts.at(KIEL) is None
    asked = len(fake.asked)

    seconds[0] = PATIENT.pause_after_failure_seconds - 1
    assert await forecasts.at(KIEL) is None
    assert len(fake.asked) == asked

    seconds[0] = PATIENT.pause_after_failure_seconds + 1
    assert await forecasts.at(KIEL) is not None
    await forecasts.close()

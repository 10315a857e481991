"""The weather service is asked once, its answers are kept, and its failures stop neither training nor forecast."""

import asyncio
import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from inference_service.weather_forecasts import WeatherForecasts
from shared.config import PipelineConfig
from shared.restaurant.open_meteo import FORECAST_DAYS, PAST_DAYS, OpenMeteo, WeatherFailed
from shared.restaurant.place import Place
from shared.restaurant.weather import WEATHER_COLS
from smartsuschef.client import ForecastClient
from smartsuschef.forecast.v1 import inference_pb2
from smartsuschef.forecast.v1.forecast_pb2 import Location
from tests.support.open_meteo import FakeOpenMeteo, open_meteo
from tests.support.sales_files import LAST_DAY, write_sales
from tests.support.stack import running_stack
from tests.support.waiting import wait_until_live
from training_service.learning.store_history import build_store_history
from training_service.sources.files.access import SalesFiles
from training_service.sources.files.sales_columns import SalesColumns
from training_service.sources.sales_source import SalesSource

KIEL = Place(latitude=54.32, longitude=10.14, country="DE", subdivision="SH")
FIRST, LAST = dt.date(2026, 1, 1), dt.date(2026, 1, 31)


@pytest.fixture
def fake() -> Iterator[FakeOpenMeteo]:
    with open_meteo() as running:
        yield running


@pytest.fixture
def service(fake: FakeOpenMeteo, tmp_path: Path) -> Iterator[OpenMeteo]:
    made = client(fake, tmp_path)
    yield made
    made.close()


def client(fake: FakeOpenMeteo, folder: Path) -> OpenMeteo:
    return OpenMeteo(
        fake.archive_url, fake.forecast_url, folder / "weather", timeout_seconds=0.5, first_pause_seconds=0.01
    )


def hold_back(service: OpenMeteo, fake: FakeOpenMeteo) -> None:
    """Delays every call of `service.forecast` until the fake is released."""
    ask = service.forecast

    def late(place: Place) -> object:
        fake.release.wait(60)
        return ask(place)

    # The delay is in the client and not in the server, as a server that waits would use up the timeout of the client.
    service.forecast = late  # type: ignore[method-assign, assignment]


def test_past_days_are_asked_once_and_kept(fake: FakeOpenMeteo, service: OpenMeteo, tmp_path: Path) -> None:
    found = service.past(KIEL, FIRST, LAST)
    another = client(fake, tmp_path)
    again = another.past(KIEL, FIRST, dt.date(2026, 1, 15))
    longer = another.past(KIEL, FIRST, dt.date(2026, 2, 2))
    another.close()

    assert list(found.columns) == list(WEATHER_COLS)
    assert found.index[0].date() == FIRST
    assert found["temperature_2m_max"].iloc[4] == pytest.approx(10.5)
    assert again.equals(found.iloc[:15])
    assert longer.shape == (33, len(WEATHER_COLS))
    assert [(each["start_date"], each["end_date"]) for each in fake.asked] == [
        ("2026-01-01", "2026-01-31"),
        ("2026-02-01", "2026-02-02"),
    ]
    assert fake.asked[0]["latitude"] == "54.3200"


def test_the_last_seven_days_are_asked_again_as_they_are_still_corrected(
    fake: FakeOpenMeteo, service: OpenMeteo
) -> None:
    today = dt.datetime.now(dt.UTC).date()
    first, last = today - dt.timedelta(days=20), today - dt.timedelta(days=1)

    service.past(KIEL, first, last)
    service.past(KIEL, first, last)

    assert [each["start_date"] for each in fake.asked] == [
        first.isoformat(),
        (today - dt.timedelta(days=7)).isoformat(),
    ]


@pytest.mark.parametrize("failure", [429, 500, 503, "hang", "half"])
def test_a_failure_that_may_pass_is_tried_again(failure: int | str, fake: FakeOpenMeteo, service: OpenMeteo) -> None:
    fake.failures = [failure, failure]

    found = service.past(KIEL, FIRST, LAST)

    assert found.notna().all(axis=None)
    assert len(fake.asked) == 3


@pytest.mark.parametrize(
    ("failure", "told"),
    [(429, "429: Minutely API request limit"), ("hang", "does not answer"), ("half", "does not answer")],
)
def test_a_failure_that_lasts_is_told_with_its_reason(
    failure: int | str, told: str, fake: FakeOpenMeteo, service: OpenMeteo
) -> None:
    fake.failures = [failure] * 3

    with pytest.raises(WeatherFailed, match=told):
        service.past(KIEL, FIRST, LAST)


def test_a_refused_request_and_a_web_page_are_not_tried_again(fake: FakeOpenMeteo, service: OpenMeteo) -> None:
    fake.failures = [400, "web page"]

    with pytest.raises(WeatherFailed, match="400"):
        service.past(KIEL, FIRST, LAST)
    with pytest.raises(WeatherFailed, match="sent no daily weather"):
        service.past(KIEL, FIRST, LAST)
    assert len(fake.asked) == 2


def test_days_without_values_are_asked_again(fake: FakeOpenMeteo, service: OpenMeteo) -> None:
    fake.failures = ["nulls"]

    assert service.past(KIEL, FIRST, LAST).isna().all(axis=None)
    assert service.past(KIEL, FIRST, LAST).notna().all(axis=None)


def test_a_column_that_the_service_lacks_is_all_nan(fake: FakeOpenMeteo, service: OpenMeteo) -> None:
    fake.missing_columns = {"relative_humidity_2m_mean"}

    found = service.past(KIEL, FIRST, LAST)

    assert found["relative_humidity_2m_mean"].isna().all()
    assert found["temperature_2m_mean"].notna().all()


def test_sales_without_weather_get_the_weather_of_open_meteo(
    fake: FakeOpenMeteo, service: OpenMeteo, tmp_path: Path
) -> None:
    fake.missing_columns = {"relative_humidity_2m_mean"}
    write_sales(tmp_path / "sales.csv", dishes=1, days=60)
    config = PipelineConfig()
    source = SalesSource(SalesFiles(tmp_path), "sales.csv", SalesColumns(), config, weather_service=service)

    data = source.read("", "harbour", KIEL)
    history = build_store_history(data.sales, data.weather, config)

    assert data.weather_origin == "Open-Meteo"
    assert fake.asked[-1]["end_date"] == LAST_DAY
    # A column that the service lacks is not in the models.
    assert set(history.weather) == set(WEATHER_COLS) - {"relative_humidity_2m_mean"}


def test_the_weather_of_days_that_are_not_over_is_not_asked(
    fake: FakeOpenMeteo, service: OpenMeteo, tmp_path: Path
) -> None:
    tomorrow = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=1)
    yesterday = KIEL.now().date() - dt.timedelta(days=1)
    write_sales(tmp_path / "sales.csv", dishes=1, days=60, last_day=tomorrow.isoformat())
    source = SalesSource(SalesFiles(tmp_path), "sales.csv", SalesColumns(), PipelineConfig(), weather_service=service)

    data = source.read("", "harbour", KIEL)

    assert data.warnings == ()
    assert data.weather is not None
    assert data.weather.index.max().date() == yesterday
    assert data.weather.notna().all(axis=None)
    assert fake.asked[-1]["end_date"] == yesterday.isoformat()


def test_nothing_is_asked_when_no_day_of_the_sales_is_over(
    fake: FakeOpenMeteo, service: OpenMeteo, tmp_path: Path
) -> None:
    write_sales(tmp_path / "sales.csv", dishes=1, days=1, last_day=KIEL.now().date().isoformat())
    source = SalesSource(SalesFiles(tmp_path), "sales.csv", SalesColumns(), PipelineConfig(), weather_service=service)

    assert source.read("", "harbour", KIEL).weather is None
    assert fake.asked == []


def test_the_archive_refuses_days_to_come(service: OpenMeteo) -> None:
    tomorrow = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=1)

    with pytest.raises(WeatherFailed, match="400: Parameter 'end_date' is out of allowed range from 1940-01-01"):
        service.past(KIEL, FIRST, tomorrow)


def test_sales_have_a_warning_when_the_weather_service_fails(
    fake: FakeOpenMeteo, service: OpenMeteo, tmp_path: Path
) -> None:
    fake.failures = [500] * 3
    write_sales(tmp_path / "sales.csv", dishes=1, days=60)
    source = SalesSource(SalesFiles(tmp_path), "sales.csv", SalesColumns(), PipelineConfig(), weather_service=service)

    data = source.read("", "harbour", KIEL)

    assert data.weather is None
    [warning] = data.warnings
    assert warning.reason == "NO_WEATHER"
    assert "500" in warning.message


def test_nothing_is_asked_when_the_coordinates_are_not_known(
    fake: FakeOpenMeteo, service: OpenMeteo, tmp_path: Path
) -> None:
    write_sales(tmp_path / "sales.csv", dishes=1, days=60)
    source = SalesSource(SalesFiles(tmp_path), "sales.csv", SalesColumns(), PipelineConfig(), weather_service=service)

    assert source.read("", "harbour", Place(country="DE")).weather is None
    assert source.read("", "harbour").weather is None
    assert fake.asked == []


async def test_twenty_requests_at_once_ask_the_service_once(fake: FakeOpenMeteo, service: OpenMeteo) -> None:
    forecasts = WeatherForecasts(service)

    found = await asyncio.gather(*(forecasts.at(KIEL) for _ in range(20)))

    assert len(fake.asked) == 1
    first = found[0]
    assert first is not None
    assert len(first) == PAST_DAYS + FORECAST_DAYS
    assert np.isfinite(first.to_numpy()).all()
    assert all(each is first for each in found)
    await forecasts.close()


async def test_a_request_does_not_wait_for_a_service_that_hangs(fake: FakeOpenMeteo, tmp_path: Path) -> None:
    fake.failures = ["hang"]
    forecasts = WeatherForecasts(OpenMeteo(fake.archive_url, fake.forecast_url, tmp_path, timeout_seconds=60))

    async with asyncio.timeout(20):
        assert await forecasts.at(KIEL) is None

    assert len(fake.asked) == 1
    assert not fake.release.is_set()
    fake.release.set()
    await forecasts.close()


async def test_many_places_at_once_do_not_keep_the_next_one_waiting(fake: FakeOpenMeteo, service: OpenMeteo) -> None:
    forecasts = WeatherForecasts(service)
    hold_back(service, fake)
    places = [Place(latitude=i / 10, longitude=10.0, country="DE", time_zone="Europe/Berlin") for i in range(300)]

    assert not any(weather is not None for weather in await asyncio.gather(*map(forecasts.at, places)))
    fake.release.set()
    async with asyncio.timeout(60):
        while await forecasts.at(KIEL) is None:
            await asyncio.sleep(0.05)

    assert len(fake.asked) == 100 + 1
    await forecasts.close()


async def test_the_service_is_not_asked_again_right_after_a_failure(fake: FakeOpenMeteo, service: OpenMeteo) -> None:
    fake.failures = [500]
    forecasts = WeatherForecasts(service)

    assert await forecasts.at(KIEL) is None
    assert await forecasts.at(KIEL) is None

    assert len(fake.asked) == 1
    await forecasts.close()


async def test_an_answer_that_comes_late_serves_the_next_request(fake: FakeOpenMeteo, tmp_path: Path) -> None:
    slow = OpenMeteo(fake.archive_url, fake.forecast_url, tmp_path, timeout_seconds=10)
    forecasts = WeatherForecasts(slow)
    hold_back(slow, fake)

    assert await forecasts.at(KIEL) is None
    fake.release.set()
    async with asyncio.timeout(20):
        while await forecasts.at(KIEL) is None:
            pass  # each call waits a moment for the answer that is under way

    assert len(fake.asked) == 1
    await forecasts.close()


def test_the_whole_system_trains_and_forecasts_with_the_weather_service(fake: FakeOpenMeteo, tmp_path: Path) -> None:
    settings = {
        "WEATHER_SERVICE": "open-meteo",
        "WEATHER_ARCHIVE_URL": fake.archive_url,
        "WEATHER_FORECAST_URL": fake.forecast_url,
        "WEATHER_CACHE_DIR": str(tmp_path / "weather"),
        "WORKER_PROCESSES": "1",
    }
    yesterday = dt.datetime.now(dt.UTC).date() - dt.timedelta(days=1)
    with (
        running_stack(tmp_path / "stack", **settings) as stack,
        ForecastClient(training_address=stack.training_address, inference_address=stack.inference_address) as client,
    ):
        write_sales(stack.data / "sales.csv", dishes=2, days=120, last_day=yesterday.isoformat())
        run = client.start_training(location=Location(latitude=54.32, longitude=10.14, country="DE"))
        result = list(client.watch_training(run.run_id, store=run.store))[-1].result
        wait_until_live(client, "default", result.version)
        near = client.predict(horizon_days=7)
        far = client.predict(horizon_days=30)

    assert result.data_report.weather_source == "Open-Meteo"
    assert tuple(result.data_report.weather_columns) == WEATHER_COLS
    assert result.weather_worth.is_forecast
    assert result.weather_worth.wape_with > 0
    assert near.weather_source == inference_pb2.WEATHER_SOURCE_FORECAST
    assert far.weather_source == inference_pb2.WEATHER_SOURCE_MIXED
    assert len([asked for asked in fake.asked if "forecast_days" in asked]) == 1

"""A prepared forecast is the forecast that would have been computed, and never one of other inputs."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inference_service import messages
from inference_service.forecast_request import ForecastRequest
from inference_service.loaded_version import LoadedVersion
from inference_service.predictor import predict
from inference_service.prepared.prepared_forecasts import PreparedForecasts
from shared.registry.manifest import Manifest
from shared.restaurant.place import Place
from smartsuschef.forecast.v1 import inference_pb2
from tests.support.recorded_version import HISTORY_END, recorded_version

#: Noon in China, two days after the last known sale.
NOON = dt.datetime.combine(HISTORY_END + dt.timedelta(days=2), dt.time(4), dt.UTC)

DISHES = ("baseline", "blend", "hybrid", "pooled", "smoothing", "trained", "trained_young")
STALE = "prophet"


def weather_from(first: dt.date, warm: float) -> pd.DataFrame:
    """What a weather service says of ten days."""
    dates = pd.date_range(first, periods=10, unit="s")
    return pd.DataFrame({"temperature_2m_mean": warm + np.arange(10.0)}, index=dates)


FRAMES = (None, weather_from(HISTORY_END + dt.timedelta(days=2), 21.0))


@cache
def version() -> LoadedVersion:
    """The version of most tests; it is immutable."""
    return recorded_version()


@cache
def prepared() -> PreparedForecasts:
    """Prepared forecasts that all examples share, as the calls of a server do."""
    return PreparedForecasts(2**26)


def computed(of: LoadedVersion, request: ForecastRequest) -> inference_pb2.PredictResponse:
    return messages.predict_response(of, request, predict(of, request, lambda: False))


def in_bytes(response: inference_pb2.PredictResponse) -> bytes:
    return response.SerializeToString(deterministic=True)


@st.composite
def plain_requests(draw: st.DrawFn) -> ForecastRequest:
    """Requests without overrides."""
    return ForecastRequest(
        dishes=draw(st.one_of(st.just(()), st.lists(st.sampled_from(DISHES), min_size=1, max_size=4))),
        start=draw(st.sampled_from([None, "today", "tomorrow", HISTORY_END + dt.timedelta(days=40)])),
        horizon=draw(st.integers(min_value=0, max_value=30)),
        weather_forecast=draw(st.sampled_from(FRAMES)),
        levels=draw(st.sampled_from([(), (0.5,), (0.1, 0.5, 0.9), (0.001, 0.999)])),
        service_level=draw(st.sampled_from([None, 0.8])),
        full=draw(st.booleans()),
        asked=NOON,
    )


@settings(deadline=None, max_examples=150)
@given(request=plain_requests(), first=st.lists(st.sampled_from(DISHES), max_size=2))
def test_a_prepared_answer_is_the_computed_one_byte_for_byte(request: ForecastRequest, first: list[str]) -> None:
    if first:
        prepared().prepare(version(), replace(request, dishes=first))
    prepared().prepare(version(), request)

    answer = prepared().find(version(), request)

    assert answer is not None
    assert in_bytes(answer.response()) == in_bytes(computed(version(), request))
    assert answer.response() == answer.response()


def warmer(request: ForecastRequest) -> ForecastRequest:
    return replace(request, weather_forecast=weather_from(HISTORY_END + dt.timedelta(days=2), 35.0))


def a_day_later(request: ForecastRequest) -> ForecastRequest:
    return replace(request, asked=NOON + dt.timedelta(days=1))


def after_midnight(request: ForecastRequest) -> ForecastRequest:
    # Midnight of China is at 16:00 in UTC, where it is still the same day.
    return replace(request, asked=NOON.replace(hour=16, minute=1))


def same(anything: LoadedVersion) -> LoadedVersion:
    return anything


def with_other_history(of: LoadedVersion) -> LoadedVersion:
    blend = of.models["blend"]
    younger = replace(blend, history_end=blend.history_end - dt.timedelta(days=1))
    return replace(of, manifest=named(of, "v2"), models={**of.models, "blend": younger})


def with_other_settings(of: LoadedVersion) -> LoadedVersion:
    return replace(of, manifest=named(of, "v2"), config=of.config.model_copy(update={"forecast_horizon": 3}))


def of_another_store(of: LoadedVersion) -> LoadedVersion:
    return replace(with_other_history(of), manifest=of.manifest.model_copy(update={"store": "hill"}))


def in_an_earlier_zone(of: LoadedVersion) -> LoadedVersion:
    hawaii = Place(country="CN", time_zone="Pacific/Honolulu")
    return replace(of, manifest=named(of, "v2").model_copy(update={"place": hawaii}))


def named(of: LoadedVersion, version_name: str) -> Manifest:
    return of.manifest.model_copy(update={"version": version_name})


@pytest.mark.parametrize(
    ("version_after", "request_after"),
    [
        pytest.param(same, warmer, id="weather"),
        pytest.param(same, a_day_later, id="date"),
        pytest.param(same, after_midnight, id="midnight of the place"),
        pytest.param(same, lambda request: replace(request, start=None), id="first day"),
        pytest.param(same, lambda request: replace(request, full=True), id="view"),
        pytest.param(same, lambda request: replace(request, levels=(0.25,)), id="levels"),
        pytest.param(same, lambda request: replace(request, service_level=0.7), id="service level"),
        pytest.param(same, lambda request: replace(request, horizon=5), id="horizon"),
        pytest.param(same, lambda request: replace(request, dishes=("hybrid",)), id="dishes"),
        pytest.param(with_other_history, lambda request: request, id="version and history"),
        pytest.param(with_other_settings, lambda request: request, id="settings"),
        pytest.param(of_another_store, lambda request: request, id="store"),
        pytest.param(in_an_earlier_zone, lambda request: request, id="time zone"),
        pytest.param(
            same,
            lambda request: replace(request, openings={HISTORY_END + dt.timedelta(days=4): False}),
            id="closed date",
        ),
        pytest.param(
            same, lambda request: replace(request, recent_sales={"blend": {HISTORY_END: 99.0}}), id="recent sales"
        ),
        pytest.param(
            same,
            lambda request: replace(request, weather=weather_from(HISTORY_END + dt.timedelta(days=3), -20.0)),
            id="weather of the caller",
        ),
        pytest.param(same, lambda request: replace(request, place=Place(country="FR")), id="place of the caller"),
    ],
)
def test_whichever_input_changes_the_answer_is_the_new_one(
    version_after: Callable[[LoadedVersion], LoadedVersion],
    request_after: Callable[[ForecastRequest], ForecastRequest],
) -> None:
    forecasts = PreparedForecasts(2**26)
    before = ForecastRequest(
        dishes=("blend", "trained"),
        start="tomorrow",
        weather_forecast=FRAMES[1],
        levels=(0.5,),
        service_level=0.9,
        asked=NOON,
    )
    forecasts.prepare(version(), before)
    old = forecasts.find(version(), before)
    assert old is not None
    old_answer = old.response()
    changed_version, changed = version_after(version()), request_after(before)

    found = forecasts.find(changed_version, changed)
    answer = found.response() if found else computed(changed_version, changed)

    expected = computed(changed_version, changed)
    for each in (answer, expected, old_answer):
        each.ClearField("forecast_time")
    assert in_bytes(answer) == in_bytes(expected)
    assert answer.forecasts != old_answer.forecasts
    # The window of the changed request is made as well, and does not disturb the old one.
    if not changed.has_overrides:
        forecasts.prepare(changed_version, changed)
        again = forecasts.find(changed_version, changed)
        assert again is not None
        assert again.response().forecasts == expected.forecasts


def test_warnings_and_the_age_of_the_sales_follow_the_present_day() -> None:
    forecasts = PreparedForecasts(2**26)
    request = ForecastRequest(dishes=("blend",), asked=NOON)
    forecasts.prepare(version(), request)
    later = replace(request, asked=NOON + dt.timedelta(days=30))

    first, second = (forecasts.find(version(), each) for each in (request, later))

    assert first is not None
    assert second is not None
    assert (first.response().sales_age_days, second.response().sales_age_days) == (2, 32)
    assert [warning.reason for warning in first.response().warnings] == []
    assert "FORECAST_OF_THE_PAST" in [warning.reason for warning in second.response().warnings]
    assert second.response().forecast_time.ToDatetime(dt.UTC) == NOON


def test_a_store_is_prepared_on_its_second_call_and_then_on_the_first_one_of_each_day() -> None:
    forecasts = PreparedForecasts(2**26)
    request = ForecastRequest(dishes=("blend",), start="tomorrow", horizon=7, asked=NOON)

    forecasts.note(version(), request)
    forecasts.close_after_work()
    assert forecasts.find(version(), request) is None

    forecasts = PreparedForecasts(2**26)
    forecasts.note(version(), request)
    forecasts.note(version(), replace(request, horizon=3))
    forecasts.note(version(), a_day_later(request))
    forecasts.close_after_work()
    assert forecasts.find(version(), replace(request, dishes=())) is not None
    assert forecasts.find(version(), a_day_later(request)) is not None


def test_explanations_are_prepared_for_those_dishes_only_that_are_asked_for_twice() -> None:
    forecasts = PreparedForecasts(2**26)
    request = ForecastRequest(dishes=("blend", "hybrid"), full=True, asked=NOON)

    forecasts.note(version(), request)
    forecasts.note(version(), replace(request, dishes=("blend", "pooled")))
    forecasts.close_after_work()

    assert forecasts.find(version(), replace(request, dishes=("blend",))) is not None
    assert forecasts.find(version(), request) is None
    assert forecasts.find(version(), replace(request, dishes=())) is None


def test_a_version_that_goes_live_has_what_the_callers_of_its_store_repeat() -> None:
    forecasts = PreparedForecasts(2**26)
    request = ForecastRequest(start="tomorrow", weather_forecast=FRAMES[1], asked=dt.datetime.now(dt.UTC))
    fresh = with_a_history_until(request.asked.date() - dt.timedelta(days=1))
    for _ in range(2):
        forecasts.note(fresh, request)
    forecasts.note(fresh, replace(request, start=None))
    forecasts.close_after_work()
    following = replace(fresh, manifest=named(fresh, "v2"))
    assert forecasts.find(following, request) is None

    forecasts.prepare_next(following, FRAMES[1])

    assert forecasts.find(following, request) is not None
    assert forecasts.find(following, replace(request, start=None)) is None


def with_a_history_until(day: dt.date) -> LoadedVersion:
    models = {name: replace(model, history_end=day) for name, model in version().models.items()}
    return replace(version(), models=models)


def test_the_memory_of_prepared_forecasts_is_bounded() -> None:
    forecasts = PreparedForecasts(200_000)
    request = ForecastRequest(asked=NOON)

    for ahead in range(1, 12):
        asked = replace(request, start=HISTORY_END + dt.timedelta(days=ahead))
        forecasts.prepare(version(), asked)
        found = forecasts.find(version(), asked)
        assert found is not None
        assert len(found.response().forecasts) == len(DISHES)
        assert 0 < forecasts.size <= 200_000

    assert forecasts.find(version(), replace(request, start=HISTORY_END + dt.timedelta(days=1))) is None


def test_nothing_is_prepared_without_memory_for_it() -> None:
    forecasts = PreparedForecasts(0)
    request = ForecastRequest(asked=NOON)

    for _ in range(3):
        forecasts.note(version(), request)
    forecasts.prepare(version(), request)
    forecasts.close_after_work()

    assert forecasts.find(version(), request) is None
    assert forecasts.size == 0


def test_a_request_for_a_dish_that_is_not_prepared_is_computed() -> None:
    forecasts = PreparedForecasts(2**26)
    request = ForecastRequest(asked=NOON)
    forecasts.prepare(version(), request)

    assert forecasts.find(version(), replace(request, dishes=(STALE,))) is None
    assert forecasts.find(version(), replace(request, dishes=("no such dish",))) is None

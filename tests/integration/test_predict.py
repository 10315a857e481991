"""Predict, through the running services: what a caller can ask for, and how wrong requests are answered."""

import time
from collections.abc import Callable

import grpc
import pytest

from smartsuschef.client import ForecastClient, ForecastServiceError
from smartsuschef.forecast.v1 import forecast_pb2, inference_pb2
from tests.support.waiting import trained_version


@pytest.fixture
def trained(client: ForecastClient, sales_file: Callable[..., str]) -> str:
    """A store with two dishes whose sales end on 2026-03-01; trained once for all tests."""
    store = "predict"
    try:
        client.predict(store=store)
    except ForecastServiceError:
        trained_version(client, store=store, source=sales_file(dishes=2, days=120))
    return store


def test_named_dishes_come_in_the_order_of_the_request(client: ForecastClient, trained: str) -> None:
    answer = client.predict(store=trained, dishes=["dish-1", "dish-0"], horizon_days=3)

    assert [forecast.dish for forecast in answer.forecasts] == ["dish-1", "dish-0"]
    assert [day.date for day in answer.forecasts[0].days] == ["2026-03-02", "2026-03-03", "2026-03-04"]


def test_a_later_start_gives_the_same_days_as_a_longer_horizon(client: ForecastClient, trained: str) -> None:
    long = client.predict(store=trained, dishes=["dish-0"], horizon_days=10)
    late = client.predict(store=trained, dishes=["dish-0"], start_date="2026-03-06", horizon_days=6)

    assert [day.yhat for day in late.forecasts[0].days] == [day.yhat for day in long.forecasts[0].days[4:]]


def test_a_forecast_that_is_asked_for_again_is_made_once(client: ForecastClient, trained: str) -> None:
    answers = [client.predict(store=trained, horizon_days=9, quantiles=[0.9])]
    deadline = time.monotonic() + 30
    while len(answers) == 1 or answers[-1].forecast_time != answers[-2].forecast_time:
        assert time.monotonic() < deadline, "no forecast was handed out twice"
        answers.append(client.predict(store=trained, horizon_days=9, quantiles=[0.9]))

    assert answers[-1].forecasts == answers[0].forecasts
    assert answers[-1].forecast_time.ToSeconds() > 0
    other = client.predict(store=trained, dishes=["dish-1"], horizon_days=3, quantiles=[0.9])
    assert other.forecast_time == answers[-1].forecast_time
    assert other.forecasts[0].days[:3] == answers[0].forecasts[1].days[:3]


def test_recent_sales_move_the_first_day_of_the_forecast(client: ForecastClient, trained: str) -> None:
    recent = [inference_pb2.SalesDay(dish="dish-0", date=f"2026-03-0{day}", sales=90) for day in (2, 3, 4)]

    answer = client.predict(store=trained, dishes=["dish-0"], recent_sales=recent)

    assert answer.forecasts[0].days[0].date == "2026-03-05"
    assert answer.forecasts[0].history_end == "2026-03-04"


def test_closed_dates_are_forecast_as_closed(client: ForecastClient, trained: str) -> None:
    usual = client.predict(store=trained, horizon_days=3).forecasts[0].days
    told = client.predict(store=trained, horizon_days=3, closed_dates=[usual[1].date]).forecasts[0].days

    assert [day.closed for day in told] == [False, True, False]
    assert told[1].yhat == 0
    assert told[0].yhat == usual[0].yhat > 0


def test_recent_sales_of_a_dish_without_a_model_are_ignored_with_a_warning(
    client: ForecastClient, trained: str
) -> None:
    recent = [inference_pb2.SalesDay(dish="new dish", date="2026-03-02", sales=3)]

    answer = client.predict(store=trained, recent_sales=recent)

    assert "RECENT_SALES_IGNORED" in {warning.reason for warning in answer.warnings}


@pytest.mark.parametrize("date", ["9999-12-31", "2031-01-01"])
def test_recent_sales_of_the_far_future_are_refused(client: ForecastClient, trained: str, date: str) -> None:
    with pytest.raises(ForecastServiceError) as caught:
        client.predict(store=trained, recent_sales=[inference_pb2.SalesDay(dish="dish-0", date=date, sales=3)])

    assert caught.value.code is grpc.StatusCode.INVALID_ARGUMENT
    assert [violation.field for violation in caught.value.violations] == ["recent_sales"]


def test_recent_sales_of_a_day_of_the_forecast_are_refused(client: ForecastClient, trained: str) -> None:
    recent = [inference_pb2.SalesDay(dish="dish-0", date="2026-03-05", sales=3)]

    with pytest.raises(ForecastServiceError) as caught:
        client.predict(store=trained, start_date="2026-03-04", recent_sales=recent)

    assert "not before start_date" in caught.value.violations[0].description


def test_recent_sales_of_other_dishes_do_not_move_the_first_day(client: ForecastClient, trained: str) -> None:
    recent = [inference_pb2.SalesDay(dish=dish, date="2026-03-05", sales=3) for dish in ("dish-1", "new dish")]

    answer = client.predict(store=trained, dishes=["dish-0"], recent_sales=recent)

    assert answer.forecasts[0].days[0].date == "2026-03-02"


def test_recent_sales_of_days_that_the_training_knew_have_a_warning(client: ForecastClient, trained: str) -> None:
    recent = [inference_pb2.SalesDay(dish="dish-0", date="2026-02-27", sales=3)]

    answer = client.predict(store=trained, recent_sales=recent)

    assert "RECENT_SALES_KNOWN" in {warning.reason for warning in answer.warnings}


def test_the_quantity_to_prepare_is_the_quantile_at_the_service_level_rounded_up(
    client: ForecastClient, trained: str
) -> None:
    cautious = client.predict(store=trained, service_level=0.95, quantiles=[0.95])
    costs = inference_pb2.PortionCosts(wasted=3.0, missed=1.0)
    thrifty = client.predict(store=trained, portion_costs=costs, quantiles=[0.25])

    assert cautious.service_level == 0.95
    assert thrifty.service_level == pytest.approx(0.25)
    for answer in (cautious, thrifty):
        for forecast in answer.forecasts:
            for day in forecast.days:
                assert day.prepare_quantity - 1 < day.quantiles[0].value <= day.prepare_quantity + 1e-6
    assert not client.predict(store=trained).forecasts[0].days[0].HasField("prepare_quantity")


def test_a_service_level_of_1_and_costs_of_0_or_below_are_refused(client: ForecastClient, trained: str) -> None:
    with pytest.raises(ForecastServiceError) as caught:
        client.predict(store=trained, service_level=1.0)

    assert [violation.field for violation in caught.value.violations] == ["service_level"]

    with pytest.raises(ForecastServiceError) as caught:
        client.predict(store=trained, portion_costs=inference_pb2.PortionCosts(missed=-1.0))

    assert [each.field for each in caught.value.violations] == ["portion_costs.wasted", "portion_costs.missed"]


def test_a_request_with_too_many_entries_is_refused(client: ForecastClient, trained: str) -> None:
    with pytest.raises(ForecastServiceError) as caught:
        client.predict(store=trained, dishes=["soup"] * 10_001, closed_dates=["2026-03-02"] * 2_001)

    assert {violation.field for violation in caught.value.violations} == {"dishes", "closed_dates"}
    assert "10,000 entries" in caught.value.message


def test_the_first_of_thousands_of_violations_are_answered_with_the_number_of_the_others(
    client: ForecastClient, trained: str
) -> None:
    wrong = [inference_pb2.SalesDay(dish="麻婆豆腐" * 40, date="heute", sales=-1) for _ in range(3000)]

    with pytest.raises(ForecastServiceError) as caught:
        client.predict(store=trained, recent_sales=wrong)

    assert caught.value.code is grpc.StatusCode.INVALID_ARGUMENT
    assert "more violations" in str(caught.value)
    assert caught.value.violations[0].field.startswith("recent_sales[0]")
    assert caught.value.violations[-1].description.startswith("and ")


def test_a_request_with_many_long_unknown_names_is_answered_with_not_found(
    client: ForecastClient, trained: str
) -> None:
    with pytest.raises(ForecastServiceError) as caught:
        client.predict(store=trained, dishes=[f"麻婆豆腐 {number} " + "鱼" * 150 for number in range(200)])

    assert caught.value.code is grpc.StatusCode.NOT_FOUND


def test_a_name_longer_than_500_characters_is_refused(client: ForecastClient, trained: str) -> None:
    for call in (lambda name: client.predict(store=trained, dishes=[name]), lambda name: client.get_model(name)):
        with pytest.raises(ForecastServiceError) as caught:
            call("x" * 1_000_000)

        assert caught.value.code is grpc.StatusCode.INVALID_ARGUMENT
        assert "1 to 500 characters" in caught.value.violations[0].description


def test_all_violations_of_a_request_are_answered_at_once(client: ForecastClient, trained: str) -> None:
    with pytest.raises(ForecastServiceError) as caught:
        client.predict(
            store="no\nline break",
            start_date="soon",
            horizon_days=31,
            recent_sales=[
                inference_pb2.SalesDay(dish="", date="2026-02-30", sales=float("nan")),
                inference_pb2.SalesDay(dish="soup", date="2026-02-28"),
            ],
            weather=[inference_pb2.WeatherDay(date="2026-03-02", relative_humidity_2m_mean=120)],
            location=forecast_pb2.Location(country="DE", subdivision="ZZ", longitude=8),
            quantiles=[0.5, 1.0],
            open_dates=["2026-12-25", "Christmas"],
            closed_dates=["2026-12-24", "2026-12-25", ""],
            version="../v1",
        )

    assert caught.value.code is grpc.StatusCode.INVALID_ARGUMENT
    assert {violation.field for violation in caught.value.violations} == {
        "store",
        "start_date",
        "horizon_days",
        "recent_sales[0].dish",
        "recent_sales[0].date",
        "recent_sales[0].sales",
        "recent_sales[1].sales",
        "weather[0].relative_humidity_2m_mean",
        "location",
        "location.subdivision",
        "quantiles[1]",
        "open_dates[1]",
        "closed_dates[1]",
        "closed_dates[2]",
        "version",
    }


@pytest.mark.parametrize("start", ["2026-03-01", "2020-01-01", "2028-01-01"])
def test_a_start_that_cannot_be_forecast_is_refused(client: ForecastClient, trained: str, start: str) -> None:
    with pytest.raises(ForecastServiceError) as caught:
        client.predict(store=trained, start_date=start)

    assert caught.value.code is grpc.StatusCode.INVALID_ARGUMENT
    assert "2026-03-01" in caught.value.violations[0].description


def test_the_error_for_an_unknown_dish_names_a_similar_dish(client: ForecastClient, trained: str) -> None:
    with pytest.raises(ForecastServiceError) as caught:
        client.predict(store=trained, dishes=["dish-0", "dish_1", "pizza"])

    assert caught.value.code is grpc.StatusCode.NOT_FOUND
    assert "did you mean 'dish-1'" in caught.value.message
    assert "'pizza'" in caught.value.message


def test_the_error_for_the_model_of_an_unknown_dish_names_a_similar_dish(client: ForecastClient, trained: str) -> None:
    with pytest.raises(ForecastServiceError) as caught:
        client.get_model("dish_1", store=trained)

    assert caught.value.code is grpc.StatusCode.NOT_FOUND
    assert "did you mean 'dish-1'" in caught.value.message


def test_the_error_for_a_store_without_models_says_what_to_do(client: ForecastClient) -> None:
    with pytest.raises(ForecastServiceError) as caught:
        client.predict(store="empty")

    assert caught.value.code is grpc.StatusCode.FAILED_PRECONDITION
    assert "StartTraining" in caught.value.message


def test_weather_of_the_request_is_used_and_told_as_its_source(client: ForecastClient, grilled_fish: str) -> None:
    try:
        client.predict(store="weather")
    except ForecastServiceError:
        trained_version(client, store="weather", source=grilled_fish)
    wet = [inference_pb2.WeatherDay(date="2026-01-01", precipitation_sum=0.0)]

    answer = client.predict(store="weather", weather=wet)

    assert answer.weather_source == inference_pb2.WEATHER_SOURCE_MIXED

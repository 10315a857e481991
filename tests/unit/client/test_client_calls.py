"""Tests of single calls: retries, deadlines, requests and health, with both clients."""

import inspect
from datetime import date

import grpc
import pytest
from grpc_health.v1 import health_pb2

from smartsuschef.client import (
    AsyncForecastClient,
    ForecastClient,
    ForecastServiceError,
    Location,
    RetryPolicy,
    SalesDay,
    WeatherDay,
)
from smartsuschef.client.channels import RETRIED_METHODS
from smartsuschef.forecast.v1 import inference_pb2, training_pb2
from tests.unit.client.scripted_server import ScriptedServer, fails, waits

#: Retries without long pauses, so that no test waits.
QUICK = RetryPolicy(first_pause=0.01, longest_pause=0.02)
UNAVAILABLE = fails(grpc.StatusCode.UNAVAILABLE, "not now")


def test_a_call_is_retried_while_the_service_is_unavailable(server: ScriptedServer) -> None:
    server.on("Predict", UNAVAILABLE, UNAVAILABLE, inference_pb2.PredictResponse(version="v1"))
    with ForecastClient(inference_address=server.address, retry=QUICK) as client:
        assert client.predict().version == "v1"
    assert len(server.received["Predict"]) == 3


def test_a_call_is_given_up_after_the_attempts_of_the_policy(server: ScriptedServer) -> None:
    server.on("Predict", UNAVAILABLE)
    twice = RetryPolicy(attempts=2, first_pause=0.01)
    with ForecastClient(inference_address=server.address, retry=twice) as client, pytest.raises(ForecastServiceError):
        client.predict()
    assert len(server.received["Predict"]) == 2


async def test_the_asyncio_client_retries_too(server: ScriptedServer) -> None:
    server.on("Predict", UNAVAILABLE, inference_pb2.PredictResponse(version="v1"))
    async with AsyncForecastClient(inference_address=server.address, retry=QUICK) as client:
        assert (await client.predict()).version == "v1"
    assert len(server.received["Predict"]) == 2


def test_a_large_request_is_retried_too(server: ScriptedServer) -> None:
    server.on("Predict", UNAVAILABLE, inference_pb2.PredictResponse(version="v1"))
    sales = [SalesDay(dish=f"Grilled carp {number}", date="2026-11-22", sales=31) for number in range(10_000)]
    with ForecastClient(inference_address=server.address, retry=QUICK) as client:
        assert client.predict(recent_sales=sales).version == "v1"
    first, repeated = (received.request for received in server.received["Predict"])
    assert first.ByteSize() > 400_000
    assert repeated == first


@pytest.mark.parametrize(
    "code",
    [
        grpc.StatusCode.INTERNAL,
        grpc.StatusCode.RESOURCE_EXHAUSTED,
        grpc.StatusCode.ABORTED,
        grpc.StatusCode.FAILED_PRECONDITION,
    ],
)
def test_no_other_failure_is_retried(server: ScriptedServer, code: grpc.StatusCode) -> None:
    server.on("Predict", fails(code), inference_pb2.PredictResponse())
    with ForecastClient(inference_address=server.address) as client, pytest.raises(ForecastServiceError) as caught:
        client.predict()
    assert caught.value.code is code
    assert len(server.received["Predict"]) == 1


def test_a_rollback_is_never_retried_because_a_repeat_goes_one_version_further_back(server: ScriptedServer) -> None:
    server.on("RollbackVersion", UNAVAILABLE, training_pb2.RollbackVersionResponse())
    with ForecastClient(training_address=server.address) as client, pytest.raises(ForecastServiceError):
        client.rollback_version()
    assert len(server.received["RollbackVersion"]) == 1


def test_every_unary_call_but_the_rollback_is_retried() -> None:
    unary = {
        (service.full_name, method.name)
        for file in (inference_pb2.DESCRIPTOR, training_pb2.DESCRIPTOR)
        for service in file.services_by_name.values()
        for method in service.methods
        if not (method.client_streaming or method.server_streaming)
    }
    assert unary - set(RETRIED_METHODS) == {("smartsuschef.forecast.v1.TrainingService", "RollbackVersion")}
    assert set(RETRIED_METHODS) <= unary


def test_a_training_that_is_retried_repeats_its_request_id(server: ScriptedServer) -> None:
    server.on("StartTraining", UNAVAILABLE, training_pb2.StartTrainingResponse())
    with ForecastClient(training_address=server.address, retry=QUICK) as client:
        client.start_training()
        client.start_training()
    first, repeated, second = (received.request.request_id for received in server.received["StartTraining"])
    assert first
    assert first == repeated
    assert second != first


def test_a_given_request_id_is_kept(server: ScriptedServer) -> None:
    server.on("StartTraining", training_pb2.StartTrainingResponse())
    with ForecastClient(training_address=server.address) as client:
        client.start_training(request_id="nightly-2026-11-23")
    assert server.received["StartTraining"][0].request.request_id == "nightly-2026-11-23"


def test_a_call_without_a_timeout_has_the_deadline_of_the_client(server: ScriptedServer) -> None:
    server.on("Predict", inference_pb2.PredictResponse())
    with ForecastClient(inference_address=server.address) as client:
        client.predict()
        client.predict(timeout=300)
    # gRPC rounds the deadline up.
    assert [received.seconds_left for received in server.received["Predict"]] == [
        pytest.approx(30, abs=5),
        pytest.approx(300, abs=5),
    ]


def test_a_call_that_outlasts_its_deadline_fails(server: ScriptedServer) -> None:
    server.on("GetModel", waits())
    with (
        ForecastClient(inference_address=server.address, timeout=0.2) as client,
        pytest.raises(ForecastServiceError) as caught,
    ):
        client.get_model("Grilled carp")
    assert caught.value.code is grpc.StatusCode.DEADLINE_EXCEEDED


def test_a_service_that_is_not_running_is_unavailable(server: ScriptedServer) -> None:
    server.stop()
    with (
        ForecastClient(training_address=server.address, retry=QUICK) as client,
        pytest.raises(ForecastServiceError) as caught,
    ):
        client.get_training("run-7")
    assert caught.value.code is grpc.StatusCode.UNAVAILABLE
    assert caught.value.reason == ""


def test_plain_values_become_the_request(server: ScriptedServer) -> None:
    server.on("Predict", inference_pb2.PredictResponse())
    sales = SalesDay(dish="Grilled carp", date="2026-11-22", sales=31)
    weather = WeatherDay(date="2026-11-23", precipitation_sum=0.0)
    with ForecastClient(inference_address=server.address) as client:
        client.predict(
            store="north",
            dishes="Grilled carp",
            start_date=date(2026, 11, 23),
            horizon_days=7,
            recent_sales=[sales],
            weather=[weather],
            location=Location(country="CN"),
            quantiles=(0.1, 0.9),
            version="v1",
            full=True,
        )
    assert server.received["Predict"][0].request == inference_pb2.PredictRequest(
        store="north",
        dishes=["Grilled carp"],
        start_date="2026-11-23",
        horizon_days=7,
        recent_sales=[sales],
        weather=[weather],
        location=Location(country="CN"),
        quantiles=[0.1, 0.9],
        version="v1",
        view=inference_pb2.PREDICT_VIEW_FULL,
    )


def test_an_argument_that_is_left_out_is_not_sent(server: ScriptedServer) -> None:
    server.on("Predict", inference_pb2.PredictResponse())
    with ForecastClient(inference_address=server.address) as client:
        client.predict()
    request = server.received["Predict"][0].request
    assert request == inference_pb2.PredictRequest(view=inference_pb2.PREDICT_VIEW_BASIC)
    assert not request.HasField("horizon_days")


def test_a_training_of_new_dishes_only_says_so_in_its_request(server: ScriptedServer) -> None:
    server.on("StartTraining", training_pb2.StartTrainingResponse())
    with ForecastClient(training_address=server.address) as client:
        client.start_training(train_only_new=True, sales_data_source="sales.csv", location=Location(country="DE"))
    request = server.received["StartTraining"][0].request
    assert request.train_only_new
    assert (request.sales_data_source, request.location.country) == ("sales.csv", "DE")


def test_health_covers_both_servers_and_shows_a_server_that_is_not_running(server: ScriptedServer) -> None:
    absent = ScriptedServer()
    absent.start()
    absent.stop()
    server.health.set("smartsuschef.forecast.v1.InferenceService", health_pb2.HealthCheckResponse.NOT_SERVING)
    with ForecastClient(inference_address=server.address, training_address=absent.address) as client:
        found = [(health.server, health.service, health.status) for health in client.health()]
    assert found == [
        ("inference", "", "SERVING"),
        ("inference", "smartsuschef.forecast.v1.InferenceService", "NOT_SERVING"),
        ("training", "", "UNREACHABLE"),
        ("training", "smartsuschef.forecast.v1.TrainingService", "UNREACHABLE"),
    ]


async def test_the_asyncio_client_gets_the_same_health(server: ScriptedServer) -> None:
    async with AsyncForecastClient(inference_address=server.address, training_address=server.address) as client:
        found = await client.health()
    with ForecastClient(inference_address=server.address, training_address=server.address) as blocking:
        assert found == blocking.health()
    assert {health.status for health in found} == {"SERVING", "SERVICE_UNKNOWN"}


def test_both_clients_offer_the_same_calls_with_the_same_arguments() -> None:
    assert _signatures(ForecastClient) == _signatures(AsyncForecastClient)
    assert inspect.signature(ForecastClient) == inspect.signature(AsyncForecastClient)
    assert len(_signatures(ForecastClient)) == 17


def _signatures(kind: type) -> dict[str, list[inspect.Parameter]]:
    return {
        name: list(inspect.signature(method).parameters.values())
        for name, method in inspect.getmembers(kind, inspect.isfunction)
        if not name.startswith("_")
    }

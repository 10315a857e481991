"""Tests of building requests: a value that no request can hold is refused before the call, as a service would."""

from datetime import date
from typing import Any

import grpc
import pytest

from smartsuschef.client import AsyncForecastClient, FieldViolation, ForecastClient, ForecastServiceError, Location
from smartsuschef.forecast.v1 import inference_pb2, training_pb2
from tests.unit.client.scripted_server import ScriptedServer


@pytest.mark.parametrize(
    ("field", "value", "description"),
    [
        ("horizon_days", 10**11, "expected a whole number up to 2147483647, got 100000000000"),
        ("horizon_days", "7", "expected a whole number up to 2147483647, got '7'"),
        ("horizon_days", 7.5, "expected a whole number up to 2147483647, got 7.5"),
        ("service_level", "high", "expected a number, got 'high'"),
        ("quantiles", [0.5, "high"], "expected a list, each a number, got [0.5, 'high']"),
        ("quantiles", 0.9, "expected a list, each a number, got 0.9"),
        ("store", 7, "expected a text, got 7"),
        ("store", "\ud800", r"expected a text, got '\ud800'"),
        ("dishes", 7, "expected a list, each a text, got 7"),
        ("start_date", 20261123, "expected a text, got 20261123"),
        ("open_dates", [20261123], "expected a list, each a text, got [20261123]"),
        ("closed_dates", 20261123, "expected a list, each a text, got 20261123"),
        ("location", "Shanghai", "expected a Location, got 'Shanghai'"),
        ("recent_sales", [7], "expected a list, each a SalesDay, got [7]"),
    ],
)
def test_a_value_that_no_request_can_hold_is_refused_by_name(
    server: ScriptedServer, field: str, value: Any, description: str
) -> None:
    with ForecastClient(inference_address=server.address) as client, pytest.raises(ForecastServiceError) as caught:
        client.predict(**{field: value})
    assert caught.value.code is grpc.StatusCode.INVALID_ARGUMENT
    assert caught.value.violations == (FieldViolation(field, description),)
    assert caught.value.message == f"{field}: {description}"
    assert not server.received


def test_arguments_that_exclude_each_other_are_refused(server: ScriptedServer) -> None:
    with ForecastClient(inference_address=server.address, training_address=server.address) as client:
        with pytest.raises(ForecastServiceError) as level:
            client.predict(service_level=0.9, portion_costs=inference_pb2.PortionCosts(wasted=1, missed=2))
        with pytest.raises(ForecastServiceError) as place:
            client.start_training(address="Harbour Road 1, Kiel", location=Location(country="DE"))
    assert level.value.code is place.value.code is grpc.StatusCode.INVALID_ARGUMENT
    assert level.value.violations == (
        FieldViolation("service_level", "expected either service_level or portion_costs, not both"),
    )
    assert place.value.violations == (FieldViolation("address", "expected either address or location, not both"),)
    assert not server.received


def test_a_training_without_a_place_names_none(server: ScriptedServer) -> None:
    server.on("StartTraining", training_pb2.StartTrainingResponse())
    with ForecastClient(training_address=server.address) as client:
        client.start_training()
        client.start_training(address="Kiel")
        client.start_training(location=Location(country="DE"))
    places = [received.request.WhichOneof("place") for received in server.received["StartTraining"]]
    assert places == [None, "address", "location"]


def test_a_very_long_number_is_shortened_in_the_message(server: ScriptedServer) -> None:
    with ForecastClient(inference_address=server.address) as client, pytest.raises(ForecastServiceError) as caught:
        client.predict(quantiles=[10**400])
    assert caught.value.violations[0].field == "quantiles"
    assert len(caught.value.message) < 100


async def test_the_asyncio_client_reports_all_wrong_values_at_once(server: ScriptedServer) -> None:
    async with AsyncForecastClient(inference_address=server.address) as client:
        with pytest.raises(ForecastServiceError) as caught:
            await client.predict(horizon_days=10**11, quantiles=[10**400])
    assert [violation.field for violation in caught.value.violations] == ["horizon_days", "quantiles"]


def test_every_call_refuses_a_value_that_its_request_cannot_hold(server: ScriptedServer) -> None:
    wrong: Any = 7
    with ForecastClient(inference_address=server.address, training_address=server.address) as client:
        for call in (
            lambda: client.get_model(wrong),
            lambda: client.list_models(page_size=10**11),
            lambda: client.watch_models(stores=wrong),
            lambda: client.start_training(store=wrong),
            lambda: client.start_group_training(members=wrong),
            lambda: client.get_training(wrong),
            lambda: client.watch_training(wrong),
            lambda: next(client.watch_training("run-7", resume_token=wrong)),
            lambda: client.cancel_training(wrong),
            lambda: client.list_trainings(page_size=10**11),
            lambda: client.list_versions(page_size=10**11),
            lambda: client.list_stores(page_size=10**11),
            lambda: client.rollback_version(version=wrong),
        ):
            with pytest.raises(ForecastServiceError) as caught:
                call()
            assert caught.value.violations
    assert not server.received


@pytest.mark.parametrize("client", [ForecastClient, AsyncForecastClient])
@pytest.mark.parametrize("address", ["foo", "http://127.0.0.1:50051", "127.0.0.1:0", "127.0.0.1:65536"])
def test_a_wrong_address_is_refused_when_the_client_is_made(client: Any, address: str) -> None:
    with pytest.raises(ForecastServiceError) as caught:
        client(inference_address=address)
    assert caught.value.code is grpc.StatusCode.INVALID_ARGUMENT
    [violation] = caught.value.violations
    assert violation.field == "inference_address"
    assert violation.description.endswith(f"got {address!r}")


@pytest.mark.parametrize("scheme", ["dns:///", "ipv4:"])
def test_other_targets_of_grpc_are_addresses_too(server: ScriptedServer, scheme: str) -> None:
    server.on("Predict", inference_pb2.PredictResponse(version="v1"))
    with ForecastClient(inference_address=scheme + server.address) as client:
        assert client.predict().version == "v1"


def test_iterators_are_sent_whole(server: ScriptedServer) -> None:
    server.on("Predict", inference_pb2.PredictResponse())
    server.on("StartTraining", training_pb2.StartTrainingResponse())
    with ForecastClient(inference_address=server.address) as client:
        client.predict(dishes=iter(["Soup", "Tea"]), quantiles=(level / 10 for level in (1, 9)))
    request = server.received["Predict"][0].request
    assert (list(request.dishes), list(request.quantiles)) == (["Soup", "Tea"], [0.1, 0.9])


def test_one_text_where_a_list_belongs_is_one_item(server: ScriptedServer) -> None:
    server.on("Predict", inference_pb2.PredictResponse())
    with ForecastClient(inference_address=server.address) as client:
        client.predict(dishes="Grilled carp", open_dates="2026-12-24", closed_dates=date(2026, 12, 25))
    [received] = server.received["Predict"]
    assert list(received.request.dishes) == ["Grilled carp"]
    assert list(received.request.open_dates) == ["2026-12-24"]
    assert list(received.request.closed_dates) == ["2026-12-25"]


@pytest.mark.parametrize("field", ["quantiles", "recent_sales", "weather"])
def test_one_value_that_is_no_text_is_refused_where_a_list_belongs(server: ScriptedServer, field: str) -> None:
    one = {"quantiles": "0.9", "recent_sales": "soup", "weather": "rain"}
    with ForecastClient(inference_address=server.address) as client, pytest.raises(ForecastServiceError) as caught:
        client.predict(**{field: one[field]})  # type: ignore[arg-type]
    assert [violation.field for violation in caught.value.violations] == [field]

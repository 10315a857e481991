"""Tests of reading a failure of gRPC into the error of the client."""

import grpc
import pytest

from smartsuschef.client import AsyncForecastClient, FieldViolation, ForecastClient, ForecastServiceError
from smartsuschef.forecast.v1.training_pb2 import GetTrainingResponse, TrainingRun
from tests.unit.client.scripted_server import ScriptedServer, Step, fails

REFUSED = fails(
    grpc.StatusCode.INVALID_ARGUMENT,
    "two fields are wrong",
    reason="INVALID_INPUT",
    violations={"store": "too long", "location.latitude": "expected -90 to 90, got 91"},
    metadata={"limit": "64"},
)


def test_all_details_of_a_failure_are_in_the_error(server: ScriptedServer) -> None:
    server.on("StartTraining", REFUSED)
    with ForecastClient(training_address=server.address) as client, pytest.raises(ForecastServiceError) as caught:
        client.start_training(store="x" * 65)
    _assert_refused(caught.value)


async def test_the_asyncio_client_raises_the_same_error(server: ScriptedServer) -> None:
    server.on("StartTraining", REFUSED)
    async with AsyncForecastClient(training_address=server.address) as client:
        with pytest.raises(ForecastServiceError) as caught:
            await client.start_training(store="x" * 65)
    _assert_refused(caught.value)


def test_the_delay_before_a_retry_is_read(server: ScriptedServer) -> None:
    server.on("RollbackVersion", fails(grpc.StatusCode.UNAVAILABLE, "no Redis", reason="REDIS_DOWN", retry_after=7))
    with ForecastClient(training_address=server.address) as client, pytest.raises(ForecastServiceError) as caught:
        client.rollback_version()
    assert (caught.value.reason, caught.value.retry_after) == ("REDIS_DOWN", 7.0)


@pytest.mark.parametrize("details", [None, b"\xff not a status"])
def test_a_failure_without_readable_details_still_has_code_and_message(
    server: ScriptedServer, details: bytes | None
) -> None:
    server.on("GetTraining", _plain_failure(details))
    with ForecastClient(training_address=server.address) as client, pytest.raises(ForecastServiceError) as caught:
        client.get_training("run-7")
    assert caught.value.code is grpc.StatusCode.NOT_FOUND
    assert caught.value.message == "no such run"
    assert (caught.value.reason, caught.value.violations) == ("", ())


def test_a_watch_raises_the_error_of_its_stream_and_then_ends(server: ScriptedServer) -> None:
    server.on("WatchTraining", fails(grpc.StatusCode.NOT_FOUND, "no such run", reason="NOT_FOUND"))
    with ForecastClient(training_address=server.address) as client:
        events = client.watch_training("run-8")
        with pytest.raises(ForecastServiceError, match="no such run"):
            next(events)
        assert list(events) == []
    assert len(server.received["WatchTraining"]) == 1


def test_a_call_returns_the_message_inside_of_the_answer(server: ScriptedServer) -> None:
    run = TrainingRun(run_id="run-7", store="north")
    server.on("GetTraining", GetTrainingResponse(run=run))
    with ForecastClient(training_address=server.address) as client:
        assert client.get_training("run-7") == run


def _assert_refused(error: ForecastServiceError) -> None:
    assert error.code is grpc.StatusCode.INVALID_ARGUMENT
    assert error.message == "two fields are wrong"
    assert error.reason == "INVALID_INPUT"
    assert error.violations == (
        FieldViolation("store", "too long"),
        FieldViolation("location.latitude", "expected -90 to 90, got 91"),
    )
    assert error.metadata == {"limit": "64"}
    assert error.retry_after is None


def _plain_failure(details: bytes | None) -> Step:
    def step(request: object, context: grpc.ServicerContext) -> None:
        if details is not None:
            context.set_trailing_metadata((("grpc-status-details-bin", details),))
        context.abort(grpc.StatusCode.NOT_FOUND, "no such run")

    return step  # type: ignore[return-value]

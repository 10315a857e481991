"""Processes die and connections break: no work is lost, and no work counts twice."""

import json
import signal
from collections.abc import Iterator
from pathlib import Path

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc

from smartsuschef.client import ForecastClient, ForecastServiceError
from smartsuschef.forecast.v1 import forecast_pb2, inference_pb2, inference_pb2_grpc, training_pb2, training_pb2_grpc
from tests.support.sales_files import write_sales
from tests.support.stack import INFERENCE, TRAINING, Stack, wait_for_health
from tests.support.waiting import train, wait_until_live

DE = forecast_pb2.Location(country="DE")

#: The least work whose training still takes longer than its messages, so that workers die in the middle of a run.
QUICK = {"blend_prior": {"baseline": 1.0, "prophet": 1.0}, "n_cv_folds": 1}
DAYS = 90


@pytest.fixture
def own_stack(tmp_path: Path) -> Iterator[Stack]:
    """A stack of this test's own that is not started yet, and that needs little time for a dish."""
    config = tmp_path / "config.json"
    config.write_text(json.dumps(QUICK))
    stack = Stack(tmp_path / "own", {"PIPELINE_CONFIG": str(config)})
    yield stack
    stack.stop_all()


def connected(stack: Stack) -> ForecastClient:
    return ForecastClient(training_address=stack.training_address, inference_address=stack.inference_address)


def health_of(address: str, service: str) -> int:
    with grpc.insecure_channel(address) as channel:
        request = health_pb2.HealthCheckRequest(service=service)
        answer = health_pb2_grpc.HealthStub(channel).Check(request, timeout=5, wait_for_ready=True)
        return int(answer.status)


def test_inference_works_without_redis_and_before_any_model_exists(own_stack: Stack) -> None:
    own_stack.settings["REDIS_URL"] = ""
    own_stack.start_inference()

    assert health_of(own_stack.inference_address, "") == health_pb2.HealthCheckResponse.SERVING
    assert health_of(own_stack.inference_address, INFERENCE) == health_pb2.HealthCheckResponse.NOT_SERVING
    with connected(own_stack) as client, pytest.raises(ForecastServiceError) as caught:
        client.predict()
    assert caught.value.code is grpc.StatusCode.FAILED_PRECONDITION


def test_polling_finds_a_version_that_was_not_announced(own_stack: Stack) -> None:
    own_stack.start_redis()
    own_stack.start_workers()
    own_stack.start_training()
    own_stack.settings["REDIS_URL"] = ""
    own_stack.start_inference()
    write_sales(own_stack.data / "sales.csv", dishes=1, days=DAYS)

    with connected(own_stack) as client:
        result = train(client, store="default", source="sales.csv")[-1].result
        wait_until_live(client, "default", result.version)
        wait_for_health(own_stack.inference_address, INFERENCE)
        assert client.predict().version == result.version


def test_a_run_survives_the_death_of_its_workers_and_of_both_services(own_stack: Stack) -> None:
    write_sales(own_stack.data / "sales.csv", dishes=6, days=DAYS)
    own_stack.start()
    with connected(own_stack) as client:
        run = client.start_training(location=DE)
        events = client.watch_training(run.run_id, store=run.store)
        seen = [next(events)]
        while seen[-1].kind != training_pb2.PROGRESS_KIND_DISH_FINISHED:
            seen.append(next(events))
        own_stack.stop("workers", signal.SIGKILL)
        own_stack.stop("training", signal.SIGKILL)
        own_stack.start_training()
        own_stack.start_workers()
        seen += list(events)

        assert [event.sequence for event in seen] == list(range(1, len(seen) + 1))
        assert seen[-1].state == training_pb2.RUN_STATE_SUCCEEDED
        finished = [event.dish for event in seen if event.kind == training_pb2.PROGRESS_KIND_DISH_FINISHED]
        assert sorted(finished) == sorted(f"dish-{i}" for i in range(6))
        assert len(list(client.list_versions())) == 1


def test_a_run_survives_a_restart_of_redis(own_stack: Stack) -> None:
    write_sales(own_stack.data / "sales.csv", dishes=6, days=DAYS)
    own_stack.start()
    with connected(own_stack) as client:
        run = client.start_training(location=DE)
        events = client.watch_training(run.run_id, store=run.store)
        seen = [next(events) for _ in range(4)]
        own_stack.stop("redis")
        own_stack.start_redis()
        seen += list(events)

        assert [event.sequence for event in seen] == list(range(1, len(seen) + 1))
        assert seen[-1].state == training_pb2.RUN_STATE_SUCCEEDED


def test_training_is_not_serving_while_redis_is_away(own_stack: Stack) -> None:
    own_stack.start_redis()
    own_stack.start_training()
    own_stack.stop("redis")

    wait_for_health(own_stack.training_address, TRAINING, serving=False)
    with grpc.insecure_channel(own_stack.training_address) as channel:
        stub = training_pb2_grpc.TrainingServiceStub(channel)
        with pytest.raises(grpc.RpcError) as caught:
            stub.ListTrainings(training_pb2.ListTrainingsRequest(), timeout=10)
    assert caught.value.code() is grpc.StatusCode.UNAVAILABLE


def test_a_server_that_is_stopped_ends_its_streams_and_exits_with_success(own_stack: Stack) -> None:
    own_stack.settings["SHUTDOWN_GRACE_SECONDS"] = "60"
    own_stack.start_redis()
    own_stack.start_training()
    own_stack.start_inference()
    with grpc.insecure_channel(own_stack.inference_address) as channel:
        watch = inference_pb2_grpc.InferenceServiceStub(channel).WatchModels(inference_pb2.WatchModelsRequest())
        health = health_pb2_grpc.HealthStub(channel).Watch(health_pb2.HealthCheckRequest(service=""))
        next(iter(watch))
        assert next(iter(health)).status == health_pb2.HealthCheckResponse.SERVING

        status = own_stack.stop("inference")

        with pytest.raises(grpc.RpcError) as caught:
            list(watch)
        assert caught.value.code() is grpc.StatusCode.UNAVAILABLE
        assert [answer.status for answer in health] == [health_pb2.HealthCheckResponse.NOT_SERVING]
    assert status == 0
    assert own_stack.stop("training") == 0

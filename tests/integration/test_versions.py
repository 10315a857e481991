"""Versions over gRPC: they go live without a restart, are rolled back, and are refused where they are damaged."""

import threading
from collections.abc import Callable

import grpc
import pytest

from shared.registry.registry import Registry
from smartsuschef.client import ForecastClient, ForecastServiceError
from smartsuschef.forecast.v1 import inference_pb2
from tests.support.stack import Stack
from tests.support.waiting import trained_version, wait_until_live


def test_a_new_version_goes_live_without_a_restart_and_without_a_failed_request(
    client: ForecastClient, sales_file: Callable[..., str]
) -> None:
    first = trained_version(client, store="reload", source=sales_file(dishes=2))
    done = threading.Event()
    served: list[str] = []
    failed: list[Exception] = []

    def ask_all_the_time() -> None:
        while not done.is_set():
            try:
                served.append(client.predict(store="reload").version)
            except ForecastServiceError as error:
                failed.append(error)

    askers = [threading.Thread(target=ask_all_the_time) for _ in range(3)]
    with client.watch_models(stores=["reload"]) as changes:
        assert [live.version for live in next(changes).snapshot.live] == [first]
        for asker in askers:
            asker.start()
        second = trained_version(client, store="reload", source=sales_file(dishes=3))
        states: list[tuple[str, str]] = []
        for event in changes:
            if event.kind == inference_pb2.MODEL_EVENT_KIND_CHANGE:
                states.append((event.change.version, inference_pb2.ModelState.Name(event.change.state)))
            if event.change.state == inference_pb2.MODEL_STATE_DRAINING:
                break
    last = client.predict(store="reload").version
    done.set()
    for asker in askers:
        asker.join()

    assert states == [
        (second, "MODEL_STATE_LOADING"),
        (second, "MODEL_STATE_WARMING"),
        (second, "MODEL_STATE_ACTIVE"),
        (first, "MODEL_STATE_DRAINING"),
    ]
    assert last == second
    assert failed == []
    assert set(served) == {first, second}


def test_a_rollback_is_served_at_once_and_a_pinned_version_all_the_time(
    client: ForecastClient, sales_file: Callable[..., str]
) -> None:
    first = trained_version(client, store="rollback", source=sales_file(dishes=1, seed=1))
    second = trained_version(client, store="rollback", source=sales_file(dishes=1, seed=2))
    before = client.predict(store="rollback", version=first)

    rolled = client.rollback_version(store="rollback")
    wait_until_live(client, "rollback", first)

    assert rolled.version == first
    assert client.predict(store="rollback").version == first
    assert client.predict(store="rollback").forecasts == before.forecasts
    assert client.predict(store="rollback", version=second).version == second
    assert [(each.version, each.live) for each in client.list_versions(store="rollback")] == [
        (second, False),
        (first, True),
    ]


def test_a_version_that_does_not_exist_is_not_found(client: ForecastClient, sales_file: Callable[..., str]) -> None:
    trained_version(client, store="never", source=sales_file(dishes=1))

    for call in (
        lambda: client.rollback_version(store="never", version="v0"),
        lambda: client.predict(store="never", version="v0"),
        lambda: list(client.list_models(store="never", version="v0")),
    ):
        with pytest.raises(ForecastServiceError) as caught:
            call()
        assert caught.value.code is grpc.StatusCode.NOT_FOUND


def test_the_first_version_cannot_be_rolled_back(client: ForecastClient, sales_file: Callable[..., str]) -> None:
    trained_version(client, store="first", source=sales_file(dishes=1))

    with pytest.raises(ForecastServiceError) as caught:
        client.rollback_version(store="first")
    assert caught.value.code is grpc.StatusCode.FAILED_PRECONDITION


def test_a_damaged_version_is_refused_with_its_reason_and_the_old_version_stays_live(
    client: ForecastClient, stack: Stack, sales_file: Callable[..., str]
) -> None:
    first = trained_version(client, store="damaged", source=sales_file(dishes=1, seed=1))
    second = trained_version(client, store="damaged", source=sales_file(dishes=1, seed=2))
    client.rollback_version(store="damaged")
    wait_until_live(client, "damaged", first)
    digest = client.get_model("dish-0", store="damaged", version=second).model.artifact_digest
    blob = stack.models / "damaged" / "blobs" / digest
    good = blob.read_bytes()
    blob.write_bytes(good[:-1] + bytes([good[-1] ^ 1]))

    with pytest.raises(ForecastServiceError, match="damaged or replaced"):
        client.rollback_version(store="damaged", version=second)

    with client.watch_models(stores=["damaged"]) as changes:
        next(changes)
        # A version whose artifacts are damaged only after the version went live.
        Registry(str(stack.models)).activate("damaged", second, replacing=first)
        failed = next(event for event in changes if event.change.state == inference_pb2.MODEL_STATE_FAILED)

        assert failed.change.version == second
        assert "digest" in failed.change.reason
        assert client.predict(store="damaged").version == first

        blob.write_bytes(good)
        active = next(event for event in changes if event.change.state == inference_pb2.MODEL_STATE_ACTIVE)
        assert active.change.version == second


def test_a_watcher_that_comes_back_sees_the_changes_it_missed(
    client: ForecastClient, sales_file: Callable[..., str]
) -> None:
    with client.watch_models(stores=["missed"]) as changes:
        token = next(changes).resume_token
    version = trained_version(client, store="missed", source=sales_file(dishes=1))

    with client.watch_models(stores=["missed"], resume_token=token) as changes:
        event = next(each for each in changes if each.kind != inference_pb2.MODEL_EVENT_KIND_HEARTBEAT)

    assert event.kind == inference_pb2.MODEL_EVENT_KIND_CHANGE
    assert event.change.version == version
    assert event.change.state == inference_pb2.MODEL_STATE_LOADING


def test_a_resume_token_of_another_server_gets_a_snapshot_that_is_marked_as_reset(client: ForecastClient) -> None:
    with client.watch_models(resume_token="another.7") as changes:
        snapshot = next(changes)

    assert snapshot.kind == inference_pb2.MODEL_EVENT_KIND_SNAPSHOT
    assert snapshot.snapshot.reset


def test_a_quiet_stream_sends_heartbeats(client: ForecastClient) -> None:
    with client.watch_models(stores=["quiet"]) as changes:
        kinds = [next(changes).kind for _ in range(2)]

    assert kinds == [inference_pb2.MODEL_EVENT_KIND_SNAPSHOT, inference_pb2.MODEL_EVENT_KIND_HEARTBEAT]

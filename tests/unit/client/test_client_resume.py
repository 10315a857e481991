"""Tests of the pauses and the patience with which a broken stream is continued."""

import logging

import grpc
import pytest

from smartsuschef.client import ForecastServiceError, ResumePolicy
from smartsuschef.client.resume import Resumption

OUTAGE = ForecastServiceError(grpc.StatusCode.UNAVAILABLE, "gone")
POLICY = ResumePolicy(first_pause=1, longest_pause=8, give_up_after=30)


class Clock:
    """A clock whose seconds pass only when the test says so."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now

    def wait(self, seconds: float) -> None:
        self.now += seconds


def test_pauses_double_up_to_the_longest() -> None:
    resumption = Resumption(POLICY, clock=Clock(), spread=lambda: 1.0)
    assert [resumption.pause_after(OUTAGE) for _ in range(6)] == [1, 2, 4, 8, 8, 8]


def test_pauses_vary_so_that_clients_do_not_return_at_the_same_moment() -> None:
    pauses = {Resumption(POLICY).pause_after(OUTAGE) for _ in range(20)}
    assert len(pauses) > 1
    assert all(pause is not None and 0.5 <= pause <= 1 for pause in pauses)


def test_after_an_event_the_pauses_begin_anew() -> None:
    resumption = Resumption(POLICY, clock=Clock(), spread=lambda: 1.0)
    resumption.pause_after(OUTAGE)
    resumption.pause_after(OUTAGE)
    resumption.received("t1")
    assert resumption.pause_after(OUTAGE) == 1


def test_a_stream_fails_when_the_outage_outlasts_the_policy() -> None:
    clock = Clock()
    resumption = Resumption(POLICY, clock=clock, spread=lambda: 1.0)
    waited = 0.0
    while (pause := resumption.pause_after(OUTAGE)) is not None:
        waited += pause
        clock.wait(pause)
        resumption.opened()
    assert 20 < waited <= POLICY.give_up_after


def test_after_a_long_silent_connection_the_pauses_begin_anew() -> None:
    clock = Clock()
    resumption = Resumption(POLICY, clock=clock, spread=lambda: 1.0)
    assert resumption.pause_after(OUTAGE) == 1
    clock.wait(1)
    resumption.opened()
    clock.wait(600)  # the training of one dish: a connection without an event for ten minutes
    assert resumption.pause_after(OUTAGE) == 1


def test_a_service_may_request_a_longer_pause() -> None:
    busy = ForecastServiceError(grpc.StatusCode.UNAVAILABLE, "busy", retry_after=12)
    assert Resumption(POLICY, spread=lambda: 1.0).pause_after(busy) == 12


def test_a_stream_that_a_stopping_server_cancels_is_continued() -> None:
    cancelled = ForecastServiceError(grpc.StatusCode.CANCELLED, "the server stops")
    assert Resumption(POLICY, spread=lambda: 1.0).pause_after(cancelled) == 1


def test_a_busy_service_that_names_a_delay_is_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    busy = ForecastServiceError(grpc.StatusCode.RESOURCE_EXHAUSTED, "too many watch", retry_after=2)
    clock = Clock()
    resumption = Resumption(POLICY, clock=clock, spread=lambda: 1.0)
    assert [resumption.pause_after(busy) for _ in range(3)] == [2, 2, 4]
    assert [record.getMessage() for record in caplog.records] == [
        "The service is busy; the client tries again for 30 s"
    ]
    clock.wait(POLICY.give_up_after)
    resumption.opened()
    assert resumption.pause_after(busy) is None


def test_an_exhausted_resource_without_a_delay_is_not_tried_again() -> None:
    too_large = ForecastServiceError(grpc.StatusCode.RESOURCE_EXHAUSTED, "message larger than max")
    assert Resumption(POLICY).pause_after(too_large) is None


def test_a_stream_that_was_not_found_is_not_continued() -> None:
    lost = ForecastServiceError(grpc.StatusCode.NOT_FOUND, "no such run")
    assert Resumption(POLICY).pause_after(lost) is None


def test_an_event_without_a_token_keeps_the_token_before() -> None:
    resumption = Resumption(POLICY, "t1")
    resumption.received("")
    assert resumption.token == "t1"


def test_an_outage_is_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    resumption = Resumption(POLICY, clock=Clock(), spread=lambda: 1.0)
    with caplog.at_level(logging.WARNING):
        resumption.pause_after(OUTAGE)
        resumption.pause_after(OUTAGE)
    assert [record.getMessage() for record in caplog.records] == [
        "There is no connection to the service; the client tries again for 30 s"
    ]

"""The broker against a real Redis: which failures use up a retry, and what happens when Redis goes away."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import dramatiq
import pytest
import redis
from dramatiq.broker import MessageProxy
from dramatiq.middleware import Shutdown
from pydantic import SecretStr

from shared.settings import TrainingSettings
from tests.support.stack import PATIENCE, Stack
from training_service.jobs.broker import create_broker


@pytest.fixture
def own_redis(tmp_path: Path) -> Iterator[Stack]:
    stack = Stack(tmp_path / "own")
    stack.start_redis()
    try:
        yield stack
    finally:
        stack.stop_all()


def test_a_worker_that_is_asked_to_stop_uses_up_no_retry_of_its_message(own_redis: Stack) -> None:
    settings = TrainingSettings(redis_url=SecretStr(own_redis.redis_url), message_max_retries=2)
    broker = create_broker(settings, first_wait_seconds=0.01)
    message = dramatiq.actor(broker=broker, actor_name="trains")(lambda: None).message()
    failed: list[bool] = []

    def after(error: BaseException) -> int:
        processed = MessageProxy(message)
        broker.emit_after("process_message", processed, exception=error)
        failed.append(processed.failed)
        return int(message.options["retries"])

    assert [after(Shutdown()) for _ in range(5)] == [0] * 5
    assert [after(OSError("no space")) for _ in range(2)] == [1, 2]
    assert not any(failed)
    after(OSError("no space"))
    assert failed[-1]
    broker.close()


def test_a_message_whose_retry_cannot_be_sent_is_not_lost(own_redis: Stack) -> None:
    settings = TrainingSettings(redis_url=SecretStr(own_redis.redis_url))
    broker = create_broker(settings, first_wait_seconds=0.01, redis_patience_seconds=0.1)
    redis_is_gone, tried_again = threading.Event(), threading.Event()

    def fails_with_redis() -> None:
        if redis_is_gone.is_set():
            tried_again.set()
            return
        own_redis.stop("redis")
        redis_is_gone.set()
        raise redis.ConnectionError("Redis is gone")

    actor = dramatiq.actor(broker=broker)(fails_with_redis)
    worker = dramatiq.Worker(broker, worker_threads=1)
    worker.start()
    try:
        actor.send()
        assert redis_is_gone.wait(PATIENCE)
        time.sleep(3)  # for longer than the client tries to reach it by itself
        own_redis.start_redis()

        assert tried_again.wait(PATIENCE)
    finally:
        worker.stop()
        broker.close()

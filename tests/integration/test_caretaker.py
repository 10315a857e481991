"""The caretaker: runs whose messages were lost go on, and the folders of ended runs are deleted."""

import dataclasses
import datetime as dt
from functools import partial

import pytest
from pydantic import SecretStr

from shared.restaurant.place import Place
from shared.settings import TrainingSettings
from tests.support.pipeline_bench import Bench
from training_service.jobs.actors import declare_actors, send_group, send_plan
from training_service.jobs.broker import create_broker, waiting_runs
from training_service.jobs.caretaker import Caretaker
from training_service.outcomes import RunResult
from training_service.runs.run_models import RunRequest, RunState

#: Silence of a run after which it counts as stalled.
STALLED_AFTER = dt.timedelta(minutes=30)


@pytest.fixture
def caretaker(bench: Bench, redis_url: str) -> Caretaker:
    """A caretaker with a broker of its own."""
    settings = TrainingSettings(redis_url=SecretStr(redis_url), redis_prefix=f"test-{bench.folder.name}")
    broker = create_broker(settings)
    plan = declare_actors(broker, pipeline=None)["plan_training"]
    return Caretaker(
        runs=bench.work.runs,
        workspaces=bench.work.workspaces,
        send_plan=partial(send_plan, plan, bench.work.runs),
        waiting=partial(waiting_runs, broker),
        stalled_after=STALLED_AFTER,
        swept_after=dt.timedelta(0),
    )


def later(caretaker: Caretaker, wait: dt.timedelta) -> Caretaker:
    """The caretaker after a while."""
    return dataclasses.replace(caretaker, now=lambda: dt.datetime.now(dt.UTC) + wait)


def messages_sent(bench: Bench) -> int:
    """Number of messages that wait for a worker."""
    return int(bench.work.runs.client.llen(f"test-{bench.folder.name}:dramatiq:runs"))


def test_a_run_that_was_never_sent_to_the_workers_is_sent_once(bench: Bench, caretaker: Caretaker) -> None:
    run = bench.start()

    for _ in range(3):
        later(caretaker, dt.timedelta(seconds=35)).send_lost_runs()

    assert messages_sent(bench) == 1
    assert caretaker.waiting() == {run.run_id}
    assert bench.complete(run).state is RunState.SUCCEEDED


def test_a_run_that_was_just_accepted_is_left_to_the_process_that_accepted_it(
    bench: Bench, caretaker: Caretaker
) -> None:
    bench.start()

    later(caretaker, dt.timedelta(seconds=25)).send_lost_runs()

    assert messages_sent(bench) == 0


@pytest.mark.parametrize("lost", ["train", "publish", "publish that was begun"])
def test_a_run_whose_message_got_lost_goes_on(bench: Bench, caretaker: Caretaker, lost: str) -> None:
    run = bench.start()
    bench.work.plan(run.run_id, bench.outbox)
    if lost != "train":
        bench.work.train(*bench.trains[0], bench.outbox)
    if lost == "publish that was begun":
        bench.work.runs.publishing(run)
    bench.trains.clear()
    bench.publishes.clear()

    for _ in range(3):
        later(caretaker, STALLED_AFTER * 1.1).send_lost_runs()

    assert messages_sent(bench) == 1
    assert caretaker.waiting() == {run.run_id}
    assert bench.complete(run).state is RunState.SUCCEEDED


def test_a_lost_run_is_sent_again_although_messages_of_other_runs_wait(bench: Bench, caretaker: Caretaker) -> None:
    lost = bench.start()
    bench.work.plan(lost.run_id, bench.outbox)
    bench.trains.clear()
    other = bench.work.runs.create(lost.request.model_copy(update={"store": "market"}), "").run
    caretaker.send_plan(other)

    later(caretaker, STALLED_AFTER * 1.1).send_lost_runs()

    assert caretaker.waiting() == {lost.run_id, other.run_id}
    assert messages_sent(bench) == 2


def test_a_run_whose_silence_is_shorter_than_the_limit_is_not_sent_again(bench: Bench, caretaker: Caretaker) -> None:
    run = bench.start()
    bench.work.plan(run.run_id, bench.outbox)
    bench.work.runs.note_sent(run.run_id)

    later(caretaker, STALLED_AFTER * 0.9).send_lost_runs()

    assert messages_sent(bench) == 0


def test_the_folders_of_ended_runs_are_deleted_and_no_others(bench: Bench, caretaker: Caretaker) -> None:
    runs = bench.folder / "runs"
    ended = bench.complete(bench.start())
    at_work = bench.start()
    bench.work.plan(at_work.run_id, bench.outbox)
    for name in (ended.run_id, "20260101-000000-000000-0badcafe", "weather"):
        (runs / name).mkdir(parents=True)

    caretaker.sweep()

    assert sorted(path.name for path in runs.iterdir()) == [at_work.run_id, "weather"]


def test_the_folder_of_a_group_is_deleted_when_its_last_run_has_ended(bench: Bench, caretaker: Caretaker) -> None:
    requests = [
        RunRequest(store=store, place=Place(country="DE"), sales_data_source="sales.csv")
        for store in ("harbour", "pier")
    ]
    first, last = bench.work.runs.create_group(requests, "").runs
    folder = bench.folder / "runs" / first.request.group
    folder.mkdir(parents=True)

    bench.work.runs.finish(first, RunState.CANCELLED, RunResult(), "cancelled on request")
    caretaker.sweep()
    assert folder.exists()

    bench.work.runs.finish(last, RunState.CANCELLED, RunResult(), "cancelled on request")
    caretaker.sweep()
    assert not folder.exists()


def test_a_run_that_waits_for_a_message_of_its_group_is_not_sent_again(
    bench: Bench, caretaker: Caretaker, redis_url: str
) -> None:
    request = RunRequest(store="harbour", place=Place(country="DE"), sales_data_source="sales.csv")
    runs = bench.work.runs.create_group([request], "").runs
    settings = TrainingSettings(redis_url=SecretStr(redis_url), redis_prefix=f"test-{bench.folder.name}")
    send_group(declare_actors(create_broker(settings), pipeline=None)["read_group"], bench.work.runs, runs)

    later(caretaker, 2 * STALLED_AFTER).send_lost_runs()

    assert messages_sent(bench) == 1

"""The state of runs in a real Redis: every step counts once, however often it is repeated."""

import asyncio
import concurrent.futures
import contextlib
import datetime as dt
import time
from pathlib import Path

import pytest
import redis

from shared.errors import Unavailable
from shared.messaging.announcements import Announcement, Announcer, listen
from shared.messaging.redis_streams import follow
from shared.notices import DishFailure
from shared.restaurant.place import Place
from tests.support.stack import free_port
from training_service.outcomes import DishOutcome, RunResult
from training_service.runs.live_version_lock import LiveVersionLock
from training_service.runs.run_models import Event, EventKind, Run, RunRequest, RunState
from training_service.runs.run_store import RunStore, UnknownRun

RETENTION = dt.timedelta(hours=24)
FAILED = DishOutcome(failure=DishFailure(dish="soup", reason="TEST", message="for the test"))


@pytest.fixture
def runs(redis_url: str, tmp_path: Path) -> RunStore:
    return RunStore(redis_url, f"test-{tmp_path.name}", RETENTION)


def request(store: str = "harbour") -> RunRequest:
    return RunRequest(store=store, place=Place(country="CN"), sales_data_source="sales.csv")


def started(runs: RunStore, dishes: int = 2, store: str = "harbour") -> Run:
    run = runs.create(request(store), "").run
    runs.start(run)
    runs.planned(run, dishes, "digest", "planned")
    return run


def ended(runs: RunStore) -> Run:
    run = runs.create(request(), "").run
    runs.finish(run, RunState.FAILED, RunResult(), "for the test")
    return run


async def events_of(runs: RunStore, run: Run, after: int = 0) -> list[Event]:
    return [event async for event in runs.events(run.run_id, after)]


def test_ids_of_runs_that_begin_within_one_second_sort_in_their_order(runs: RunStore) -> None:
    names = [ended(runs).run_id for _ in range(8)]

    assert names == sorted(names)
    assert [run.run_id for run in runs.recent("harbour", "", 8)[0]] == names[::-1]


def test_the_next_page_of_runs_is_the_same_although_a_run_began_meanwhile(runs: RunStore) -> None:
    names = [ended(runs).run_id for _ in range(5)]
    first, following = runs.recent("harbour", "", 2)
    ended(runs)
    second, end = runs.recent("harbour", following, 3)

    assert end == ""
    assert [run.run_id for run in [*first, *second]] == names[::-1]
    assert runs.recent("harbour", names[0], 3) == ([], "")


def test_a_repeated_request_gets_the_same_run_even_after_its_end(runs: RunStore) -> None:
    first = runs.create(request(), "order-1")
    runs.finish(first.run, RunState.FAILED, RunResult())

    again = runs.create(request(), "order-1")

    assert again.run.run_id == first.run.run_id
    assert runs.find("harbour", "order-1") == again.run
    assert runs.find("harbour", "order-2") is None


def test_of_many_requests_at_once_for_a_store_one_creates_a_run(runs: RunStore) -> None:
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        created = list(pool.map(lambda _: runs.create(request(), ""), range(32)))

    assert sum(not each.is_busy for each in created) == 1
    assert len({each.run.run_id for each in created}) == 1


def test_two_stores_can_have_live_runs_and_equal_request_ids(runs: RunStore) -> None:
    one, two = (runs.create(request(store), "same-id") for store in ("one", "two"))

    assert not one.is_busy
    assert not two.is_busy
    assert one.run.run_id != two.run.run_id


def test_a_store_can_be_trained_again_after_the_end_of_its_run(runs: RunStore) -> None:
    run = runs.create(request(), "").run
    runs.finish(run, RunState.CANCELLED, RunResult())

    assert not runs.create(request(), "").is_busy


def test_the_outcome_of_a_dish_counts_once_however_often_it_is_stored(runs: RunStore) -> None:
    run = started(runs)

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        steps = list(pool.map(lambda _: runs.dish_done(run, "soup", FAILED), range(16)))

    assert sum(step.taken for step in steps) == 1
    assert all(step.current == 1 and not step.all_done for step in steps)
    assert runs.dish_done(run, "fish", FAILED).all_done


async def test_events_are_numbered_without_gaps_and_carry_the_state_of_the_run(runs: RunStore) -> None:
    run = started(runs, dishes=1)
    runs.dish_started(run, "soup")
    runs.dish_done(run, "soup", FAILED)
    runs.dish_done(run, "soup", FAILED)
    runs.publishing(run)
    runs.finish(run, RunState.SUCCEEDED, RunResult(version="v1", published=True))

    events = await events_of(runs, run)

    assert [event.sequence for event in events] == [1, 2, 3, 4, 5, 6, 7]
    assert [event.kind for event in events] == [
        EventKind.ACCEPTED,
        EventKind.STARTED,
        EventKind.PLANNED,
        EventKind.DISH_STARTED,
        EventKind.DISH_FAILED,
        EventKind.PUBLISHING,
        EventKind.FINISHED,
    ]
    assert [event.current for event in events] == [0, 0, 0, 0, 1, 1, 1]
    assert events[-1].state is RunState.SUCCEEDED
    assert events[-1].result == RunResult(version="v1", published=True)
    assert await events_of(runs, run, after=5) == events[5:]


def test_a_dish_with_an_outcome_does_not_begin_again(runs: RunStore) -> None:
    run = started(runs)
    runs.dish_started(run, "soup")
    runs.dish_done(run, "soup", FAILED)

    step = runs.dish_started(run, "soup")

    assert not step.taken
    assert (step.state, step.current) == (RunState.PROGRESS, 1)
    assert runs.last_sequence(run.run_id) == 5


def test_no_step_changes_a_run_that_has_ended(runs: RunStore) -> None:
    run = started(runs)
    runs.finish(run, RunState.CANCELLED, RunResult())

    assert not runs.dish_started(run, "soup").taken
    assert not runs.dish_done(run, "soup", FAILED).taken
    assert not runs.publishing(run).taken
    assert not runs.finish(run, RunState.FAILED, RunResult()).taken
    assert runs.get(run.run_id).state is RunState.CANCELLED


def test_a_run_that_is_publishing_cannot_be_cancelled(runs: RunStore) -> None:
    run = started(runs)
    runs.publishing(run)

    step = runs.finish(run, RunState.CANCELLED, RunResult())

    assert not step.taken
    assert step.state is RunState.PUBLISHING


def test_a_run_is_kept_for_its_retention_after_its_end_and_then_forgotten(runs: RunStore, redis_url: str) -> None:
    run = started(runs)
    client = redis.from_url(redis_url, decode_responses=True)
    keys = list(client.scan_iter(match=f"*{run.run_id}*"))
    assert {client.ttl(key) for key in keys} == {-1}

    runs.dish_done(run, "soup", FAILED)
    runs.finish(run, RunState.FAILED, RunResult())

    kept = [client.ttl(key) for key in client.scan_iter(match=f"*{run.run_id}*")]
    assert len(kept) == 3
    assert all(RETENTION.total_seconds() - 60 < ttl <= RETENTION.total_seconds() for ttl in kept)
    client.delete(*client.scan_iter(match=f"*{run.run_id}*"))
    assert runs.recent("harbour", "", 10) == ([], "")
    with pytest.raises(UnknownRun):
        runs.get(run.run_id)
    client.close()


def test_attempts_that_came_to_an_end_leave_nothing_behind(runs: RunStore, redis_url: str) -> None:
    run = started(runs)
    for what in ("plan", "dish:soup", "dish:soup"):
        runs.count_attempt(run.run_id, what)
    runs.uncount_attempt(run.run_id, "plan")
    runs.dish_done(run, "soup", FAILED)

    with redis.from_url(redis_url, decode_responses=True) as client:
        [key] = client.scan_iter(match=f"*:run:{run.run_id}")
        assert not [field for field in client.hkeys(key) if field.startswith("attempts")]
        client.delete(key)
        assert runs.count_attempt(run.run_id, "plan") == 1
        assert not client.exists(key)


async def test_the_events_of_a_long_run_are_read_a_hundred_at_a_time(runs: RunStore, redis_url: str) -> None:
    run = started(runs)
    for number in range(250):
        runs.dish_started(run, f"dish-{number}")

    with redis.from_url(redis_url, decode_responses=True) as client:
        [key] = client.scan_iter(match=f"*{run.run_id}:events")
    async with contextlib.aclosing(follow(redis_url, key, "0-0")) as stream:
        pieces = [await anext(stream) for _ in range(3)]

    assert [len(piece) for piece in pieces] == [100, 100, 53]


def test_attempts_are_counted_for_each_dish(runs: RunStore) -> None:
    run = started(runs)

    assert [runs.count_attempt(run.run_id, dish) for dish in ("soup", "soup", "fish")] == [1, 2, 1]


def test_live_runs_are_those_that_have_not_ended(runs: RunStore) -> None:
    live = started(runs, store="one")
    ended = started(runs, store="two")
    runs.finish(ended, RunState.FAILED, RunResult())

    assert [run.run_id for run in runs.live_runs()] == [live.run_id]


def test_one_process_at_a_time_holds_the_lock_of_a_store(runs: RunStore) -> None:
    lock = LiveVersionLock(runs.client, "test")
    at_work: list[str] = []
    overlaps: list[int] = []

    def decide(name: str) -> None:
        with lock.held("harbour"):
            at_work.append(name)
            overlaps.append(len(at_work))
            time.sleep(0.05)
            at_work.remove(name)

    with concurrent.futures.ThreadPoolExecutor(4) as threads:
        list(threads.map(decide, "abcd"))
    assert overlaps == [1, 1, 1, 1]


def test_the_lock_of_a_process_that_died_is_free_after_a_while(runs: RunStore) -> None:
    mortal = LiveVersionLock(runs.client, "test", expires_seconds=0.2)
    impatient = LiveVersionLock(runs.client, "test", patience_seconds=0.1)
    dead = mortal.held("harbour")
    dead.__enter__()

    with LiveVersionLock(runs.client, "test").held("harbour"), mortal.held("market"):
        # A process that was only slow, and ends now, must not release the lock of the one that holds it.
        dead.__exit__(None, None, None)
        with pytest.raises(Unavailable, match="is at work"), impatient.held("harbour"):
            pass


def test_calls_without_redis_fail_as_unavailable() -> None:
    nowhere = RunStore(f"redis://127.0.0.1:{free_port()}/0", "test", RETENTION)

    with pytest.raises(Unavailable, match="Redis"):
        nowhere.create(request(), "")
    with pytest.raises(Unavailable):
        nowhere.get("run")


async def test_watchers_and_listeners_wait_through_a_silence_of_seven_seconds(runs: RunStore, redis_url: str) -> None:
    run = started(runs)
    watching = asyncio.ensure_future(events_of(runs, run))
    announcements = listen(redis_url, "quiet")
    listening = asyncio.ensure_future(anext(announcements))

    # Longer than one read blocks (5 s), and longer than redis-py waits for an answer by default.
    ended, _ = await asyncio.wait({watching, listening}, timeout=7)
    assert not ended

    runs.finish(run, RunState.FAILED, RunResult())
    assert (await watching)[-1].state is RunState.FAILED
    Announcer(runs.client, "quiet").announce(Announcement("harbour", "v1"))
    assert await listening == Announcement("harbour", "v1")
    await announcements.aclose()


def test_forgotten_runs_leave_the_list_of_their_store_when_a_run_begins(runs: RunStore, redis_url: str) -> None:
    client = redis.from_url(redis_url, decode_responses=True)
    for _ in range(3):
        runs.finish(started(runs, store="busy"), RunState.FAILED, RunResult())
    client.delete(*client.scan_iter(match="*:run:*"))

    new = started(runs, store="busy")

    [key] = client.scan_iter(match="*:store:busy:trainings")
    assert client.zrange(key, 0, -1) == [new.run_id]
    client.close()

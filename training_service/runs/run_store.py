"""Keeps the state and the events of runs in Redis.

Every change is one atomic Lua script, so that a process may die at any time and any change may be repeated.
"""

import asyncio
import contextlib
import datetime as dt
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any

import redis

from shared.errors import NotFound, Violation
from shared.messaging.redis_errors import redis_errors
from shared.messaging.redis_streams import follow
from training_service.outcomes import DishOutcome, RunResult
from training_service.runs.attempt_counts import AttemptCounts
from training_service.runs.event_messages import dish_done, dish_started
from training_service.runs.keys import Keys
from training_service.runs.records import RUN_FIELDS, event_json, event_of, result_json, run_of
from training_service.runs.run_models import Event, EventKind, Run, RunRequest, RunState, new_run_id

#: States from which a run goes on, and those from which it can be cancelled: a version being written is written.
_LIVE = (RunState.PENDING, RunState.STARTED, RunState.PROGRESS, RunState.PUBLISHING)
_CANCELLABLE = (RunState.PENDING, RunState.STARTED, RunState.PROGRESS)

#: Seconds for which a group is kept after its last step: longer than messages wait in any queue. Runs that have a plan
#: do not need their group.
GROUP_SECONDS = 7 * 24 * 3600

#: Seconds for which the key is kept that shows that Redis can be written to; long enough to be seen by a person.
_PING_SECONDS = 60


class UnknownRun(NotFound):
    """The run never existed, ended longer ago than runs are kept, or belongs to another store."""

    default_reason = "UNKNOWN_RUN"

    def __init__(self, run_id: str, store: str = "") -> None:
        causes = "it never existed, it ended longer ago than runs are kept, or it belongs to another store"
        message = f"no run {run_id[:80]!r}: {causes}"
        metadata = {"run_id": run_id, "store": store} if store else {"run_id": run_id}
        super().__init__(message, metadata=metadata, violations=[Violation("run_id", message)])


@dataclass(frozen=True, slots=True)
class Created:
    """The answer to a request to start a run.

    Args:
        run: The new run; the run of an earlier request with the same id; or the live run that blocks a new one.
        is_busy: True where another run of the store is live, and `run` is that run.
    """

    run: Run
    is_busy: bool = False


@dataclass(frozen=True, slots=True)
class CreatedGroup:
    """The answer to a request to start the runs of a group.

    Args:
        runs: The new runs, or those of an earlier request with the same id, in the order of the requests. Empty where
            no run was started.
        busy: The live runs that are in the way.
        is_other: True where an earlier request had the same id and other stores.
    """

    runs: Sequence[Run] = ()
    busy: Sequence[Run] = ()
    is_other: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """The answer to a step of a run.

    Args:
        taken: True where the step changed the run; False where the step was taken before, or came too late.
        state: State of the run after the step; None for an unknown run.
        current: Number of dishes that have an outcome.
        total: Number of dishes that the run trains; 0 before the plan is made.
    """

    taken: bool
    state: RunState | None
    current: int
    total: int

    @property
    def all_done(self) -> bool:
        """Whether every dish has an outcome."""
        return self.total > 0 and self.current >= self.total


class RunStore:
    """Runs of all stores.

    Args:
        url: URL of Redis.
        prefix: First part of the name of every key.
        retention: Time for which a run is kept after its end.
    """

    def __init__(self, url: str, prefix: str, retention: dt.timedelta) -> None:
        # redis-py's annotations cannot tell decoded answers from bytes, hence Any.
        self._client: Any = redis.from_url(url, decode_responses=True, health_check_interval=30)
        self._url = url
        self._keys = Keys(prefix)
        self._retention_seconds = max(1, int(retention.total_seconds()))
        self._create = self._client.register_script(_lua("create_runs"))
        self._advance = self._client.register_script(_lua("advance_run"))
        self._counts = AttemptCounts(self._client)

    @property
    def client(self) -> redis.Redis:
        """The connection to Redis, which announcements and locks use as well."""
        client: redis.Redis = self._client
        return client

    def ping(self) -> None:
        """Writes a key: a Redis that is full, or a replica, answers and yet takes no runs.

        Raises:
            Unavailable: Redis does not answer, or cannot be written to.
        """
        with redis_errors():
            self._client.set(self._keys.ping, _now().isoformat(), ex=_PING_SECONDS)

    def create(self, request: RunRequest, request_id: str) -> Created:
        """Creates a run, unless the request is a repeat or the store has a live run.

        Args:
            request: What is asked for.
            request_id: Id by which a repeat of the request is recognised; empty where the caller gave none.
        """
        outcome, (found, *_) = self._created([request], request_id, "")
        return Created(self.get(found), is_busy=outcome == "busy")

    def create_group(self, requests: Sequence[RunRequest], request_id: str) -> CreatedGroup:
        """Creates the runs of a group, all or none; the group gets an id, which is in the request of each run.

        Args:
            requests: What is asked for, one request for each store.
            request_id: Id by which a repeat of the request is recognised; empty where the caller gave none.
        """
        group = new_run_id(_now())
        asked = [request.model_copy(update={"group": group}) for request in requests]
        outcome, found = self._created(asked, request_id, group)
        if outcome == "other":
            return CreatedGroup(is_other=True)
        runs = [self.get(run_id) for run_id in found]
        if outcome == "busy":
            return CreatedGroup(busy=runs)
        # Runs of one group name the same group; runs that were started store by store name none.
        is_other = len({run.request.group for run in runs}) > 1 or not runs[0].request.group
        return CreatedGroup(is_other=True) if is_other else CreatedGroup(runs)

    def find_group(self, stores: Sequence[str], request_id: str) -> CreatedGroup | None:
        """The runs that a request id has started for these stores; None where it has started none that is kept.

        Args:
            stores: Names of the stores.
            request_id: Id of the request.
        """
        found = [self.find(store, request_id) for store in stores]
        runs = [run for run in found if run]
        if not runs:
            return None
        is_other = len(runs) < len(stores) or len({run.request.group for run in runs}) > 1 or not runs[0].request.group
        return CreatedGroup(is_other=True) if is_other else CreatedGroup(runs)

    def _created(self, requests: Sequence[RunRequest], request_id: str, group: str) -> tuple[str, list[str]]:
        """Asks Redis to create runs; answers what came of it, and the ids of the runs that are concerned."""
        now = _now()
        keys = [self._keys.live_runs, self._keys.group(group) if group else ""]
        args: list[str | int] = [now.isoformat(), self._keys.run(""), GROUP_SECONDS]
        for request in requests:
            run_id = new_run_id(now)
            keys += [
                self._keys.run(run_id),
                self._keys.events(run_id),
                self._keys.store_runs(request.store),
                self._keys.request(request.store, request_id) if request_id else "",
            ]
            event = event_json(EventKind.ACCEPTED, now.isoformat(), f"training of {request.store}")
            args += [run_id, request.store, request.model_dump_json(), event]
        with redis_errors():
            outcome, *found = self._create(keys=keys, args=args)
        return str(outcome), found

    def find(self, store: str, request_id: str) -> Run | None:
        """The run that a request id has started; None where there is none, or it is no longer kept."""
        with redis_errors():
            run_id = self._client.get(self._keys.request(store, request_id))
        try:
            return self.get(run_id) if run_id else None
        except UnknownRun:
            return None

    def note_sent(self, run_id: str) -> None:
        """Notes that a message that makes the run go on is in the queue of the workers."""
        with redis_errors():
            if self._client.exists(self._keys.run(run_id)):
                self._client.hset(self._keys.run(run_id), "sent_at", _now().isoformat())

    def get(self, run_id: str, *, with_result: bool = True) -> Run:
        """Reads a run.

        Args:
            run_id: Id of the run.
            with_result: False leaves the result out, which may be large.

        Raises:
            UnknownRun: No such run, or it ended too long ago.
        """
        with redis_errors():
            fields = self._fields(run_id, "result") if with_result else self._fields(run_id)
        if not fields:
            raise UnknownRun(run_id)
        return run_of(run_id, fields)

    def of_store(self, run_id: str, store: str, *, with_result: bool = True) -> Run:
        """Reads a run of one store.

        Args:
            run_id: Id of the run.
            store: Name of the store to which the run must belong.
            with_result: False leaves the result out, which may be large.

        Raises:
            UnknownRun: The store has no such run; the error does not tell whether another store has.
        """
        with redis_errors():
            fields = self._fields(run_id, "result") if with_result else self._fields(run_id)
        run = run_of(run_id, fields) if fields else None
        if run is None or run.request.store != store:
            raise UnknownRun(run_id, store)
        return run

    def recent(self, store: str, before: str, count: int) -> tuple[list[Run], str]:
        """Reads one page of the runs of a store, newest first, without their results.

        Runs that are no longer kept leave the list of the store.

        Args:
            store: Name of the store whose runs are listed.
            before: Id of a run; only older runs are listed. Empty lists from the newest run on.
            count: Largest number of runs on the page.

        Returns:
            The runs, and the `before` of the next page; empty where this page is the last one.
        """
        key = self._keys.store_runs(store)
        runs: list[Run] = []
        with redis_errors():
            found = self._client.zrevrangebylex(key, f"({before}" if before else "+", "-", start=0, num=count + 1)
            for run_id in found[:count]:
                fields = self._fields(run_id)
                if fields:
                    runs.append(run_of(run_id, fields))
                else:
                    self._client.zrem(key, run_id)
        return runs, found[count - 1] if len(found) > count else ""

    def live_runs(self) -> list[Run]:
        """Runs of all stores that have not ended, without results."""
        with redis_errors():
            run_ids = self._client.hvals(self._keys.live_runs)
            found = [(run_id, self._fields(run_id)) for run_id in run_ids]
        return [run_of(run_id, fields) for run_id, fields in found if fields]

    def outcomes(self, run_id: str) -> dict[str, DishOutcome]:
        """Outcomes of the dishes that are done so far, by name of the dish."""
        with redis_errors():
            found = self._client.hgetall(self._keys.outcomes(run_id))
        return {dish: DishOutcome.model_validate_json(text) for dish, text in found.items()}

    def done_among(self, run_id: str, dishes: Sequence[str]) -> set[str]:
        """Those of the given dishes that have an outcome."""
        with redis_errors():
            found = self._client.hmget(self._keys.outcomes(run_id), dishes) if dishes else []
        return {dish for dish, outcome in zip(dishes, found, strict=True) if outcome is not None}

    def count_attempt(self, run_id: str, what: str) -> int:
        """Counts that a part of a run begins.

        Args:
            run_id: Id of the run.
            what: Name of the part. The part of a dish is named "dish:" and the dish; its outcome deletes the count.

        Returns:
            How often the part was begun without coming to an end, this time included.
        """
        return self._counts.add(self._keys.run(run_id), what, 1)

    def uncount_attempt(self, run_id: str, what: str) -> None:
        """Takes one attempt back: the part came to an end, or its process lived to report an error.

        Args:
            run_id: Id of the run.
            what: Name of the part, as `count_attempt` got it.
        """
        self._counts.add(self._keys.run(run_id), what, -1)

    def workspace(self, run_id: str) -> str:
        """Digest of the plan of a run; empty before the plan is made."""
        with redis_errors():
            return str(self._client.hget(self._keys.run(run_id), "workspace") or "")

    def start(self, run: Run) -> Step:
        """A worker begins with the run."""
        return self._step(run, (RunState.PENDING,), RunState.STARTED, EventKind.STARTED, "reading the sales")

    def planned(self, run: Run, total: int, workspace: str, message: str) -> Step:
        """The plan of the run is made and stored.

        Args:
            run: The run.
            total: Number of dishes to train.
            workspace: Digest of the stored plan.
            message: Description of the plan, for people.
        """
        fields = {"total": str(total), "workspace": workspace}
        return self._step(run, (RunState.STARTED,), RunState.PROGRESS, EventKind.PLANNED, message, fields=fields)

    def dish_started(self, run: Run, dish: str) -> Step:
        """A worker begins a dish that has no outcome yet; every further beginning is an event as well."""
        return self._step(run, (RunState.PROGRESS,), None, EventKind.DISH_STARTED, dish_started(dish), dish=dish)

    def dish_done(self, run: Run, dish: str, outcome: DishOutcome) -> Step:
        """Stores the outcome of a dish; only the first outcome of a dish counts."""
        kind = EventKind.DISH_FINISHED if outcome.success else EventKind.DISH_FAILED
        return self._step(run, (RunState.PROGRESS,), None, kind, dish_done(dish, outcome), dish=dish, outcome=outcome)

    def publishing(self, run: Run) -> Step:
        """A worker begins to write the new version; from now on the run cannot be cancelled."""
        return self._step(
            run, (RunState.PROGRESS,), RunState.PUBLISHING, EventKind.PUBLISHING, "writing the new version"
        )

    def finish(self, run: Run, state: RunState, result: RunResult, error: str = "") -> Step:
        """Ends the run; a second end has no effect.

        Args:
            run: The run.
            state: State in which the run ends.
            result: What came of the run.
            error: Why the run failed or was cancelled; empty for success.
        """
        before = _CANCELLABLE if state is RunState.CANCELLED else _LIVE
        fields = {"error": error, "result": result_json(result)}
        message = error or state.value.lower()
        return self._step(run, before, state, EventKind.FINISHED, message, fields=fields, result=result)

    async def events(self, run_id: str, after: int) -> AsyncGenerator[Event]:
        """Yields the events of a run as they come, up to its last one.

        Args:
            run_id: Id of the run.
            after: Sequence number of the last event that the caller knows; 0 for all events.

        Raises:
            UnknownRun: No such run, or it was forgotten meanwhile.
            Unavailable: The connection broke.
        """
        with redis_errors():
            store = (await asyncio.to_thread(self.get, run_id, with_result=False)).request.store
            stream = follow(self._url, self._keys.events(run_id), f"{after}-0")
            async with contextlib.aclosing(stream):
                async for entries in stream:
                    if not entries:
                        # A quiet run may have been forgotten together with its events.
                        await asyncio.to_thread(self.get, run_id, with_result=False)
                    for entry_id, fields in entries:
                        event = event_of(run_id, store, entry_id, fields)
                        yield event
                        if event.state.is_terminal:
                            return

    def last_sequence(self, run_id: str) -> int:
        """Sequence number of the latest event of a run; 0 for an unknown run."""
        with redis_errors():
            return int(self._client.hget(self._keys.run(run_id), "sequence") or 0)

    def _step(
        self,
        run: Run,
        before: tuple[RunState, ...],
        after: RunState | None,
        kind: EventKind,
        message: str,
        *,
        dish: str = "",
        outcome: DishOutcome | None = None,
        result: RunResult | None = None,
        fields: Mapping[str, str] | None = None,
    ) -> Step:
        now = _now().isoformat()
        ends = after is not None and after.is_terminal
        with redis_errors():
            taken, state, current, total = self._advance(
                keys=[*self._keys.of_run(run.run_id), self._keys.live_runs],
                args=[
                    run.run_id,
                    "," + "".join(f"{s.value}," for s in before),
                    after.value if after else "",
                    event_json(kind, now, message, dish=dish, outcome=outcome, result=result),
                    now,
                    dish,
                    outcome.model_dump_json() if outcome else "",
                    self._retention_seconds if ends else 0,
                    run.request.store,
                    *(part for item in (fields or {}).items() for part in item),
                ],
            )
        return Step(taken=bool(taken), state=RunState(state) if state else None, current=int(current), total=int(total))

    def _fields(self, run_id: str, *more: str) -> dict[str, str]:
        """The fields `RUN_FIELDS` of a run, and the further ones named; empty for an unknown run."""
        names = [*RUN_FIELDS, *more]
        values = self._client.hmget(self._keys.run(run_id), names)
        return {name: value for name, value in zip(names, values, strict=True) if value is not None}


def _lua(name: str) -> str:
    return resources.files("training_service.runs").joinpath("lua", f"{name}.lua").read_text(encoding="utf-8")


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)

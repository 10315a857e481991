"""The state of runs in Redis. Every change is one atomic script, so that it may stop or be repeated anywhere."""

import asyncio
import contextlib
import datetime as dt
import json
from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any

import redis

from shared.errors import NotFound, Unavailable
from shared.messaging.redis_errors import redis_errors
from shared.messaging.redis_streams import follow
from training_service.outcomes import DishOutcome, RunResult
from training_service.runs.run_models import Event, EventKind, Run, RunRequest, RunState, new_run_id

LIVE = (RunState.PENDING, RunState.STARTED, RunState.PROGRESS, RunState.PUBLISHING)

#: Of a run, but for its result, which may be large, and what only workers need.
_FIELDS = ("request", "state", "created", "updated", "ended", "current", "total", "error", "sent_at")

#: Of the outcome of a dish: needed for the manifest, not told to watchers, and most of it.
_NOT_TOLD = {"folds", "horizons"}
_NOT_TOLD_OF_RESULT = {"successes": {"__all__": _NOT_TOLD}}

#: Seconds that the key which shows that Redis can be written to is kept.
_PING_SECONDS = 60

#: Longest time that deciding which version is live may take, and that others wait for it.
_DECIDING_SECONDS, _DECIDING_PATIENCE = 60.0, 65.0


class UnknownRun(NotFound):
    """A run that never was, that ended longer ago than runs are kept, or that is another store's."""

    default_reason = "UNKNOWN_RUN"

    def __init__(self, run_id: str) -> None:
        causes = "it never was, it ended longer ago than runs are kept, or it is another store's"
        super().__init__(f"no run {run_id[:80]!r}: {causes}")


@dataclass(frozen=True, slots=True)
class Created:
    """What became of the wish to start a run.

    Args:
        run: the new one, that of an earlier request of this id, or the one that is in the way.
        is_busy: another run of the store is live.
    """

    run: Run
    is_busy: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """Whether a step was taken, and how the run stands after it."""

    taken: bool
    state: RunState | None
    current: int
    total: int

    @property
    def all_done(self) -> bool:
        """Every dish has an outcome."""
        return self.total > 0 and self.current >= self.total


class RunStore:
    """Runs of all stores.

    Args:
        url: of Redis.
        prefix: begins the name of every key.
        retention: how long a run is kept after its end.
    """

    def __init__(self, url: str, prefix: str, retention: dt.timedelta) -> None:
        # redis-py's annotations cannot tell decoded answers from bytes, hence Any.
        self._client: Any = redis.from_url(url, decode_responses=True, health_check_interval=30)
        self._url = url
        self._prefix = prefix
        self._retention = max(1, int(retention.total_seconds()))
        self._create = self._client.register_script(_lua("create_run"))
        self._advance = self._client.register_script(_lua("advance_run"))
        self._count = self._client.register_script(_lua("count_attempt"))

    @property
    def client(self) -> redis.Redis:
        """The connection, for announcements."""
        client: redis.Redis = self._client
        return client

    def ping(self) -> None:
        """Writes a key, for a Redis that is full or a replica answers, but takes no runs.

        Raises:
            Unavailable: Redis does not answer, or cannot be written to.
        """
        with redis_errors():
            self._client.set(self._key("ping"), _now().isoformat(), ex=_PING_SECONDS)

    def create(self, request: RunRequest, request_id: str) -> Created:
        """Creates a run, unless the request is a repeat or the store has a live run."""
        now = _now()
        run_id = new_run_id(now)
        event = {"kind": EventKind.ACCEPTED.value, "time": now.isoformat(), "message": f"training of {request.store}"}
        request_key = self._request_key(request.store, request_id) if request_id else ""
        with redis_errors():
            outcome, found = self._create(
                keys=[
                    *self._run_keys(run_id)[:2],
                    self._key("live"),
                    self._key("store", request.store, "trainings"),
                    request_key,
                ],
                args=[
                    run_id,
                    request.store,
                    request.model_dump_json(),
                    now.isoformat(),
                    json.dumps(event),
                    self._key("run", ""),
                ],
            )
        return Created(self.get(found), is_busy=outcome == "busy")

    def find(self, store: str, request_id: str) -> Run | None:
        """The run that a request id started, if it did and is kept."""
        with redis_errors():
            run_id = self._client.get(self._request_key(store, request_id))
        try:
            return self.get(run_id) if run_id else None
        except UnknownRun:
            return None

    def note_sent(self, run_id: str) -> None:
        """A message that makes the run go on is with the workers' queue."""
        with redis_errors():
            if self._client.exists(self._key("run", run_id)):
                self._client.hset(self._key("run", run_id), "sent_at", _now().isoformat())

    def get(self, run_id: str, *, with_result: bool = True) -> Run:
        """Raises:
        UnknownRun: no such run, or it ended too long ago.
        """
        with redis_errors():
            fields = self._fields(run_id, "result") if with_result else self._fields(run_id)
        if not fields:
            raise UnknownRun(run_id)
        return _to_run(run_id, fields)

    def of_store(self, run_id: str, store: str, *, with_result: bool = True) -> Run:
        """Raises:
        UnknownRun: the store has no such run; whether another one has is not told.
        """
        run = self.get(run_id, with_result=with_result)
        if run.request.store != store:
            raise UnknownRun(run_id)
        return run

    def recent(self, store: str, before: str, count: int) -> tuple[list[Run], str]:
        """Runs of a store, newest first, without their results, and `before` of those that follow, empty for none.

        Forgets those whose time is over.

        Args:
            store: whose.
            before: id of the run that the first is older than; empty for the newest.
            count: of them at most.
        """
        key = self._key("store", store, "trainings")
        runs: list[Run] = []
        with redis_errors():
            found = self._client.zrevrangebylex(key, f"({before}" if before else "+", "-", start=0, num=count + 1)
            for run_id in found[:count]:
                fields = self._fields(run_id)
                if fields:
                    runs.append(_to_run(run_id, fields))
                else:
                    self._client.zrem(key, run_id)
        return runs, found[count - 1] if len(found) > count else ""

    def live_runs(self) -> list[Run]:
        """Runs of all stores that have not ended."""
        with redis_errors():
            run_ids = self._client.hvals(self._key("live"))
            found = [(run_id, self._fields(run_id)) for run_id in run_ids]
        return [_to_run(run_id, fields) for run_id, fields in found if fields]

    def outcomes(self, run_id: str) -> dict[str, DishOutcome]:
        """Outcomes so far, by dish."""
        with redis_errors():
            found = self._client.hgetall(self._run_keys(run_id)[2])
        return {dish: DishOutcome.model_validate_json(text) for dish, text in found.items()}

    def done_among(self, run_id: str, dishes: Sequence[str]) -> set[str]:
        """Those of the dishes that have an outcome."""
        with redis_errors():
            found = self._client.hmget(self._run_keys(run_id)[2], dishes) if dishes else []
        return {dish for dish, outcome in zip(dishes, found, strict=True) if outcome is not None}

    def count_attempt(self, run_id: str, what: str) -> int:
        """How often a part of the run was begun and did not come to an end, this time included.

        Args:
            run_id: of the run.
            what: the part; "dish:" and its name for a dish, whose outcome ends the count.
        """
        return self._attempts(run_id, what, 1)

    def uncount_attempt(self, run_id: str, what: str) -> None:
        """This part of the run came to an end, or was broken off for no fault of its own."""
        self._attempts(run_id, what, -1)

    def _attempts(self, run_id: str, what: str, more: int) -> int:
        with redis_errors():
            return int(self._count(keys=[self._key("run", run_id)], args=[f"attempts:{what}", more]))

    def workspace(self, run_id: str) -> str:
        """Digest of the planned data; empty before the plan is made."""
        with redis_errors():
            return str(self._client.hget(self._key("run", run_id), "workspace") or "")

    def start(self, run: Run) -> Step:
        """A worker begins."""
        return self._step(run, (RunState.PENDING,), RunState.STARTED, EventKind.STARTED, "reading the sales")

    def planned(self, run: Run, total: int, workspace: str, message: str) -> Step:
        """The dishes to train are known and their data stored."""
        fields = {"total": str(total), "workspace": workspace}
        return self._step(run, (RunState.STARTED,), RunState.PROGRESS, EventKind.PLANNED, message, fields=fields)

    def dish_started(self, run: Run, dish: str) -> Step:
        """A worker begins a dish that has no outcome; told again when it is begun again."""
        return self._step(run, (RunState.PROGRESS,), None, EventKind.DISH_STARTED, dish=dish)

    def dish_done(self, run: Run, dish: str, outcome: DishOutcome) -> Step:
        """Counts the outcome of a dish, once."""
        kind = EventKind.DISH_FINISHED if outcome.success else EventKind.DISH_FAILED
        return self._step(run, (RunState.PROGRESS,), None, kind, dish=dish, outcome=outcome)

    def publishing(self, run: Run) -> Step:
        """The new version is being written; from now on the run cannot be cancelled."""
        return self._step(
            run, (RunState.PROGRESS,), RunState.PUBLISHING, EventKind.PUBLISHING, "writing the new version"
        )

    def finish(self, run: Run, state: RunState, result: RunResult, error: str = "") -> Step:
        """Ends a run; a second end has no effect."""
        before = LIVE[:3] if state is RunState.CANCELLED else LIVE
        fields = {"error": error, "result": result.model_dump_json(exclude=_NOT_TOLD_OF_RESULT)}
        message = error or state.value.lower()
        return self._step(run, before, state, EventKind.FINISHED, message, fields=fields, result=result)

    async def events(self, run_id: str, after: int) -> AsyncGenerator[Event]:
        """Events after a sequence number, then the coming ones, up to the terminal one.

        Raises:
            UnknownRun: no such run, or it was forgotten meanwhile.
            Unavailable: the connection broke.
        """
        with redis_errors():
            store = (await asyncio.to_thread(self.get, run_id, with_result=False)).request.store
            stream = follow(self._url, self._run_keys(run_id)[1], f"{after}-0")
            async with contextlib.aclosing(stream):
                async for entries in stream:
                    if not entries:
                        # A quiet run may have been forgotten together with its events.
                        await asyncio.to_thread(self.get, run_id, with_result=False)
                    for entry_id, fields in entries:
                        event = _to_event(run_id, store, entry_id, fields)
                        yield event
                        if event.state.is_terminal:
                            return

    def last_sequence(self, run_id: str) -> int:
        """Sequence number of the latest event."""
        with redis_errors():
            return int(self._client.hget(self._key("run", run_id), "sequence") or 0)

    @contextlib.contextmanager
    def deciding(self, store: str) -> Iterator[None]:
        """Keeps all others from deciding meanwhile which version of a store is live; waits for who does.

        Raises:
            Unavailable: another decides for too long, or Redis does not answer.
        """
        # It expires by itself, should the process die: what is decided takes a second or two.
        lock = self._client.lock(
            self._key("store", store, "deciding"), timeout=_DECIDING_SECONDS, blocking_timeout=_DECIDING_PATIENCE
        )
        with redis_errors():
            if not lock.acquire():
                raise Unavailable(f"another run or rollback of store {store} is at work; try again soon")
        try:
            yield
        finally:
            with redis_errors(), contextlib.suppress(redis.exceptions.LockError):
                lock.release()

    def _step(
        self,
        run: Run,
        before: tuple[RunState, ...],
        after: RunState | None,
        kind: EventKind,
        message: str = "",
        *,
        dish: str = "",
        outcome: DishOutcome | None = None,
        result: RunResult | None = None,
        fields: Mapping[str, str] | None = None,
    ) -> Step:
        now = _now().isoformat()
        event: dict[str, Any] = {"kind": kind.value, "time": now, "dish": dish, "message": message}
        event["outcome"] = outcome.model_dump(mode="json", exclude={"success": _NOT_TOLD}) if outcome else None
        event["result"] = result.model_dump(mode="json", exclude=_NOT_TOLD_OF_RESULT) if result else None
        ends = after is not None and after.is_terminal
        with redis_errors():
            taken, state, current, total = self._advance(
                keys=[*self._run_keys(run.run_id), self._key("live")],
                args=[
                    run.run_id,
                    "," + "".join(f"{s.value}," for s in before),
                    after.value if after else "",
                    json.dumps(event),
                    now,
                    dish,
                    outcome.model_dump_json() if outcome else "",
                    self._retention if ends else 0,
                    run.request.store,
                    *(part for item in (fields or {}).items() for part in item),
                ],
            )
        return Step(bool(taken), RunState(state) if state else None, int(current), int(total))

    def _fields(self, run_id: str, *more: str) -> dict[str, str]:
        """Of a run, `_FIELDS` and more; none where it is not known."""
        names = [*_FIELDS, *more]
        values = self._client.hmget(self._key("run", run_id), names)
        return {name: value for name, value in zip(names, values, strict=True) if value is not None}

    def _run_keys(self, run_id: str) -> list[str]:
        return [self._key("run", run_id), self._key("run", run_id, "events"), self._key("run", run_id, "outcomes")]

    def _request_key(self, store: str, request_id: str) -> str:
        return self._key("store", store, "request", request_id)

    def _key(self, *parts: str) -> str:
        return ":".join((self._prefix, *parts))


def _to_run(run_id: str, fields: Mapping[str, str]) -> Run:
    return Run(
        run_id=run_id,
        request=RunRequest.model_validate_json(fields["request"]),
        state=RunState(fields["state"]),
        created=dt.datetime.fromisoformat(fields["created"]),
        updated=dt.datetime.fromisoformat(fields["updated"]),
        ended=dt.datetime.fromisoformat(fields["ended"]) if "ended" in fields else None,
        current=int(fields["current"]),
        total=int(fields["total"]),
        error=fields.get("error", ""),
        sent=dt.datetime.fromisoformat(fields["sent_at"]) if "sent_at" in fields else None,
        result=RunResult.model_validate_json(fields["result"]) if "result" in fields else None,
    )


def _to_event(run_id: str, store: str, entry_id: str, fields: Mapping[str, str]) -> Event:
    return Event.model_validate(
        {
            **json.loads(fields["event"]),
            "run_id": run_id,
            "store": store,
            "sequence": int(entry_id.partition("-")[0]),
            "state": fields["state"],
            "current": fields["current"],
            "total": fields["total"],
        }
    )


def _lua(name: str) -> str:
    return resources.files("training_service.runs").joinpath("lua", f"{name}.lua").read_text(encoding="utf-8")


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)

"""Converts runs and events to fields of Redis, and back."""

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any

from training_service.outcomes import DishOutcome, RunResult
from training_service.runs.run_models import Event, EventKind, Run, RunRequest, RunState

#: Fields of a run's hash that every reader of a run needs. The result is left out because it may be large; the digest
#: of the plan and the counts of attempts are left out because only workers need them.
RUN_FIELDS = ("request", "state", "created", "updated", "ended", "current", "total", "error", "sent_at")

#: Fields of a trained dish that the manifest needs and watchers do not. They are most of an outcome.
_NOT_TOLD = {"entry": {"folds", "horizons"}}
_NOT_TOLD_OF_RESULT = {"successes": {"__all__": _NOT_TOLD}}


def run_of(run_id: str, fields: Mapping[str, str]) -> Run:
    """Reads a run.

    Args:
        run_id: Id of the run.
        fields: Fields of the run's hash: `RUN_FIELDS`, and "result" where the result is wanted.
    """
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


def event_of(run_id: str, store: str, entry_id: str, fields: Mapping[str, str]) -> Event:
    """Reads an event.

    Args:
        run_id: Id of the run.
        store: Name of the store whose run it is.
        entry_id: Id of the entry in the run's stream: the sequence number of the event, a dash, and 0.
        fields: Fields of the entry.
    """
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


def event_json(
    kind: EventKind,
    time: str,
    message: str,
    *,
    dish: str = "",
    outcome: DishOutcome | None = None,
    result: RunResult | None = None,
) -> str:
    """Writes what an event says on its own; its sequence number and the state of its run are added by Redis.

    Args:
        kind: What happened.
        time: When the event happened, in ISO format.
        message: Text for people.
        dish: Name of the dish that the event is about; empty where it is about none.
        outcome: Outcome of the dish, in the events that end its training.
        result: Result of the run, in the last event.
    """
    event: dict[str, Any] = {"kind": kind.value, "time": time, "dish": dish, "message": message}
    event["outcome"] = outcome.model_dump(mode="json", exclude={"success": _NOT_TOLD}) if outcome else None
    event["result"] = result.model_dump(mode="json", exclude=_NOT_TOLD_OF_RESULT) if result else None
    return json.dumps(event)


def result_json(result: RunResult) -> str:
    """Writes the result of a run, without the fields that only the manifest needs."""
    return result.model_dump_json(exclude=_NOT_TOLD_OF_RESULT)

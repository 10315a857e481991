"""Defines the records of a run: its request, its state and its events."""

import datetime as dt
import re
import secrets
from enum import Enum
from typing import Any

from pydantic import model_validator

from shared.notices import Notice
from shared.restaurant.place import Place
from training_service.learning.events import SalesEvent
from training_service.outcomes import DishOutcome, Frozen, RunResult

#: Pattern of the ids that `new_run_id` gives.
RUN_ID = re.compile(r"\d{8}-\d{6}-\d{6}-[0-9a-f]{8}")


def new_run_id(now: dt.datetime) -> str:
    """Makes the id of a run that begins now.

    The id begins with the time, to the microsecond: the version of a run bears the id of the run, and the versions of
    a store are ordered by their names.
    """
    return f"{now:%Y%m%d-%H%M%S-%f}-{secrets.token_hex(4)}"


class RunState(Enum):
    """The state of a run. A run passes the first four in this order, and ends from each of them in one of the last."""

    #: The run is accepted; no worker has begun with it.
    PENDING = "PENDING"
    #: A worker reads the sales and makes the plan.
    STARTED = "STARTED"
    #: Workers train the dishes.
    PROGRESS = "PROGRESS"
    #: A worker writes the new version; the run can no longer be cancelled.
    PUBLISHING = "PUBLISHING"
    #: The run did its work; its result tells whether the new version went live.
    SUCCEEDED = "SUCCEEDED"
    #: The run made no version; its error tells why.
    FAILED = "FAILED"
    #: A caller cancelled the run before it wrote a version.
    CANCELLED = "CANCELLED"

    @property
    def is_terminal(self) -> bool:
        """Whether the run has ended."""
        return self in (RunState.SUCCEEDED, RunState.FAILED, RunState.CANCELLED)


class EventKind(Enum):
    """What happened in one step of a run."""

    ACCEPTED = "ACCEPTED"
    STARTED = "STARTED"
    PLANNED = "PLANNED"
    DISH_STARTED = "DISH_STARTED"
    DISH_FINISHED = "DISH_FINISHED"
    DISH_FAILED = "DISH_FAILED"
    PUBLISHING = "PUBLISHING"
    FINISHED = "FINISHED"


class RunRequest(Frozen):
    """A checked request to train a store.

    Args:
        store: Name of the store.
        place: Place of the restaurant, which decides its holidays and its weather.
        train_only_new: Whether only the dishes that have no model are trained.
        sales_data_source: Absolute path or URL of the sales file. Empty where the sales come from the database, or from
            the default file where the database has none of the store.
        force: True makes the new version live even if it is worse than the live one.
        warnings: Warnings about the request itself.
        keep_outliers: True learns from days that sold far more than ever before as they are. False limits them.
        events: Named days from which nothing is learnt.
        group: Id of the group with which the store is trained; empty for a store that is trained alone.
    """

    store: str
    place: Place
    train_only_new: bool = False
    sales_data_source: str
    force: bool = False
    warnings: tuple[Notice, ...] = ()
    keep_outliers: bool = False
    events: tuple[SalesEvent, ...] = ()
    group: str = ""

    @model_validator(mode="before")
    @classmethod
    def _read_earlier_release(cls, stored: Any) -> Any:
        """Reads requests that release 0.1 left in Redis, with `retrain_all` instead of its opposite."""
        if not isinstance(stored, dict) or "retrain_all" not in stored:
            return stored
        return {**stored, "train_only_new": not stored["retrain_all"]}


class Run(Frozen):
    """A run as it stands now.

    Args:
        run_id: Id of the run, as `new_run_id` made it.
        request: What was asked for.
        state: State of the run.
        created: Time at which the run was accepted.
        updated: Time of the latest step of the run.
        ended: Time of the end of the run; None while it is live.
        current: Number of dishes that have an outcome.
        total: Number of dishes that the run trains; 0 before the plan is made.
        error: Why the run failed or was cancelled; empty for any other run.
        sent: Time at which the service last sent a message to the workers that makes the run go on; None for never.
        result: What came of the run; None while it is live, and where the result was not asked for.
    """

    run_id: str
    request: RunRequest
    state: RunState
    created: dt.datetime
    updated: dt.datetime
    ended: dt.datetime | None = None
    current: int = 0
    total: int = 0
    error: str = ""
    sent: dt.datetime | None = None
    result: RunResult | None = None


class Event(Frozen):
    """One step of a run, as its watchers see it.

    Args:
        run_id: Id of the run.
        store: Name of the store whose run it is.
        sequence: Number of the event in its run: 1, 2, 3 … without gaps.
        kind: What happened.
        state: State of the run after this step.
        current: Number of dishes that have an outcome after this step.
        total: Number of dishes that the run trains; 0 before the plan is made.
        time: Time of the step.
        dish: Name of the dish that the step is about; empty where it is about none.
        message: Text for people.
        outcome: Outcome of the dish, in the events that end its training.
        result: Result of the run, in its last event.
    """

    run_id: str
    store: str
    sequence: int
    kind: EventKind
    state: RunState
    current: int
    total: int
    time: dt.datetime
    dish: str = ""
    message: str = ""
    outcome: DishOutcome | None = None
    result: RunResult | None = None

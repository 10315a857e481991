"""What is kept of a run: its request, its state, the outcome of every dish, its events and its result."""

import datetime as dt
import re
import secrets
from enum import Enum

from shared.notices import Notice
from shared.restaurant.place import Place
from training_service.outcomes import DishOutcome, Frozen, RunResult

#: What `new_run_id` answers.
RUN_ID = re.compile(r"\d{8}-\d{6}-\d{6}-[0-9a-f]{8}")


def new_run_id(now: dt.datetime) -> str:
    """A name for a run that begins now.

    To the microsecond: versions bear the names of runs, and those of a store are ordered by their names.
    """
    return f"{now:%Y%m%d-%H%M%S-%f}-{secrets.token_hex(4)}"


class RunState(Enum):
    """Where a run stands."""

    #: Accepted, not yet begun by a worker.
    PENDING = "PENDING"
    #: A worker reads the sales and plans.
    STARTED = "STARTED"
    #: Dishes are being trained.
    PROGRESS = "PROGRESS"
    #: The new version is being written.
    PUBLISHING = "PUBLISHING"
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"

    @property
    def is_terminal(self) -> bool:
        """Whether nothing more will happen."""
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
    """What was asked for.

    Args:
        store: the restaurant.
        place: whose holidays are used.
        retrain_all: False trains only dishes without a model.
        sales_data_source: absolute path of the sales file.
        force: the new version goes live even if it is worse.
        warnings: about the request itself.
    """

    store: str
    place: Place
    retrain_all: bool
    sales_data_source: str
    force: bool = False
    warnings: tuple[Notice, ...] = ()


class Run(Frozen):
    """A run as it stands now.

    Args:
        sent: when a message that makes it go on was last sent to the workers by the service.
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
        sequence: 1, 2, 3 … without gaps.
        state, current, total: of the run after this step.
        dish: for steps of one dish.
        message: for people.
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

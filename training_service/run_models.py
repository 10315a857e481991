"""What is kept of a run: its request, its state, the outcome of every dish, its events and its result."""

import datetime as dt
from enum import Enum

from pydantic import BaseModel, ConfigDict

from shared.manifest import FiguresEntry
from shared.place import Place


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


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


class Warned(_Frozen):
    """Something the caller should know that did not stop the run."""

    reason: str
    message: str


class RunRequest(_Frozen):
    """What was asked for.

    Args:
        store: the restaurant.
        place: whose holidays are used.
        retrain_all: False trains only dishes without a model.
        sales_data_source: absolute path of the sales file.
        warnings: about the request itself.
    """

    store: str
    place: Place
    retrain_all: bool
    sales_data_source: str
    warnings: tuple[Warned, ...] = ()


class DishFailure(_Frozen):
    """Why a dish has no new model."""

    dish: str
    reason: str
    message: str


class DishSuccess(_Frozen):
    """A trained dish, stored in the registry.

    Args:
        dish, champion: what was trained.
        artifact: digest of the stored model.
        figures: of every candidate, the champion's first.
        history_start, history_end, history_days: what was learnt from.
        seconds: the worker's time.
    """

    dish: str
    champion: str
    artifact: str
    figures: tuple[FiguresEntry, ...]
    history_start: dt.date
    history_end: dt.date
    history_days: int
    seconds: float


class DishOutcome(_Frozen):
    """How the training of one dish ended; exactly one of both is set."""

    success: DishSuccess | None = None
    failure: DishFailure | None = None


class Skipped(_Frozen):
    """A dish that was not to be trained."""

    dish: str
    reason: str


class RunResult(_Frozen):
    """What came of a run.

    Args:
        version: that was made, or empty.
        published: whether it was made live.
        successes, failures, skipped: every dish stands in one of them.
        warnings: what the caller should know.
    """

    version: str = ""
    published: bool = False
    successes: tuple[DishSuccess, ...] = ()
    failures: tuple[DishFailure, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    warnings: tuple[Warned, ...] = ()


class Run(_Frozen):
    """A run as it stands now."""

    run_id: str
    request: RunRequest
    state: RunState
    created: dt.datetime
    updated: dt.datetime
    ended: dt.datetime | None = None
    current: int = 0
    total: int = 0
    error: str = ""
    result: RunResult | None = None


class Event(_Frozen):
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

"""What is kept of a run: its request, its state, the outcome of every dish, its events and its result."""

import datetime as dt
import re
import secrets
from enum import Enum

from pydantic import BaseModel, ConfigDict

from shared.manifest import FiguresEntry, FoldEntry, HorizonEntry
from shared.place import Place

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
        force: the new version goes live even if it is worse.
        warnings: about the request itself.
    """

    store: str
    place: Place
    retrain_all: bool
    sales_data_source: str
    force: bool = False
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
        weights: of the forecasters that make the champion.
        artifact: digest of the stored model.
        trees: digest of the pooled trees that it needs, or empty.
        figures: of every candidate, the champion's first.
        folds, horizons: of the champion, for the manifest; left out of what watchers are told.
        history_start, history_end, history_days: what was learnt from.
        seconds: the worker's time.
    """

    dish: str
    champion: str
    weights: dict[str, float]
    artifact: str
    trees: str
    figures: tuple[FiguresEntry, ...]
    folds: tuple[FoldEntry, ...] = ()
    horizons: tuple[HorizonEntry, ...] = ()
    history_start: dt.date
    history_end: dt.date
    history_days: int
    seconds: float


class DishOutcome(_Frozen):
    """How the training of one dish ended; exactly one of both is set."""

    success: DishSuccess | None = None
    failure: DishFailure | None = None


class Skipped(_Frozen):
    """A dish that was not to be trained, and why: for programs, and for people."""

    dish: str
    reason: str
    message: str


class Comparison(_Frozen):
    """Backtests of the live version and the new one, on the same folds of the same dishes.

    Args:
        live_version: that was live when the new one was made.
        live_wape, new_wape: of either.
        dishes: that both have.
        days: of all dishes, forecast by both.
        margin: share by which the new WAPE may be higher.
    """

    live_version: str
    live_wape: float
    new_wape: float
    dishes: int
    days: int
    margin: float

    @property
    def is_worse(self) -> bool:
        """The new version is worse by more than noise."""
        return self.new_wape > self.live_wape * (1 + self.margin)


class Outlier(_Frozen):
    """A day on which a dish sold far more or less than usual on that weekday; it is kept.

    Args:
        dish, date: which.
        quantity: units sold.
        usual: median of the weekday.
    """

    dish: str
    date: dt.date
    quantity: float
    usual: float


class WeatherWorth(_Frozen):
    """What forecasts of the weather are good for: backtests of the pooled trees with them and without.

    Args:
        wape_with, wape_without: of either.
        days: of all dishes that were scored.
        is_forecast: whether such forecasts will be at hand when sales are forecast.
    """

    wape_with: float
    wape_without: float
    days: int
    is_forecast: bool


class DataReport(_Frozen):
    """What the sales of a run look like.

    Args:
        sales_source: "database", or the file.
        rows: read of this store.
        first_day, last_day: of the sales.
        dishes: that are named.
        closed_days: on which nothing at all was sold.
        rows_added_up: beyond the first of their dish and day.
        refund_rows: negative ones, set off against the other sales of their dish and day.
        unfinished_rows: of days that are not over; they are left out.
        filled_days: days of dishes without a row on which the restaurant was open: zero sales.
        outlier_days: days far from the usual, all of them kept; `outliers` names the farthest.
        stopped: dishes that are no longer sold.
        short: dishes with too short a history for every forecaster.
        similar_names: names that differ only in case or white space; they are not merged.
        weather_source: "database", "weather.csv", "Open-Meteo" or "none".
        weather_columns: that it has for most days; the models do without the others.
        sales_columns: of a file: its names of the date, the dish and the quantity.
    """

    sales_source: str
    rows: int
    first_day: dt.date
    last_day: dt.date
    dishes: int
    closed_days: int
    rows_added_up: int
    refund_rows: int
    unfinished_rows: int
    filled_days: int
    outlier_days: int
    outliers: tuple[Outlier, ...]
    stopped: tuple[str, ...]
    short: tuple[str, ...]
    similar_names: tuple[tuple[str, ...], ...]
    weather_source: str
    weather_columns: tuple[str, ...] = ()
    sales_columns: tuple[str, ...] = ()


class RunResult(_Frozen):
    """What came of a run.

    Args:
        version: that was made, or empty.
        published: whether it was made live.
        successes, failures, skipped: every dish stands in one of them.
        warnings: what the caller should know.
        comparison: with the version that was live, where there is anything to compare.
        report: on the sales; None where the run ended before they were read.
        weather_worth: None without weather, or where the history is too short to tell.
    """

    version: str = ""
    published: bool = False
    successes: tuple[DishSuccess, ...] = ()
    failures: tuple[DishFailure, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    warnings: tuple[Warned, ...] = ()
    comparison: Comparison | None = None
    report: DataReport | None = None
    weather_worth: WeatherWorth | None = None


class Run(_Frozen):
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

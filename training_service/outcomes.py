"""What a run leaves behind: the outcome of every dish, the report on its sales, its warnings and its result."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, model_validator

from shared.notices import DishFailure, Notice
from shared.registry.manifest import DishEntry
from training_service.learning.weather_worth import WeatherWorth

#: The reason of the warning that a file stood in for the database.
SALES_FROM_FILE = "SALES_FROM_FILE"

#: The reason of the warning that rows of days to come were left out.
FUTURE_SALES = "FUTURE_SALES"

#: Reason of the warning that an address or a database could not be asked, and what was known before is used.
PLACE_OF_LIVE_VERSION = "PLACE_OF_LIVE_VERSION"


class Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


class DishSuccess(Frozen):
    """A trained dish whose model is stored in the registry.

    Args:
        dish: Name of the dish.
        entry: Entry of the dish in the manifest. Watchers are not told its folds and horizons.
        seconds: Time that the worker took.
    """

    dish: str
    entry: DishEntry
    seconds: float

    @model_validator(mode="before")
    @classmethod
    def _read_earlier_release(cls, stored: Any) -> Any:
        """Reads outcomes that release 0.1.0 left in Redis, where the fields of the entry lay beside `dish`."""
        if not isinstance(stored, dict) or "entry" in stored:
            return stored
        of_entry = {name: value for name, value in stored.items() if name in DishEntry.model_fields}
        own = {name: value for name, value in stored.items() if name not in of_entry}
        return {**own, "entry": {"trained_version": "", **of_entry}}


class DishOutcome(Frozen):
    """How the training of one dish ended; exactly one of both is set."""

    success: DishSuccess | None = None
    failure: DishFailure | None = None


class Skipped(Frozen):
    """A dish that was not to be trained, and why: for programs, and for people."""

    dish: str
    reason: str
    message: str


class Comparison(Frozen):
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


class Outlier(Frozen):
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


class DataReport(Frozen):
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
        short: Dishes that are trained without Prophet and the hybrid, because their history is too short for both.
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


class RunResult(Frozen):
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
    warnings: tuple[Notice, ...] = ()
    comparison: Comparison | None = None
    report: DataReport | None = None
    weather_worth: WeatherWorth | None = None


def result_of(
    outcomes: Mapping[str, DishOutcome],
    version: str = "",
    *,
    published: bool = False,
    skipped: Sequence[Skipped] = (),
    warnings: Sequence[Notice] = (),
) -> RunResult:
    """The result of a run.

    Args:
        outcomes: by dish.
        version: that was written, or empty.
        published: it was made live.
        skipped: those that were not to be trained.
        warnings: what the caller should know of the run.
    """
    ordered = [outcomes[dish] for dish in sorted(outcomes)]
    return RunResult(
        version=version,
        published=published,
        successes=tuple(outcome.success for outcome in ordered if outcome.success),
        failures=tuple(outcome.failure for outcome in ordered if outcome.failure),
        skipped=tuple(skipped),
        warnings=tuple(warnings),
    )

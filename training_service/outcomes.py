"""Defines the records of a run's results: outcomes of dishes, report on the sales, comparison of versions, result."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, model_validator

from shared.notices import DishFailure, Notice
from shared.registry.manifest import DishEntry
from training_service.learning.weather_worth import WeatherWorth

#: Reason of the warning that the sales came from a file because the database gave none.
SALES_FROM_FILE = "SALES_FROM_FILE"

#: Reason of the warning that rows of days to come were left out.
FUTURE_SALES = "FUTURE_SALES"

#: Reason of the warning that tells how a file was read, where its form left a choice.
SALES_FORM = "SALES_FORM"

#: Reason of the warning that the database or the weather service gave no weather.
NO_WEATHER = "NO_WEATHER"

#: Reason of the warning that rows were left out that were not sold: voided, cancelled, deleted, tests and so on.
ROWS_NOT_SOLD = "ROWS_NOT_SOLD"

#: Reason of the warning that rows of returns with positive quantities were subtracted from the sales.
RETURNS_SUBTRACTED = "RETURNS_SUBTRACTED"

#: Reason of the warning that rows of totals and headings were left out.
TOTALS_LEFT_OUT = "TOTALS_LEFT_OUT"

#: Reason of the warning that days have sales after midnight alone, which probably belong to the evening before.
SOLD_AFTER_MIDNIGHT = "SOLD_AFTER_MIDNIGHT"

#: Reason of the warning that the last day of a file was left out, as the export was made before closing time.
LAST_DAY_UNFINISHED = "LAST_DAY_UNFINISHED"

#: Reason of the warning that lines of receipts stand in a file twice.
RECEIPTS_TWICE = "RECEIPTS_TWICE"

#: Reason of the warning that lines without a date took the date of their order from the line above.
DATES_FROM_ORDERS = "DATES_FROM_ORDERS"

#: Reason of the warning that days sold far more than ever before and are learnt as less.
DAYS_LIMITED = "DAYS_LIMITED"

#: Reason of the warning that the named days beside the sales were left out, because they cannot be read.
EVENTS_UNREADABLE = "EVENTS_UNREADABLE"

#: Reason of the warning that the school holidays beside the sales were left out, because they cannot be read.
SCHOOL_HOLIDAYS_UNREADABLE = "SCHOOL_HOLIDAYS_UNREADABLE"

#: Reason of the warning that no school holidays to come are known, while past ones are.
SCHOOL_HOLIDAYS_ENDED = "SCHOOL_HOLIDAYS_ENDED"

#: Reason of the warning that named events explain no day of the sales.
EVENTS_UNMATCHED = "EVENTS_UNMATCHED"

#: Reason of the warning that the weather file beside a sales file was left out, because it cannot be read.
WEATHER_FILE_UNREADABLE = "WEATHER_FILE_UNREADABLE"

#: Reason of the warning that the place of the live version is used, because a service or database did not answer.
PLACE_OF_LIVE_VERSION = "PLACE_OF_LIVE_VERSION"


class Frozen(BaseModel):
    """A record that cannot be changed."""

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
    """How the training of one dish ended: `success` or `failure` is set, never both."""

    success: DishSuccess | None = None
    failure: DishFailure | None = None


class Skipped(Frozen):
    """A dish that was not to be trained.

    Args:
        dish: Name of the dish.
        reason: Stable code in UPPER_SNAKE_CASE, for programs.
        message: Why the dish was not trained, for people.
    """

    dish: str
    reason: str
    message: str


class Comparison(Frozen):
    """Backtests of the live version and of the new version, on the same folds of the same dishes.

    Args:
        live_version: Name of the version that was live when the new version was made.
        live_wape: WAPE of the live version.
        new_wape: WAPE of the new version.
        dishes: Number of dishes that were compared.
        days: Number of days that were compared, summed over all dishes.
        margin: Share by which the WAPE of the new version may be higher.
    """

    live_version: str
    live_wape: float
    new_wape: float
    dishes: int
    days: int
    margin: float

    @property
    def is_worse(self) -> bool:
        """Whether the WAPE of the new version is higher by more than the margin."""
        return self.new_wape > self.live_wape * (1 + self.margin)


class Outlier(Frozen):
    """A day on which a dish sold far more or far less than usual on its weekday.

    Args:
        dish: Name of the dish.
        date: The day.
        quantity: Units sold.
        usual: Median of the weekday, in units.
        limited_to: Units that the forecasters learn instead of `quantity`; None where they learn `quantity`.
        line: Line of the file with the largest quantity of the dish on this day; 0 where there is none.
    """

    dish: str
    date: dt.date
    quantity: float
    usual: float
    limited_to: float | None = None
    line: int = 0


class DataReport(Frozen):
    """What a run found in the sales.

    Args:
        sales_source: "database", or the name of the file.
        rows: Number of rows of this store.
        first_day: First day of the sales.
        last_day: Last day of the sales.
        dishes: Number of dishes that the sales name.
        closed_days: Number of days on which the restaurant was closed.
        rows_added_up: Number of rows that were added to an earlier row of the same dish and day.
        refund_rows: Number of negative rows, which were subtracted from the other sales of their dish and day.
        unfinished_rows: Number of rows of days that are not over; they are left out.
        left_out_rows: Number of rows of a file that were left out because they are no sales, by reason, such as
            "voided" or "totals".
        filled_days: Number of open days without a row, which count as zero sales, summed over all dishes.
        event_days: Number of days of dishes that are events and are not learnt, summed over all dishes.
        outlier_days: Number of outliers of all dishes.
        outliers: The outliers that are limited, then the others; those that are farthest from the usual first.
        stopped: Names of the dishes that are no longer sold.
        short: Names of the dishes that are trained without Prophet and the hybrid, because their history is
            too short for both.
        similar_names: Groups of names that differ only in case or white space; they are not merged.
        weather_source: "database", "weather.csv", "Open-Meteo" or "none".
        weather_columns: Names of the weather columns that are known on enough days to be used.
        sales_columns: Names of the columns of a sales file: date, dish and quantity; empty for a database.
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
    left_out_rows: Mapping[str, int] = {}
    event_days: int = 0


class RunResult(Frozen):
    """The result of a run. Every dish stands in `successes`, `failures` or `skipped`.

    Args:
        version: Name of the version that was made, or empty.
        published: Whether the version was made live.
        successes: Dishes that were trained.
        failures: Dishes whose training failed.
        skipped: Dishes that were not to be trained.
        warnings: What the caller should know about the run.
        comparison: Comparison with the version that was live; None where there is nothing to compare.
        report: Report on the sales; None where the run ended before the sales were read.
        weather_worth: How much weather forecasts help; None without weather, or where the history is too short.
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
    """Makes the result of a run, with its dishes in the order of their names.

    Args:
        outcomes: Outcomes by name of the dish.
        version: Name of the version that was written, or empty.
        published: Whether the version was made live.
        skipped: Dishes that were not to be trained.
        warnings: What the caller should know about the run.
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

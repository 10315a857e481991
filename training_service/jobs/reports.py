"""Writes what a run reports to its watchers: the description of its plan, and its result."""

from collections.abc import Mapping, Sequence

from shared.notices import Notice
from training_service.learning.short_dishes import demanding_forecasters
from training_service.outcomes import FUTURE_SALES, NO_WEATHER, SALES_FROM_FILE, DishOutcome, RunResult, result_of
from training_service.versions.planned_work import PlannedWork
from training_service.versions.run_sales import WEATHER_UNUSED

#: Reasons of the warnings about sales and weather, which the description of the plan repeats.
_ABOUT_SOURCES = (SALES_FROM_FILE, FUTURE_SALES, NO_WEATHER, WEATHER_UNUSED)


def describe_plan(work: PlannedWork) -> str:
    """Describes a plan in one line for people: dishes, days, weather, sales and the warnings about them.

    The line says how many of the dishes to train are short, and which forecasters they go without.
    """
    short = len(set(work.report.short) & set(work.dishes))
    without = f" ({short} too short for {', '.join(demanding_forecasters(work.config))})" if short else ""
    days, dishes = len(work.history.closed), len(work.dishes)
    closed = int(work.history.closed.sum())
    weather = ", ".join(work.history.weather) or "none"
    warned = "".join(f"; {each.message}" for each in work.warnings if each.reason in _ABOUT_SOURCES)
    group = f"trees of a group of {work.group_stores} stores; " if work.group_stores else ""
    return (
        f"{dishes} dishes to train{without}, {len(work.shared)} shared, {len(work.skipped)} skipped; "
        f"{work.history.start} to {work.history.end}, {days} days, {closed} closed; weather: {weather}; "
        f"{group}sales from {work.report.sales_source}{warned}"
    )


def run_result(
    work: PlannedWork,
    outcomes: Mapping[str, DishOutcome],
    version: str = "",
    *,
    published: bool = False,
    warnings: Sequence[Notice] = (),
) -> RunResult:
    """Makes the result of a run that has a plan.

    Args:
        work: Plan of the run, with its report on the sales and its warnings.
        outcomes: Outcomes by name of the dish.
        version: Name of the version that the run wrote; empty where it wrote none.
        published: True where the version was made live.
        warnings: Warnings beyond those of the plan.
    """
    told = [*work.warnings, *warnings]
    result = result_of(outcomes, version, published=published, skipped=work.skipped, warnings=told)
    worth = work.store_fit.weather_worth if work.store_fit else None
    return result.model_copy(update={"report": work.report, "weather_worth": worth})

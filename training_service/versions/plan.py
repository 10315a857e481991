"""Makes the plan of a run: reads the sales, lays them out by day and decides which dishes are to be trained."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from shared.config import PipelineConfig
from shared.errors import UnservableVersion
from shared.notices import Notice
from shared.registry.manifest import Manifest
from shared.registry.registry import Registry
from shared.restaurant.place import FALLBACK_LOCATION
from training_service.learning.short_dishes import is_short
from training_service.learning.store_fit import fit_store
from training_service.learning.store_history import (
    MIN_WEATHER_COVERAGE,
    StoreHistory,
    build_store_history,
    weather_coverage,
)
from training_service.outcomes import Skipped
from training_service.runs.run_models import Run
from training_service.sources.sales_source import SalesData, SalesSource
from training_service.versions.complete_days import complete_days
from training_service.versions.data_report import data_report
from training_service.versions.planned_work import PlannedWork

#: Reason of the warning that all dishes are trained although only new ones were asked for.
NOTHING_TO_SHARE = "NOTHING_TO_SHARE"

#: Reason of the warning that weather is known on too few days of the sales.
WEATHER_UNUSED = "WEATHER_UNUSED"

#: Short dishes, which take no time, share a message.
SHORT_DISHES_PER_MESSAGE = 20


def make_plan(run: Run, source: SalesSource, registry: Registry, config: PipelineConfig, lanes: int) -> PlannedWork:
    """Decides what a run has to do, and fits what all dishes share.

    Args:
        run: what was asked for.
        source: reads its sales.
        registry: tells which dishes have models; takes the pooled trees.
        config: features and limits.
        lanes: messages of the run that may wait or be worked on at a time.

    Raises:
        InvalidInput: the sales cannot be read.
        Unavailable: the storage does not answer.
    """
    store = run.request.store
    is_stand_in = any(warning.reason == FALLBACK_LOCATION for warning in run.request.warnings)
    place = run.request.place
    weather_place = None if is_stand_in else place
    data = complete_days(source.read(run.request.sales_data_source, store, weather_place), place, config)
    history = build_store_history(data.sales, data.weather, config)
    history = replace(history, is_forecast=source.forecasts_weather(weather_place))
    report = data_report(data, history, config)
    warnings = [*run.request.warnings, *data.warnings]
    warnings += _unused_weather(data, history, config)
    live = registry.current(store)
    parent = registry.readable_manifest(store, live) if live else None
    shareable = set(parent.dishes) if parent and can_share(parent, run, config) else set()
    if parent and not shareable and not run.request.retrain_all:
        message = "the live version was trained with other settings or for another place: all dishes are trained again"
        warnings.append(Notice(NOTHING_TO_SHARE, message))

    sold = [dish for dish, values in history.sales.items() if np.isfinite(values).any()]
    unsold = [dish for dish in history.sales if dish not in sold]
    skipped = _skipped(unsold, "NEVER_SOLD", "it was never sold")
    gone = f"it was not sold on the last {config.stopped_after_days} open days"
    skipped += _skipped(report.stopped, "NO_LONGER_SOLD", gone)
    sold = [dish for dish in sold if dish not in report.stopped]
    if run.request.retrain_all:
        dishes, shared = sold, []
    else:
        dishes = [dish for dish in sold if dish not in shareable]
        shared = sorted(shareable - set(report.stopped))
        skipped += _skipped([dish for dish in sold if dish in shareable], "HAS_MODEL", "it has a model")
    store_fit, trees = None, ""
    if dishes:
        store_fit = fit_store(history, place.calendar, config)
        trees = registry.put(store, store_fit.trees.to_payload()) if store_fit.trees else ""
    messages = _messages(dishes, history, config)
    return PlannedWork(
        history=history,
        store_fit=store_fit,
        trees=trees,
        dishes=dishes,
        shared=shared,
        parent=live or "",
        skipped=skipped,
        warnings=warnings,
        report=report,
        config=config,
        lanes=[messages[lane::lanes] for lane in range(lanes)],
    )


def _skipped(dishes: Sequence[str], reason: str, message: str) -> list[Skipped]:
    return [Skipped(dish=dish, reason=reason, message=message) for dish in dishes]


def _unused_weather(data: SalesData, history: StoreHistory, config: PipelineConfig) -> list[Notice]:
    """A warning where columns of weather are known on too few days."""
    known = {} if data.weather is None else weather_coverage(data.weather, history.dates, config)
    unused = [f"{name} ({share:.0%} of the days)" for name, share in known.items() if name not in history.weather]
    if not unused:
        return []
    message = (
        f"{data.weather_origin} has {', '.join(unused)} from {history.start} to {history.end}; with less than "
        f"{MIN_WEATHER_COVERAGE:.0%} the models do without"
    )
    return [Notice(WEATHER_UNUSED, message)]


def can_share(parent: Manifest, run: Run, config: PipelineConfig) -> bool:
    """Whether a new version may take artifacts over: only one configuration and one place can be in a version."""
    try:
        return parent.servable_config() == config and parent.place == run.request.place
    except UnservableVersion:
        return False


def _messages(dishes: Sequence[str], history: StoreHistory, config: PipelineConfig) -> list[list[str]]:
    """The dishes of each message: one for each dish, short ones together."""
    short = [dish for dish in dishes if is_short(dish, history, config)]
    together = set(short)
    long = [[dish] for dish in dishes if dish not in together]
    step = SHORT_DISHES_PER_MESSAGE
    return long + [short[i : i + step] for i in range(0, len(short), step)]

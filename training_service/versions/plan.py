"""Makes the plan of a run: reads the sales, chooses the dishes to train and fits what all dishes share."""

from collections.abc import Sequence

from shared.config import PipelineConfig
from shared.notices import Notice
from shared.registry.registry import Registry
from training_service.learning.group_trees import GroupTrees
from training_service.learning.short_dishes import is_short
from training_service.learning.store_fit import StoreFit, fit_store
from training_service.learning.store_history import StoreHistory
from training_service.runs.run_models import Run
from training_service.sources.sales_source import SalesSource
from training_service.versions.dish_choice import can_share, choose_dishes
from training_service.versions.planned_work import PlannedWork
from training_service.versions.run_sales import RunSales, read_run_sales

#: Reason of the warning that all dishes are trained although only new ones were asked for.
NOTHING_TO_SHARE = "NOTHING_TO_SHARE"

#: Short dishes that one message names at most. Short dishes are quick to train: Prophet is not fitted to them.
SHORT_DISHES_PER_MESSAGE = 20


def make_plan(
    run: Run,
    source: SalesSource,
    registry: Registry,
    config: PipelineConfig,
    lanes: int,
    short_dishes_per_message: int = SHORT_DISHES_PER_MESSAGE,
) -> PlannedWork:
    """Reads the sales of a run, decides what the run has to do, and fits what all dishes share.

    Args:
        run: Run to plan.
        source: Reads the sales and the weather.
        registry: Tells which dishes have models, and takes the pooled trees.
        config: Configuration to train with.
        lanes: Number of messages of the run that may wait or be worked on at a time.
        short_dishes_per_message: Number of short dishes that one message names at most.

    Raises:
        InvalidInput: The sales cannot be read, or no day of them is over.
        Unavailable: The sales, the weather or the registry do not answer.
    """
    sales = read_run_sales(run, source, config)
    return plan_with(run, sales, registry, config, lanes, short_dishes_per_message=short_dishes_per_message)


def plan_with(
    run: Run,
    sales: RunSales,
    registry: Registry,
    config: PipelineConfig,
    lanes: int,
    group: GroupTrees | None = None,
    short_dishes_per_message: int = SHORT_DISHES_PER_MESSAGE,
) -> PlannedWork:
    """Decides what a run has to do with sales that were read, and fits what all dishes share.

    Args:
        run: Run to plan.
        sales: The sales of the run.
        registry: Tells which dishes have models, and takes the pooled trees.
        config: Configuration to train with.
        lanes: Number of messages of the run that may wait or be worked on at a time.
        group: Trees that the group of the store has fitted; None for a store that is trained alone.
        short_dishes_per_message: Number of short dishes that one message names at most.

    Raises:
        Unavailable: The registry does not answer.
    """
    store, history = run.request.store, sales.history
    live = registry.current(store) or ""
    shareable, unshared = _shareable_dishes(run, registry, live, config)
    choice = choose_dishes(history, sales.report.stopped, shareable, config, train_only_new=run.request.train_only_new)
    store_fit, trees = _fit(run, history, registry, config, group) if choice.trained else (None, "")
    messages = _messages(choice.trained, history, config, short_dishes_per_message)
    return PlannedWork(
        history=history,
        store_fit=store_fit,
        trees=trees,
        dishes=choice.trained,
        shared=choice.shared,
        parent=live,
        skipped=choice.skipped,
        warnings=[*run.request.warnings, *sales.warnings, *unshared],
        report=sales.report,
        config=config,
        lanes=[messages[lane::lanes] for lane in range(lanes)],
        group_stores=group.stores if group else 0,
    )


def _shareable_dishes(
    run: Run, registry: Registry, live: str, config: PipelineConfig
) -> tuple[set[str], Sequence[Notice]]:
    """Names of the dishes whose artifacts the new version may take over from the live one.

    Also answers the warning that there are none, where a run that asks for new dishes only trains all dishes again.
    """
    parent = registry.readable_manifest(run.request.store, live) if live else None
    if parent is None:
        return set(), ()
    if can_share(parent, run, config) and parent.dishes:
        return set(parent.dishes), ()
    if not run.request.train_only_new:
        return set(), ()
    message = (
        "the live version was trained with other settings, under other names of holidays or for another place: all "
        "dishes are trained again"
    )
    return set(), (Notice(NOTHING_TO_SHARE, message),)


def _fit(
    run: Run, history: StoreHistory, registry: Registry, config: PipelineConfig, group: GroupTrees | None
) -> tuple[StoreFit, str]:
    """What all dishes share, and the digest of the stored pooled trees, empty without trees."""
    store_fit = fit_store(history, run.request.place.calendar, config, group)
    if store_fit.trees is None:
        return store_fit, ""
    return store_fit, registry.put(run.request.store, store_fit.trees.to_payload())


def _messages(dishes: Sequence[str], history: StoreHistory, config: PipelineConfig, count: int) -> list[list[str]]:
    """The dishes of each message: one dish, or up to `count` short dishes together."""
    short = [dish for dish in dishes if is_short(dish, history, config)]
    long = [[dish] for dish in dishes if dish not in set(short)]
    return long + [short[i : i + count] for i in range(0, len(short), count)]

"""Makes the manifest of a new version from the outcomes of a run's dishes."""

from collections.abc import Mapping
from dataclasses import asdict

from shared.config import PipelineConfig
from shared.forecasting.pooled import PooledForecaster
from shared.registry.manifest import DishEntry, FiguresEntry, Manifest, fingerprint
from shared.registry.registry import Registry
from shared.restaurant.holiday_names import HolidayNames
from shared.restaurant.ongoing_closure import OngoingClosure
from shared.restaurant.store_context import StoreContext
from shared.restaurant.weather import Climatology
from training_service.learning.train_dish import TrainedDish
from training_service.outcomes import FUTURE_SALES, PLACE_OF_LIVE_VERSION, DishOutcome, DishSuccess
from training_service.runs.run_models import Run
from training_service.versions.plan import NOTHING_TO_SHARE, can_share
from training_service.versions.planned_work import PlannedWork

#: Warnings that concern a run only, and no forecast of its version.
_OF_THE_RUN = (NOTHING_TO_SHARE, PLACE_OF_LIVE_VERSION, FUTURE_SALES)


def version_of(run: Run) -> str:
    """Name of the version that a run makes: always the same one, so that publishing twice is harmless."""
    return f"v{run.run_id}"


def build_manifest(
    run: Run, work: PlannedWork, outcomes: Mapping[str, DishOutcome], registry: Registry, config: PipelineConfig
) -> Manifest:
    """Puts a version together: trained dishes, dishes shared with the parent, and the old model of those that failed.

    Args:
        run: the run, which names the version.
        work: its plan.
        outcomes: by dish; at least one is a success.
        registry: has the parent, takes the context.
        config: what was trained with.
    """
    version = version_of(run)
    stored_config = config.model_dump(mode="json")
    parent = _parent(run, work, registry, config)
    taken_over = set(work.shared) | {dish for dish, outcome in outcomes.items() if outcome.failure}
    dishes = {dish: entry for dish, entry in parent.dishes.items() if dish in taken_over} if parent else {}
    climatology = dict(work.history.climatology().means)
    if parent and dishes:
        # Artifacts taken over may know weather that this run's sales came without.
        old = StoreContext.from_payload(registry.get(run.request.store, parent.context))
        climatology = {**old.climatology.means, **climatology}
    closing = work.history.closing_habits(run.request.place.calendar, config)
    closure = OngoingClosure.of_history(work.history.end, work.history.closed)
    context = StoreContext(Climatology(climatology), closing, closure)
    for dish, outcome in outcomes.items():
        if outcome.success:
            trained = outcome.success
            dishes[dish] = DishEntry(
                champion=trained.champion,
                weights=trained.weights,
                artifact=trained.artifact,
                trees=trained.trees,
                figures=trained.figures,
                folds=trained.folds,
                horizons=trained.horizons,
                history_start=trained.history_start,
                history_end=trained.history_end,
                history_days=trained.history_days,
                trained_version=version,
            )
    first_day = min([work.history.start, *(entry.history_start for entry in dishes.values())])
    last_day = max([work.history.end, *(entry.history_end for entry in dishes.values())])
    return Manifest(
        store=run.request.store,
        version=version,
        created=run.created,
        run_id=run.run_id,
        parent=work.parent,
        config=stored_config,
        fingerprint=fingerprint(stored_config),
        place=run.request.place,
        context=registry.put(run.request.store, context.to_payload()),
        dishes=dict(sorted(dishes.items())),
        holiday_names=HolidayNames.of_history(run.request.place.calendar, first_day, last_day),
        warnings=tuple(warning for warning in work.warnings if warning.reason not in _OF_THE_RUN),
    )


def _parent(run: Run, work: PlannedWork, registry: Registry, config: PipelineConfig) -> Manifest | None:
    if not work.parent:
        return None
    if work.shared:
        return registry.manifest(run.request.store, work.parent)
    parent = registry.readable_manifest(run.request.store, work.parent)
    return parent if parent and can_share(parent, run, config) else None


def success_of(trained: TrainedDish, artifact: str, trees: str, seconds: float) -> DishSuccess:
    """What is kept of a trained dish in its run and in the manifest.

    Args:
        trained: the dish, trained.
        artifact: digest of its stored model.
        trees: digest of the pooled trees that it was trained with, or empty.
        seconds: time that the worker took.
    """
    model = trained.model
    return DishSuccess(
        dish=model.dish,
        champion=model.forecaster.name,
        weights=dict(model.weights),
        artifact=artifact,
        trees=trees if PooledForecaster.name in model.weights else "",
        figures=tuple(FiguresEntry(**asdict(figures)) for figures in trained.figures),
        folds=trained.folds,
        horizons=trained.horizons,
        history_start=trained.history_start,
        history_end=model.history_end,
        history_days=trained.history_days,
        seconds=seconds,
    )

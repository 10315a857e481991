"""Makes the manifest of a new version and the result of a run from the outcomes of its dishes."""

from collections.abc import Mapping

import structlog

from shared.config import PipelineConfig
from shared.errors import ForecastingError
from shared.manifest import DishEntry, Manifest, fingerprint
from shared.registry import Registry
from shared.store_context import StoreContext
from shared.weather import Climatology
from training_service.plan import can_share
from training_service.run_models import DishOutcome, Run, RunResult, Skipped, Warned
from training_service.workspace import PlannedWork

log = structlog.get_logger(__name__)


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
    parent = _parent(run, work, registry, config)
    taken_over = set(work.shared) | {dish for dish, outcome in outcomes.items() if outcome.failure}
    dishes = {dish: entry for dish, entry in parent.dishes.items() if dish in taken_over} if parent else {}
    climatology = dict(work.history.climatology().means)
    if parent and dishes:
        # Artifacts taken over may know weather that this run's sales came without.
        old = StoreContext.from_payload(registry.get(run.request.store, parent.context))
        climatology = {**old.climatology.means, **climatology}
    context = StoreContext(Climatology(climatology), work.history.closed_weekdays(config))
    for dish, outcome in outcomes.items():
        if outcome.success:
            trained = outcome.success
            dishes[dish] = DishEntry(
                champion=trained.champion,
                artifact=trained.artifact,
                figures=trained.figures,
                history_start=trained.history_start,
                history_end=trained.history_end,
                history_days=trained.history_days,
                trained_version=version,
            )
    return Manifest(
        store=run.request.store,
        version=version,
        created=run.created,
        run_id=run.run_id,
        parent=work.parent,
        config=config.model_dump(mode="json"),
        fingerprint=fingerprint(config),
        place=run.request.place,
        context=registry.put(run.request.store, context.to_payload()),
        dishes=dict(sorted(dishes.items())),
        warnings=tuple(work.warnings),
    )


def result_of(work: PlannedWork, outcomes: Mapping[str, DishOutcome], version: str) -> RunResult:
    """The result of a run that trained.

    Args:
        work: its plan.
        outcomes: by dish.
        version: that was made live, or empty.
    """
    ordered = [outcomes[dish] for dish in sorted(outcomes)]
    return RunResult(
        version=version,
        published=bool(version),
        successes=tuple(outcome.success for outcome in ordered if outcome.success),
        failures=tuple(outcome.failure for outcome in ordered if outcome.failure),
        skipped=tuple(Skipped(dish=dish, reason=reason) for dish, reason in work.skipped),
        warnings=tuple(Warned(reason=reason, message=message) for reason, message in work.warnings),
    )


def _parent(run: Run, work: PlannedWork, registry: Registry, config: PipelineConfig) -> Manifest | None:
    if not work.parent:
        return None
    try:
        parent = registry.manifest(run.request.store, work.parent)
    except ForecastingError as error:
        if work.shared:
            raise
        log.warning("parent version is of no use", version=work.parent, reason=error.message)
        return None
    return parent if can_share(parent, run, config) else None

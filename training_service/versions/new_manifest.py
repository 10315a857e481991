"""Makes the manifest of a new version from the outcomes of a run's dishes."""

from collections.abc import Mapping

from shared.config import PipelineConfig
from shared.registry.fingerprint import fingerprint
from shared.registry.manifest import Manifest
from shared.registry.registry import Registry
from shared.restaurant.holiday_names import HolidayNames
from shared.restaurant.store_context import StoreContext
from shared.restaurant.weather import Climatology
from training_service.outcomes import FUTURE_SALES, PLACE_OF_LIVE_VERSION, DishOutcome
from training_service.runs.run_models import Run
from training_service.versions.dish_choice import can_share
from training_service.versions.expected_closures import expected_closures
from training_service.versions.plan import NOTHING_TO_SHARE
from training_service.versions.planned_work import PlannedWork

#: Reasons of the warnings that concern the run only. The forecasts of the version do not repeat them.
_OF_THE_RUN = (NOTHING_TO_SHARE, PLACE_OF_LIVE_VERSION, FUTURE_SALES)


def version_of(run: Run) -> str:
    """Name of the version that a run makes. The name is always the same, so that publishing twice does no harm."""
    return f"v{run.run_id}"


def build_manifest(
    run: Run, work: PlannedWork, outcomes: Mapping[str, DishOutcome], registry: Registry, config: PipelineConfig
) -> Manifest:
    """Makes the manifest of a new version, and stores its context.

    The version has the dishes that were trained, and takes over from the parent the dishes that were not to be trained
    and the dishes whose training failed.

    Args:
        run: Run that makes the version; tells the name of the version.
        work: Plan of the run.
        outcomes: Outcomes by name of the dish; at least one is a success.
        registry: Keeps the manifest of the parent, and takes the store context.
        config: Configuration that the dishes were trained with.
    """
    version = version_of(run)
    stored_config = config.model_dump(mode="json")
    parent = _parent(run, work, registry, config)
    taken_over = set(work.shared) | {dish for dish, outcome in outcomes.items() if outcome.failure}
    dishes = {dish: entry for dish, entry in parent.dishes.items() if dish in taken_over} if parent else {}
    climatology = dict(work.history.climatology().means)
    if parent and dishes:
        # A model that is taken over may need weather columns that this run did not find.
        old = StoreContext.from_payload(registry.get(run.request.store, parent.context))
        climatology = {**old.climatology.means, **climatology}
    calendar = run.request.place.calendar
    closures = expected_closures(work.history, calendar, config)
    context = StoreContext(
        Climatology(climatology), closures.habits, closures.ongoing, school_holidays=work.history.school_holidays
    )
    dishes |= {dish: outcome.success.entry for dish, outcome in outcomes.items() if outcome.success}
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

"""Makes versions for tests, without a training."""

import datetime as dt

from shared.config import PipelineConfig
from shared.forecasting.dish_model import DishModel
from shared.notices import Notice
from shared.registry.fingerprint import fingerprint
from shared.registry.manifest import DishEntry, Manifest
from shared.registry.registry import Registry
from shared.restaurant.closing_habits import ClosingHabits
from shared.restaurant.holiday_names import HolidayNames
from shared.restaurant.ongoing_closure import OngoingClosure
from shared.restaurant.place import Place
from shared.restaurant.store_context import StoreContext
from shared.restaurant.weather import Climatology
from tests.support.stores import simple_store
from training_service.learning.fitting.baseline import fit_baseline
from training_service.learning.fitting.fits import DishHistory

PLACE = Place(country="DE")


def publish(
    registry: Registry,
    store: str,
    version: str,
    *,
    older_by: dict[str, int] | None = None,
    end: dt.date | None = None,
    closing: ClosingHabits | None = None,
    closure: OngoingClosure | None = None,
    warnings: tuple[Notice, ...] = (),
    place: Place = PLACE,
) -> None:
    """Publishes a version whose dishes are forecast by a baseline, and makes the version current.

    Args:
        registry: Registry that gets the version.
        store: Name of the store.
        version: Name of the version.
        older_by: Days by which the history of each dish ends earlier than `end`, by name of the dish; None for a
            version with soup alone.
        end: Last day of the newest history, or None for the last day of `simple_store`.
        closing: Closing habits of the restaurant, or None for a restaurant that is open every day.
        closure: Closure in which the history ends, or None for a restaurant that is open.
        warnings: Warnings of the manifest.
        place: Place of the restaurant.
    """
    history = simple_store(40)
    sales = history.sales["soup"]
    settings = PipelineConfig()
    baseline = fit_baseline(DishHistory("soup", sales, history.days(PLACE.calendar, settings), settings))
    dishes = {}
    for dish, days in (older_by or {"soup": 0}).items():
        known_until = (end or history.end) - dt.timedelta(days=days)
        dishes[dish] = DishEntry(
            champion="baseline",
            weights={"baseline": 1.0},
            artifact=registry.put(store, DishModel(dish, baseline, known_until, sales, None).to_payload()),
            figures=(),
            history_start=history.start - dt.timedelta(days=days),
            history_end=known_until,
            history_days=40,
            trained_version=version,
        )
    first_day = min(entry.history_start for entry in dishes.values())
    last_day = max(entry.history_end for entry in dishes.values())
    config = PipelineConfig().model_dump(mode="json")
    manifest = Manifest(
        store=store,
        version=version,
        created=dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
        run_id="run",
        config=config,
        fingerprint=fingerprint(config),
        place=place,
        context=registry.put(store, StoreContext(Climatology({}), closing or ClosingHabits(), closure).to_payload()),
        dishes=dishes,
        holiday_names=HolidayNames.of_history(PLACE.calendar, first_day, last_day),
        warnings=warnings,
    )
    registry.add(manifest)
    registry.activate(store, version, replacing=registry.current(store))

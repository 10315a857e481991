"""Makes a version of the golden artifacts, which hold a model of every forecaster, without a training."""

import datetime as dt
from dataclasses import replace

from inference_service.loaded_version import LoadedVersion
from shared.config import FEATURE_SCHEMA, PipelineConfig
from shared.forecasting.dish_model import DishModel
from shared.forecasting.pooled_trees import PooledTrees
from shared.registry.fingerprint import fingerprint
from shared.registry.manifest import Manifest
from shared.restaurant.holiday_names import HolidayNames
from shared.restaurant.place import Place
from shared.restaurant.store_context import StoreContext
from tests.golden.cases import CALENDAR, DAYS, FIRST_DAY, Artifacts
from tests.golden.record import RECORDINGS

#: Last day of the recorded history.
HISTORY_END = FIRST_DAY + dt.timedelta(days=DAYS - 1)

#: Days by which the histories of two dishes end earlier: one is still forecast, the other has a model that is too old.
_OLDER_BY = {"smoothing": 9, "prophet": 500}


def recorded_version(name: str = "v1", *, place: Place | None = None) -> LoadedVersion:
    """A version with one dish for each recorded model, named after the model.

    Args:
        name: Name of the version.
        place: Place of the restaurant, or None for China as a whole.
    """
    artifacts = Artifacts.read(RECORDINGS / FEATURE_SCHEMA)
    config = PipelineConfig.model_validate(artifacts.config)
    trees = PooledTrees.from_payload(artifacts.trees)
    models = {}
    for dish, payload in artifacts.dishes.items():
        model = DishModel.from_payload(payload, config, trees)
        end = HISTORY_END - dt.timedelta(days=_OLDER_BY.get(dish, 0))
        models[dish] = replace(model, dish=dish, history_end=end)
    stored = config.model_dump(mode="json")
    manifest = Manifest(
        store="harbour",
        version=name,
        created=dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
        run_id="run",
        config=stored,
        fingerprint=fingerprint(stored),
        place=place or Place(country=CALENDAR.country),
        context="",
        dishes={},
        holiday_names=HolidayNames.of_history(CALENDAR, FIRST_DAY, HISTORY_END),
    )
    context = StoreContext.from_payload(artifacts.context)
    return LoadedVersion(manifest=manifest, config=config, context=context, models=models)

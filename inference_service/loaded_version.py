"""A version in memory, loaded from the registry and checked; immutable, so that several requests can use it at once."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from shared.config import PipelineConfig
from shared.errors import UnservableVersion
from shared.forecasting.days import Days, build_days
from shared.forecasting.dish_model import DishModel
from shared.forecasting.pooled_trees import PooledTrees
from shared.registry.manifest import DishEntry, Manifest
from shared.registry.registry import Registry
from shared.restaurant.place import FALLBACK_LOCATION, Place
from shared.restaurant.store_context import StoreContext
from shared.restaurant.weather import FilledWeather, fill_weather


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedVersion:
    """Everything that is needed to forecast every dish of a store.

    Args:
        manifest: Manifest of the version.
        config: Configuration that the version was trained with.
        context: What all dishes of the store share.
        models: Model of each dish, by name of the dish, in the order of the manifest.
        history_end: The last day whose sales any model knows.
    """

    manifest: Manifest
    config: PipelineConfig
    context: StoreContext
    models: Mapping[str, DishModel]
    history_end: dt.date = field(init=False)

    def __post_init__(self) -> None:
        # A store has hundreds of dishes, and every request asks for this day several times.
        history_end = max((model.history_end for model in self.models.values()), default=dt.date.min)
        object.__setattr__(self, "history_end", history_end)

    def weather(
        self, dates: pd.DatetimeIndex, given: pd.DataFrame | None, forecast: pd.DataFrame | None
    ) -> FilledWeather:
        """Weather of the days to forecast, filled from the climatology of the store where nothing else is known.

        Args:
            dates: Consecutive days to forecast.
            given: Weather that the caller gave; DatetimeIndex, NaN for unknown.
            forecast: Weather of a weather service, used where `given` says nothing; DatetimeIndex, NaN for unknown.
        """
        return fill_weather(dates, given, self.context.climatology, forecast)

    def days(
        self,
        dates: pd.DatetimeIndex,
        weather: FilledWeather,
        place: Place | None,
        openings: Mapping[dt.date, bool],
        reopened: dt.date | None,
    ) -> Days:
        """The features of the days to forecast, which all dishes share.

        Args:
            dates: Consecutive days to forecast.
            weather: Weather of these days.
            place: Place of the restaurant, or None for the place that the version was trained for.
            openings: Whether the restaurant will be open on a day; on all other days its closing habits decide.
            reopened: A day on which the restaurant has been open although the history ends in a closure, or None.
        """
        calendar = (place or self.manifest.place).calendar
        if calendar == self.manifest.place.calendar:
            # A place that the caller gives instead has other school holidays, which nobody has told.
            calendar = calendar.with_school_holidays(self.context.school_holidays)
        reopens = None
        if self.context.closure:
            open_dates = [date for date, is_open in openings.items() if is_open and date > self.history_end]
            reopens = min(filter(None, [*open_dates, reopened]), default=None)
        closed = self.context.closing.expected(dates, calendar, reopens)
        if self.context.closure:
            closed |= self.context.closure.expected(dates, reopens)
        first, last = dates[0].date(), dates[-1].date()
        for date, is_open in openings.items():
            if first <= date <= last:
                closed[(date - first).days] = not is_open
        return build_days(dates, calendar, weather, closed, self.config)

    def place_of_weather(self, other_place: Place | None) -> Place | None:
        """The place to ask a weather service for; None where no model uses weather, or the place is not known.

        Args:
            other_place: Place that the request gives in place of the one that the version was trained for, or None.
        """
        if not self.context.climatology.means:
            return None
        is_fallback = any(warning.reason == FALLBACK_LOCATION for warning in self.manifest.warnings)
        return other_place or (None if is_fallback else self.manifest.place)


def load_version(
    registry: Registry,
    store: str,
    version: str,
    loaded_before: LoadedVersion | None = None,
    answered: Callable[[], object] = lambda: None,
) -> LoadedVersion:
    """Loads a version from the registry; models that `loaded_before` has are taken over from there.

    Args:
        registry: Registry that holds the version.
        store: Name of the store.
        version: Name of the version.
        loaded_before: Another version of the store that is in memory, or None.
        answered: Is called after each answer of the storage, so that a large version is not mistaken for a storage that
            hangs.

    Raises:
        NotFound: The version does not exist.
        UnservableVersion: This code cannot serve the version as it was trained.
        CorruptArtifact: An artifact is missing or damaged.
        Unavailable: The storage does not answer.
    """
    manifest = registry.manifest(store, version)
    config = manifest.servable_config()
    _require_known_place(manifest.place, version)
    at_hand: dict[tuple[str, str], DishModel] = {}
    if loaded_before and loaded_before.manifest.fingerprint == manifest.fingerprint:
        entries = loaded_before.manifest.dishes.items()
        at_hand = {(entry.artifact, entry.trees): loaded_before.models[dish] for dish, entry in entries}
    missing = {entry.trees for entry in manifest.dishes.values() if (entry.artifact, entry.trees) not in at_hand}

    def read(digest: str) -> Any:
        payload = registry.get(store, digest)
        answered()
        return payload

    trees = {digest: PooledTrees.from_payload(read(digest)) for digest in missing if digest}

    def load(entry: DishEntry) -> DishModel:
        return DishModel.from_payload(read(entry.artifact), config, trees.get(entry.trees))

    models = {
        dish: at_hand.get((entry.artifact, entry.trees)) or load(entry) for dish, entry in manifest.dishes.items()
    }
    context = StoreContext.from_payload(read(manifest.context))
    return LoadedVersion(manifest=manifest, config=config, context=context, models=models)


def _require_known_place(place: Place, version: str) -> None:
    """Checks that this process knows the clock and the holidays of a place.

    Raises:
        UnservableVersion: This process does not know the clock or the holidays.
    """
    try:
        place.calendar.names(place.now().date())
    # zoneinfo raises KeyError for an unknown zone, ValueError for a name that no zone can have, and OSError for a
    # folder of zones; holidays raises NotImplementedError for an unknown country or subdivision.
    except (KeyError, ValueError, OSError, NotImplementedError) as error:
        where = ", ".join(filter(None, (place.country, place.subdivision, place.time_zone)))
        raise UnservableVersion(
            f"version {version} was trained for a place whose holidays or time zone are unknown here ({where}): "
            f"{type(error).__name__}; train again with this release"
        ) from error

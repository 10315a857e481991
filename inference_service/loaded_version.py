"""A version in memory: loaded from the registry and checked. Immutable, so that requests may hold on to it."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from shared.config import PipelineConfig
from shared.forecasting.days import Days, build_days
from shared.forecasting.dish_model import DishModel
from shared.forecasting.pooled_trees import PooledTrees
from shared.registry.manifest import DishEntry, Manifest, UnservableVersion
from shared.registry.registry import Registry
from shared.restaurant.place import FALLBACK_LOCATION, Place
from shared.restaurant.store_context import StoreContext
from shared.restaurant.weather import FilledWeather, fill_weather


@dataclass(frozen=True, slots=True)
class LoadedVersion:
    """All that is needed to forecast every dish of a store.

    Args:
        manifest: what the version holds.
        config: that it was trained with.
        context: of the store.
        models: by dish, in the order of their names.
    """

    manifest: Manifest
    config: PipelineConfig
    context: StoreContext
    models: Mapping[str, DishModel]

    @property
    def history_end(self) -> dt.date:
        """The last day of sales that any model knows."""
        return max(model.history_end for model in self.models.values())

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
        closed = self.context.closing.expected(dates, calendar)
        if self.context.closure:
            open_dates = [date for date, is_open in openings.items() if is_open and date > self.history_end]
            closed |= self.context.closure.expected(dates, min(filter(None, [*open_dates, reopened]), default=None))
        first, last = dates[0].date(), dates[-1].date()
        for date, is_open in openings.items():
            if first <= date <= last:
                closed[(date - first).days] = not is_open
        return build_days(dates, calendar, weather, closed, self.config)

    def place_of_weather(self, instead: Place | None) -> Place | None:
        """Where the weather would have to be asked for; None where no model uses it, or the place is a stand-in.

        Args:
            instead: of the place trained for.
        """
        if not self.context.climatology.means:
            return None
        is_fallback = any(warning.reason == FALLBACK_LOCATION for warning in self.manifest.warnings)
        return instead or (None if is_fallback else self.manifest.place)


def load_version(
    registry: Registry,
    store: str,
    version: str,
    loaded_before: LoadedVersion | None = None,
    answered: Callable[[], object] = lambda: None,
) -> LoadedVersion:
    """Loads a version; the models that `loaded_before` has are taken over.

    Args:
        registry: to load from.
        store, version: what.
        loaded_before: Another version of the store that is in memory, or None.
        answered: is called whenever the storage has answered: a large version takes its time, and does not hang.

    Raises:
        NotFound: there is no such version.
        UnservableVersion: this code cannot serve it faithfully.
        CorruptArtifact: an artifact is missing or damaged.
    """
    manifest = registry.manifest(store, version)
    config = manifest.servable_config()
    _require_known(manifest.place, version)
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
    return LoadedVersion(manifest, config, context, models)


def _require_known(place: Place, version: str) -> None:
    """Raises:
    UnservableVersion: this process does not know the clock or the holidays of a place.
    """
    try:
        place.calendar.names(place.now().date())
    # The first three from zoneinfo: an unknown zone, a name that is none, a folder of zones; the last from holidays.
    except (KeyError, ValueError, OSError, NotImplementedError) as error:
        where = ", ".join(filter(None, (place.country, place.subdivision, place.time_zone)))
        raise UnservableVersion(
            f"version {version} was trained for a place whose holidays or time zone are unknown here ({where}): "
            f"{type(error).__name__}; train again with this release"
        ) from error

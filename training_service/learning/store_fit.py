"""Fits what all dishes of a store share: the smoothing and the pooled trees, with their forecasts of each fold."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from shared.arrays import FloatArray
from shared.config import PipelineConfig
from shared.forecasters import FORECASTERS, Need
from shared.forecasting.baseline import BaselineForecaster
from shared.forecasting.days import Days
from shared.forecasting.occasions import error_widths
from shared.forecasting.pooled import PooledForecaster
from shared.forecasting.pooled_trees import DishesToForecast, PooledTrees, forecast_together
from shared.forecasting.seasons import DishSeasons, SeasonEffects
from shared.forecasting.smoothing import TREE_LEVELS, SmoothingState
from shared.restaurant.calendar import HolidayCalendar
from training_service.learning.fitting.fits import DishHistory, candidates, fit_forecasters, is_of_whole_store
from training_service.learning.fitting.pooled_trees import SmoothedStore, dish_ages, fit_trees_together
from training_service.learning.fitting.smoothing import SmoothingHistory
from training_service.learning.folds import cutoffs, fold_days, trim_to_first_sale
from training_service.learning.group_trees import GroupTrees
from training_service.learning.short_dishes import is_short
from training_service.learning.smoothed_store import smooth_store
from training_service.learning.spread_errors import errors_by_dish
from training_service.learning.spreads import StoreSpread, store_spread
from training_service.learning.store_history import StoreHistory
from training_service.learning.weather_worth import WeatherWorth


@dataclass(frozen=True, slots=True)
class StoreFit:
    """What was fitted once to the history of a store, for all its dishes.

    Args:
        dishes: Names of the D dishes of the store.
        smoothing: Smoothing of all dishes after the last day of the history.
        ages: Age of each dish on that day in days, as the trees see it, see `dish_ages`, shape (D,).
        seasons: Effects of seasons that move on the level of the D dishes.
        seasons_of_folds: The same as they were known at each cutoff, by cutoff.
        trees: Pooled trees of the store; None where the history is too short for them.
        forecasts: Forecasts of the folds in units, by cutoff and name of the forecaster, each of shape
            (D, test_window_days); NaN on days that the closing habits of the fold called closed.
        errors: Sum of absolute errors over all dishes in units, by cutoff and name of the forecaster; the baseline is
            one of them. Equal errors for a new store of a group, see `_unjudged`.
        widths: Factor by which the occasion of each day of the history widens errors, see `error_widths`, shape (n,).
        spread: What the errors of all dishes have in common; None where there are too few errors.
        dish_days: Open days summed over all dishes, which tell how much the trees have learnt from; those of the whole
            group where a group has fitted the trees.
        weather_worth: How much weather forecasts help; None without weather, or without trees in any fold.
    """

    dishes: Sequence[str]
    smoothing: SmoothingState
    ages: FloatArray
    seasons: SeasonEffects
    seasons_of_folds: Mapping[int, SeasonEffects]
    trees: PooledTrees | None
    forecasts: Mapping[int, Mapping[str, FloatArray]]
    errors: Mapping[int, Mapping[str, float]]
    widths: FloatArray
    spread: StoreSpread | None
    dish_days: int
    weather_worth: WeatherWorth | None = None

    def dish_history(self, dish: str, sales: FloatArray, days: Days, config: PipelineConfig) -> DishHistory:
        """What the forecasters of one dish are fitted to.

        Args:
            dish: Name of the dish.
            sales: Units of each day from its first sale to the last day of the history, shape (n,).
            days: The same days with their features.
            config: Settings of all forecasters.
        """
        position = self.dishes.index(dish)
        smoothing, age = self.smoothing.of(position), int(self.ages[position])
        usual = sales / self.season_factors(dish, days) if self.seasons.names else sales
        return DishHistory(dish, usual, days, config, smoothing=smoothing, trees=self.trees, age=age)

    def season_factors(self, dish: str, days: Days, cutoff: int | None = None) -> FloatArray:
        """Factors of the seasons of n days on one dish, shape (n,).

        Args:
            dish: Name of the dish.
            days: The n days.
            cutoff: Cutoff at which the factors were known; None for the end of the history.
        """
        seasons = self.seasons if cutoff is None else self.seasons_of_folds[cutoff]
        factors: FloatArray = seasons.of(self.dishes.index(dish)).on(days.seasons)[0]
        return factors

    def seasons_of(self, dish: str, tail: Days) -> DishSeasons | None:
        """The seasons of one dish for its model; None where no season changes its level.

        Args:
            dish: Name of the dish.
            tail: Days of the tail of the model.
        """
        if not self.seasons.names:
            return None
        return DishSeasons(self.seasons.of(self.dishes.index(dish)), self.season_factors(dish, tail))

    def fold(self, cutoff: int, dish: str) -> dict[str, FloatArray]:
        """Forecasts of one dish from a cutoff in units, by name of the forecaster, of shape (test_window_days,)."""
        position = self.dishes.index(dish)
        return {name: values[position] for name, values in self.forecasts[cutoff].items()}

    def to_payload(self) -> dict[str, Any]:
        """The record as plain values and arrays, to be stored in the workspace of a run."""
        return {
            "dishes": list(self.dishes),
            "smoothing": self.smoothing.to_state(),
            "ages": self.ages,
            "seasons": self.seasons.to_state(),
            "seasons_of_folds": {cutoff: seasons.to_state() for cutoff, seasons in self.seasons_of_folds.items()},
            "trees": self.trees.to_payload() if self.trees else None,
            "forecasts": {cutoff: dict(by_name) for cutoff, by_name in self.forecasts.items()},
            "errors": {cutoff: dict(by_name) for cutoff, by_name in self.errors.items()},
            "widths": self.widths,
            "spread": self.spread.to_payload() if self.spread else None,
            "dish_days": self.dish_days,
            "weather_worth": asdict(self.weather_worth) if self.weather_worth else None,
        }

    @classmethod
    def from_payload(cls, payload: Mapping[str, Any]) -> "StoreFit":
        """Reads what `to_payload` has written."""
        spread, worth = payload["spread"], payload["weather_worth"]
        return cls(
            dishes=payload["dishes"],
            smoothing=SmoothingState.from_state(payload["smoothing"]),
            ages=payload["ages"],
            seasons=SeasonEffects.from_state(payload["seasons"]),
            seasons_of_folds={
                cutoff: SeasonEffects.from_state(state) for cutoff, state in payload["seasons_of_folds"].items()
            },
            trees=PooledTrees.from_payload(payload["trees"]) if payload["trees"] else None,
            forecasts=payload["forecasts"],
            errors=payload["errors"],
            widths=payload["widths"],
            spread=StoreSpread(**spread) if spread else None,
            dish_days=payload["dish_days"],
            weather_worth=WeatherWorth(**worth) if worth else None,
        )


def fit_store(
    store: StoreHistory, calendar: HolidayCalendar, config: PipelineConfig, group: GroupTrees | None = None
) -> StoreFit:
    """Fits smoothing and pooled trees to the whole history, and to what was known at each cutoff of the backtest.

    Args:
        store: The whole history.
        calendar: Public holidays, which are known in advance.
        config: Folds, and settings of the forecasters.
        group: Trees that the group of the store has fitted; None for a store that is trained alone.
    """
    forecasts: dict[int, dict[str, FloatArray]] = {}
    seasons_of_folds: dict[int, SeasonEffects] = {}
    errors: dict[int, dict[str, float]] = {}
    weather_errors: list[tuple[FloatArray, FloatArray, FloatArray]] = []
    earlier: SmoothingHistory | None = None
    for cutoff in cutoffs(store, config):
        fold = _fit_fold(store, cutoff, calendar, config, group, earlier)
        earlier = fold.smoothed
        seasons_of_folds[cutoff] = fold.seasons
        actual = np.array([values[cutoff : cutoff + config.test_window_days] for values in store.sales.values()])
        days = actual.shape[1]  # the last fold may be cut short
        ahead = fold_days(store, cutoff, calendar, config)
        actual[:, ahead.closed[:days]] = np.nan
        by_name = {name: _of_open_days(values, ahead) for name, values in fold.forecasts(ahead, config).items()}
        errors[cutoff] = {name: float(np.nansum(np.abs(actual - values[:, :days]))) for name, values in by_name.items()}
        forecasts[cutoff] = {name: values for name, values in by_name.items() if is_of_whole_store(name)}
        if store.weather and fold.trees:
            with_weather, without_weather = (
                fold.pooled(fold_days(store, cutoff, calendar, config, is_forecast=is_forecast))[:, :days]
                for is_forecast in (True, False)
            )
            weather_errors.append((actual, with_weather, without_weather))
    whole, seasons = smooth_store(store, calendar, config, earlier)
    days, smoothed = whole.days, whole.smoothed
    trees = group.whole if group else _fit_trees(whole, config)
    widths = error_widths(days.returning, np.asarray(np.isfinite(smoothed.effects).all(axis=0)))
    by_dish = errors_by_dish(store, smoothed, forecasts, widths, seasons.on(days.seasons), config)
    if group and all(is_short(dish, store, config) for dish in store.sales):
        errors = {0: _unjudged(config, has_trees=trees is not None)}
    spread = store_spread(by_dish, smoothed.end.occasions.occasions, config)
    worth = _weather_worth(weather_errors, store)
    return StoreFit(
        dishes=list(store.sales),
        smoothing=smoothed.end,
        ages=dish_ages(np.array(list(store.sales.values()))),
        seasons=seasons,
        seasons_of_folds=seasons_of_folds,
        trees=trees,
        forecasts=forecasts,
        errors=errors,
        widths=widths,
        spread=spread,
        dish_days=group.dish_days if group else store.dish_days,
        weather_worth=worth,
    )


@dataclass(frozen=True, slots=True)
class _FittedFold:
    """What was fitted to the history up to a cutoff.

    Args:
        past: History up to the cutoff, as it would be without seasons.
        days: Days of that history with their features.
        smoothed: Smoothing of all dishes up to the cutoff.
        trees: Pooled trees of the store; None where the past is too short for them.
        seasons: Effects of seasons, learnt up to the cutoff.
    """

    past: StoreHistory
    days: Days
    smoothed: SmoothingHistory
    trees: PooledTrees | None
    seasons: SeasonEffects

    @property
    def smoothing(self) -> SmoothingState:
        """Smoothing of all dishes at the cutoff."""
        return self.smoothed.end

    def forecasts(self, ahead: Days, config: PipelineConfig) -> dict[str, FloatArray]:
        """Forecasts of all dishes in units, by name of the forecaster, each of shape (D, len(ahead)).

        Every forecaster of the table with `Need.WHOLE_STORE` forecasts. The baseline forecasts as well, so that its
        errors over the whole store are known. The forecasts of a dish that was not sold yet are NaN.

        Args:
            ahead: Days after the cutoff.
            config: Settings of the forecasters.
        """
        names = [BaselineForecaster.name, *self._of_whole_store()]
        result = {name: np.full((len(self.past.sales), len(ahead)), np.nan) for name in names}
        unknown = np.full(len(ahead), np.nan)
        for position, (dish, sales) in enumerate(self.past.sales.items()):
            if not np.isfinite(sales).any():
                continue
            since, days = trim_to_first_sale(sales, self.days)
            history = DishHistory(dish, since, days, config, smoothing=self.smoothing.of(position), trees=self.trees)
            for name, forecaster in fit_forecasters(names, history).items():
                result[name][position] = forecaster.forecast(since, ahead, unknown).yhat
        result = {name: values * self.seasons.on(ahead.seasons) for name, values in result.items()}
        return result | ({PooledForecaster.name: self.pooled(ahead)} if self.trees else {})

    def _of_whole_store(self) -> list[str]:
        """Names of the forecasters of the whole store, but for the pooled trees, which `pooled` forecasts at once."""
        return [
            name
            for name, entry in FORECASTERS.items()
            if is_of_whole_store(name)
            and name != PooledForecaster.name
            and (self.trees is not None or Need.POOLED_TREES not in entry.needs)
        ]

    def pooled(self, ahead: Days) -> FloatArray:
        """Forecasts of the pooled trees in units, shape (D, len(ahead)); NaN for a dish that was not sold yet.

        Raises:
            ValueError: The history is too short for trees.
        """
        if self.trees is None:
            raise ValueError("the history is too short for trees")
        sales = np.array(list(self.past.sales.values()))
        sold = np.isfinite(sales)
        wanted = DishesToForecast(
            dishes=list(self.past.sales),
            history=sales,
            sales_told=np.full((len(sales), len(ahead)), np.nan),
            levels=self.smoothing.levels[:, TREE_LEVELS],
            profiles=self.smoothing.profile(),
            age=dish_ages(sales),
            effects=self.smoothing.occasions.on(ahead.returning, ahead.usual_weekdays),
        )
        yhat = np.array([forecast.yhat for forecast in forecast_together(self.trees, wanted, ahead)])
        yhat[~sold.any(axis=1)] = np.nan
        in_season: FloatArray = yhat * self.seasons.on(ahead.seasons)
        return in_season


def _of_open_days(forecasts: FloatArray, days: Days) -> FloatArray:
    """Forecasts with NaN on the days that are expected to be closed: these days are no errors of the demand."""
    open_days: FloatArray = np.where(days.closed, np.nan, forecasts)
    return open_days


def _fit_fold(
    store: StoreHistory,
    cutoff: int,
    calendar: HolidayCalendar,
    config: PipelineConfig,
    group: GroupTrees | None,
    earlier: SmoothingHistory | None,
) -> _FittedFold:
    past, seasons = smooth_store(store.until(cutoff), calendar, config, earlier)
    end = past.store.end
    trees = group.by_cutoff[end] if group and end in group.by_cutoff else _fit_trees(past, config)
    return _FittedFold(past.store, past.days, past.smoothed, trees, seasons)


def _weather_worth(
    folds: Sequence[tuple[FloatArray, FloatArray, FloatArray]], store: StoreHistory
) -> WeatherWorth | None:
    """WAPE of the pooled trees with weather forecasts and without; None where nothing was sold.

    Args:
        folds: Sales, forecasts with weather forecasts and forecasts without, in units, each of shape (D, days).
        store: Tells whether the store is served with weather forecasts.
    """
    if not folds:
        return None
    actual, with_weather, without_weather = (
        np.concatenate([part.ravel() for part in parts]) for parts in zip(*folds, strict=True)
    )
    scored = np.isfinite(actual) & np.isfinite(with_weather)
    sold = float(actual[scored].sum())
    if sold <= 0:
        return None
    with_forecast, without = (
        float(np.abs(values - actual)[scored].sum()) / sold for values in (with_weather, without_weather)
    )
    return WeatherWorth(
        wape_with=with_forecast, wape_without=without, days=int(scored.sum()), is_forecast=store.is_forecast
    )


def _unjudged(config: PipelineConfig, *, has_trees: bool) -> dict[str, float]:
    """Equal errors of all forecasters, so that their weights before any backtest decide.

    The folds of a new store know a few days of it. Alone it is served by the forecaster that needs no judgement. In a
    group the trees know other stores, and folds of so few days would tell nothing of the trees.
    """
    return dict.fromkeys(candidates(config, has_trees=has_trees), 1.0)


def _fit_trees(store: SmoothedStore, config: PipelineConfig) -> PooledTrees | None:
    wanted = config.blend_prior.get(PooledForecaster.name, 0.0) > 0
    return fit_trees_together([store], config)[0] if wanted else None

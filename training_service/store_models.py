"""What is fitted once for all dishes of a store: the smoothing and the pooled trees, with what they forecast in each
fold of the backtest."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from shared.calendar import HolidayCalendar
from shared.config import PipelineConfig
from shared.forecasting.baseline import BaselineForecaster
from shared.forecasting.days import Days
from shared.forecasting.forecaster import Forecaster
from shared.forecasting.pooled import PooledForecaster, PooledTrees
from shared.forecasting.smoothing import SmoothingForecaster, SmoothingState, smooth
from training_service.fitting.pooled import fit_pooled
from training_service.folds import cutoffs, future_days, trim_to_first_sale
from training_service.spreads import Errors, StoreSpread, store_spread
from training_service.store_history import StoreHistory

FloatArray = npt.NDArray[np.float64]

#: Forecasters that need the whole store to be fitted.
STORE_FORECASTERS = (SmoothingForecaster.name, PooledForecaster.name)


@dataclass(frozen=True, slots=True)
class StoreModels:
    """The forecasters that dishes share.

    Args:
        dishes: of the store, D.
        smoothing: of all dishes, after the last day.
        trees: of the store; None where its history is too short.
        forecasts: by cutoff and forecaster, shape (D, test_window_days).
        errors: sum of absolute errors over all dishes, by cutoff and forecaster, the baseline's among them.
        spread: what the errors of all dishes have in common; None where there are too few.
    """

    dishes: Sequence[str]
    smoothing: SmoothingState
    trees: PooledTrees | None
    forecasts: Mapping[int, Mapping[str, FloatArray]]
    errors: Mapping[int, Mapping[str, float]]
    spread: StoreSpread | None

    def forecasters(self, dish: str, age: int) -> dict[str, Forecaster]:
        """Those of one dish, by name.

        Args:
            dish: its name.
            age: days from its first sale to the last day of the history.
        """
        return _forecasters(dish, self.smoothing.of(self.dishes.index(dish)), self.trees, age)

    def fold(self, cutoff: int, dish: str) -> dict[str, FloatArray]:
        """What each of them forecast for a dish from a cutoff, by name, shape (test_window_days,)."""
        position = self.dishes.index(dish)
        return {name: values[position] for name, values in self.forecasts[cutoff].items()}

    def to_payload(self) -> dict[str, Any]:
        """Plain values and arrays, to be stored in a run's workspace."""
        return {
            "dishes": list(self.dishes),
            "smoothing": self.smoothing.to_state(),
            "trees": self.trees.to_payload() if self.trees else None,
            "forecasts": {cutoff: dict(by_name) for cutoff, by_name in self.forecasts.items()},
            "errors": {cutoff: dict(by_name) for cutoff, by_name in self.errors.items()},
            "spread": self.spread.to_payload() if self.spread else None,
        }

    @classmethod
    def from_payload(cls, payload: Mapping[str, Any]) -> "StoreModels":
        """The inverse of `to_payload`."""
        return cls(
            payload["dishes"],
            SmoothingState.from_state(payload["smoothing"]),
            PooledTrees.from_payload(payload["trees"]) if payload["trees"] else None,
            payload["forecasts"],
            payload["errors"],
            StoreSpread(**payload["spread"]) if payload["spread"] else None,
        )


def fit_store_models(store: StoreHistory, calendar: HolidayCalendar, config: PipelineConfig) -> StoreModels:
    """Fits them on the whole history, and on what was known at each cutoff of the backtest.

    Args:
        store: the whole history.
        calendar: public holidays, which are known in advance.
        config: folds and forecasters.
    """
    forecasts: dict[int, dict[str, FloatArray]] = {}
    errors: dict[int, dict[str, float]] = {}
    for cutoff in cutoffs(store, config):
        past = store.until(cutoff)
        by_name = _forecast_fold(past, calendar, config)
        actual = np.array([values[cutoff : cutoff + config.test_window_days] for values in store.sales.values()])
        days = actual.shape[1]  # the last fold may be cut short
        errors[cutoff] = {name: float(np.nansum(np.abs(actual - values[:, :days]))) for name, values in by_name.items()}
        forecasts[cutoff] = {name: values for name, values in by_name.items() if name in STORE_FORECASTERS}
    smoothing, trees = _fit(store, store.days(calendar, config), config)
    spread = store_spread(_errors_by_dish(store, forecasts, config), config)
    return StoreModels(list(store.sales), smoothing, trees, forecasts, errors, spread)


def _errors_by_dish(
    store: StoreHistory, forecasts: Mapping[int, Mapping[str, FloatArray]], config: PipelineConfig
) -> dict[str, Errors]:
    """Errors of the pooled trees in all folds, or of the smoothing where there were no trees yet."""
    found = {}
    for position, (dish, sales) in enumerate(store.sales.items()):
        parts = []
        for cutoff, by_name in forecasts.items():
            forecast = by_name.get(PooledForecaster.name, by_name[SmoothingForecaster.name])[position]
            actual = sales[cutoff : cutoff + config.test_window_days]
            forecast = forecast[: len(actual)]
            scored = np.isfinite(actual) & np.isfinite(forecast)
            parts.append((actual[scored] - forecast[scored], forecast[scored], np.flatnonzero(scored) + 1))
        if parts:
            found[dish] = Errors(*(np.concatenate(part) for part in zip(*parts, strict=True)))
    return found


def _fit(store: StoreHistory, days: Days, config: PipelineConfig) -> tuple[SmoothingState, PooledTrees | None]:
    sales = np.array(list(store.sales.values()))
    smoothing = smooth(sales, days.weekdays, days.columns["is_public_holiday"] > 0).end
    wanted = config.blend_prior.get(PooledForecaster.name, 0.0) > 0
    return smoothing, fit_pooled(store, days, config) if wanted else None


def _forecast_fold(past: StoreHistory, calendar: HolidayCalendar, config: PipelineConfig) -> dict[str, FloatArray]:
    """Forecasts of all dishes from the end of a history, by forecaster, shape (D, test_window_days); the baseline's as
    well, so that the store's errors can be compared. NaN for a dish not sold yet."""
    days = past.days(calendar, config)
    ahead = future_days(past, config.test_window_days, calendar, config)
    unknown = np.full(len(ahead), np.nan)
    smoothing, trees = _fit(past, days, config)
    result: dict[str, FloatArray] = {}
    for position, dish in enumerate(past.sales):
        if not np.isfinite(past.sales[dish]).any():
            continue
        sales, since = trim_to_first_sale(past.sales[dish], days)
        baseline = BaselineForecaster.fit(sales, since.weekdays, config.baseline_halflife_weeks)
        forecasters = {BaselineForecaster.name: baseline} | _forecasters(
            dish, smoothing.of(position), trees, len(sales) - 1
        )
        for name, forecaster in forecasters.items():
            values = result.setdefault(name, np.full((len(past.sales), len(ahead)), np.nan))
            values[position] = forecaster.forecast(sales, ahead, unknown).yhat
    return result


def _forecasters(dish: str, state: SmoothingState, trees: PooledTrees | None, age: int) -> dict[str, Forecaster]:
    smoothing = SmoothingForecaster(state)
    found: dict[str, Forecaster] = {SmoothingForecaster.name: smoothing}
    if trees:
        found[PooledForecaster.name] = PooledForecaster(trees, smoothing, dish, age)
    return found

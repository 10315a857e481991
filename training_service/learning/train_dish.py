"""Trains one dish: backtests every candidate, chooses the champion and fits the champion to the whole history."""

import datetime as dt
from dataclasses import dataclass

import numpy as np

from shared.config import PipelineConfig
from shared.forecasting.blend import combine
from shared.forecasting.days import Days
from shared.forecasting.dish_model import DishModel
from shared.forecasting.pooled import PooledForecaster
from shared.forecasting.pooled_features import LOOKBACK_DAYS
from shared.registry.manifest import DishEntry, FiguresEntry, FoldEntry, HorizonEntry
from shared.restaurant.calendar import HolidayCalendar
from training_service.learning.backtest import backtest
from training_service.learning.champion_figures import Intervals, expected_mae, fold_entries, horizon_entries
from training_service.learning.fitting.fits import candidates, fit_forecasters
from training_service.learning.folds import future_days, trim_to_first_sale
from training_service.learning.selection import Selection, prior_weights, select
from training_service.learning.short_dishes import is_short, lost_forecasters
from training_service.learning.spreads import Errors
from training_service.learning.store_fit import StoreFit
from training_service.learning.store_history import StoreHistory

#: Open days that a short dish must have before a cutoff: two weeks, so that each weekday was seen twice.
_LEAST_DAYS = 14


@dataclass(frozen=True, slots=True)
class TrainedDish:
    """The champion of a dish, and how the champion was chosen.

    Args:
        model: Champion, fitted to the whole history.
        figures: Backtest figures of every candidate, those of the champion first; empty without a backtest.
        folds: Errors of the champion, one entry a fold.
        horizons: Errors of the champion, one entry a day ahead.
        history_start: Day of the first sale.
        history_days: Open days since the first sale.
    """

    model: DishModel
    figures: tuple[FiguresEntry, ...]
    folds: tuple[FoldEntry, ...]
    horizons: tuple[HorizonEntry, ...]
    history_start: dt.date
    history_days: int

    def entry(self, artifact: str, trees: str, version: str) -> DishEntry:
        """What the manifest keeps of the dish.

        Args:
            artifact: Digest of the stored model.
            trees: Digest of the pooled trees that the store was fitted with, or empty.
            version: Name of the version that the dish was trained for.
        """
        return DishEntry(
            champion=self.model.forecaster.name,
            weights=dict(self.model.weights),
            artifact=artifact,
            trees=trees if PooledForecaster.name in self.model.weights else "",
            figures=self.figures,
            folds=self.folds,
            horizons=self.horizons,
            history_start=self.history_start,
            history_end=self.model.history_end,
            history_days=self.history_days,
            trained_version=version,
        )


def train_dish(
    dish: str, store: StoreHistory, store_fit: StoreFit, calendar: HolidayCalendar, config: PipelineConfig
) -> TrainedDish:
    """Trains one dish. The same arguments give the same model, bit for bit.

    Args:
        dish: Name of a dish that was sold at least once.
        store: History of all dishes of the store.
        store_fit: What was fitted to that history for all dishes.
        calendar: Public holidays of the store's place.
        config: Settings of the pipeline.
    """
    sales, days = trim_to_first_sale(store.sales[dish], store.days(calendar, config))
    lost = lost_forecasters(dish, store, config)
    names = [name for name in candidates(config, has_trees=store_fit.trees is not None) if name not in lost]
    min_days = _LEAST_DAYS if is_short(dish, store, config) else config.min_train_days
    folds = backtest(dish, names, store, store_fit, calendar, config, min_days)
    judged = [name for name in names if all(name in fold.forecasts for fold in folds)]
    selection = select(judged, folds, store_fit.errors, prior_weights(store_fit.dish_days, config), config)

    fitted = fit_forecasters(selection.weights, store_fit.dish_history(dish, sales, days, config))
    champion = combine(fitted, selection.weights)
    length = min(len(sales), max(config.lookback_days, LOOKBACK_DAYS))
    tail, seasons = sales[-length:], store_fit.seasons_of(dish, days[len(days) - length :])
    errors = Errors.joined([fold.errors for fold in selection.folds])
    spread = store_fit.spread.of_dish(errors) if store_fit.spread else None
    model = DishModel(dish=dish, forecaster=champion, history_end=store.end, tail=tail, spread=spread, seasons=seasons)

    intervals = Intervals.judge(selection.folds, store_fit.spread) if selection.folds and store_fit.spread else None
    ahead = store.once(
        ("ahead", calendar), config, lambda: future_days(store, config.test_window_days, calendar, config)
    )
    return TrainedDish(
        model=model,
        figures=_completed(selection, model, intervals, ahead),
        folds=fold_entries(selection.folds, store.start),
        horizons=horizon_entries(selection.folds, intervals),
        history_start=days.dates[0].date(),
        history_days=int(np.isfinite(sales).sum()),
    )


def _completed(
    selection: Selection, model: DishModel, intervals: Intervals | None, ahead: Days
) -> tuple[FiguresEntry, ...]:
    """The figures of all candidates, with the figures that only the champion has.

    Args:
        selection: Figures and folds of the backtest.
        model: Champion, fitted to the whole history.
        intervals: Scores of the champion's quantiles; None without quantiles.
        ahead: Days after the history, for which the error is expected.
    """
    if not selection.figures:
        return ()
    champion, *others = selection.figures
    is_open = ~ahead.closed
    widths = model.spread.widths(ahead.returning) if model.spread else np.ones(len(ahead))
    expected = expected_mae(selection.folds, model.forecast(ahead).yhat[is_open], widths[is_open])
    pinball, coverage = intervals.figures() if intervals else (None, None)
    completed = champion.model_copy(update={"pinball": pinball, "coverage_80": coverage, "expected_mae": expected})
    return (completed, *others)

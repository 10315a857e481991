"""Trains one dish: backtest of all candidates, choice of the champion, fit on the whole history."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from shared.config import FORECASTERS, PipelineConfig
from shared.forecasting.blend import combine
from shared.forecasting.dish_model import DishModel
from shared.forecasting.pooled_features import LOOKBACK_DAYS
from shared.registry.manifest import FoldEntry, HorizonEntry
from shared.restaurant.calendar import HolidayCalendar
from training_service.learning.backtest import Figures, backtest
from training_service.learning.champion_figures import Intervals, expected_mae, fold_entries, horizon_entries
from training_service.learning.fitting.candidates import DISH_FORECASTERS, fit_candidates
from training_service.learning.folds import future_days, trim_to_first_sale
from training_service.learning.selection import prior_weights, select
from training_service.learning.short_dishes import is_short, lost_forecasters
from training_service.learning.spreads import Errors
from training_service.learning.store_fit import StoreFit
from training_service.learning.store_history import StoreHistory

#: Open days before a cutoff from which the other forecasters can be judged.
_LEAST_DAYS = 14


@dataclass(frozen=True, slots=True)
class TrainedDish:
    """The champion of a dish and how it was chosen.

    Args:
        model: to be stored.
        figures: of every candidate, the champion's first; empty where the history is too short for a backtest.
        folds: how far the champion was off in each fold.
        horizons: how far it was off so many days ahead.
        history_start: day of the first sale.
        history_days: open days since.
    """

    model: DishModel
    figures: Sequence[Figures]
    folds: tuple[FoldEntry, ...]
    horizons: tuple[HorizonEntry, ...]
    history_start: dt.date
    history_days: int


def train_dish(
    dish: str, store: StoreHistory, store_fit: StoreFit, calendar: HolidayCalendar, config: PipelineConfig
) -> TrainedDish:
    """Trains one dish; the same arguments give the same model, bit for bit.

    Args:
        dish: a dish that was sold at least once.
        store: history of all dishes.
        store_fit: fitted to that history.
        calendar: public holidays of the store's place.
        config: all settings.
    """
    sales, days = trim_to_first_sale(store.sales[dish], store.days(calendar, config))
    shared = store_fit.forecasters(dish, len(sales) - 1)
    lost = lost_forecasters(dish, store, config)
    names = [
        name
        for name in FORECASTERS
        if config.blend_prior.get(name) and (name in shared or name in DISH_FORECASTERS) and name not in lost
    ]
    min_days = _LEAST_DAYS if is_short(dish, store, config) else config.min_train_days
    folds = backtest(dish, names, store, store_fit, calendar, config, min_days)
    judged = [name for name in names if all(name in fold.forecasts for fold in folds)]
    selection = select(judged, folds, store_fit.errors, prior_weights(store_fit.dish_days, config), config)
    fitted = shared | fit_candidates(tuple(selection.weights), sales, days, config)
    members = {name: fitted[name] for name in selection.weights}
    tail = sales[-max(config.lookback_days, LOOKBACK_DAYS) :]
    spread = (
        store_fit.spread.of_dish(Errors.joined([fold.errors for fold in selection.folds])) if store_fit.spread else None
    )
    figures = list(selection.figures)
    model = DishModel(dish, combine(members, selection.weights), store.end, tail, spread)
    intervals = Intervals.judge(selection.folds, store_fit.spread) if selection.folds and store_fit.spread else None
    if figures:
        ahead = future_days(store, config.test_window_days, calendar, config)
        is_open = ~ahead.closed
        widths = spread.widths(ahead.returning) if spread else np.ones(len(ahead))
        expected = expected_mae(selection.folds, model.forecast(ahead).yhat[is_open], widths[is_open])
        pinball, coverage = intervals.figures() if intervals else (None, None)
        figures[0] = replace(figures[0], pinball=pinball, coverage_80=coverage, expected_mae=expected)
    return TrainedDish(
        model=model,
        figures=tuple(figures),
        folds=fold_entries(selection.folds, store.start),
        horizons=horizon_entries(selection.folds, intervals),
        history_start=days.dates[0].date(),
        history_days=int(np.isfinite(sales).sum()),
    )

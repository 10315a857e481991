"""Trains one dish: backtest of all candidates, choice of the champion, fit on the whole history."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from shared.calendar import HolidayCalendar
from shared.config import PipelineConfig
from shared.forecasting.baseline import BaselineForecaster
from shared.forecasting.dish_model import DishModel
from training_service.backtest import Backtest, Figures, backtest, trim_to_first_sale
from training_service.fitting.candidates import CANDIDATES, fit_candidates
from training_service.store_history import StoreHistory

#: Open days before a cutoff from which the baseline alone can be judged.
_MIN_BASELINE_DAYS = 14


@dataclass(frozen=True, slots=True)
class TrainedDish:
    """The champion of a dish and how it was chosen.

    Args:
        model: to be stored.
        figures: of every candidate, the champion's first; empty where the history is too short for a backtest.
        history_start: day of the first sale.
        history_days: open days since.
    """

    model: DishModel
    figures: Sequence[Figures]
    history_start: dt.date
    history_days: int


def is_short(dish: str, store: StoreHistory, config: PipelineConfig) -> bool:
    """Whether a dish has too few open days for anything but the baseline."""
    return int(np.isfinite(store.sales[dish]).sum()) < config.min_train_days


def train_dish(dish: str, store: StoreHistory, calendar: HolidayCalendar, config: PipelineConfig) -> TrainedDish:
    """Trains one dish; the same arguments give the same model, bit for bit.

    Args:
        dish: a dish that was sold at least once.
        store: history of all dishes.
        calendar: public holidays of the store's place.
        config: all settings.
    """
    short = is_short(dish, store, config)
    names = (BaselineForecaster.name,) if short else tuple(CANDIDATES)
    min_days = _MIN_BASELINE_DAYS if short else config.min_train_days
    result = backtest(dish, names, store, calendar, config, min_days)
    champion = choose_champion(result.figures, config.champion_margin)
    sales, days = trim_to_first_sale(store.sales[dish], store.days(calendar, config))
    forecaster = fit_candidates((champion,), sales, days, config)[champion]
    model = DishModel(dish, forecaster, store.end, sales[-config.lookback_days :], _errors_of(champion, result))
    figures = sorted(result.figures, key=lambda f: (f.forecaster != champion, names.index(f.forecaster)))
    return TrainedDish(model, figures, days.dates[0].date(), int(np.isfinite(sales).sum()))


def choose_champion(figures: Sequence[Figures], margin: float) -> str:
    """The simplest candidate whose MAE is within `margin` of the best; the baseline where nothing was measured.

    Args:
        figures: of the candidates, from simple to complex.
        margin: share of the best MAE that may be noise.
    """
    if not figures:
        return BaselineForecaster.name
    bound = min(f.mae for f in figures) * (1 + margin)
    return next(f.forecaster for f in figures if f.mae <= bound)


def _errors_of(champion: str, result: Backtest) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return result.scaled_errors.get(champion, np.empty(0))

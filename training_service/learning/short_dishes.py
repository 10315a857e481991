"""Tells which dishes are short, and which forecasters a short dish goes without."""

import numpy as np

from shared.config import PipelineConfig
from shared.forecasters import FORECASTERS, Need
from training_service.learning.folds import cutoffs
from training_service.learning.store_history import StoreHistory

#: Forecasters that need `min_train_days` open days before a cutoff.
_DEMANDING = tuple(name for name, entry in FORECASTERS.items() if Need.LONG_HISTORY in entry.needs)


def is_short(dish: str, store: StoreHistory, config: PipelineConfig) -> bool:
    """Whether a dish has fewer than `min_train_days` open days before every cutoff of the backtest.

    Args:
        dish: Name of a dish of the store.
        store: History of the store.
        config: Folds of the backtest, and `min_train_days`.
    """
    is_open = np.isfinite(store.sales[dish])
    return not any(is_open[:cutoff].sum() >= config.min_train_days for cutoff in cutoffs(store, config))


def demanding_forecasters(config: PipelineConfig) -> tuple[str, ...]:
    """Names of the configured forecasters that need a long history. A short dish goes without them.

    Args:
        config: Weights of the forecasters; a forecaster without a weight is not configured.
    """
    return tuple(name for name in _DEMANDING if config.blend_prior.get(name))


def lost_forecasters(dish: str, store: StoreHistory, config: PipelineConfig) -> tuple[str, ...]:
    """Names of the configured forecasters that a dish goes without because it is short; empty for other dishes.

    Args:
        dish: Name of a dish of the store.
        store: History of the store.
        config: Folds, `min_train_days`, and weights of the forecasters.
    """
    return demanding_forecasters(config) if is_short(dish, store, config) else ()

"""Fits the forecasters of the table to the history of one dish."""

import importlib
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import cast

from shared.arrays import FloatArray
from shared.config import PipelineConfig
from shared.forecasters import FITTED_IN, FORECASTERS, Need
from shared.forecasting.days import Days
from shared.forecasting.forecaster import Forecaster
from shared.forecasting.loading import require_served_classes
from shared.forecasting.pooled_trees import PooledTrees
from shared.forecasting.smoothing import SmoothingState


@dataclass(frozen=True, slots=True)
class DishHistory:
    """What a forecaster of one dish is fitted to.

    Args:
        dish: Name of the dish.
        sales: Units of each day from the first sale on, NaN where closed, shape (n,).
        days: The same n days with their features.
        config: Settings of all forecasters.
        smoothing: State of this dish in the smoothing of all dishes of the store, after the last day; None where the
            dish is fitted alone.
        trees: The pooled trees of the store, fitted to the same history; None where the store has none.
        age: Age of the dish on the last day in days, as the trees see it; see `dish_ages`.
    """

    dish: str
    sales: FloatArray
    days: Days
    config: PipelineConfig
    smoothing: SmoothingState | None = None
    trees: PooledTrees | None = None
    age: int = 0
    _fitted: dict[str, Forecaster] = field(default_factory=dict, init=False, repr=False, compare=False)

    def forecaster(self, name: str) -> Forecaster:
        """A forecaster fitted to this history; it is fitted once, also where another forecaster builds on it.

        Args:
            name: Name of the forecaster in the table.
        """
        if name not in self._fitted:
            self._fitted[name] = _fit_function(name)(self)
        return self._fitted[name]


#: A function of the table that fits.
Fit = Callable[[DishHistory], Forecaster]


def fit_forecasters(names: Iterable[str], history: DishHistory) -> dict[str, Forecaster]:
    """Fits several forecasters to the same history, by name.

    Args:
        names: Names of forecasters in the table.
        history: The history of the dish, with what these forecasters need of the store.
    """
    return {name: history.forecaster(name) for name in names}


def candidates(config: PipelineConfig, *, has_trees: bool) -> list[str]:
    """Names of the forecasters that a store can train, from simple to complex.

    Args:
        config: The weights; a weight of 0 leaves a forecaster out.
        has_trees: Whether the store has pooled trees.
    """
    return [
        name
        for name, entry in FORECASTERS.items()
        if config.blend_prior.get(name) and (has_trees or Need.POOLED_TREES not in entry.needs)
    ]


def is_of_whole_store(name: str) -> bool:
    """Whether a forecaster builds on what is fitted to all dishes of a store, so that `StoreFit` forecasts its folds.

    Args:
        name: Name of the forecaster in the table.
    """
    return Need.WHOLE_STORE in FORECASTERS[name].needs


def require_fits(config: PipelineConfig) -> None:
    """Checks, when a worker starts, that every forecaster of the table can be fitted and served.

    Args:
        config: The weights, which the message tells.

    Raises:
        SystemExit: (status 1) A forecaster has no fit or no class; the message names the forecaster and the file to
            change.
    """
    require_served_classes()
    for name, entry in FORECASTERS.items():
        try:
            _fit_function(name)
        except (ImportError, AttributeError) as error:
            sys.exit(
                f"the forecaster {name!r} has the weight {config.blend_prior.get(name, 0):g} and cannot be fitted: "
                f"{error}; shared/forecasters.py says that its fit is {FITTED_IN}.{entry.fitted}"
            )


def _fit_function(name: str) -> Fit:
    module, attribute = FORECASTERS[name].fitted.split(":")
    return cast(Fit, getattr(importlib.import_module(f"{FITTED_IN}.{module}"), attribute))

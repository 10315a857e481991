"""The table of all forecasters: where each is served from, where it is fitted, and what it needs.

The protocol that a forecaster fulfils is in `shared/forecasting/forecaster.py`.

The table holds plain strings, so that the configuration can read it and inference never loads what only fits. A new
forecaster is one line here, one file in `shared/forecasting/` and one in `training_service/learning/fitting/`, whatever
it needs.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

#: Package of the classes that serve. `ForecasterEntry.served` is a module of it and a name in that module.
SERVED_IN = "shared.forecasting"

#: Package of the functions that fit. `ForecasterEntry.fitted` is a module of it and a name in that module.
FITTED_IN = "training_service.learning.fitting"


class Need(Enum):
    """What a forecaster needs beside the sales of its dish and the days."""

    #: At least `min_train_days` open days before a cutoff of the backtest.
    LONG_HISTORY = "LONG_HISTORY"
    #: The smoothing of all dishes of the store. `StoreFit` makes the forecasts of the folds for all dishes.
    WHOLE_STORE = "WHOLE_STORE"
    #: The pooled trees of the store, which a store with few days does not have.
    POOLED_TREES = "POOLED_TREES"


@dataclass(frozen=True, slots=True)
class ForecasterEntry:
    """One line of the table.

    Args:
        name: Name of the forecaster in manifests, in the contract and in `blend_prior`.
        served: Where the class is that loads and forecasts, as "module:class" in SERVED_IN.
        fitted: Where the function is that fits it, as "module:function" in FITTED_IN. The function takes a
            `DishHistory` and answers an object of the class.
        weight: Default of its weight in a blend before any backtest; 0 leaves it out of training.
        needs: What it needs; a dish or store that does not have this goes without the forecaster.
        title: What it does, in a few words for people.
    """

    name: str
    served: str
    fitted: str
    weight: float
    needs: frozenset[Need]
    title: str


_NOTHING: frozenset[Need] = frozenset()
_LONG = frozenset({Need.LONG_HISTORY})
_STORE = frozenset({Need.WHOLE_STORE})
_TREES = frozenset({Need.WHOLE_STORE, Need.POOLED_TREES})

#: The default weights are the start of a blend, and the errors of the backtest change them. The weights were chosen on
#: the mean of many sets of real sales, not on one: docs/accuracy.md has experiments with other weights.
_ENTRIES = (
    ForecasterEntry("baseline", "baseline:BaselineForecaster", "baseline:fit_baseline", 1.0, _NOTHING, "weekday means"),
    ForecasterEntry("smoothing", "smoothing:SmoothingForecaster", "smoothing:fit_smoothing", 2.0, _STORE, "smoothing"),
    ForecasterEntry("prophet", "prophet:ProphetForecaster", "prophet:fit_prophet", 3.0, _LONG, "Prophet"),
    ForecasterEntry("hybrid", "hybrid:HybridForecaster", "hybrid:fit_hybrid", 3.0, _LONG, "Prophet and residual trees"),
    ForecasterEntry("pooled", "pooled:PooledForecaster", "pooled:fit_pooled", 10.0, _TREES, "trees of the whole store"),
)

#: Every forecaster that can be trained, by name, from simple to complex. The first serves every dish, new ones too.
FORECASTERS: Mapping[str, ForecasterEntry] = {entry.name: entry for entry in _ENTRIES}

#: Name of the weighted mean of several forecasters, and place of its class. A blend is made of fitted forecasters and
#: has no fit of its own.
BLEND, BLEND_SERVED = "blend", "blend:BlendForecaster"

#: The forecaster that needs nothing.
SAFE_FORECASTER = _ENTRIES[0].name

"""The forecasters that compete for a dish, the simplest first."""

from collections.abc import Callable, Mapping

import numpy as np
import numpy.typing as npt

from shared.config import PipelineConfig
from shared.forecasting.baseline import BaselineForecaster
from shared.forecasting.days import Days
from shared.forecasting.forecaster import Forecaster
from shared.forecasting.hybrid import HybridForecaster
from shared.forecasting.prophet import ProphetForecaster
from training_service.fitting.hybrid import fit_hybrid
from training_service.fitting.prophet import fit_prophet

FloatArray = npt.NDArray[np.float64]

Fit = Callable[[FloatArray, Days, PipelineConfig, Mapping[str, Forecaster]], Forecaster]


def _fit_baseline(sales: FloatArray, days: Days, config: PipelineConfig, _: Mapping[str, Forecaster]) -> Forecaster:
    return BaselineForecaster.fit(sales, days.weekdays, config.baseline_halflife_weeks)


def _fit_prophet(sales: FloatArray, days: Days, config: PipelineConfig, _: Mapping[str, Forecaster]) -> Forecaster:
    return fit_prophet(sales, days, config)


def _fit_hybrid(sales: FloatArray, days: Days, config: PipelineConfig, fitted: Mapping[str, Forecaster]) -> Forecaster:
    prophet = fitted.get(ProphetForecaster.name)
    if not isinstance(prophet, ProphetForecaster):
        prophet = fit_prophet(sales, days, config)
    return fit_hybrid(sales, days, prophet, config)


#: From simple to complex: where two do equally well the earlier one is the champion. A fit sees those fitted before
#: it on the same days, so that the hybrid need not fit Prophet a second time.
CANDIDATES: Mapping[str, Fit] = {
    BaselineForecaster.name: _fit_baseline,
    ProphetForecaster.name: _fit_prophet,
    HybridForecaster.name: _fit_hybrid,
}


def fit_candidates(
    names: tuple[str, ...], sales: FloatArray, days: Days, config: PipelineConfig
) -> dict[str, Forecaster]:
    """Fits the named candidates to the same history.

    Args:
        names: keys of `CANDIDATES`, in their order.
        sales: consecutive days, NaN where closed, shape (n,).
        days: the same days with their features.
        config: settings of all forecasters.
    """
    fitted: dict[str, Forecaster] = {}
    for name in names:
        fitted[name] = CANDIDATES[name](sales, days, config, fitted)
    return fitted

"""The forecasters that are fitted to one dish alone."""

from collections.abc import Sequence

from shared.arrays import FloatArray
from shared.config import PipelineConfig
from shared.forecasting.baseline import BaselineForecaster
from shared.forecasting.days import Days
from shared.forecasting.forecaster import Forecaster
from shared.forecasting.hybrid import HybridForecaster
from shared.forecasting.prophet import ProphetForecaster
from training_service.learning.fitting.hybrid import fit_hybrid
from training_service.learning.fitting.prophet import fit_prophet

#: From simple to complex.
DISH_FORECASTERS = (BaselineForecaster.name, ProphetForecaster.name, HybridForecaster.name)


def fit_candidates(
    names: Sequence[str], sales: FloatArray, days: Days, config: PipelineConfig
) -> dict[str, Forecaster]:
    """Fits forecasters to the same history.

    Args:
        names: from DISH_FORECASTERS; others are passed over.
        sales: consecutive days, NaN where closed, shape (n,).
        days: the same days with their features.
        config: settings of all forecasters.
    """
    fitted: dict[str, Forecaster] = {}
    if BaselineForecaster.name in names:
        fitted[BaselineForecaster.name] = BaselineForecaster.fit(sales, days, config.baseline_halflife_weeks)
    if ProphetForecaster.name in names or HybridForecaster.name in names:
        prophet = fit_prophet(sales, days, config)
        if ProphetForecaster.name in names:
            fitted[ProphetForecaster.name] = prophet
        if HybridForecaster.name in names:
            fitted[HybridForecaster.name] = fit_hybrid(sales, days, prophet, config)
    return fitted

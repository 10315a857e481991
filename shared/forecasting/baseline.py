"""The baseline: an exponentially weighted mean of each weekday."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from shared.arrays import FloatArray, IntArray
from shared.forecasting.days import Days, regular_sales
from shared.forecasting.forecaster import FeatureGroup, Forecast, StoredParts, limited
from shared.payloads import require_keys


@dataclass(frozen=True, slots=True)
class BaselineForecaster:
    """The mean of each weekday, kept as a weighted sum of sales and the sum of the weights. Later sales add to both.

    Args:
        sums: Weighted sum of the sales of each weekday, units, shape (7,).
        weights: Sum of the weights of each weekday, shape (7,).
        decay: Factor of the weight of a sale from one week to the next, 0 to 1.
    """

    name: ClassVar[str] = "baseline"

    sums: FloatArray
    weights: FloatArray
    decay: float

    def learn(self, sales: FloatArray, weekdays: IntArray) -> "BaselineForecaster":
        """The forecaster after further days.

        Args:
            sales: Units of each day, shape (n,); a day with NaN is not learnt.
            weekdays: Weekday of each day, 0 is Monday, shape (n,).
        """
        sums, weights = self.sums.copy(), self.weights.copy()
        for value, weekday in zip(sales, weekdays, strict=True):
            if np.isfinite(value):
                sums[weekday] = self.decay * sums[weekday] + value
                weights[weekday] = self.decay * weights[weekday] + 1.0
        return BaselineForecaster(sums, weights, self.decay)

    def forecast(self, history: FloatArray, days: Days, sales_told: FloatArray, *, explain: bool = False) -> Forecast:
        """See `Forecaster.forecast`. The means hold what was learnt from `history`."""
        means = self._means()[days.usual_weekdays]
        regular = regular_sales(sales_told, days.is_irregular)
        current = self
        for i in np.flatnonzero(np.isfinite(regular)):
            current = current.learn(regular[i : i + 1], days.weekdays[i : i + 1])
            means[i + 1 :] = current._means()[days.usual_weekdays[i + 1 :]]
        level = np.full(len(days), self._means().mean())
        contributions = {FeatureGroup.LEVEL_AND_TREND: level, FeatureGroup.WEEKDAY: means - level}
        yhat, contributions = limited(means, days, contributions, explain=explain)
        return Forecast(yhat, contributions=contributions)

    def to_state(self) -> dict[str, Any]:
        """See `Forecaster.to_state`."""
        return {"sums": self.sums, "weights": self.weights, "decay": self.decay}

    @classmethod
    def from_state(cls, state: Mapping[str, Any], parts: StoredParts) -> "BaselineForecaster":
        """See `Forecaster.from_state`."""
        require_keys(state, ("sums", "weights", "decay"), "weekday means")
        return cls(sums=state["sums"], weights=state["weights"], decay=state["decay"])

    def _means(self) -> FloatArray:
        """Mean of each weekday, shape (7,). A weekday without sales takes the mean of all weekdays."""
        total = self.weights.sum()
        overall = self.sums.sum() / total if total > 0 else 0.0
        seen = self.weights > 0
        means: FloatArray = np.where(seen, self.sums / np.where(seen, self.weights, 1.0), overall)
        return means

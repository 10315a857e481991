"""The baseline: an exponentially weighted mean by day of the week."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from shared.arrays import FloatArray, IntArray
from shared.forecasting.days import Days, regular_sales
from shared.forecasting.forecaster import FeatureGroup, Forecast, limited


@dataclass(frozen=True, slots=True)
class BaselineForecaster:
    """Weighted sums of the sales of each weekday, from which its mean follows; sales learnt later just add to them.

    Args:
        sums: weighted sales of each weekday, shape (7,).
        weights: sum of the weights of each weekday, shape (7,).
        decay: factor that a sale's weight loses from one week to the next, 0 to 1.
    """

    name: ClassVar[str] = "baseline"

    sums: FloatArray
    weights: FloatArray
    decay: float

    @classmethod
    def fit(cls, sales: FloatArray, days: Days, halflife_weeks: float) -> "BaselineForecaster":
        """Learns from a history, of public holidays only where it has nothing else.

        Args:
            sales: consecutive days, NaN where closed, shape (n,).
            days: the same days.
            halflife_weeks: weeks after which a sale counts half.
        """
        regular = regular_sales(sales, days.is_holiday)
        learnt = regular if np.isfinite(regular).any() else sales
        return cls(np.zeros(7), np.zeros(7), 0.5 ** (1 / halflife_weeks)).learn(learnt, days.weekdays)

    def learn(self, sales: FloatArray, weekdays: IntArray) -> "BaselineForecaster":
        """The forecaster after further days; NaN leaves no trace."""
        sums, weights = self.sums.copy(), self.weights.copy()
        for value, weekday in zip(sales, weekdays, strict=True):
            if np.isfinite(value):
                sums[weekday] = self.decay * sums[weekday] + value
                weights[weekday] = self.decay * weights[weekday] + 1.0
        return BaselineForecaster(sums, weights, self.decay)

    def forecast(self, history: FloatArray, days: Days, known: FloatArray, *, explain: bool = False) -> Forecast:
        """See `Forecaster.forecast`; `history` is not needed beyond what was learnt."""
        means = np.empty(len(days))
        current = self if np.isfinite(known).any() else None
        if current is None:
            means[:] = self._means()[days.weekdays]
        else:
            regular = regular_sales(known, days.is_holiday)
            for i, weekday in enumerate(days.weekdays):
                means[i] = current._means()[weekday]
                current = current.learn(regular[i : i + 1], days.weekdays[i : i + 1])
        level = np.full(len(days), self._means().mean())
        contributions = {FeatureGroup.LEVEL_AND_TREND: level, FeatureGroup.WEEKDAY: means - level}
        yhat, contributions = limited(means, days, contributions, explain=explain)
        return Forecast(yhat, contributions=contributions)

    def to_state(self) -> dict[str, Any]:
        """See `Forecaster.to_state`."""
        return {"sums": self.sums, "weights": self.weights, "decay": self.decay}

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> "BaselineForecaster":
        """The inverse of `to_state`."""
        return cls(state["sums"], state["weights"], state["decay"])

    def _means(self) -> FloatArray:
        """Mean of each weekday; one never seen takes the mean of all, shape (7,)."""
        total = self.weights.sum()
        overall = self.sums.sum() / total if total > 0 else 0.0
        seen = self.weights > 0
        means: FloatArray = np.where(seen, self.sums / np.where(seen, self.weights, 1.0), overall)
        return means

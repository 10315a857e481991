"""The pooled trees as a forecaster of one dish, or of many at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from shared.arrays import FloatArray
from shared.errors import UnservableVersion
from shared.forecasting.days import Days
from shared.forecasting.forecaster import Forecast, StoredParts
from shared.forecasting.pooled_features import LOOKBACK_DAYS
from shared.forecasting.pooled_trees import KnownSales, PooledTrees, forecast_together
from shared.forecasting.smoothing import SmoothingForecaster
from shared.payloads import require_keys


@dataclass(frozen=True, slots=True)
class PooledForecaster:
    """The pooled trees for one dish.

    Args:
        trees: of the store.
        smoothing: of the dish, after the last day of its history.
        dish: its name.
        age: days from its first sale to the last day of its history.
    """

    name: ClassVar[str] = "pooled"

    trees: PooledTrees
    smoothing: SmoothingForecaster
    dish: str
    age: int

    def forecast(self, history: FloatArray, days: Days, known: FloatArray, *, explain: bool = False) -> Forecast:
        """See `Forecaster.forecast`; all days are forecast from the last one that is known."""
        return forecast_all([self], [history], days, known[None, :], explain=explain)[0]

    def to_state(self) -> dict[str, Any]:
        """See `Forecaster.to_state`; the trees are stored once for all dishes."""
        return {"smoothing": self.smoothing.to_state(), "dish": self.dish, "age": self.age}

    @classmethod
    def from_state(cls, state: Mapping[str, Any], parts: StoredParts) -> "PooledForecaster":
        """See `Forecaster.from_state`."""
        require_keys(state, ("smoothing", "dish", "age"), "pooled forecaster")
        if parts.trees is None:
            raise UnservableVersion("the pooled trees that this dish needs are missing")
        smoothing = SmoothingForecaster.from_state(state["smoothing"], parts)
        return cls(trees=parts.trees, smoothing=smoothing, dish=state["dish"], age=state["age"])


def forecast_all(
    forecasters: Sequence[PooledForecaster],
    histories: Sequence[FloatArray],
    days: Days,
    known: FloatArray,
    *,
    explain: bool = False,
) -> list[Forecast]:
    """What each of D forecasters would answer alone, with one call of the trees that they share.

    Args:
        forecasters: at least one; all of the same trees.
        histories: see `Forecaster.forecast`, of each.
        days: to forecast, H.
        known: see `Forecaster.forecast`, shape (D, H).
        explain: also answer the contributions.
    """
    trees = forecasters[0].trees
    return forecast_together(trees, known_sales(forecasters, histories, days, known), days, explain=explain)


def known_sales(
    forecasters: Sequence[PooledForecaster], histories: Sequence[FloatArray], days: Days, known: FloatArray
) -> KnownSales:
    """What the trees are to know; see `forecast_all`."""
    states = [forecaster.smoothing.after(days, since) for forecaster, since in zip(forecasters, known, strict=True)]
    length = min(LOOKBACK_DAYS, max(map(len, histories)))
    history = np.full((len(forecasters), length), np.nan)
    for row, sales in zip(history, histories, strict=True):
        tail = sales[-length:] if length else sales
        row[length - len(tail) :] = tail
    return KnownSales(
        dishes=[forecaster.dish for forecaster in forecasters],
        history=history,
        since=known,
        levels=np.concatenate([state.levels for state in states]),
        profiles=np.concatenate([state.profile() for state in states]),
        age=np.array([float(forecaster.age) for forecaster in forecasters]),
        effects=np.concatenate([state.occasions.on(days.returning, days.weekdays) for state in states]),
    )

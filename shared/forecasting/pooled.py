"""Makes the pooled trees of `pooled_trees.py` a `Forecaster` of one dish, or of many dishes at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from shared.arrays import FloatArray
from shared.errors import UnservableVersion
from shared.forecasting.days import Days
from shared.forecasting.forecaster import Forecast, StoredParts
from shared.forecasting.pooled_features import LOOKBACK_DAYS
from shared.forecasting.pooled_trees import DishesToForecast, PooledTrees, forecast_together
from shared.forecasting.smoothing import TREE_LEVELS, SmoothingForecaster
from shared.forecasting.smoothing_together import states_after
from shared.payloads import require_keys


@dataclass(frozen=True, slots=True)
class PooledForecaster:
    """The pooled trees for one dish.

    Args:
        trees: The trees of the store.
        smoothing: The smoothing of the dish, after the last day of its history.
        dish: Name of the dish.
        age: Days from the first sale of the dish to the last day of its history, or less where `dish_ages` says so.
    """

    name: ClassVar[str] = "pooled"

    trees: PooledTrees
    smoothing: SmoothingForecaster
    dish: str
    age: int

    def forecast(self, history: FloatArray, days: Days, sales_told: FloatArray, *, explain: bool = False) -> Forecast:
        """See `Forecaster.forecast`. All days are forecast from the last day whose sales are known."""
        return forecast_all([self], [history], days, sales_told[None, :], explain=explain)[0]

    def to_state(self) -> dict[str, Any]:
        """See `Forecaster.to_state`. The trees are stored once for all dishes."""
        return {"smoothing": self.smoothing.to_state(), "dish": self.dish, "age": self.age}

    @classmethod
    def from_state(cls, state: Mapping[str, Any], parts: StoredParts) -> "PooledForecaster":
        """See `Forecaster.from_state`."""
        require_keys(state, ("smoothing", "dish", "age"), "pooled forecaster")
        if parts.trees is None:
            raise UnservableVersion("the pooled trees that this dish needs are missing; train again")
        smoothing = SmoothingForecaster.from_state(state["smoothing"], parts)
        return cls(trees=parts.trees, smoothing=smoothing, dish=state["dish"], age=state["age"])


def forecast_all(
    forecasters: Sequence[PooledForecaster],
    histories: Sequence[FloatArray],
    days: Days,
    sales_told: FloatArray,
    *,
    explain: bool = False,
) -> list[Forecast]:
    """What each of D forecasters would answer alone, with one call of the trees that they share.

    Args:
        forecasters: At least one forecaster; all of them have the same trees.
        histories: History of each dish, see `Forecaster.forecast`.
        days: The H days to forecast.
        sales_told: Sales of those H days that are known already, else NaN, shape (D, H).
        explain: Whether to answer the contributions as well.
    """
    wanted = dishes_to_forecast(forecasters, histories, days, sales_told)
    return forecast_together(forecasters[0].trees, wanted, days, explain=explain)


def dishes_to_forecast(
    forecasters: Sequence[PooledForecaster], histories: Sequence[FloatArray], days: Days, sales_told: FloatArray
) -> DishesToForecast:
    """What the trees need of each dish; see `forecast_all` for the arguments."""
    states = states_after([forecaster.smoothing for forecaster in forecasters], days, list(sales_told))
    length = min(LOOKBACK_DAYS, max(map(len, histories)))
    history = np.full((len(forecasters), length), np.nan)
    for row, sales in zip(history, histories, strict=True):
        tail = sales[-length:] if length else sales
        row[length - len(tail) :] = tail
    return DishesToForecast(
        dishes=[forecaster.dish for forecaster in forecasters],
        history=history,
        sales_told=sales_told,
        levels=np.concatenate([state.levels[:, TREE_LEVELS] for state in states]),
        profiles=np.concatenate([state.profile() for state in states]),
        age=np.array([float(forecaster.age) for forecaster in forecasters]),
        effects=np.concatenate([state.occasions.on(days.returning, days.usual_weekdays) for state in states]),
    )

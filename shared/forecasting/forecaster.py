"""The protocol of all forecasters, and what they answer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, Self

import numpy as np

from shared.arrays import FloatArray
from shared.config import PipelineConfig
from shared.forecasting.days import Days

if TYPE_CHECKING:
    from shared.forecasting.pooled_trees import PooledTrees


class FeatureGroup(Enum):
    """Groups of features that a forecast is explained by; the value is the name in the contract."""

    LEVEL_AND_TREND = "LEVEL_AND_TREND"
    WEEKDAY = "WEEKDAY"
    SEASON = "SEASON"
    HOLIDAY = "HOLIDAY"
    WEATHER = "WEATHER"
    RECENT_SALES = "RECENT_SALES"
    RESIDUAL = "RESIDUAL"
    #: What cutting off at zero, or a closed day, adds.
    LIMIT = "LIMIT"


@dataclass(frozen=True, slots=True)
class Forecast:
    """Demand of one dish on n consecutive days; every array has shape (n,), in units.

    Args:
        yhat: expected demand, >= 0.
        prophet_yhat: what Prophet alone says, where it takes part.
        residual_hat: what the residual trees add, where they take part.
        contributions: by group, adding up to `yhat`; empty where no explanation was asked for.
    """

    yhat: FloatArray
    prophet_yhat: FloatArray | None = None
    residual_hat: FloatArray | None = None
    contributions: Mapping[FeatureGroup, FloatArray] = field(default_factory=dict)

    def from_day(self, first: int) -> "Forecast":
        """The forecast without its first days."""

        def cut(values: FloatArray | None) -> FloatArray | None:
            return None if values is None else values[first:]

        contributions = {group: values[first:] for group, values in self.contributions.items()}
        return Forecast(self.yhat[first:], cut(self.prophet_yhat), cut(self.residual_hat), contributions)


@dataclass(frozen=True, slots=True)
class StoredParts:
    """What is stored once for many forecasters, beside the state of each.

    Args:
        config: The configuration that the version was trained with.
        trees: The pooled trees of the store; None where the dish needs none.
    """

    config: PipelineConfig
    trees: "PooledTrees | None" = None


class Forecaster(Protocol):
    """A fitted forecaster of one dish."""

    name: ClassVar[str]

    def forecast(self, history: FloatArray, days: Days, sales_told: FloatArray, *, explain: bool = False) -> Forecast:
        """Forecasts several days ahead; lags inside the horizon come from the forecast itself.

        Args:
            history: sales of consecutive days up to the day before `days`, NaN on closed days; at least the
                configuration's `lookback_days` where there are as many.
            days: the days to forecast.
            sales_told: sales of those `days` that are known already, else NaN; shape (len(days),).
            explain: also answer the contributions.
        """
        ...

    def to_state(self) -> dict[str, Any]:
        """Everything needed to make it again: plain values, strings and arrays only."""
        ...

    @classmethod
    def from_state(cls, state: Mapping[str, Any], parts: StoredParts) -> Self:
        """The inverse of `to_state`.

        Args:
            state: What `to_state` answered.
            parts: What is stored beside the state.

        Raises:
            UnservableVersion: The state is of another release, or a part that the forecaster needs is missing.
        """
        ...


def limited(
    raw: FloatArray, days: Days, contributions: dict[FeatureGroup, FloatArray], *, explain: bool
) -> tuple[FloatArray, dict[FeatureGroup, FloatArray]]:
    """Cuts demand off at zero, and to zero on closed days; the difference is a contribution of its own.

    Args:
        raw: demand before the cut, shape (n,).
        days: tells the closed days.
        contributions: those that add up to `raw`.
        explain: whether contributions are wanted.
    """
    yhat = np.where(days.closed, 0.0, np.maximum(raw, 0.0))
    if not explain:
        return yhat, {}
    return yhat, {**contributions, FeatureGroup.LIMIT: yhat - raw}

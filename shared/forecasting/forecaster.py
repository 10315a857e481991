"""The protocol `Forecaster`, which every forecaster fulfils, and the record `Forecast`, which every forecaster answers.

The table of all forecasters is in `shared/forecasters.py`.
"""

import sys
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


#: Bytes that an array takes beside its values.
_ARRAY_BYTES = sys.getsizeof(np.empty(0))


class FeatureGroup(Enum):
    """Groups of features that explain a forecast. The value is the name in the contract."""

    LEVEL_AND_TREND = "LEVEL_AND_TREND"
    WEEKDAY = "WEEKDAY"
    SEASON = "SEASON"
    HOLIDAY = "HOLIDAY"
    WEATHER = "WEATHER"
    RECENT_SALES = "RECENT_SALES"
    RESIDUAL = "RESIDUAL"
    #: What is added where demand is cut off at zero, or is zero on a closed day.
    LIMIT = "LIMIT"


@dataclass(frozen=True, slots=True)
class Forecast:
    """Demand of one dish on n consecutive days. Every array has shape (n,) and is in units.

    Args:
        yhat: Expected demand, >= 0.
        prophet_yhat: Forecast of Prophet alone; None where Prophet takes no part.
        residual_hat: What the residual trees add; None where they take no part.
        contributions: Contribution of each group of features; they add up to `yhat`. Empty where none were asked for.
        members: Of a blend, the `yhat` of each of its forecasters by name; their mean, weighted by the weights of the
            blend, is `yhat`. Empty for any other forecaster, and where no contributions were asked for.
    """

    yhat: FloatArray
    prophet_yhat: FloatArray | None = None
    residual_hat: FloatArray | None = None
    contributions: Mapping[FeatureGroup, FloatArray] = field(default_factory=dict)
    members: Mapping[str, FloatArray] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """Bytes that the arrays take."""
        arrays = (
            self.yhat,
            *(part for part in (self.prophet_yhat, self.residual_hat) if part is not None),
            *self.contributions.values(),
            *self.members.values(),
        )
        return sum(_ARRAY_BYTES + array.nbytes for array in arrays)

    def from_day(self, first: int) -> "Forecast":
        """The forecast without its first days.

        Args:
            first: Number of days that are left out.
        """

        def cut(values: FloatArray | None) -> FloatArray | None:
            return None if values is None else values[first:]

        contributions = {group: values[first:] for group, values in self.contributions.items()}
        members = {name: yhat[first:] for name, yhat in self.members.items()}
        return Forecast(self.yhat[first:], cut(self.prophet_yhat), cut(self.residual_hat), contributions, members)


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
        """Forecasts consecutive days.

        Args:
            history: Units of consecutive days up to the day before `days`, NaN on closed days; as many as features
                look back, where the dish has as many.
            days: The n days to forecast.
            sales_told: Units of those `days` whose sales are known already, else NaN, shape (n,).
            explain: Whether to answer the contributions and, of a blend, the members as well.
        """
        ...

    def to_state(self) -> dict[str, Any]:
        """Everything that makes the forecaster again: plain values, strings and arrays only."""
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
    """Cuts demand off at zero, and sets it to zero on closed days. The difference is a contribution of its own.

    Args:
        raw: Demand before the cut, units, shape (n,).
        days: The n days, which tell the closed days.
        contributions: Contributions that add up to `raw`, by group.
        explain: Whether contributions are wanted.

    Returns:
        The demand, and the contributions that add up to it, empty where none are wanted.
    """
    yhat = np.where(days.closed, 0.0, np.maximum(raw, 0.0))
    if not explain:
        return yhat, {}
    return yhat, {**contributions, FeatureGroup.LIMIT: yhat - raw}

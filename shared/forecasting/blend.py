"""The blend: a weighted mean of several forecasters.

A blend has no quantiles of its own: `spread.py` computes them from the forecast of the blend.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from shared.arrays import FloatArray
from shared.forecasting.days import Days
from shared.forecasting.forecaster import FeatureGroup, Forecast, Forecaster, StoredParts
from shared.forecasting.loading import load_forecaster
from shared.payloads import require_keys


@dataclass(frozen=True, slots=True)
class BlendForecaster:
    """Several forecasters of one dish with their weights.

    Args:
        members: Fitted forecasters, by name.
        weights: Weight of each member, above 0; the weights add up to 1.
    """

    name: ClassVar[str] = "blend"

    members: Mapping[str, Forecaster]
    weights: Mapping[str, float]

    def forecast(self, history: FloatArray, days: Days, sales_told: FloatArray, *, explain: bool = False) -> Forecast:
        """See `Forecaster.forecast`. `residual_hat` is the part of the residual trees in the blend, by their weight."""
        yhat = np.zeros(len(days))
        prophet_yhat: FloatArray | None = None
        residual_hat: FloatArray | None = None
        contributions: dict[FeatureGroup, FloatArray] = {}
        members: dict[str, FloatArray] = {}
        for name, member in self.members.items():
            weight = self.weights[name]
            part = member.forecast(history, days, sales_told, explain=explain)
            yhat += weight * part.yhat
            if explain:
                members[name] = part.yhat
            prophet_yhat = part.prophet_yhat if prophet_yhat is None else prophet_yhat
            if part.residual_hat is not None:
                residual_hat = weight * part.residual_hat
            for group, units in part.contributions.items():
                contributions[group] = contributions.get(group, np.zeros(len(days))) + weight * units
        return Forecast(yhat, prophet_yhat, residual_hat, contributions, members)

    def to_state(self) -> dict[str, Any]:
        """See `Forecaster.to_state`."""
        members = {name: member.to_state() for name, member in self.members.items()}
        return {"members": members, "weights": dict(self.weights)}

    @classmethod
    def from_state(cls, state: Mapping[str, Any], parts: StoredParts) -> "BlendForecaster":
        """See `Forecaster.from_state`."""
        require_keys(state, ("members", "weights"), "blend")
        require_keys(state["weights"], state["members"], "weights of the blend")
        members = {name: load_forecaster(name, member, parts) for name, member in state["members"].items()}
        return cls(members=members, weights=state["weights"])


def combine(members: Mapping[str, Forecaster], weights: Mapping[str, float]) -> Forecaster:
    """The blend of several forecasters, or the only forecaster.

    Args:
        members: Fitted forecasters, by name, at least one.
        weights: Weight of each member; the weights add up to 1.
    """
    return BlendForecaster(members, weights) if len(members) > 1 else next(iter(members.values()))

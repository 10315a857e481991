"""Forecasts many dishes at once, with one call of each distinct set of pooled trees."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, TypeVar

import numpy as np

from shared.arrays import FloatArray
from shared.forecasting.blend import BlendForecaster
from shared.forecasting.days import Days
from shared.forecasting.dish_model import DishModel
from shared.forecasting.forecaster import Forecast, Forecaster, StoredParts
from shared.forecasting.hybrid import HybridForecaster, forecast_hybrids
from shared.forecasting.pooled import PooledForecaster, forecast_all
from shared.forecasting.smoothing import SmoothingForecaster
from shared.forecasting.smoothing_together import states_after

F = TypeVar("F", PooledForecaster, SmoothingForecaster, HybridForecaster)


def forecast_dishes(
    models: Sequence[DishModel],
    days: Days,
    recent_sales: Mapping[str, Mapping[dt.date, float]],
    *,
    explain: bool = False,
) -> list[Forecast]:
    """What `DishModel.forecast` answers for each of several dishes.

    Args:
        models: Models whose histories end on the same day.
        days: Consecutive days, the first of them the day after that end.
        recent_sales: Sales of each dish since its training, see `DishModel.forecast`; by dish.
        explain: Whether to answer the contributions as well.
    """
    inputs = [model.inputs(days, recent_sales.get(model.dish, {})) for model in models]
    pooled = _pooled_forecasts(models, inputs, days, explain=explain)
    smoothed = _smoothing_forecasts(models, inputs, days, explain=explain)
    hybrid = _hybrid_forecasts(models, inputs, days, explain=explain)
    made = ((PooledForecaster.name, pooled), (SmoothingForecaster.name, smoothed), (HybridForecaster.name, hybrid))
    forecasts = []
    for position, (model, (tail, sales_told)) in enumerate(zip(models, inputs, strict=True)):
        forecaster = model.forecaster
        for name, at_hand in made:
            if position in at_hand:
                forecaster = _with(forecaster, name, at_hand[position])
        forecasts.append(model.in_season(forecaster.forecast(tail, days, sales_told, explain=explain), days))
    return forecasts


def _pooled_forecasts(
    models: Sequence[DishModel], inputs: Sequence[tuple[FloatArray, FloatArray]], days: Days, *, explain: bool
) -> dict[int, Forecast]:
    """Forecasts of the pooled trees, by the positions of the models that use the trees."""
    users: dict[int, list[tuple[int, PooledForecaster]]] = {}
    for position, model in enumerate(models):
        member = _member(model.forecaster, PooledForecaster)
        if member:
            # A model that was taken over from an older version has the trees of that version.
            users.setdefault(id(member.trees), []).append((position, member))
    found: dict[int, Forecast] = {}
    for group in users.values():
        positions = [position for position, _ in group]
        tails, sales_told = zip(*(inputs[position] for position in positions), strict=True)
        forecasts = forecast_all([member for _, member in group], tails, days, np.array(sales_told), explain=explain)
        found |= dict(zip(positions, forecasts, strict=True))
    return found


def _smoothing_forecasts(
    models: Sequence[DishModel], inputs: Sequence[tuple[FloatArray, FloatArray]], days: Days, *, explain: bool
) -> dict[int, Forecast]:
    """Forecasts of the smoothing, by the positions of the models that have it."""
    members = {position: _member(model.forecaster, SmoothingForecaster) for position, model in enumerate(models)}
    users = {position: member for position, member in members.items() if member}
    states = states_after(list(users.values()), days, [inputs[position][1] for position in users])
    return {
        position: member.forecast_from(state, days, explain=explain)
        for (position, member), state in zip(users.items(), states, strict=True)
    }


def _hybrid_forecasts(
    models: Sequence[DishModel], inputs: Sequence[tuple[FloatArray, FloatArray]], days: Days, *, explain: bool
) -> dict[int, Forecast]:
    """Forecasts of the hybrids, by the positions of the models that have one."""
    members = {position: _member(model.forecaster, HybridForecaster) for position, model in enumerate(models)}
    users = {position: member for position, member in members.items() if member}
    histories, sales_told = [inputs[position][0] for position in users], [inputs[position][1] for position in users]
    forecasts = forecast_hybrids(list(users.values()), histories, days, sales_told, explain=explain)
    return dict(zip(users, forecasts, strict=True))


def _member(forecaster: Forecaster, kind: type[F]) -> F | None:
    """The forecaster itself, or the member of a blend, that is of a kind; None where there is none."""
    if isinstance(forecaster, BlendForecaster):
        forecaster = forecaster.members.get(kind.name, forecaster)
    return forecaster if isinstance(forecaster, kind) else None


def _with(forecaster: Forecaster, name: str, forecast: Forecast) -> Forecaster:
    """The same forecaster, with a forecast that was made in place of the forecaster or member of a name."""
    answered = _Answered(forecast)
    if isinstance(forecaster, BlendForecaster):
        return replace(forecaster, members={**forecaster.members, name: answered})
    return answered


@dataclass(frozen=True, slots=True)
class _Answered:
    """Stands in for a forecaster whose forecast was made together with those of other dishes.

    Args:
        answer: The forecast.
    """

    name: ClassVar[str] = PooledForecaster.name

    answer: Forecast

    def forecast(self, history: FloatArray, days: Days, sales_told: FloatArray, *, explain: bool = False) -> Forecast:
        """The forecast, which was made with the same arguments."""
        return self.answer

    def to_state(self) -> dict[str, Any]:
        """Never called: a forecast is not stored as a model."""
        raise TypeError("a forecast that has been made is no model")

    @classmethod
    def from_state(cls, state: Mapping[str, Any], parts: StoredParts) -> "_Answered":
        """Never called: a forecast is not stored as a model."""
        raise TypeError("a forecast that has been made is no model")

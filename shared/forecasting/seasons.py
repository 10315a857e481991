"""Factors by which seasons that move change the level of dishes.

Forecasters learn and forecast sales without seasons: what was sold in a season is divided by the factor of the season,
and forecasts of days in a season are multiplied by it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np

from shared.arrays import FloatArray
from shared.forecasting.forecaster import FeatureGroup, Forecast
from shared.payloads import require_keys


@dataclass(frozen=True, slots=True)
class SeasonEffects:
    """Factors of seasons on the level of D dishes, relative to the level outside the season.

    Args:
        names: Names of the k seasons that were learnt; see `seasons_on`.
        factors: Factor of each season for each dish, shape (k, D).
    """

    names: tuple[str, ...]
    factors: FloatArray

    @classmethod
    def none(cls, dishes: int) -> Self:
        """The effects of a history whose level no season changes.

        Args:
            dishes: Number of dishes, D.
        """
        return cls((), np.empty((0, dishes)))

    def on(self, seasons: Sequence[tuple[str, ...]]) -> FloatArray:
        """The factors of n days, shape (D, n); 1 outside seasons.

        Args:
            seasons: Seasons of each day, length n.
        """
        factors = np.ones((self.factors.shape[1], len(seasons)))
        for name, factor in zip(self.names, self.factors, strict=True):
            within = np.array([name in names for names in seasons], dtype=np.bool_)
            factors[:, within] *= factor[:, None]
        return factors

    def of(self, dish: int) -> Self:
        """The effects of one dish alone.

        Args:
            dish: Position of the dish among the D dishes.
        """
        return type(self)(self.names, self.factors[:, dish : dish + 1])

    def to_state(self) -> dict[str, Any]:
        """Plain values and arrays, to be stored."""
        return {"names": list(self.names), "factors": self.factors}

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> Self:
        """The inverse of `to_state`.

        Raises:
            UnservableVersion: The state is of another release.
        """
        require_keys(state, ("names", "factors"), "effects of seasons")
        return cls(names=tuple(state["names"]), factors=state["factors"])


@dataclass(frozen=True, slots=True)
class DishSeasons:
    """The seasons of one dish, as its model needs them.

    Args:
        effects: Effects of the seasons on the dish, D = 1.
        tail: Factor of each day of the tail of the model, see `DishModel.tail`, shape (n,).
    """

    effects: SeasonEffects
    tail: FloatArray

    def on(self, seasons: Sequence[tuple[str, ...]]) -> FloatArray:
        """The factors of n days, shape (n,).

        Args:
            seasons: Seasons of each day, length n.
        """
        factors: FloatArray = self.effects.on(seasons)[0]
        return factors

    def to_state(self) -> dict[str, Any]:
        """Plain values and arrays, to be stored."""
        return {"effects": self.effects.to_state(), "tail": self.tail}

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> Self:
        """The inverse of `to_state`.

        Raises:
            UnservableVersion: The state is of another release.
        """
        require_keys(state, ("effects", "tail"), "seasons of a dish")
        return cls(SeasonEffects.from_state(state["effects"]), state["tail"])


def in_season(forecast: Forecast, factors: FloatArray) -> Forecast:
    """A forecast without seasons, as it is with them. What the seasons change is a contribution of its own.

    Args:
        forecast: Forecast of n days without seasons.
        factors: Factor of each day, shape (n,).
    """

    def times(values: FloatArray | None) -> FloatArray | None:
        return None if values is None else values * factors

    contributions = dict(forecast.contributions)
    if contributions:
        season = contributions.get(FeatureGroup.SEASON, np.zeros(len(factors)))
        contributions[FeatureGroup.SEASON] = season + forecast.yhat * (factors - 1.0)
    return replace(
        forecast,
        yhat=forecast.yhat * factors,
        prophet_yhat=times(forecast.prophet_yhat),
        residual_hat=times(forecast.residual_hat),
        contributions=contributions,
        members={name: yhat * factors for name, yhat in forecast.members.items()},
    )

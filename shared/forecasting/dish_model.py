"""The model of one dish, as stored and served: its champion and the end of its sales history."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from shared.arrays import FloatArray
from shared.config import PipelineConfig
from shared.forecasting.blend import BlendForecaster
from shared.forecasting.days import Days
from shared.forecasting.forecaster import Forecast, Forecaster, StoredParts
from shared.forecasting.loading import load_forecaster
from shared.forecasting.pooled_trees import PooledTrees
from shared.forecasting.seasons import DishSeasons, in_season
from shared.forecasting.spread import Spread
from shared.payloads import require_keys

#: Keys of a payload.
_KEYS = ("dish", "forecaster", "state", "history_end", "tail", "spread", "seasons")


@dataclass(frozen=True, slots=True)
class DishModel:
    """The champion of a dish, ready to serve.

    Args:
        dish: Name of the dish.
        forecaster: The champion, a blend or a single forecaster, fitted to the whole history.
        history_end: Last day of the history.
        tail: Units of the last days up to `history_end`, as many as features look back, NaN where closed, shape (n,).
        spread: Distribution of the sales around the forecast; None where the store has no backtest.
        seasons: Seasons that change the level of the dish; None where none does.
    """

    dish: str
    forecaster: Forecaster
    history_end: dt.date
    tail: FloatArray
    spread: Spread | None
    seasons: DishSeasons | None = None

    @property
    def weights(self) -> Mapping[str, float]:
        """Weight of each forecaster that takes part; the weights add up to 1."""
        return self.forecaster.weights if isinstance(self.forecaster, BlendForecaster) else {self.forecaster.name: 1.0}

    def forecast(
        self, days: Days, recent_sales: Mapping[dt.date, float] | None = None, *, explain: bool = False
    ) -> Forecast:
        """Forecasts the days after `history_end`.

        Args:
            days: Consecutive days, the first of them the day after `history_end`.
            recent_sales: Units by date: sales since the training, and corrections of sales before. Sales before the
                tail are ignored.
            explain: Whether to answer the contributions as well.
        """
        tail, sales_told = self.inputs(days, recent_sales or {})
        return self.in_season(self.forecaster.forecast(tail, days, sales_told, explain=explain), days)

    def inputs(self, days: Days, recent_sales: Mapping[dt.date, float]) -> tuple[FloatArray, FloatArray]:
        """The sales that the forecaster is given: as they would be without seasons.

        Args:
            days: The n days to forecast.
            recent_sales: Units by date, see `forecast`.

        Returns:
            The tail with its corrections, and the sales of the days to forecast, NaN where unknown, shape (n,).
        """
        tail, sales_told = self.tail.copy(), np.full(len(days), np.nan)
        for date, sales in recent_sales.items():
            ahead = (date - self.history_end).days - 1
            if 0 <= ahead < len(days):
                sales_told[ahead] = sales
            elif -len(tail) <= ahead < 0:
                tail[ahead] = sales
        if self.seasons is None:
            return tail, sales_told
        return tail / self.seasons.tail, sales_told / self.seasons.on(days.seasons)

    def in_season(self, forecast: Forecast, days: Days) -> Forecast:
        """What the forecaster forecasts, with the seasons of the days.

        Args:
            forecast: Forecast from the sales of `inputs`.
            days: The days that were forecast.
        """
        return forecast if self.seasons is None else in_season(forecast, self.seasons.on(days.seasons))

    def to_payload(self) -> dict[str, Any]:
        """Plain values, strings and arrays, to be stored. The pooled trees are stored once for all dishes."""
        return {
            "dish": self.dish,
            "forecaster": self.forecaster.name,
            "state": self.forecaster.to_state(),
            "history_end": self.history_end.isoformat(),
            "tail": self.tail,
            "spread": self.spread.to_state() if self.spread else None,
            "seasons": self.seasons.to_state() if self.seasons else None,
        }

    @classmethod
    def from_payload(
        cls, payload: Mapping[str, Any], config: PipelineConfig, trees: PooledTrees | None = None
    ) -> "DishModel":
        """The inverse of `to_payload`.

        Args:
            payload: What `to_payload` answered.
            config: The settings that the dish was trained with.
            trees: The pooled trees of the store; None where the dish does not use them.

        Raises:
            UnservableVersion: The payload is of another release, or the shared trees are missing.
        """
        require_keys(payload, _KEYS, "model of a dish")
        parts, spread, seasons = StoredParts(config, trees), payload["spread"], payload["seasons"]
        return cls(
            dish=payload["dish"],
            forecaster=load_forecaster(payload["forecaster"], payload["state"], parts),
            history_end=dt.date.fromisoformat(payload["history_end"]),
            tail=payload["tail"],
            spread=Spread.from_state(spread) if spread is not None else None,
            seasons=DishSeasons.from_state(seasons) if seasons is not None else None,
        )

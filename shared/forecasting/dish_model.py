"""One stored model: the champion of a dish with the end of its sales history, and how to store and load it."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from shared.config import PipelineConfig
from shared.forecasting.baseline import BaselineForecaster
from shared.forecasting.days import Days
from shared.forecasting.forecaster import Forecast, Forecaster
from shared.forecasting.hybrid import HybridForecaster
from shared.forecasting.prophet import ProphetForecaster

FloatArray = npt.NDArray[np.float64]

#: Fewer backtest errors than this say nothing about quantiles.
MIN_ERRORS_FOR_QUANTILES = 14


@dataclass(frozen=True, slots=True)
class DishModel:
    """The champion of a dish, ready to serve.

    Args:
        dish: its name.
        forecaster: the champion, fitted on the whole history.
        history_end: last day of the history.
        tail: sales of the days up to `history_end` that lags need, NaN where closed.
        scaled_errors: errors of the champion's backtest, each divided by the square root of its forecast (at
            least 1): sales spread about as counts do. Shape (days scored,).
    """

    dish: str
    forecaster: Forecaster
    history_end: dt.date
    tail: FloatArray
    scaled_errors: FloatArray

    def forecast(
        self, days: Days, recent_sales: Mapping[dt.date, float] | None = None, *, explain: bool = False
    ) -> Forecast:
        """Forecasts the days after `history_end`.

        Args:
            days: consecutive days, the first of them the day after `history_end`.
            recent_sales: sales of any day, known since the training or corrected; those before the tail are of no use.
            explain: also answer the contributions.
        """
        tail, known = self.tail.copy(), np.full(len(days), np.nan)
        for date, sales in (recent_sales or {}).items():
            ahead = (date - self.history_end).days - 1
            if 0 <= ahead < len(days):
                known[ahead] = sales
            elif -len(tail) <= ahead < 0:
                tail[ahead] = sales
        return self.forecaster.forecast(tail, days, known, explain=explain)

    def quantiles(self, yhat: FloatArray, levels: Sequence[float]) -> FloatArray | None:
        """Quantiles of the demand from the backtest's errors, never below zero, never crossing.

        Args:
            yhat: shape (n,).
            levels: strictly between 0 and 1, ascending.

        Returns:
            Shape (n, len(levels)); None where the backtest was too short for it.
        """
        if len(self.scaled_errors) < MIN_ERRORS_FOR_QUANTILES:
            return None
        spread = np.quantile(self.scaled_errors, levels)
        quantiles: FloatArray = np.maximum(0.0, yhat[:, None] + error_scale(yhat)[:, None] * spread)
        return quantiles

    def to_payload(self) -> dict[str, Any]:
        """Plain values, strings and arrays, to be stored."""
        return {
            "dish": self.dish,
            "forecaster": self.forecaster.name,
            "state": self.forecaster.to_state(),
            "history_end": self.history_end.isoformat(),
            "tail": self.tail,
            "scaled_errors": self.scaled_errors,
        }

    @classmethod
    def from_payload(cls, payload: Mapping[str, Any], config: PipelineConfig) -> "DishModel":
        """The inverse of `to_payload`.

        Raises:
            ValueError: a forecaster that this code does not know.
        """
        return cls(
            payload["dish"],
            _load_forecaster(payload["forecaster"], payload["state"], config),
            dt.date.fromisoformat(payload["history_end"]),
            payload["tail"],
            payload["scaled_errors"],
        )


def error_scale(yhat: FloatArray) -> FloatArray:
    """What errors at this level of demand are divided by to be comparable, shape of `yhat`."""
    scale: FloatArray = np.sqrt(np.maximum(yhat, 1.0))
    return scale


def _load_forecaster(name: str, state: dict[str, Any], config: PipelineConfig) -> Forecaster:
    match name:
        case BaselineForecaster.name:
            return BaselineForecaster.from_state(state)
        case ProphetForecaster.name:
            return ProphetForecaster.from_state(state)
        case HybridForecaster.name:
            return HybridForecaster.from_state(state, config)
    raise ValueError(f"unknown forecaster {name!r}: it was trained by a newer release")

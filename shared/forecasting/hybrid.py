"""The hybrid: Prophet, plus gradient-boosted trees that forecast the residual of Prophet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

import lightgbm
import numpy as np

from shared.arrays import FloatArray
from shared.config import PipelineConfig
from shared.forecasting.days import Days
from shared.forecasting.forecaster import FeatureGroup, Forecast, StoredParts, limited
from shared.forecasting.lag_features import lag_features_after, model_matrix
from shared.forecasting.prophet import ProphetForecaster, total
from shared.forecasting.single_rows import SingleRows
from shared.payloads import require_keys

_WEEKDAY_FEATURES = ("day_of_week", "is_weekend")


@dataclass(frozen=True, slots=True)
class HybridForecaster:
    """Prophet, plus residual trees that forecast the error of Prophet.

    Args:
        prophet: Prophet, which forecasts level, trend, seasonalities and holidays.
        trees: LightGBM's model as text.
        features: Names of the columns of the trees' model matrix, in order.
        config: The configuration, whose lags and windows name the lag features.
    """

    name: ClassVar[str] = "hybrid"

    prophet: ProphetForecaster
    trees: str
    features: Sequence[str]
    config: PipelineConfig
    _booster: lightgbm.Booster = field(init=False, repr=False, compare=False)
    _rows: SingleRows = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        booster = lightgbm.Booster(model_str=self.trees)
        object.__setattr__(self, "_booster", booster)
        object.__setattr__(self, "_rows", SingleRows(booster, len(self.features)))

    def forecast(self, history: FloatArray, days: Days, sales_told: FloatArray, *, explain: bool = False) -> Forecast:
        """See `Forecaster.forecast`. The lags of a day see the forecasts of the days before as if they were sales."""
        return forecast_hybrids([self], [history], days, [sales_told], explain=explain)[0]

    def to_state(self) -> dict[str, Any]:
        """See `Forecaster.to_state`. The manifest has the configuration."""
        return {"prophet": self.prophet.to_state(), "trees": self.trees, "features": list(self.features)}

    @classmethod
    def from_state(cls, state: Mapping[str, Any], parts: StoredParts) -> "HybridForecaster":
        """See `Forecaster.from_state`."""
        require_keys(state, ("prophet", "trees", "features"), "hybrid")
        prophet = ProphetForecaster.from_state(state["prophet"], parts)
        return cls(prophet=prophet, trees=state["trees"], features=tuple(state["features"]), config=parts.config)

    def predict_row(self, row: FloatArray) -> float:
        """What the residual trees predict for one row of the model matrix, shape (len(features),), in units."""
        return self._rows.predict(row)

    def tree_contributions(self, matrix: FloatArray) -> dict[FeatureGroup, FloatArray]:
        """SHAP values of the trees by group, each of shape (n,); they add up to what the trees predict.

        Args:
            matrix: Model matrix, shape (n, len(features)).
        """
        shap = np.asarray(self._booster.predict(matrix, pred_contrib=True, num_threads=1))
        groups: dict[FeatureGroup, FloatArray] = {FeatureGroup.RESIDUAL: shap[:, -1].copy()}
        for position, feature in enumerate(self.features):
            group = self._group_of(feature)
            groups[group] = groups.get(group, np.zeros(len(matrix))) + shap[:, position]
        return groups

    def _group_of(self, feature: str) -> FeatureGroup:
        if feature in _WEEKDAY_FEATURES:
            return FeatureGroup.WEEKDAY
        if feature in self.config.time_features:
            return FeatureGroup.SEASON
        if feature in self.config.weather_cols:
            return FeatureGroup.WEATHER
        if feature in self.config.lag_features:
            return FeatureGroup.RECENT_SALES
        return FeatureGroup.HOLIDAY if feature == "is_public_holiday" else FeatureGroup.RESIDUAL


def forecast_hybrids(
    hybrids: Sequence[HybridForecaster],
    histories: Sequence[FloatArray],
    days: Days,
    sales_told: Sequence[FloatArray],
    *,
    explain: bool = False,
) -> list[Forecast]:
    """What each of D hybrids would answer alone, with the lag features of a day computed for all of them at once.

    Args:
        hybrids: Forecasters with the same configuration.
        histories: History of each dish, see `Forecaster.forecast`.
        days: The n days to forecast.
        sales_told: Sales of those days for each dish, NaN where unknown, D arrays of shape (n,).
        explain: Whether to answer the contributions as well.
    """
    if not hybrids:
        return []
    config = hybrids[0].config
    lookback = config.lookback_days
    sales = np.full((len(hybrids), lookback + len(days)), np.nan)
    components, matrices, positions = [], [], []
    for row, hybrid, history in zip(sales, hybrids, histories, strict=True):
        tail = history[-lookback:]
        row[lookback - len(tail) : lookback] = tail
        parts = hybrid.prophet.components(days)
        columns = {**days.columns, "prophet_yhat": total(parts.values())}
        columns |= {name: np.empty(len(days)) for name in config.lag_features}
        components.append(parts)
        matrices.append(model_matrix(columns, hybrid.features))
        positions.append([hybrid.features.index(name) for name in config.lag_features])
    prophet_yhat = np.array([total(parts.values()) for parts in components])
    residual = np.empty((len(hybrids), len(days)))
    for day in range(len(days)):
        lags = lag_features_after(sales[:, day : day + lookback], config)
        for dish, hybrid in enumerate(hybrids):
            matrices[dish][day, positions[dish]] = lags[dish]
            residual[dish, day] = hybrid.predict_row(matrices[dish][day])
        expected = np.nan if days.closed[day] else np.maximum(0.0, prophet_yhat[:, day] + residual[:, day])
        told = np.array([of_dish[day] for of_dish in sales_told])
        sales[:, lookback + day] = np.where(np.isfinite(told), told, expected)

    forecasts = []
    for dish, hybrid in enumerate(hybrids):
        parts = components[dish]
        if explain:
            for group, values in hybrid.tree_contributions(matrices[dish]).items():
                parts[group] = parts[group] + values if group in parts else values
        yhat, contributions = limited(prophet_yhat[dish] + residual[dish], days, parts, explain=explain)
        forecasts.append(Forecast(yhat, prophet_yhat[dish], residual[dish], contributions))
    return forecasts

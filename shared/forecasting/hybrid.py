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
        components = self.prophet.components(days)
        prophet_yhat = total(components.values())
        columns = {**days.columns, "prophet_yhat": prophet_yhat}
        columns |= {name: np.empty(len(days)) for name in self.config.lag_features}
        matrix = model_matrix(columns, self.features)
        lag_positions = [self.features.index(name) for name in self.config.lag_features]

        sales = np.concatenate([history, np.empty(len(days))])
        residual = np.empty(len(days))
        is_told = np.isfinite(sales_told)
        for i in range(len(days)):
            today = len(history) + i
            matrix[i, lag_positions] = lag_features_after(sales[:today], self.config)
            residual[i] = self._rows.predict(matrix[i])
            if is_told[i]:
                sales[today] = sales_told[i]
            else:
                sales[today] = np.nan if days.closed[i] else max(0.0, prophet_yhat[i] + residual[i])

        if explain:
            for group, values in self._tree_contributions(matrix).items():
                components[group] = components[group] + values if group in components else values
        yhat, contributions = limited(prophet_yhat + residual, days, components, explain=explain)
        return Forecast(yhat, prophet_yhat, residual, contributions)

    def to_state(self) -> dict[str, Any]:
        """See `Forecaster.to_state`. The manifest has the configuration."""
        return {"prophet": self.prophet.to_state(), "trees": self.trees, "features": list(self.features)}

    @classmethod
    def from_state(cls, state: Mapping[str, Any], parts: StoredParts) -> "HybridForecaster":
        """See `Forecaster.from_state`."""
        require_keys(state, ("prophet", "trees", "features"), "hybrid")
        prophet = ProphetForecaster.from_state(state["prophet"], parts)
        return cls(prophet=prophet, trees=state["trees"], features=tuple(state["features"]), config=parts.config)

    def _tree_contributions(self, matrix: FloatArray) -> dict[FeatureGroup, FloatArray]:
        """SHAP values of the trees by group, each of shape (n,); they add up to what the trees predict."""
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

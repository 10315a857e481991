"""The pooled trees: one LightGBM model for all dishes of a store, which corrects what the smoothing expects.

It forecasts every horizon directly: no forecast is ever fed back as if it were a sale.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

import lightgbm
import numpy as np
import numpy.typing as npt

from shared.calendar import HOLIDAY_FEATURES
from shared.forecasting.days import Days
from shared.forecasting.forecaster import FeatureGroup, Forecast, limited
from shared.forecasting.pooled_features import (
    LOOKBACK_DAYS,
    SALES_FEATURES,
    SCALE_OFFSET,
    Rows,
    calendar_features,
    sales_features,
)
from shared.forecasting.smoothing import FORECAST_LEVEL, SmoothingForecaster, SmoothingState

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

#: Features of a row before those of the calendar and of the sales.
ROW_FEATURES = ("dish", "horizon")

_SEASON_FEATURES = ("last_year_season", "last_year_same_day")
_LEVEL_FEATURES = ("dish", "log_scale", "age")
_WEEKDAY_FEATURES = ("day_of_week", "is_weekend", "weekday_profile")


@dataclass(frozen=True, slots=True)
class PooledTrees:
    """Trees that answer by what factor the smoothing's expectation is to be multiplied.

    Args:
        trees: LightGBM's model as text.
        offset: mean factor, to which the trees add.
        calendar: names of the features of the day, in order: time, holidays, weather.
        weather: those of them that are weather.
        dishes: that were learnt from, by position.
        longest: days ahead that were learnt; days further ahead are forecast as this one.
    """

    trees: str
    offset: float
    calendar: tuple[str, ...]
    weather: tuple[str, ...]
    dishes: Sequence[str]
    longest: int
    _booster: lightgbm.Booster = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_booster", lightgbm.Booster(model_str=self.trees))

    @property
    def features(self) -> tuple[str, ...]:
        """Columns of the model matrix."""
        return (*ROW_FEATURES, *self.calendar, *SALES_FEATURES)

    def factors(self, matrix: FloatArray) -> FloatArray:
        """Factors of the rows of a model matrix, shape (m,)."""
        factors: FloatArray = np.asarray(self._booster.predict(matrix, num_threads=1)) + self.offset
        return factors

    def matrix(self, rows: Rows, days: Days, dishes: Sequence[str]) -> FloatArray:
        """The model matrix of rows, shape (m, len(features)).

        Args:
            rows: of every dish, one for each of the days, dish by dish.
            days: to forecast.
            dishes: by their positions in `rows`.
        """
        position = {dish: float(i) for i, dish in enumerate(self.dishes)}
        of_day = calendar_features(days, self.calendar)
        return np.column_stack(
            [
                np.array([position.get(dish, np.nan) for dish in dishes])[rows.dish],
                np.minimum(rows.ahead, self.longest),
                np.tile(of_day, (len(dishes), 1)),
                sales_features(rows),
            ]
        )

    def explained(self, matrix: FloatArray) -> dict[FeatureGroup, FloatArray]:
        """SHAP values by group; with 1.0 they add up to the factors."""
        shap = np.asarray(self._booster.predict(matrix, pred_contrib=True, num_threads=1))
        groups = {FeatureGroup.LEVEL_AND_TREND: shap[:, -1] + self.offset - 1.0}
        for position, feature in enumerate(self.features):
            group = self._group_of(feature)
            groups[group] = groups.get(group, np.zeros(len(matrix))) + shap[:, position]
        return groups

    def to_payload(self) -> dict[str, Any]:
        """Plain values, to be stored."""
        return {
            "trees": self.trees,
            "offset": self.offset,
            "calendar": list(self.calendar),
            "weather": list(self.weather),
            "dishes": list(self.dishes),
            "longest": self.longest,
        }

    @classmethod
    def from_payload(cls, payload: Mapping[str, Any]) -> "PooledTrees":
        """The inverse of `to_payload`."""
        return cls(
            payload["trees"],
            payload["offset"],
            tuple(payload["calendar"]),
            tuple(payload["weather"]),
            tuple(payload["dishes"]),
            payload["longest"],
        )

    def _group_of(self, feature: str) -> FeatureGroup:
        if feature in self.weather:
            return FeatureGroup.WEATHER
        if feature in HOLIDAY_FEATURES:
            return FeatureGroup.HOLIDAY
        if feature in _WEEKDAY_FEATURES:
            return FeatureGroup.WEEKDAY
        if feature in self.calendar or feature in _SEASON_FEATURES:
            return FeatureGroup.SEASON
        if feature in _LEVEL_FEATURES:
            return FeatureGroup.LEVEL_AND_TREND
        return FeatureGroup.RECENT_SALES if feature in SALES_FEATURES else FeatureGroup.RESIDUAL


@dataclass(frozen=True, slots=True)
class PooledForecaster:
    """The pooled trees for one dish.

    Args:
        trees: of the store.
        smoothing: of the dish, after the last day of its history.
        dish: its name.
        age: days from its first sale to the last day of its history.
    """

    name: ClassVar[str] = "pooled"

    trees: PooledTrees
    smoothing: SmoothingForecaster
    dish: str
    age: int

    def forecast(self, history: FloatArray, days: Days, known: FloatArray, *, explain: bool = False) -> Forecast:
        """See `Forecaster.forecast`; all days are forecast from the last one that is known."""
        rows = self.rows(history, days, known)
        matrix = self.trees.matrix(rows, days, [self.dish])
        scale = rows.scale
        raw = self.trees.factors(matrix) * scale
        contributions: dict[FeatureGroup, FloatArray] = {}
        if explain:
            contributions = {group: values * scale for group, values in self.trees.explained(matrix).items()}
            level = rows.levels[:, FORECAST_LEVEL] + SCALE_OFFSET
            for group, units in ((FeatureGroup.LEVEL_AND_TREND, level), (FeatureGroup.WEEKDAY, scale - level)):
                contributions[group] = contributions.get(group, np.zeros(len(days))) + units
        yhat, contributions = limited(raw, days, contributions, explain=explain)
        return Forecast(yhat, contributions=contributions)

    def rows(self, history: FloatArray, days: Days, known: FloatArray) -> Rows:
        """What the features of the days are computed from; days before the origin count as one day ahead."""
        count = len(days)
        learnt = np.flatnonzero(np.isfinite(known))
        passed = int(learnt[-1]) + 1 if len(learnt) else 0
        state = self.smoothing.after(days, known)
        sales = np.concatenate([history, known[:passed]])[None, :]
        ahead = np.maximum(np.arange(1, count + 1) - passed, 1)
        return rows_after(sales, state, np.array([float(self.age + passed)]), days, ahead)

    def to_state(self) -> dict[str, Any]:
        """See `Forecaster.to_state`; the trees are stored once for all dishes."""
        return {"smoothing": self.smoothing.to_state(), "dish": self.dish, "age": self.age}

    @classmethod
    def from_state(cls, state: dict[str, Any], trees: PooledTrees) -> "PooledForecaster":
        """The inverse of `to_state`."""
        return cls(trees, SmoothingForecaster.from_state(state["smoothing"]), state["dish"], state["age"])


def forecast_together(
    trees: PooledTrees, dishes: Sequence[str], sales: FloatArray, state: SmoothingState, age: FloatArray, days: Days
) -> FloatArray:
    """Forecasts D dishes whose sales are known up to the day before the days, with one call of the trees.

    Args:
        trees: of their store.
        dishes: their names.
        sales, state, age: see `rows_after`.
        days: to forecast, H.

    Returns:
        Units, shape (D, H).
    """
    rows = rows_after(sales, state, age, days, np.arange(1, len(days) + 1))
    raw = (trees.factors(trees.matrix(rows, days, dishes)) * rows.scale).reshape(len(dishes), len(days))
    yhat: FloatArray = np.where(days.closed, 0.0, np.maximum(raw, 0.0))
    return yhat


def rows_after(sales: FloatArray, state: SmoothingState, age: FloatArray, days: Days, ahead: IntArray) -> Rows:
    """What the features of further days are computed from, for D dishes whose sales are known up to the same day.

    Args:
        sales: up to that day, shape (D, n), NaN where unknown.
        state: of all of them, after that day.
        age: days from the first sale of each to that day, shape (D,).
        days: to forecast, H.
        ahead: of each of them from that day, shape (H,).

    Returns:
        D * H rows, dish by dish.
    """
    dishes, count = len(sales), len(days)
    padded = np.concatenate([np.full((dishes, LOOKBACK_DAYS), np.nan), sales[:, -LOOKBACK_DAYS:]], axis=1)
    return Rows(
        sales=padded,
        dish=np.repeat(np.arange(dishes), count),
        origin=np.full(dishes * count, padded.shape[1] - 1),
        ahead=np.tile(ahead, dishes),
        levels=np.repeat(np.nan_to_num(state.levels), count, axis=0),
        profiles=np.repeat(state.profile(), count, axis=0),
        origin_weekday=np.tile((days.weekdays - ahead) % 7, dishes),
        age=np.repeat(age, count),
    )

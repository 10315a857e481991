"""The pooled trees: one LightGBM model for all dishes of a store, which corrects what the smoothing expects.

It forecasts every horizon directly: no forecast is ever fed back as if it were a sale.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import lightgbm
import numpy as np

from shared.arrays import BoolArray, FloatArray
from shared.forecasting.days import Days, regular_sales
from shared.forecasting.forecaster import FeatureGroup, Forecast, limited
from shared.forecasting.pooled_features import (
    LOOKBACK_DAYS,
    SALES_FEATURES,
    SCALE_OFFSET,
    Rows,
    calendar_features,
    sales_features,
)
from shared.forecasting.smoothing import FORECAST_LEVEL
from shared.payloads import require_keys
from shared.restaurant.calendar import HOLIDAY_FEATURES

#: Features of a row before those of the calendar and of the sales.
ROW_FEATURES = ("dish", "horizon")

#: Fields of `PooledTrees` that are stored.
_STORED = ("trees", "offset", "correction", "calendar", "weather", "dishes", "longest", "holidays")

_LAST_YEAR_FEATURES = ("last_year_season", "last_year_same_day")
_LEVEL_FEATURES = ("dish", "log_scale", "age")
_OCCASION_FEATURES = (*HOLIDAY_FEATURES, "occasion")
_WEEKDAY_FEATURES = ("day_of_week", "is_weekend", "weekday_profile")


@dataclass(frozen=True, slots=True)
class PooledTrees:
    """Trees that answer by what factor the smoothing's expectation is to be multiplied.

    Args:
        trees: LightGBM's model as text.
        offset: mean factor, to which the trees add.
        correction: what the sum of both is multiplied by, for each dish and last for others, shape (len(dishes) + 1,).
        calendar: names of the features of the day, in order: time, holidays, weather.
        weather: those of them that are weather.
        dishes: that were learnt from, by position.
        longest: days ahead that were learnt; days further ahead are forecast as this one.
        holidays: those among the last days that were learnt from, True for a public holiday, shape (n,).
    """

    trees: str
    offset: float
    correction: FloatArray
    calendar: tuple[str, ...]
    weather: tuple[str, ...]
    dishes: Sequence[str]
    longest: int
    holidays: BoolArray
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
        return factors * self._corrections(matrix)

    def were_holidays(self, length: int) -> BoolArray:
        """Whether each of the last days that were learnt from was a public holiday, shape (length,)."""
        known = self.holidays[-length:] if length else self.holidays[:0]
        return np.concatenate([np.zeros(length - len(known), dtype=np.bool_), known])

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
        shap[:, -1] += self.offset
        shap *= self._corrections(matrix)[:, None]
        groups = {FeatureGroup.LEVEL_AND_TREND: shap[:, -1] - 1.0}
        for position, feature in enumerate(self.features):
            group = self._group_of(feature)
            groups[group] = groups.get(group, np.zeros(len(matrix))) + shap[:, position]
        return groups

    def to_payload(self) -> dict[str, Any]:
        """Plain values, to be stored."""
        return {
            "trees": self.trees,
            "offset": self.offset,
            "correction": self.correction,
            "calendar": list(self.calendar),
            "weather": list(self.weather),
            "dishes": list(self.dishes),
            "longest": self.longest,
            "holidays": self.holidays,
        }

    @classmethod
    def from_payload(cls, payload: Mapping[str, Any]) -> "PooledTrees":
        """The inverse of `to_payload`.

        Raises:
            UnservableVersion: The payload is of another release.
        """
        require_keys(payload, _STORED, "pooled trees")
        return cls(
            trees=payload["trees"],
            offset=payload["offset"],
            correction=payload["correction"],
            calendar=tuple(payload["calendar"]),
            weather=tuple(payload["weather"]),
            dishes=tuple(payload["dishes"]),
            longest=payload["longest"],
            holidays=payload["holidays"],
        )

    def _corrections(self, matrix: FloatArray) -> FloatArray:
        """Of each row of a model matrix, shape (m,)."""
        dish = matrix[:, ROW_FEATURES.index("dish")]
        corrections: FloatArray = self.correction[np.where(np.isnan(dish), len(self.dishes), dish).astype(np.int64)]
        return corrections

    def _group_of(self, feature: str) -> FeatureGroup:
        if feature in self.weather:
            return FeatureGroup.WEATHER
        if feature in _OCCASION_FEATURES:
            return FeatureGroup.HOLIDAY
        if feature in _WEEKDAY_FEATURES:
            return FeatureGroup.WEEKDAY
        if feature in self.calendar or feature in _LAST_YEAR_FEATURES:
            return FeatureGroup.SEASON
        if feature in _LEVEL_FEATURES:
            return FeatureGroup.LEVEL_AND_TREND
        return FeatureGroup.RECENT_SALES if feature in SALES_FEATURES else FeatureGroup.RESIDUAL


@dataclass(frozen=True, slots=True)
class KnownSales:
    """What is known of D dishes when the H days after their history are forecast.

    Args:
        dishes: their names.
        history: sales up to the day before the H days, NaN where unknown, shape (D, n).
        since: sales of those of the H days that have passed already, NaN where unknown, shape (D, H).
        levels, profiles: of the smoothing after the last known day of each dish, shape (D, 4) and (D, 7).
        age: days from the first sale of each to the last day of the history, shape (D,).
        effects: of the occasions of the H days, shape (D, H).
    """

    dishes: Sequence[str]
    history: FloatArray
    since: FloatArray
    levels: FloatArray
    profiles: FloatArray
    age: FloatArray
    effects: FloatArray

    def rows(self, trees: PooledTrees, days: Days) -> Rows:
        """What the features of the H days are computed from, D * H rows, dish by dish.

        All days are forecast from the last one that is known; those before it count as one day ahead.
        """
        dishes, count = self.since.shape
        recent = self.history[:, -LOOKBACK_DAYS:]
        was_holiday = np.concatenate([trees.were_holidays(recent.shape[1]), days.is_holiday])
        sales = regular_sales(np.concatenate([recent, self.since], axis=1), was_holiday)
        is_known = np.isfinite(self.since)
        passed = np.where(is_known.any(axis=1), count - is_known[:, ::-1].argmax(axis=1), 0)
        ahead = np.maximum(np.arange(1, count + 1) - passed[:, None], 1)
        return Rows(
            sales=np.concatenate([np.full((dishes, LOOKBACK_DAYS), np.nan), sales], axis=1),
            dish=np.repeat(np.arange(dishes), count),
            origin=np.repeat(LOOKBACK_DAYS + recent.shape[1] - 1 + passed, count),
            ahead=ahead.ravel(),
            levels=np.repeat(np.nan_to_num(self.levels), count, axis=0),
            profiles=np.repeat(self.profiles, count, axis=0),
            origin_weekday=((days.weekdays - ahead) % 7).ravel(),
            age=np.repeat(self.age + passed, count),
            effect=self.effects.ravel(),
        )


def forecast_together(trees: PooledTrees, known: KnownSales, days: Days, *, explain: bool = False) -> list[Forecast]:
    """Forecasts D dishes with one call of the trees.

    Args:
        trees: of their store, fitted to the same history.
        known: of the dishes.
        days: to forecast, H.
        explain: also answer the contributions.
    """
    dishes, count = known.since.shape
    rows = known.rows(trees, days)
    matrix = trees.matrix(rows, days, known.dishes)
    scale, expected = rows.scale, rows.expected
    raw = (trees.factors(matrix) * expected).reshape(dishes, count)
    by_group: dict[FeatureGroup, FloatArray] = {}
    if explain:
        by_group = {group: values * expected for group, values in trees.explained(matrix).items()}
        level = rows.levels[:, FORECAST_LEVEL] + SCALE_OFFSET
        for group, units in (
            (FeatureGroup.LEVEL_AND_TREND, level),
            (FeatureGroup.WEEKDAY, scale - level),
            (FeatureGroup.HOLIDAY, expected - scale),
        ):
            by_group[group] = by_group.get(group, np.zeros(len(scale))) + units
    forecasts = []
    for dish in range(dishes):
        own = slice(dish * count, (dish + 1) * count)
        contributions = {group: units[own] for group, units in by_group.items()}
        yhat, contributions = limited(raw[dish], days, contributions, explain=explain)
        forecasts.append(Forecast(yhat, contributions=contributions))
    return forecasts

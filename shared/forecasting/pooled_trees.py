"""The pooled trees: one LightGBM model for all dishes of a store, or of a group of stores.

The trees correct what the smoothing expects.

Every day ahead is forecast directly from the last known sales. No forecast is fed back as if it were a sale.
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
    SCALE_OFFSET,
    Rows,
    SalesWindows,
    calendar_features,
    sales_features,
)
from shared.forecasting.smoothing import SCALE_LEVEL
from shared.payloads import require_keys
from shared.restaurant.calendar import HOLIDAY_FEATURES

#: First columns of the model matrix, before those of the calendar and of the sales.
ROW_FEATURES = ("dish", "horizon")

#: Name of a dish that other stores of the group have and this store does not. No dish of a store has this name.
OTHER_DISH = ""

#: Fields of `PooledTrees` that are stored.
_STORED = (
    "trees",
    "offset",
    "correction",
    "calendar",
    "weather",
    "lags",
    "means",
    "spreads",
    "dishes",
    "longest",
    "holiday_support",
    "irregular",
)

#: Least factor that is divided by.
_LEAST_FACTOR = 0.01

_LAST_YEAR_FEATURES = ("last_year_season", "last_year_same_day")
_LEVEL_FEATURES = ("dish", "log_scale", "age")
_OCCASION_FEATURES = (*HOLIDAY_FEATURES, "occasion")
_WEEKDAY_FEATURES = ("day_of_week", "is_weekend", "weekday_profile")


@dataclass(frozen=True, slots=True)
class PooledTrees:
    """Trees that answer the factor by which the expectation of the smoothing is multiplied.

    Args:
        trees: LightGBM's model as text.
        offset: Mean factor, to which the trees add.
        correction: Factor that the sum of offset and trees is multiplied with, for each dish, and last for dishes that
            were not learnt, shape (len(dishes) + 1,). The dishes of other stores have the last correction.
        calendar: Names of the features of the day forecast: time, holidays, weather; in the order of the model matrix.
        weather: Names of those features that are weather.
        windows: Which earlier sales are features.
        dishes: Names of the dishes that were learnt, by position; OTHER_DISH where only other stores of the group have
            the dish.
        longest: Largest number of days ahead that was learnt. Days further ahead are forecast as this one.
        holiday_support: Share, in logarithms, of what the trees add on a public holiday that was never seen, 0 to 1;
            see `holiday_support` of training.
        irregular: Whether each of the last n days of the history was an irregular day, see `Days.is_irregular`, shape
            (n,).
    """

    trees: str
    offset: float
    correction: FloatArray
    calendar: tuple[str, ...]
    weather: tuple[str, ...]
    windows: SalesWindows
    dishes: Sequence[str]
    longest: int
    holiday_support: float
    irregular: BoolArray
    _booster: lightgbm.Booster = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_booster", lightgbm.Booster(model_str=self.trees))

    @property
    def features(self) -> tuple[str, ...]:
        """Names of the columns of the model matrix."""
        return (*ROW_FEATURES, *self.calendar, *self.windows.features)

    def factors(self, matrix: FloatArray) -> FloatArray:
        """Factors of the rows of a model matrix, shape (m,).

        Args:
            matrix: Model matrix, shape (m, len(features)).
        """
        factors = self._raw(matrix)
        unseen = np.isnan(matrix[:, self.features.index("occasion")])
        unseen &= matrix[:, self.features.index("is_public_holiday")] > 0
        if self.holiday_support < 1 and unseen.any():
            ordinary = matrix[unseen]
            ordinary[:, [self.features.index(name) for name in (*HOLIDAY_FEATURES, "occasion")]] = 0.0
            usual = np.maximum(self._raw(ordinary), _LEAST_FACTOR)
            gain = np.maximum(factors[unseen] / usual, 1.0)
            factors[unseen] = np.where(gain > 1, usual * gain**self.holiday_support, factors[unseen])
        return factors * self._corrections(matrix)

    def _raw(self, matrix: FloatArray) -> FloatArray:
        """Factors before the correction of each dish, shape (m,)."""
        factors: FloatArray = np.asarray(self._booster.predict(matrix, num_threads=1)) + self.offset
        return factors

    def explained(self, matrix: FloatArray) -> dict[FeatureGroup, FloatArray]:
        """SHAP values of the rows of a model matrix by group, each of shape (m,).

        1.0 plus all SHAP values of a row gives the factor of the row.

        Args:
            matrix: Model matrix, shape (m, len(features)).
        """
        shap = np.asarray(self._booster.predict(matrix, pred_contrib=True, num_threads=1))
        shap[:, -1] += self.offset
        shap *= self._corrections(matrix)[:, None]
        groups = {FeatureGroup.LEVEL_AND_TREND: shap[:, -1] - 1.0}
        for position, feature in enumerate(self.features):
            group = self._group_of(feature)
            groups[group] = groups.get(group, np.zeros(len(matrix))) + shap[:, position]
        # What is taken away on public holidays that were never seen.
        groups[FeatureGroup.HOLIDAY] = groups[FeatureGroup.HOLIDAY] + self.factors(matrix) - shap.sum(axis=1)
        return groups

    def matrix(self, rows: Rows, days: Days, dishes: Sequence[str]) -> FloatArray:
        """The model matrix of rows, shape (m, len(features)).

        Args:
            rows: One row for each dish and day, all days of the first dish first.
            days: The days to forecast.
            dishes: Names of the dishes, by their positions in `rows`.
        """
        position = {dish: float(i) for i, dish in enumerate(self.dishes)}
        of_day = calendar_features(days, self.calendar)
        return np.column_stack(
            [
                np.array([position.get(dish, np.nan) for dish in dishes])[rows.dish],
                np.minimum(rows.ahead, self.longest),
                np.tile(of_day, (len(dishes), 1)),
                sales_features(rows, self.windows),
            ]
        )

    def were_irregular(self, length: int) -> BoolArray:
        """Whether each of the last days of the history was an irregular day, shape (length,).

        Args:
            length: Number of days.
        """
        last = self.irregular[-length:] if length else self.irregular[:0]
        return np.concatenate([np.zeros(length - len(last), dtype=np.bool_), last])

    def to_payload(self) -> dict[str, Any]:
        """Plain values and arrays, to be stored."""
        return {
            "trees": self.trees,
            "offset": self.offset,
            "correction": self.correction,
            "calendar": list(self.calendar),
            "weather": list(self.weather),
            "lags": list(self.windows.lags),
            "means": list(self.windows.means),
            "spreads": list(self.windows.spreads),
            "dishes": list(self.dishes),
            "longest": self.longest,
            "holiday_support": self.holiday_support,
            "irregular": self.irregular,
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
            windows=SalesWindows(
                lags=tuple(payload["lags"]), means=tuple(payload["means"]), spreads=tuple(payload["spreads"])
            ),
            dishes=tuple(payload["dishes"]),
            longest=payload["longest"],
            holiday_support=payload["holiday_support"],
            irregular=payload["irregular"],
        )

    def _corrections(self, matrix: FloatArray) -> FloatArray:
        """Corrections of the rows of a model matrix, shape (m,)."""
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
        return FeatureGroup.RECENT_SALES if feature in self.windows.features else FeatureGroup.RESIDUAL


@dataclass(frozen=True, slots=True)
class DishesToForecast:
    """D dishes whose next H days are to be forecast.

    Args:
        dishes: Names of the dishes.
        history: Sales of each dish up to the day before the H days, NaN where unknown, shape (D, n).
        sales_told: Sales of those of the H days that have passed already, else NaN, shape (D, H).
        levels: Levels of the smoothing of each dish after its last day with known sales, shape (D, 4).
        profiles: Weekday profiles of the smoothing after that day, shape (D, 7).
        age: Age of each dish on the last day of the history in days, see `PooledForecaster`, shape (D,).
        effects: Factors of the occasions of the H days, see `OccasionEffects.on`, shape (D, H).
    """

    dishes: Sequence[str]
    history: FloatArray
    sales_told: FloatArray
    levels: FloatArray
    profiles: FloatArray
    age: FloatArray
    effects: FloatArray

    def rows(self, trees: PooledTrees, days: Days) -> Rows:
        """One row for each dish and each of the H days, all days of the first dish first.

        The origin of a dish is its last day with known sales. Days up to the origin count as one day ahead.

        Args:
            trees: The trees of the store.
            days: The H days.
        """
        dishes, count = self.sales_told.shape
        recent = self.history[:, -LOOKBACK_DAYS:]
        is_irregular = np.concatenate([trees.were_irregular(recent.shape[1]), days.is_irregular])
        sales = regular_sales(np.concatenate([recent, self.sales_told], axis=1), is_irregular)
        is_told = np.isfinite(self.sales_told)
        passed = np.where(is_told.any(axis=1), count - is_told[:, ::-1].argmax(axis=1), 0)
        ahead = np.maximum(np.arange(1, count + 1) - passed[:, None], 1)
        return Rows(
            sales=np.concatenate([np.full((dishes, LOOKBACK_DAYS), np.nan), sales], axis=1),
            dish=np.repeat(np.arange(dishes), count),
            origin=np.repeat(LOOKBACK_DAYS + recent.shape[1] - 1 + passed, count),
            ahead=ahead.ravel(),
            levels=np.repeat(np.nan_to_num(self.levels), count, axis=0),
            profiles=np.repeat(self.profiles, count, axis=0),
            origin_weekday=((days.weekdays - ahead) % 7).ravel(),
            weekday=np.tile(days.usual_weekdays, dishes),
            age=np.repeat(self.age + passed, count),
            effect=self.effects.ravel(),
        )


def forecast_together(
    trees: PooledTrees, wanted: DishesToForecast, days: Days, *, explain: bool = False
) -> list[Forecast]:
    """Forecasts D dishes with one call of the trees.

    Args:
        trees: The trees of the store, fitted to the history of the dishes.
        wanted: The D dishes.
        days: The H days to forecast.
        explain: Whether to answer the contributions as well.
    """
    dishes, count = wanted.sales_told.shape
    rows = wanted.rows(trees, days)
    matrix = trees.matrix(rows, days, wanted.dishes)
    scale, expectation = rows.scale, rows.expectation
    raw = (trees.factors(matrix) * expectation).reshape(dishes, count)
    by_group: dict[FeatureGroup, FloatArray] = {}
    if explain:
        by_group = {group: values * expectation for group, values in trees.explained(matrix).items()}
        level = rows.levels[:, SCALE_LEVEL] + SCALE_OFFSET
        for group, units in (
            (FeatureGroup.LEVEL_AND_TREND, level),
            (FeatureGroup.WEEKDAY, scale - level),
            (FeatureGroup.HOLIDAY, expectation - scale),
        ):
            by_group[group] = by_group.get(group, np.zeros(len(scale))) + units
    forecasts = []
    for dish in range(dishes):
        own = slice(dish * count, (dish + 1) * count)
        contributions = {group: units[own] for group, units in by_group.items()}
        yhat, contributions = limited(raw[dish], days, contributions, explain=explain)
        forecasts.append(Forecast(yhat, contributions=contributions))
    return forecasts

"""The features of the pooled trees: one row for a dish, the last day whose sales are known, and a day after it.

Sales come only from that last day and before; all of them are divided by the scale that the smoothing expects of the
forecast day's weekday, so that dishes of any size and restaurants of any level share one model. Sales of public
holidays are left out of it: a feast is no news of the days after it.
"""

from dataclasses import dataclass

import numpy as np

from shared.arrays import FloatArray, IntArray
from shared.forecasting.days import Days
from shared.forecasting.occasions import multiplier
from shared.forecasting.smoothing import FORECAST_LEVEL, LEVEL_RATES

#: Days of sales up to the origin that the features look at: a year, and a month before it.
LOOKBACK_DAYS = 413

#: Added to the expectation that ratios are taken of, in units: a dish that sells next to nothing has no ratio.
SCALE_OFFSET = 0.3

#: 52 weeks: the same weekday of the year before.
_YEAR = 364

_SAME_WEEKDAYS = 8
_MEAN_WINDOWS = (7, 28, 112)
_SPREAD_WINDOW = 28
_LAST_YEAR_WINDOW = 14
_LAST_YEAR_HALF_WINDOW = 7
_OLDEST_AGE = 400

#: Names of the features that come from the sales, in their order.
SALES_FEATURES = (
    "same_weekday_1",
    "same_weekday_2",
    "same_weekday_mean_4",
    "same_weekday_mean_8",
    "same_weekday_median_8",
    *(f"level_{rate}" for i, rate in enumerate(LEVEL_RATES) if i != FORECAST_LEVEL),
    *(f"mean_{window}" for window in _MEAN_WINDOWS),
    "spread_28",
    "zero_share_28",
    "last",
    "weekday_profile",
    "log_scale",
    "age",
    "last_year_season",
    "last_year_same_day",
    "occasion",
)


@dataclass(frozen=True, slots=True)
class Rows:
    """What the features of m rows are computed from.

    Args:
        sales: of D dishes, see `regular_sales`, shape (D, LOOKBACK_DAYS + n): NaN where unknown, first LOOKBACK_DAYS
            days of NaN where the history has no more.
        dish: position of each row's dish, shape (m,).
        origin: position of the last known day in `sales`, shape (m,).
        ahead: days from the origin to the day forecast, >= 1, shape (m,).
        levels: of the smoothing at the origin, shape (m, 4).
        profiles: of the smoothing at the origin, shape (m, 7).
        origin_weekday: 0 is Monday, shape (m,).
        age: days from the first sale to the origin, shape (m,).
        effect: of the occasion of the day forecast, as known at the origin, shape (m,); 1 for an ordinary day, NaN for
            an occasion that was not seen before: of such the trees know no more than that it is one.
    """

    sales: FloatArray
    dish: IntArray
    origin: IntArray
    ahead: IntArray
    levels: FloatArray
    profiles: FloatArray
    origin_weekday: IntArray
    age: FloatArray
    effect: FloatArray

    @property
    def weekday(self) -> IntArray:
        """Weekday of the day forecast, shape (m,)."""
        weekdays: IntArray = (self.origin_weekday + self.ahead) % 7
        return weekdays

    @property
    def scale(self) -> FloatArray:
        """Units that the smoothing expects of such a weekday, plus SCALE_OFFSET, shape (m,)."""
        level = self.levels[:, FORECAST_LEVEL]
        expected: FloatArray = level * self.profiles[np.arange(len(level)), self.weekday] + SCALE_OFFSET
        return expected

    @property
    def expected(self) -> FloatArray:
        """The same of the day forecast, its occasion included: what the trees correct, shape (m,)."""
        expected: FloatArray = self.scale * multiplier(self.effect)
        return expected


def sales_features(rows: Rows) -> FloatArray:
    """The features of SALES_FEATURES, shape (m, len(SALES_FEATURES)); NaN where the past does not reach."""
    scale = rows.scale
    level = rows.levels[:, FORECAST_LEVEL] + SCALE_OFFSET
    profile = rows.profiles[np.arange(len(scale)), rows.weekday]
    # The latest day of the same weekday at or before the origin, and those of the weeks before it.
    latest = rows.origin + rows.ahead - 7 * ((rows.ahead + 6) // 7)
    same = _gather(rows, latest[:, None] - 7 * np.arange(_SAME_WEEKDAYS)) / scale[:, None]
    recent = _gather(rows, rows.origin[:, None] - np.arange(max(_MEAN_WINDOWS))) / level[:, None]
    spread = recent[:, :_SPREAD_WINDOW]
    last_profile = rows.profiles[np.arange(len(scale)), rows.origin_weekday]
    season, same_day = _last_year(rows)
    columns = [
        same[:, 0],
        same[:, 1],
        _mean(same[:, :4]),
        _mean(same),
        _median(same),
        *((rows.levels[:, i] + SCALE_OFFSET) / level for i in range(len(LEVEL_RATES)) if i != FORECAST_LEVEL),
        *(_mean(recent[:, :window]) for window in _MEAN_WINDOWS),
        np.sqrt(np.maximum(_mean(spread**2) - _mean(spread) ** 2, 0.0)),
        _mean(np.where(np.isfinite(spread), spread == 0, np.nan)),
        recent[:, 0] / last_profile,
        profile,
        np.log(scale),
        np.minimum(rows.age, _OLDEST_AGE),
        season,
        same_day,
        np.log(rows.effect),
    ]
    return np.column_stack(columns)


def calendar_features(days: Days, names: tuple[str, ...]) -> FloatArray:
    """The columns `names` of the days forecast, shape (len(days), len(names)); weather that is not known is NaN."""
    columns = [
        np.where(days.measured[name], days.columns[name], np.nan) if name in days.weather else days.columns[name]
        for name in names
    ]
    return np.column_stack(columns)


def _gather(rows: Rows, positions: IntArray) -> FloatArray:
    """Sales at positions of shape (m, k); NaN before the first and after the origin."""
    allowed = (positions >= 0) & (positions <= rows.origin[:, None])
    values = rows.sales[rows.dish[:, None], np.where(allowed, positions, 0)]
    return np.where(allowed, values, np.nan)


def _last_year(rows: Rows) -> tuple[FloatArray, FloatArray]:
    """Sales around the same day a year ago, and on it, over the mean of the month up to the origin a year ago."""
    a_year_ago = (rows.origin - _YEAR)[:, None]
    month = _mean(_gather(rows, a_year_ago - np.arange(_LAST_YEAR_WINDOW))) + SCALE_OFFSET
    around = np.arange(-_LAST_YEAR_HALF_WINDOW, _LAST_YEAR_HALF_WINDOW + 1)
    there = a_year_ago + rows.ahead[:, None]
    return _mean(_gather(rows, there + around)) / month, _gather(rows, there)[:, 0] / month


def _mean(values: FloatArray) -> FloatArray:
    """Mean of the known values of each row; NaN where none is."""
    known = np.isfinite(values)
    count = known.sum(axis=1)
    total = np.where(known, values, 0.0).sum(axis=1)
    mean: FloatArray = np.where(count > 0, total / np.maximum(count, 1), np.nan)
    return mean


def _median(values: FloatArray) -> FloatArray:
    """Median of the known values of each row; NaN where none is."""
    ordered = np.sort(values, axis=1)  # NaN comes last
    count = np.isfinite(values).sum(axis=1)
    index = np.arange(len(values))
    middle = (ordered[index, np.maximum(count - 1, 0) // 2] + ordered[index, count // 2]) / 2
    median: FloatArray = np.where(count > 0, middle, np.nan)
    return median

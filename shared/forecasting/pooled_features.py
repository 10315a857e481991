"""The features of the pooled trees, for training and for serving.

A row of the model matrix is a dish, an origin (the last day whose sales are known) and a later day to forecast.
Features of sales look at the origin and before it. They are divided by what the smoothing expects, so that dishes of
any size share one model.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np

from shared.arrays import FloatArray, IntArray
from shared.config import PipelineConfig
from shared.forecasting.days import Days
from shared.forecasting.occasions import multiplier
from shared.forecasting.smoothing import SCALE_LEVEL, TREE_RATES
from shared.restaurant.weather import WEATHER_COLS

#: Days of sales up to the origin that the features look at: a year, and the weeks before it.
LOOKBACK_DAYS = 413

#: Units that are added to expectations before ratios are taken: a dish that sells next to nothing would have no ratio.
SCALE_OFFSET = 0.3

#: Days of 52 weeks: the same weekday of the year before.
_YEAR = 364

#: Latest days of the same weekday over which a median and the longer mean are taken, and the shorter mean.
_SAME_WEEKDAYS, _FEW_SAME_WEEKDAYS = 8, 4

#: Days up to the origin, a year ago, that stand for the level of a year ago.
_LAST_YEAR_WINDOW = 14

#: Days on each side of the same day a year ago that stand for the season.
_LAST_YEAR_HALF_WINDOW = 7

#: Days after which the age of a dish makes no difference: a little more than a year.
OLDEST_AGE = 400


@dataclass(frozen=True, slots=True)
class SalesWindows:
    """Which earlier sales are features.

    Args:
        lags: Days back, counted from the first day after the origin. A multiple of 7 is the latest known day of the
            weekday that is forecast, or one so many weeks before that day; any other lag is that day itself.
        means: Days up to the origin over which means are taken.
        spreads: Days up to the origin over which the standard deviation and the share of days without a sale are taken.
    """

    lags: tuple[int, ...]
    means: tuple[int, ...]
    spreads: tuple[int, ...]

    @classmethod
    def of(cls, config: PipelineConfig) -> Self:
        """The windows of a configuration.

        Args:
            config: `lags`, `roll_windows`, `pooled_further_windows` and `pooled_omitted_features`.
        """
        windows = dict.fromkeys((*config.roll_windows, *config.pooled_further_windows))
        omitted = config.pooled_omitted_features
        return cls(
            lags=config.lags,
            means=tuple(window for window in windows if f"mean_{window}" not in omitted),
            spreads=(max(config.roll_windows),) if config.roll_windows else (),
        )

    @property
    def weeks_back(self) -> tuple[int, ...]:
        """The lags that are whole weeks, in weeks."""
        return tuple(lag // 7 for lag in self.lags if lag % 7 == 0)

    @property
    def days_back(self) -> tuple[int, ...]:
        """The other lags, in days."""
        return tuple(lag for lag in self.lags if lag % 7)

    @property
    def features(self) -> tuple[str, ...]:
        """Names of the features of sales, in the order of the columns of `sales_features`."""
        return (
            *(f"same_weekday_{weeks}" for weeks in self.weeks_back),
            f"same_weekday_mean_{_FEW_SAME_WEEKDAYS}",
            f"same_weekday_mean_{_SAME_WEEKDAYS}",
            f"same_weekday_median_{_SAME_WEEKDAYS}",
            *(f"level_{rate}" for i, rate in enumerate(TREE_RATES) if i != SCALE_LEVEL),
            *(f"mean_{window}" for window in self.means),
            *(f"spread_{window}" for window in self.spreads),
            *(f"zero_share_{window}" for window in self.spreads),
            *(f"lag_{lag}" for lag in self.days_back),
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
        sales: Regular sales of D dishes, see `regular_sales`, NaN where unknown, shape (D, LOOKBACK_DAYS + n). The
            first LOOKBACK_DAYS columns are NaN, so that no row looks before the first column.
        dish: Position of each row's dish, shape (m,).
        origin: Position of each row's origin in `sales`, shape (m,).
        ahead: Days from the origin to the day forecast, >= 1, shape (m,).
        levels: Levels of the smoothing at the origin, see `TREE_RATES`, shape (m, 4).
        profiles: Weekday profiles of the smoothing at the origin, shape (m, 7).
        origin_weekday: Weekday of the origin, 0 is Monday, shape (m,).
        weekday: Weekday whose usual sales the day forecast has, 0 is Monday, shape (m,).
        age: Age of the dish at the origin in days, see `dish_ages`, shape (m,).
        effect: Factor of the occasion of the day forecast, as it could be learnt at the origin, shape (m,): 1 on an
            ordinary day, NaN on an occasion that was not learnt.
    """

    sales: FloatArray
    dish: IntArray
    origin: IntArray
    ahead: IntArray
    levels: FloatArray
    profiles: FloatArray
    origin_weekday: IntArray
    weekday: IntArray
    age: FloatArray
    effect: FloatArray

    @property
    def scale(self) -> FloatArray:
        """Units that the smoothing expects on the weekday of the day forecast, plus SCALE_OFFSET, shape (m,)."""
        level = self.levels[:, SCALE_LEVEL]
        scale: FloatArray = level * self.profiles[np.arange(len(level)), self.weekday] + SCALE_OFFSET
        return scale

    @property
    def expectation(self) -> FloatArray:
        """The scale times the effect of the occasion: the units that the trees correct, shape (m,)."""
        expectation: FloatArray = self.scale * multiplier(self.effect)
        return expectation


def sales_features(rows: Rows, windows: SalesWindows) -> FloatArray:
    """The features of sales, shape (m, len(windows.features)); NaN where the history does not reach back far enough.

    Args:
        rows: The m rows.
        windows: Which earlier sales are features.
    """
    scale = rows.scale
    row = np.arange(len(scale))
    level = rows.levels[:, SCALE_LEVEL] + SCALE_OFFSET
    same = _same_weekdays(rows, max((_SAME_WEEKDAYS, *windows.weeks_back))) / scale[:, None]
    usual = same[:, :_SAME_WEEKDAYS]
    means, spreads, zero_shares, lags = _recent(rows, level, windows)
    season, same_day = _last_year(rows)
    columns = [
        *(same[:, weeks - 1] for weeks in windows.weeks_back),
        _mean(usual[:, :_FEW_SAME_WEEKDAYS]),
        _mean(usual),
        _median(usual),
        *((rows.levels[:, i] + SCALE_OFFSET) / level for i in range(len(TREE_RATES)) if i != SCALE_LEVEL),
        *means,
        *spreads,
        *zero_shares,
        *(
            sold / rows.profiles[row, (rows.origin_weekday - lag + 1) % 7]
            for lag, sold in zip(windows.days_back, lags, strict=True)
        ),
        rows.profiles[row, rows.weekday],
        np.log(scale),
        np.minimum(rows.age, OLDEST_AGE),
        season,
        same_day,
        np.log(rows.effect),
    ]
    return np.column_stack(columns)


def calendar_features(days: Days, names: tuple[str, ...]) -> FloatArray:
    """The features of the days forecast, shape (len(days), len(names)). Weather of the climatology is NaN.

    Args:
        days: The days to forecast.
        names: Names of columns of the days. `PipelineConfig.learnable` chooses the columns when the trees are fitted.
    """
    return np.column_stack([_of_days(days, name) for name in names])


def _of_days(days: Days, name: str) -> FloatArray:
    """One feature of the days forecast, shape (len(days),)."""
    if name not in days.columns and name in WEATHER_COLS:
        # The trees of a group know weather that other stores of the group have, and this store does not.
        return np.full(len(days), np.nan)
    values = days.columns[name]
    return np.where(days.measured[name], values, np.nan) if name in days.weather else values


def _recent(rows: Rows, level: FloatArray, windows: SalesWindows) -> tuple[list[FloatArray], ...]:
    """Means, deviations, shares of zeros and lags of the sales up to the origins over the level, each of shape (m,).

    They are computed once for all rows of a dish with the same origin.

    Args:
        rows: The m rows.
        level: Level of each row at its origin, shape (m,).
        windows: Which earlier sales are features.
    """
    longest = max((*windows.means, *windows.spreads, *windows.days_back), default=1)
    some, place = _distinct(rows, rows.origin)
    sales = np.lib.stride_tricks.sliding_window_view(rows.sales, longest, axis=1)
    recent = sales[rows.dish[some], rows.origin[some] - longest + 1, ::-1] / level[some, None]
    return (
        [_mean(recent[:, :window])[place] for window in windows.means],
        [_deviation(recent[:, :window])[place] for window in windows.spreads],
        [_zero_share(recent[:, :window])[place] for window in windows.spreads],
        [recent[place, lag - 1] for lag in windows.days_back],
    )


def _distinct(rows: Rows, day: IntArray) -> tuple[IntArray, IntArray]:
    """One row for each pair of a dish and a day, and for each of the m rows the position of its pair among these.

    Args:
        rows: The m rows.
        day: Number of a day for each row, >= 0, shape (m,).
    """
    days = int(day.max(initial=0)) + 1
    pair = rows.dish * days + day
    row_of = np.full(len(rows.sales) * days, -1)
    row_of[pair] = np.arange(len(pair))
    is_taken = row_of >= 0
    return row_of[is_taken], (np.cumsum(is_taken) - 1)[pair]


def _same_weekdays(rows: Rows, count: int) -> FloatArray:
    """Sales of the latest days up to the origin with the weekday of the day forecast, latest first, (m, count)."""
    latest = rows.origin - (rows.origin_weekday - rows.weekday) % 7
    return _gather(rows, latest[:, None] - 7 * np.arange(count))


def _gather(rows: Rows, positions: IntArray, which: IntArray | slice = slice(None)) -> FloatArray:
    """Sales of rows at positions of shape (rows, k); NaN before the first column and after the origin.

    Args:
        rows: All m rows.
        positions: Positions in the sales.
        which: The rows to which the positions belong; all by default.
    """
    allowed = (positions >= 0) & (positions <= rows.origin[which, None])
    values = rows.sales[rows.dish[which, None], np.where(allowed, positions, 0)]
    return np.where(allowed, values, np.nan)


def _last_year(rows: Rows) -> tuple[FloatArray, FloatArray]:
    """Sales around the same day a year ago, and on that day, both over the level of a year ago, each of shape (m,)."""
    a_year_ago = rows.origin - _YEAR
    some, place = _distinct(rows, rows.origin)
    before = a_year_ago[some, None] - np.arange(_LAST_YEAR_WINDOW)
    level = _mean(_gather(rows, before, some))[place] + SCALE_OFFSET
    there = a_year_ago + rows.ahead
    some, place = _distinct(rows, rows.origin + rows.ahead)
    around = there[some, None] + np.arange(-_LAST_YEAR_HALF_WINDOW, _LAST_YEAR_HALF_WINDOW + 1)
    season = _mean(_gather(rows, around, some))[place]
    return season / level, _gather(rows, there[:, None])[:, 0] / level


def _deviation(values: FloatArray) -> FloatArray:
    """Standard deviation of the finite values of each row; NaN where there are none."""
    deviation: FloatArray = np.sqrt(np.maximum(_mean(values**2) - _mean(values) ** 2, 0.0))
    return deviation


def _zero_share(values: FloatArray) -> FloatArray:
    """Share of zeros among the finite values of each row; NaN where there are none."""
    return _mean(np.where(np.isfinite(values), values == 0, np.nan))


def _mean(values: FloatArray) -> FloatArray:
    """Mean of the finite values of each row; NaN where there are none."""
    is_finite = np.isfinite(values)
    count = is_finite.sum(axis=1)
    total = np.where(is_finite, values, 0.0).sum(axis=1)
    mean: FloatArray = np.where(count > 0, total / np.maximum(count, 1), np.nan)
    return mean


def _median(values: FloatArray) -> FloatArray:
    """Median of the finite values of each row; NaN where there are none."""
    ordered = np.sort(values, axis=1)  # NaN comes last
    count = np.isfinite(values).sum(axis=1)
    index = np.arange(len(values))
    middle = (ordered[index, np.maximum(count - 1, 0) // 2] + ordered[index, count // 2]) / 2
    median: FloatArray = np.where(count > 0, middle, np.nan)
    return median

"""Fits the pooled trees of a store, or of several stores together."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import lightgbm
import numpy as np

from shared.arrays import FloatArray, IntArray
from shared.config import PipelineConfig
from shared.forecasting.days import Days, regular_sales
from shared.forecasting.pooled_features import (
    LOOKBACK_DAYS,
    OLDEST_AGE,
    Rows,
    SalesWindows,
    calendar_features,
    sales_features,
)
from shared.forecasting.pooled_trees import OTHER_DISH, ROW_FEATURES, PooledTrees
from shared.forecasting.smoothing import SETTLED_AFTER_DAYS
from training_service.learning.fitting.holiday_support import holiday_support
from training_service.learning.fitting.smoothing import SmoothingHistory
from training_service.learning.store_history import StoreHistory, first_days

#: Rows below which trees would learn nothing but noise.
_LEAST_ROWS = 200

#: Largest factor that is learnt. A day that sold more times its expectation is an exception, and no rule for other
#: days.
_LARGEST_FACTOR = 5.0

#: Distance from the label at which Huber's loss changes from squares to a straight line: this factor, or so many
#: standard deviations of a count, whichever is more. One strange day then pulls no harder than a bad day, and a dish
#: that sells one portion in five days is not taken for a dish that sells none.
_LINEAR_FROM, _LINEAR_FROM_DEVIATIONS = 0.5, 3.0

#: Share of the rows whose weather is taken away, so that the trees learn to answer without a forecast of the weather.
_SHARE_WITHOUT_WEATHER = 0.5

#: Rows that are predicted to compare the mean of the predictions with the mean of the sales.
_CORRECTION_ROWS = 20_000

#: Rows of a dish at which its own correction counts as much as the correction of its store.
_CORRECTION_PRIOR_ROWS = 200

#: Smallest and largest correction of a dish.
_CORRECTION_LIMITS = (0.8, 1.5)

#: Days from the beginning of a history within which the dishes that were on sale before it are first sold.
_BEGINNING_DAYS = 28

#: Last days of a short history that the age of such dishes does not tell apart.
_ALIKE_DAYS = 56

#: Numbered rows that are looked at for each row that is wanted: many of them turn out to be unusable.
_NUMBERED_FOR_EACH_WANTED = 4


@dataclass(frozen=True, slots=True)
class SmoothedStore:
    """A history whose dishes are learnt by pooled trees.

    Args:
        store: History of D dishes and n days.
        days: The n days with their features.
        smoothed: The smoothing of all dishes, day by day.
    """

    store: StoreHistory
    days: Days
    smoothed: SmoothingHistory

    @property
    def sales(self) -> FloatArray:
        """Units sold of D dishes on n days, NaN where unknown, shape (D, n)."""
        return np.array(list(self.store.sales.values()))


def fit_trees_together(stores: Sequence[SmoothedStore], config: PipelineConfig) -> list[PooledTrees | None]:
    """Fits one model to all dishes of several stores.

    A row is a dish of a store, an origin and one of the `test_window_days` days after the origin. A seeded choice of
    rows is learnt, of each store as many as of any other where each has enough. The weather of half of the rows is
    taken away, so that the trees also answer where no forecast of the weather is at hand. Dishes of equal names are one
    dish for the trees. Calendar, holidays, occasions and weather of a row are those of its store.

    Args:
        stores: The stores; their histories need not have the same days or dishes.
        config: Features, parameters, rounds and seed.

    Returns:
        The trees for each store. They differ in what belongs to one store: its dishes with their corrections, its
        holidays and its irregular days. The trees of a store hold no name of a dish that the store does not have. All
        are None where the histories are too short together.
    """
    rng = np.random.default_rng(config.random_seed)
    sales = [each.sales for each in stores]
    chosen = [
        _choose(values, rows, config, rng)
        for values, rows in zip(sales, _shares([_most_rows(each, config) for each in sales], config), strict=True)
    ]
    if sum(len(each.dish) for each in chosen) < _LEAST_ROWS:
        return [None] * len(stores)
    names = list(dict.fromkeys(dish for each in stores for dish in each.store.sales))
    code = {name: position for position, name in enumerate(names)}
    codes = [np.array([code[dish] for dish in each.store.sales], dtype=np.int64) for each in stores]
    weather = {name for each in stores for name in each.days.weather}
    longest = max(len(each.days) for each in stores)
    calendar = config.learnable(config.pooled_calendar_features, longest, weather)
    windows = SalesWindows.of(config)
    learnt = [
        _learn(each, rows, dishes, calendar, config) for each, rows, dishes in zip(stores, chosen, codes, strict=True)
    ]
    matrix, scale, factor, weight = (np.concatenate(part) for part in zip(*map(_arrays, learnt), strict=True))
    columns = [*ROW_FEATURES, *calendar, *windows.features]
    is_weather = np.array([name in weather for name in columns])
    without_weather = rng.random(len(matrix)) < _SHARE_WITHOUT_WEATHER
    matrix[without_weather[:, None] & is_weather] = np.nan
    offset = float(np.average(factor, weights=weight))
    width = np.maximum(_LINEAR_FROM, _LINEAR_FROM_DEVIATIONS / np.sqrt(scale))
    dataset = lightgbm.Dataset(
        matrix,
        label=factor,
        weight=weight,
        init_score=np.full(len(factor), offset),
        feature_name=columns,
        categorical_feature=["dish"],
    )
    booster = lightgbm.train(
        {
            "objective": _huber(factor, width, weight),
            **config.pooled_tree_params,
            "seed": config.random_seed,
            "boost_from_average": False,
            # The same data must give the same trees, bit for bit, on every worker.
            "deterministic": True,
            "force_row_wise": True,
            # A short history may leave no feature that its leaves could split; trees without a split are right then.
            "feature_pre_filter": False,
            "num_threads": 1,
            "verbosity": -1,
        },
        dataset,
        num_boost_round=config.pooled_tree_rounds,
    )
    some = np.sort(rng.choice(len(matrix), min(len(matrix), _CORRECTION_ROWS * len(stores)), replace=False))
    predicted = np.maximum(np.asarray(booster.predict(matrix[some], num_threads=1)) + offset, 0.0) * scale[some]
    sold = factor[some] * scale[some]
    ratio = _ratio(predicted, sold)
    of_store = np.repeat(np.arange(len(stores)), [len(each.dish) for each in chosen])[some]
    dish = np.concatenate([each.dish for each in chosen])[some]
    text = booster.model_to_string()
    fitted: list[PooledTrees | None] = []
    for position, each in enumerate(stores):
        own = of_store == position
        prior = ratio if len(stores) > 1 else None
        corrections = _corrections(predicted[own], sold[own], dish[own], len(each.store.sales), prior)
        of_codes = np.full(len(names) + 1, corrections[-1])
        of_codes[codes[position]] = corrections[:-1]
        fitted.append(
            PooledTrees(
                trees=text,
                offset=offset,
                correction=of_codes,
                calendar=calendar,
                weather=tuple(name for name in calendar if name in weather),
                windows=windows,
                dishes=[name if name in each.store.sales else OTHER_DISH for name in names],
                longest=config.test_window_days,
                holiday_support=holiday_support(sales[position], each.days, each.smoothed),
                irregular=each.days.is_irregular[-LOOKBACK_DAYS:],
            )
        )
    return fitted


@dataclass(frozen=True, slots=True)
class _Learnt:
    """Rows of one store as the trees learn them.

    Args:
        matrix: Model matrix, shape (m, features).
        scale: Units that the smoothing expects, shape (m,).
        factor: Units sold over `scale`, which the trees learn, shape (m,).
        weight: Weight of each row, 1 in the mean of the store, shape (m,).
    """

    matrix: FloatArray
    scale: FloatArray
    factor: FloatArray
    weight: FloatArray


def _arrays(learnt: _Learnt) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    return learnt.matrix, learnt.scale, learnt.factor, learnt.weight


def _learn(
    each: SmoothedStore, chosen: "Chosen", codes: IntArray, calendar: tuple[str, ...], config: PipelineConfig
) -> _Learnt:
    """The chosen rows of a store, as the trees learn them.

    Args:
        each: The store, D dishes.
        chosen: The m rows.
        codes: Number by which the trees know each dish, shape (D,).
        calendar: Names of the features of the day forecast.
        config: Names the features of sales.
    """
    sales = each.sales
    rows, matrix = training_matrix(sales, each.days, each.smoothed, chosen, config, calendar)
    matrix[:, ROW_FEATURES.index("dish")] = codes[chosen.dish]
    scale = rows.expectation
    factor = np.minimum(sales[chosen.dish, chosen.origin + chosen.ahead] / scale, _LARGEST_FACTOR)
    # Weighted by the scale: an error then counts in units sold, as it does in the kitchen. A store counts by its rows,
    # and not by its size.
    weight = scale / scale.mean() if len(scale) else scale
    return _Learnt(matrix, scale, factor, weight)


@dataclass(frozen=True, slots=True)
class Chosen:
    """Rows to learn; each array has shape (m,).

    Args:
        dish: Position of the dish.
        origin: Position of the last known day.
        ahead: Days from the origin to the day to forecast, >= 1.
        age: Age of the dish at the origin in days, see `dish_ages`.
    """

    dish: IntArray
    origin: IntArray
    ahead: IntArray
    age: FloatArray


def training_matrix(
    sales: FloatArray,
    days: Days,
    smoothed: SmoothingHistory,
    chosen: Chosen,
    config: PipelineConfig,
    calendar: tuple[str, ...] | None = None,
) -> tuple[Rows, FloatArray]:
    """The chosen rows and their model matrix, as serving computes them where the weather is known.

    Args:
        sales: Sales of D dishes on n days, NaN where unknown, shape (D, n).
        days: The n days.
        smoothed: The smoothing of these sales.
        chosen: The m rows.
        config: Names the features.
        calendar: Names of the features of the day forecast; None for those that this history can teach.

    Returns:
        The rows, and a matrix of shape (m, features).
    """
    dish, origin, ahead = chosen.dish, chosen.origin, chosen.ahead
    rows = Rows(
        sales=np.concatenate(
            [np.full((len(sales), LOOKBACK_DAYS), np.nan), regular_sales(sales, days.is_irregular)], axis=1
        ),
        dish=dish,
        origin=origin + LOOKBACK_DAYS,
        ahead=ahead,
        levels=smoothed.levels[origin, dish],
        profiles=smoothed.profiles[origin, dish],
        origin_weekday=days.weekdays[origin],
        weekday=days.usual_weekdays[origin + ahead],
        age=chosen.age,
        effect=smoothed.effects[dish, origin + ahead],
    )
    if calendar is None:
        calendar = config.learnable(config.pooled_calendar_features, len(days), days.weather)
    of_day = calendar_features(days, calendar)[origin + ahead]
    of_sales = sales_features(rows, SalesWindows.of(config))
    return rows, np.column_stack([dish.astype(np.float64), ahead, of_day, of_sales])


def _most_rows(sales: FloatArray, config: PipelineConfig) -> int:
    """Number of rows that a store cannot exceed: each day of a dish with each number of days ahead."""
    return int(np.isfinite(sales).sum()) * config.test_window_days


def _shares(most: Sequence[int], config: PipelineConfig) -> list[int]:
    """Number of rows that are wanted of each store; what a store does not have falls to the others.

    Args:
        most: Number of rows that each store cannot exceed.
        config: Rows that are learnt.
    """
    left = config.pooled_max_rows
    shares = [0] * len(most)
    for done, store in enumerate(sorted(range(len(most)), key=lambda position: most[position])):
        is_last = done == len(most) - 1
        shares[store] = left if is_last else min(most[store], left // (len(most) - done))
        left -= shares[store]
    return shares


def _choose(sales: FloatArray, wanted: int, config: PipelineConfig, rng: np.random.Generator) -> Chosen:
    """The rows of a store to learn, oldest origin first; `wanted` rows at most."""
    count, length = sales.shape
    is_known = np.isfinite(sales)
    first = first_days(sales)
    # Every (origin, ahead, dish) has a number, so that a choice needs no list of all of them.
    total = length * config.test_window_days * count
    enough = _NUMBERED_FOR_EACH_WANTED * wanted
    numbers = np.unique(rng.integers(0, total, size=enough)) if total > enough else np.arange(total)
    origin, rest = np.divmod(numbers, config.test_window_days * count)
    ahead, dish = np.divmod(rest, count)
    ahead += 1
    sold_for = origin - first[dish]
    usable = (origin + ahead < length) & (sold_for >= SETTLED_AFTER_DAYS)
    usable[usable] = is_known[dish[usable], (origin + ahead)[usable]]
    chosen = np.flatnonzero(usable)
    if len(chosen) > wanted:
        chosen = np.sort(rng.choice(chosen, wanted, replace=False))
    age = np.minimum(sold_for, _oldest(sales)[dish])
    return Chosen(dish[chosen], origin[chosen], ahead[chosen], age[chosen].astype(np.float64))


def dish_ages(sales: FloatArray) -> FloatArray:
    """Age of each of D dishes on the last day of the history, as the trees see it, in days, shape (D,).

    It is counted from the first sale. In a history of less than OLDEST_AGE days, the age of a dish that was sold from
    the beginning numbers the days of the history, and the trees would expect of the days to come what a level did that
    moved in the last of them. So this age ends some weeks before the history does.

    Args:
        sales: Units sold of D dishes on n days, NaN before the first sale and on closed days, shape (D, n).
    """
    ages: FloatArray = np.minimum(sales.shape[1] - 1 - first_days(sales), _oldest(sales)).astype(np.float64)
    return ages


def _oldest(sales: FloatArray) -> IntArray:
    """Days at which the age of each of D dishes ends, see `dish_ages`, shape (D,)."""
    first, length = first_days(sales), sales.shape[1]
    numbers_days = (first - first.min(initial=length) < _BEGINNING_DAYS) & (length < OLDEST_AGE)
    return np.where(numbers_days, np.maximum(length - 1 - first - _ALIKE_DAYS, 0), OLDEST_AGE)


def _huber(label: FloatArray, width: FloatArray, weight: FloatArray) -> Callable[..., tuple[FloatArray, FloatArray]]:
    """Huber's loss ("Robust estimation of a location parameter", 1964) as an objective of LightGBM.

    Args:
        label: What is learnt, shape (m,).
        width: Distance from the label at which the loss becomes a straight line, for each row, shape (m,).
        weight: Weight of each row, shape (m,).
    """

    def gradient_and_hessian(predicted: FloatArray, _: lightgbm.Dataset) -> tuple[FloatArray, FloatArray]:
        return np.clip(predicted - label, -width, width) * weight, weight

    return gradient_and_hessian


def _ratio(predicted: FloatArray, sold: FloatArray) -> float:
    """Sales over predictions; 1 where nothing is predicted."""
    total = float(predicted.sum())
    return float(sold.sum()) / total if total > 0 else 1.0


def _corrections(
    predicted: FloatArray, sold: FloatArray, dish: IntArray, dishes: int, prior_ratio: float | None = None
) -> FloatArray:
    """Sales over predictions, for each dish, and last for the whole store, shape (dishes + 1,).

    Huber's loss alone answers less than the mean of skewed sales. The correction of a dish with few rows is drawn to
    that of the store, and the correction of a store with few rows to that of its group.

    Args:
        predicted: Units that the trees predict for m learnt rows, shape (m,).
        sold: Units that were sold, shape (m,).
        dish: Position of the dish of each row, shape (m,).
        dishes: Number of dishes.
        prior_ratio: Sales over predictions of the whole group; None for a store alone.
    """
    predictions = np.bincount(dish, weights=predicted, minlength=dishes)
    actual = np.bincount(dish, weights=sold, minlength=dishes)
    if not predictions.sum() > 0:
        of_group = 1.0 if prior_ratio is None else prior_ratio
        return np.full(dishes + 1, np.clip(of_group, *_CORRECTION_LIMITS))
    of_store = actual.sum() / predictions.sum()
    rows = np.bincount(dish, minlength=dishes)
    if prior_ratio is not None:
        own = len(dish) / (len(dish) + _CORRECTION_PRIOR_ROWS)
        of_store = own * of_store + (1 - own) * prior_ratio
    # Units of as many rows of this dish's size, which sold at the ratio of the store.
    prior = _CORRECTION_PRIOR_ROWS * predictions / np.maximum(rows, 1)
    safe = np.maximum(predictions + prior, 1e-9)
    of_dishes = np.where(rows > 0, (actual + prior * of_store) / safe, of_store)
    corrections: FloatArray = np.clip(np.append(of_dishes, of_store), *_CORRECTION_LIMITS)
    return corrections

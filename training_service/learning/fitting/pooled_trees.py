"""Fits the pooled trees of a store."""

from collections.abc import Callable
from dataclasses import dataclass

import lightgbm
import numpy as np

from shared.arrays import FloatArray, IntArray
from shared.config import PipelineConfig
from shared.forecasting.days import Days, regular_sales
from shared.forecasting.pooled_features import (
    LOOKBACK_DAYS,
    SALES_FEATURES,
    Rows,
    calendar_features,
    sales_features,
)
from shared.forecasting.pooled_trees import ROW_FEATURES, PooledTrees
from shared.forecasting.smoothing import SETTLED_AFTER_DAYS
from training_service.learning.fitting.smoothing import SmoothingHistory
from training_service.learning.store_history import StoreHistory, first_days

#: Rows under which trees would learn nothing but noise.
_LEAST_ROWS = 200

#: A day that sold more than so many times its expectation is learnt as this many: one feast is no rule.
_LARGEST_FACTOR = 5.0

#: Where Huber's loss changes from squares to a straight line: at this factor's distance from what is learnt, or at so
#: many standard deviations of a count, whichever is more. One strange day then pulls no harder than a bad one, and a
#: dish that sells one portion in five days is not taken for one that sells none.
_LINEAR_FROM, _LINEAR_FROM_DEVIATIONS = 0.5, 3.0

#: Rows that tell how far the mean of what the trees answer lies from that of what was sold.
_CORRECTION_ROWS = 20_000

#: Rows at which a dish's own correction counts as much as its store's.
_CORRECTION_PRIOR_ROWS = 200

#: No dish is corrected by more than this.
_CORRECTION_LIMITS = (0.8, 1.5)


def fit_trees(
    store: StoreHistory, days: Days, smoothed: SmoothingHistory, config: PipelineConfig
) -> PooledTrees | None:
    """Fits one model to all dishes of a history.

    Every row is a dish, an origin and one of the `test_window_days` days after it; a seeded choice of
    `pooled_max_rows` of them is learnt. The weather of half of them is taken away, so that the trees also know what to
    answer where no forecast of the weather is at hand.

    Args:
        store: the history.
        days: the same days with their features.
        smoothed: the smoothing of all its dishes, day by day.
        config: features, parameters, rounds and seed.

    Returns:
        None where the history is too short.
    """
    sales = np.array(list(store.sales.values()))
    rng = np.random.default_rng(config.random_seed)
    chosen = _choose(sales, config, rng)
    if len(chosen.dish) < _LEAST_ROWS:
        return None
    rows, matrix = training_matrix(sales, days, smoothed, chosen, config)
    calendar = _calendar(days, config)
    is_weather = np.array([name in days.weather for name in _names(calendar)])
    without_weather = rng.random(len(matrix)) < 0.5
    matrix[without_weather[:, None] & is_weather] = np.nan
    scale = rows.expected
    factor = np.minimum(sales[chosen.dish, chosen.origin + chosen.ahead] / scale, _LARGEST_FACTOR)
    # Weighted by the scale: errors count in units sold, as they do for the kitchen.
    weight = scale / scale.mean()
    offset = float(np.average(factor, weights=weight))
    width = np.maximum(_LINEAR_FROM, _LINEAR_FROM_DEVIATIONS / np.sqrt(scale))
    dataset = lightgbm.Dataset(
        matrix,
        label=factor,
        weight=weight,
        init_score=np.full(len(factor), offset),
        feature_name=_names(calendar),
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
    some = np.sort(rng.choice(len(matrix), min(len(matrix), _CORRECTION_ROWS), replace=False))
    predicted = np.maximum(np.asarray(booster.predict(matrix[some], num_threads=1)) + offset, 0.0)
    return PooledTrees(
        booster.model_to_string(),
        offset,
        _corrections(predicted * scale[some], factor[some] * scale[some], chosen.dish[some], len(sales)),
        calendar,
        tuple(name for name in calendar if name in days.weather),
        list(store.sales),
        config.test_window_days,
        days.is_holiday[-LOOKBACK_DAYS:],
    )


def _corrections(predicted: FloatArray, sold: FloatArray, dish: IntArray, dishes: int) -> FloatArray:
    """What was sold over what the trees say of it, for each dish, drawn to that of the store where its rows are few;
    last that of the store. Huber's loss alone answers less than the mean of skewed sales.

    Args:
        predicted, sold: units of m rows that were learnt, shape (m,).
        dish: their dishes' positions, shape (m,).
        dishes: how many there are.
    """
    expected = np.bincount(dish, weights=predicted, minlength=dishes)
    actual = np.bincount(dish, weights=sold, minlength=dishes)
    if not expected.sum() > 0:
        return np.ones(dishes + 1)
    of_store = actual.sum() / expected.sum()
    rows = np.bincount(dish, minlength=dishes)
    # As many units as rows of this dish's size would have, at the store's ratio.
    prior = _CORRECTION_PRIOR_ROWS * expected / np.maximum(rows, 1)
    safe = np.maximum(expected + prior, 1e-9)
    of_dishes = np.where(rows > 0, (actual + prior * of_store) / safe, of_store)
    corrections: FloatArray = np.clip(np.append(of_dishes, of_store), *_CORRECTION_LIMITS)
    return corrections


def _huber(label: FloatArray, width: FloatArray, weight: FloatArray) -> Callable[..., tuple[FloatArray, FloatArray]]:
    """Huber's loss (1964) for LightGBM, with a width for each row; shapes (m,)."""

    def gradient_and_hessian(predicted: FloatArray, _: lightgbm.Dataset) -> tuple[FloatArray, FloatArray]:
        return np.clip(predicted - label, -width, width) * weight, weight

    return gradient_and_hessian


@dataclass(frozen=True, slots=True)
class Chosen:
    """Rows to learn, each array of shape (m,).

    Args:
        dish: position of the dish.
        origin: position of the last known day.
        ahead: days from the origin to the day to forecast, >= 1.
        age: days from the dish's first sale to the origin.
    """

    dish: IntArray
    origin: IntArray
    ahead: IntArray
    age: FloatArray


def training_matrix(
    sales: FloatArray, days: Days, smoothed: SmoothingHistory, chosen: Chosen, config: PipelineConfig
) -> tuple[Rows, FloatArray]:
    """The chosen rows and their model matrix, as they are at serving where the weather is known.

    Args:
        sales: of D dishes and n days, shape (D, n), NaN where unknown.
        days: the n days.
        smoothed: the smoothing of those sales.
        chosen: m rows.
        config: names the features of the day.

    Returns:
        The rows, and a matrix of shape (m, features).
    """
    dish, origin, ahead = chosen.dish, chosen.origin, chosen.ahead
    rows = Rows(
        sales=np.concatenate(
            [np.full((len(sales), LOOKBACK_DAYS), np.nan), regular_sales(sales, days.is_holiday)], axis=1
        ),
        dish=dish,
        origin=origin + LOOKBACK_DAYS,
        ahead=ahead,
        levels=smoothed.levels[origin, dish],
        profiles=smoothed.profiles[origin, dish],
        origin_weekday=days.weekdays[origin],
        age=chosen.age,
        effect=smoothed.effects[dish, origin + ahead],
    )
    of_day = calendar_features(days, _calendar(days, config))[origin + ahead]
    return rows, np.column_stack([dish.astype(np.float64), ahead, of_day, sales_features(rows)])


def _calendar(days: Days, config: PipelineConfig) -> tuple[str, ...]:
    return config.learnable(config.pooled_calendar_features, len(days), days.weather)


def _names(calendar: tuple[str, ...]) -> list[str]:
    return [*ROW_FEATURES, *calendar, *SALES_FEATURES]


def _choose(sales: FloatArray, config: PipelineConfig, rng: np.random.Generator) -> Chosen:
    """The rows to learn, oldest origin first."""
    count, length = sales.shape
    known = np.isfinite(sales)
    first = first_days(sales)
    # Blocks of (origin, ahead, dish); all are numbered, so that a choice needs no list of all of them.
    total = length * config.test_window_days * count
    wanted = config.pooled_max_rows
    enough = 4 * wanted
    numbers = np.unique(rng.integers(0, total, size=enough)) if total > enough else np.arange(total)
    origin, rest = np.divmod(numbers, config.test_window_days * count)
    ahead, dish = np.divmod(rest, count)
    ahead += 1
    age = origin - first[dish]
    usable = (origin + ahead < length) & (age >= SETTLED_AFTER_DAYS)
    usable[usable] = known[dish[usable], (origin + ahead)[usable]]
    chosen = np.flatnonzero(usable)
    if len(chosen) > wanted:
        chosen = np.sort(rng.choice(chosen, wanted, replace=False))
    return Chosen(dish[chosen], origin[chosen], ahead[chosen], age[chosen].astype(np.float64))

"""Fits the pooled trees of a store."""

from collections.abc import Callable
from dataclasses import dataclass

import lightgbm
import numpy as np

from shared.arrays import FloatArray, IntArray
from shared.config import PipelineConfig
from shared.forecasting.days import Days, regular_sales
from shared.forecasting.pooled_features import LOOKBACK_DAYS, Rows, SalesWindows, calendar_features, sales_features
from shared.forecasting.pooled_trees import ROW_FEATURES, PooledTrees
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

#: Numbered rows that are looked at for each row that is wanted: many of them turn out to be unusable.
_NUMBERED_FOR_EACH_WANTED = 4


def fit_trees(
    store: StoreHistory, days: Days, smoothed: SmoothingHistory, config: PipelineConfig
) -> PooledTrees | None:
    """Fits one model to all dishes of a history.

    A row is a dish, an origin and one of the `test_window_days` days after the origin. A seeded choice of
    `pooled_max_rows` rows is learnt. The weather of half of the rows is taken away, so that the trees also answer where
    no forecast of the weather is at hand.

    Args:
        store: History of D dishes and n days.
        days: The n days with their features.
        smoothed: The smoothing of all dishes, day by day.
        config: Features, parameters, rounds and seed.

    Returns:
        The trees; None where the history is too short.
    """
    sales = np.array(list(store.sales.values()))
    rng = np.random.default_rng(config.random_seed)
    chosen = _choose(sales, config, rng)
    if len(chosen.dish) < _LEAST_ROWS:
        return None
    rows, matrix = training_matrix(sales, days, smoothed, chosen, config)
    calendar, windows = _calendar(days, config), SalesWindows.of(config)
    names = [*ROW_FEATURES, *calendar, *windows.features]
    is_weather = np.array([name in days.weather for name in names])
    without_weather = rng.random(len(matrix)) < _SHARE_WITHOUT_WEATHER
    matrix[without_weather[:, None] & is_weather] = np.nan
    scale = rows.expectation
    factor = np.minimum(sales[chosen.dish, chosen.origin + chosen.ahead] / scale, _LARGEST_FACTOR)
    # Weighted by the scale: an error then counts in units sold, as it does in the kitchen.
    weight = scale / scale.mean()
    offset = float(np.average(factor, weights=weight))
    width = np.maximum(_LINEAR_FROM, _LINEAR_FROM_DEVIATIONS / np.sqrt(scale))
    dataset = lightgbm.Dataset(
        matrix,
        label=factor,
        weight=weight,
        init_score=np.full(len(factor), offset),
        feature_name=names,
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
        trees=booster.model_to_string(),
        offset=offset,
        correction=_corrections(predicted * scale[some], factor[some] * scale[some], chosen.dish[some], len(sales)),
        calendar=calendar,
        weather=tuple(name for name in calendar if name in days.weather),
        windows=windows,
        dishes=list(store.sales),
        longest=config.test_window_days,
        holiday_support=holiday_support(sales, days, smoothed),
        irregular=days.is_irregular[-LOOKBACK_DAYS:],
    )


@dataclass(frozen=True, slots=True)
class Chosen:
    """Rows to learn; each array has shape (m,).

    Args:
        dish: Position of the dish.
        origin: Position of the last known day.
        ahead: Days from the origin to the day to forecast, >= 1.
        age: Days from the dish's first sale to the origin.
    """

    dish: IntArray
    origin: IntArray
    ahead: IntArray
    age: FloatArray


def training_matrix(
    sales: FloatArray, days: Days, smoothed: SmoothingHistory, chosen: Chosen, config: PipelineConfig
) -> tuple[Rows, FloatArray]:
    """The chosen rows and their model matrix, as serving computes them where the weather is known.

    Args:
        sales: Sales of D dishes on n days, NaN where unknown, shape (D, n).
        days: The n days.
        smoothed: The smoothing of these sales.
        chosen: The m rows.
        config: Names the features.

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
    of_day = calendar_features(days, _calendar(days, config))[origin + ahead]
    of_sales = sales_features(rows, SalesWindows.of(config))
    return rows, np.column_stack([dish.astype(np.float64), ahead, of_day, of_sales])


def _calendar(days: Days, config: PipelineConfig) -> tuple[str, ...]:
    """Names of the features of the day from which this history can teach anything."""
    return config.learnable(config.pooled_calendar_features, len(days), days.weather)


def _choose(sales: FloatArray, config: PipelineConfig, rng: np.random.Generator) -> Chosen:
    """The rows to learn, oldest origin first."""
    count, length = sales.shape
    is_known = np.isfinite(sales)
    first = first_days(sales)
    # Every (origin, ahead, dish) has a number, so that a choice needs no list of all of them.
    total = length * config.test_window_days * count
    wanted = config.pooled_max_rows
    enough = _NUMBERED_FOR_EACH_WANTED * wanted
    numbers = np.unique(rng.integers(0, total, size=enough)) if total > enough else np.arange(total)
    origin, rest = np.divmod(numbers, config.test_window_days * count)
    ahead, dish = np.divmod(rest, count)
    ahead += 1
    age = origin - first[dish]
    usable = (origin + ahead < length) & (age >= SETTLED_AFTER_DAYS)
    usable[usable] = is_known[dish[usable], (origin + ahead)[usable]]
    chosen = np.flatnonzero(usable)
    if len(chosen) > wanted:
        chosen = np.sort(rng.choice(chosen, wanted, replace=False))
    return Chosen(dish[chosen], origin[chosen], ahead[chosen], age[chosen].astype(np.float64))


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


def _corrections(predicted: FloatArray, sold: FloatArray, dish: IntArray, dishes: int) -> FloatArray:
    """Sales over predictions, for each dish, and last for the whole store, shape (dishes + 1,).

    Huber's loss alone answers less than the mean of skewed sales. The correction of a dish with few rows is drawn to
    that of the store.

    Args:
        predicted: Units that the trees predict for m learnt rows, shape (m,).
        sold: Units that were sold, shape (m,).
        dish: Position of the dish of each row, shape (m,).
        dishes: Number of dishes.
    """
    predictions = np.bincount(dish, weights=predicted, minlength=dishes)
    actual = np.bincount(dish, weights=sold, minlength=dishes)
    if not predictions.sum() > 0:
        return np.ones(dishes + 1)
    of_store = actual.sum() / predictions.sum()
    rows = np.bincount(dish, minlength=dishes)
    # Units of as many rows of this dish's size, which sold at the ratio of the store.
    prior = _CORRECTION_PRIOR_ROWS * predictions / np.maximum(rows, 1)
    safe = np.maximum(predictions + prior, 1e-9)
    of_dishes = np.where(rows > 0, (actual + prior * of_store) / safe, of_store)
    corrections: FloatArray = np.clip(np.append(of_dishes, of_store), *_CORRECTION_LIMITS)
    return corrections

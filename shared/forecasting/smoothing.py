"""Exponential smoothing: a level times a weekday profile times the effect of the occasion.

The method is a multiplicative form of Holt-Winters without trend (Hyndman et al., "Forecasting with Exponential
Smoothing", 2008). The profile is learnt from the ratio of each day's sales to the mean of the week around the day.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from shared.arrays import FloatArray
from shared.forecasting.days import Days
from shared.forecasting.forecaster import FeatureGroup, Forecast, StoredParts, limited
from shared.forecasting.occasions import OccasionEffects, multiplier
from shared.payloads import require_keys

#: Share of the difference between sales and level by which each of R levels moves on a mean day. The forecast is a mean
#: of all levels, weighted by how well each of them has forecast.
LEVEL_RATES = (0.0125, 0.025, 0.05, 0.1, 0.2, 0.4)

#: Standard deviation of the change of a level in a day, as a share of the level, before anything is known. With errors
#: of a share c of the level, the best rate is about this share divided by c, which is the gain of a Kalman filter of a
#: level that changes little.
_DAILY_CHANGE = 0.02

#: Smallest and largest rate that is expected so.
_EXPECTED_RATES = (0.01, 0.4)

#: Standard deviation of the logarithm of the best rate around the expected one.
_RATE_SPREAD = 1.0

#: Days after which an error counts half in the weights of the levels.
_ERROR_HALFLIFE_DAYS = 69.0

#: Share of the log-likelihood with which errors count in the weights. Errors of neighbouring days are alike, as all
#: levels miss the same days, and tell less than independent errors would.
_ERROR_TEMPER = 0.5

#: Levels that the pooled trees see, as positions in LEVEL_RATES.
TREE_LEVELS = slice(2, 6)

#: Rates of those levels.
TREE_RATES = LEVEL_RATES[2:]

#: Days after the first sale of a dish from which its level can be trusted.
SETTLED_AFTER_DAYS = 14

#: Position in TREE_RATES of the level that scales the sales for the trees, and from which occasions are learnt.
SCALE_LEVEL = 1

#: Weeks after which a sale counts half in the weekday profile.
_PROFILE_HALFLIFE_WEEKS = 26.0

#: Weeks of sales at the usual level with which profiles are shrunk: the profile of all dishes together towards a week
#: of equal days, and the profile of each dish towards the profile of all dishes.
_PROFILE_PRIOR_WEEKS = 1.5

#: Weeks after which a change of the opening days is half learnt.
_OPENING_HALFLIFE_WEEKS = 2.0

#: Position in LEVEL_RATES of the level in which the prior of the profiles is counted.
_USUAL_LEVEL = 2

#: Smallest sum of squared errors: levels without any error have equal likelihoods.
_LEAST_ERROR = 1e-9

#: Smallest level that errors are compared with, in units.
_LEAST_LEVEL = 1e-6

#: Smallest share of a weekday: sales are divided by it, and a weekday with next to no sales must not inflate the level.
_LEAST_PROFILE = 0.03

#: Days before and after the middle of a week of seven days.
_HALF_WEEK = 3

#: Attributes of a `SmoothingState` that are stored as they are.
_STORED_ARRAYS = ("sold", "usual", "week_days", "levels", "errors", "tested", "seen", "week", "festive", "store_week")

#: Those attributes that the dishes of a store share.
_OF_THE_STORE = ("festive", "store_week")


class SmoothingState:
    """Levels and weekday profiles of D dishes at the end of some day. `step` learns the next day.

    Args:
        dishes: Number of dishes, D.
    """

    def __init__(self, dishes: int) -> None:
        #: Decayed sums of the sales of each weekday, and of the means of the weeks around them, units, shape (D, 7).
        self.sold = np.zeros((dishes, 7))
        self.usual = np.zeros((dishes, 7))
        #: Level for each of LEVEL_RATES, units, shape (D, R); NaN before the first sale.
        self.levels = np.full((dishes, len(LEVEL_RATES)), np.nan)
        #: Decayed sums of the squared errors of each level one day ahead, units squared, shape (D, R), and of the days
        #: on which the levels were compared with the sales, shape (D,).
        self.errors = np.zeros((dishes, len(LEVEL_RATES)))
        self.tested = np.zeros(dishes)
        #: Open days in a week, recently, shape (D,).
        self.week_days = np.full(dishes, 7.0)
        #: Number of regular open days so far: neither irregular days nor occasions without an effect, shape (D,).
        self.seen = np.zeros(dishes)
        #: Sales of the last seven days, divided by the effects of their occasions, latest last, shape (D, 7); and
        #: whether each day was an irregular day or an occasion without an effect, shape (7,).
        self.week = np.full((dishes, 7), np.nan)
        self.festive = np.zeros(7, dtype=np.bool_)
        #: Weekday profile of all dishes of the store, shape (7,); None where the D dishes are all of them.
        self.store_week: FloatArray | None = None
        #: Effects of occasions that the history taught.
        self.occasions = OccasionEffects.unknown(dishes)

    def step(self, sales: FloatArray, weekday: int, effect: FloatArray, *, is_irregular: bool) -> None:
        """Learns one more day.

        Args:
            sales: Units of each dish, NaN where closed or not sold yet, shape (D,).
            weekday: Weekday of the day, 0 is Monday.
            effect: Factor of its occasion, see `OccasionEffects.on`, shape (D,). The sales are divided by the factor.
            is_irregular: Whether the day is a public holiday or a worked weekend. Neither weekday nor level is learnt
                on such a day, or on an occasion whose effect is NaN.
        """
        is_festive = is_irregular or bool(np.isnan(effect).any())
        sales = sales / multiplier(effect)
        self.week = np.concatenate([self.week[:, 1:], sales[:, None]], axis=1)
        self.festive = np.append(self.festive[1:], is_festive)
        self._learn_profile((weekday - _HALF_WEEK) % 7)
        share = self.profile()[:, weekday]
        deseasonalised = sales / share
        is_sold, started = np.isfinite(sales), np.isfinite(self.levels)
        # A dish that is first sold on a holiday has no other level yet. Its first regular day replaces this level.
        learnt = is_sold & ~started[:, 0] if is_festive else is_sold
        self.seen = self.seen + (0 if is_festive else is_sold)
        rates = np.maximum(np.array(LEVEL_RATES)[None, :], 1.0 / np.maximum(self.seen, 1.0)[:, None])
        # A day tells more about the level the larger its share of the week is, as the precision of a count grows with
        # the count. A weekday without sales tells nothing.
        rates = 1.0 - (1.0 - rates) ** share[:, None]
        before = np.where(started, self.levels, deseasonalised[:, None])
        if not is_festive:
            self._compare(np.where(is_sold & started[:, 0], share, 0.0), deseasonalised, before)
        moved = before + rates * (deseasonalised[:, None] - before)
        self.levels = np.where(learnt[:, None], moved, self.levels)

    def level(self) -> FloatArray:
        """The level that forecasts, units, shape (D,): the mean of all levels, weighted by how each has forecast.

        This is a Bayesian model average (Hoeting et al., "Bayesian Model Averaging: A Tutorial", 1999): the weight of a
        level is its tempered likelihood under normal errors times its prior. Where sales are steady or vary much from
        day to day, slow levels forecast best; after the level has moved, fast levels do.
        """
        mean = np.maximum(self.errors, _LEAST_ERROR) / np.maximum(self.tested, 1.0)[:, None]
        noise = np.sqrt(mean.min(axis=1, keepdims=True)) / np.maximum(self._usual_level(), _LEAST_LEVEL)
        expected = np.clip(_DAILY_CHANGE / noise, *_EXPECTED_RATES)
        prior = -0.5 * (np.log(np.array(LEVEL_RATES) / expected) / _RATE_SPREAD) ** 2
        logarithm = prior - 0.5 * _ERROR_TEMPER * self.tested[:, None] * np.log(mean)
        weights = np.exp(logarithm - logarithm.max(axis=1, keepdims=True))
        level: FloatArray = (weights * self.levels).sum(axis=1) / weights.sum(axis=1)
        return level

    def profile(self) -> FloatArray:
        """Sales of each weekday relative to a mean day, 1 on average, shape (D, 7)."""
        return _shrunk_profile(self.sold, self.usual, _PROFILE_PRIOR_WEEKS * self._usual_level(), self._week_of_store())

    def _compare(self, share: FloatArray, sold: FloatArray, levels: FloatArray) -> None:
        """Adds the errors of one more day.

        Args:
            share: Sales of the weekday relative to a mean day, 0 for a dish whose sales tell nothing, shape (D,).
            sold: Sales of the day at the level of a mean day, units, shape (D,).
            levels: Levels before the day, shape (D, R).
        """
        tells = share > 0
        decay = 0.5 ** (tells / _ERROR_HALFLIFE_DAYS)
        # The variance of sales grows with their mean, so that the error of a strong weekday counts by its share.
        errors = share[:, None] * (sold[:, None] - levels) ** 2
        self.errors = decay[:, None] * self.errors + np.where(tells[:, None], errors, 0.0)
        self.tested = decay * self.tested + tells

    def _week_of_store(self) -> FloatArray:
        """Weekday profile of all dishes together, shape (7,)."""
        if self.store_week is not None:
            return self.store_week
        sold, usual = self.sold.sum(axis=0, keepdims=True), self.usual.sum(axis=0, keepdims=True)
        level = self._usual_level().sum(axis=0, keepdims=True)
        week: FloatArray = _shrunk_profile(sold, usual, _PROFILE_PRIOR_WEEKS * level, np.ones(7))[0]
        return week

    def _usual_level(self) -> FloatArray:
        """Slow level of each dish, 0 before the first sale, shape (D, 1)."""
        level: FloatArray = np.nan_to_num(self.levels[:, _USUAL_LEVEL : _USUAL_LEVEL + 1])
        return level

    def of(self, dish: int) -> "SmoothingState":
        """The state of one dish alone.

        Args:
            dish: Position of the dish among the D dishes.
        """
        one = SmoothingState(1)
        one.sold, one.usual = self.sold[dish : dish + 1].copy(), self.usual[dish : dish + 1].copy()
        one.week_days = self.week_days[dish : dish + 1].copy()
        one.errors, one.tested = self.errors[dish : dish + 1].copy(), self.tested[dish : dish + 1].copy()
        one.levels, one.seen = self.levels[dish : dish + 1].copy(), self.seen[dish : dish + 1].copy()
        one.week, one.festive = self.week[dish : dish + 1].copy(), self.festive.copy()
        one.store_week = self._week_of_store()
        one.occasions = self.occasions.of(dish)
        return one

    @classmethod
    def together(cls, states: Sequence["SmoothingState"]) -> "SmoothingState":
        """The state of several dishes of a store.

        Args:
            states: States of one dish each, which have the same irregular days, week of the store and occasions.
        """
        made = cls(len(states))
        for name in _STORED_ARRAYS:
            if name not in _OF_THE_STORE:
                setattr(made, name, np.concatenate([getattr(state, name) for state in states]))
        made.festive, made.store_week = states[0].festive.copy(), states[0].store_week
        made.occasions = OccasionEffects(
            states[0].occasions.occasions, np.concatenate([state.occasions.factors for state in states], axis=2)
        )
        return made

    def to_state(self) -> dict[str, Any]:
        """Plain values and arrays, to be stored."""
        return {name: getattr(self, name) for name in _STORED_ARRAYS} | {"occasions": self.occasions.to_state()}

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> "SmoothingState":
        """The inverse of `to_state`.

        Raises:
            UnservableVersion: The state is of another release.
        """
        require_keys(state, (*_STORED_ARRAYS, "occasions"), "levels of the smoothing")
        made = cls(len(state["seen"]))
        for name in _STORED_ARRAYS:
            setattr(made, name, state[name])
        made.occasions = OccasionEffects.from_state(state["occasions"])
        return made

    def _learn_profile(self, weekday: int) -> None:
        """Learns the profile from the middle of the last seven days, relative to the mean of these days.

        Args:
            weekday: Weekday of the day in the middle, 0 is Monday.
        """
        if self.festive[_HALF_WEEK]:
            return
        open_days = np.isfinite(self.week) & ~self.festive
        count = open_days.sum(axis=1)
        mean = np.where(open_days, self.week, 0.0).sum(axis=1) / np.maximum(count, 1)
        middle = self.week[:, _HALF_WEEK]
        # A week with few of its usual open days tells little about any of them.
        usable = np.isfinite(middle) & (count >= np.minimum(_HALF_WEEK + 1, np.round(self.week_days))) & (mean > 0)
        moved = self.week_days + (1.0 - 0.5 ** (1 / 7 / _OPENING_HALFLIFE_WEEKS)) * (count - self.week_days)
        self.week_days = np.where(count > 0, moved, self.week_days)
        decay = 0.5 ** (1 / _PROFILE_HALFLIFE_WEEKS)
        self.sold = self.sold.copy()
        self.usual = self.usual.copy()
        self.sold[usable, weekday] = decay * self.sold[usable, weekday] + middle[usable]
        self.usual[usable, weekday] = decay * self.usual[usable, weekday] + mean[usable]


def _shrunk_profile(sold: FloatArray, usual: FloatArray, weight: FloatArray, prior: FloatArray) -> FloatArray:
    """Ratios of sales to what was usual, drawn towards a prior profile; 1 on average, shape (D, 7).

    Args:
        sold: Decayed sums of the sales of each weekday, units, shape (D, 7).
        usual: Decayed sums of the means of the weeks around those days, units, shape (D, 7).
        weight: Units with which the prior counts, shape (D, 1).
        prior: Prior profile, shape (7,).
    """
    total = usual + weight
    ratio = np.where(total > 0, (sold + weight * prior) / np.where(total > 0, total, 1.0), prior)
    mean = np.maximum(ratio.mean(axis=1, keepdims=True), _LEAST_PROFILE)
    profile: FloatArray = np.maximum(ratio / mean, _LEAST_PROFILE)
    return profile


@dataclass(frozen=True, slots=True)
class SmoothingForecaster:
    """Level times weekday profile times effect of the occasion.

    Args:
        state: State of one dish after the last day of its history.
    """

    name: ClassVar[str] = "smoothing"

    state: SmoothingState

    def after(self, days: Days, sales_told: FloatArray) -> SmoothingState:
        """The state after the last of further days whose sales are told. Days with NaN do not move the level.

        Args:
            days: The n days after the history.
            sales_told: Units of those days, NaN where unknown, shape (n,).
        """
        learnt = np.flatnonzero(np.isfinite(sales_told))
        if not len(learnt):
            return self.state
        state = self.state.of(0)
        weekdays, is_irregular = days.weekdays, days.is_irregular
        effects = state.occasions.on(days.returning, days.usual_weekdays)
        for day in range(int(learnt[-1]) + 1):
            told, weekday = sales_told[day : day + 1], int(weekdays[day])
            state.step(told, weekday, effects[:, day], is_irregular=bool(is_irregular[day]))
        return state

    def forecast(self, history: FloatArray, days: Days, sales_told: FloatArray, *, explain: bool = False) -> Forecast:
        """See `Forecaster.forecast`. The state holds what was learnt from `history`."""
        return self.forecast_from(self.after(days, sales_told), days, explain=explain)

    def forecast_from(self, state: SmoothingState, days: Days, *, explain: bool = False) -> Forecast:
        """Forecasts from the state after the last day whose sales are told.

        Args:
            state: What `after` answered for the days.
            days: The n days to forecast.
            explain: Whether to answer the contributions as well.
        """
        level = float(np.nan_to_num(state.level()[0]))
        usual = level * state.profile()[0, days.usual_weekdays]
        means = usual * multiplier(state.occasions.on(days.returning, days.usual_weekdays)[0])
        contributions = {
            FeatureGroup.LEVEL_AND_TREND: np.full(len(days), level),
            FeatureGroup.WEEKDAY: usual - level,
            FeatureGroup.HOLIDAY: means - usual,
        }
        yhat, contributions = limited(means, days, contributions, explain=explain)
        return Forecast(yhat, contributions=contributions)

    def to_state(self) -> dict[str, Any]:
        """See `Forecaster.to_state`."""
        return self.state.to_state()

    @classmethod
    def from_state(cls, state: Mapping[str, Any], parts: StoredParts) -> "SmoothingForecaster":
        """See `Forecaster.from_state`."""
        return cls(SmoothingState.from_state(state))

"""Exponential smoothing: a level that follows the sales, times a weekday profile that changes slowly, times what the
occasion of the day did to sales in earlier years.

A multiplicative form of Holt-Winters without trend (Hyndman et al., "Forecasting with Exponential Smoothing", 2008),
in which the profile is learnt from the ratio of each day's sales to the mean of the week around it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from shared.arrays import FloatArray
from shared.forecasting.days import Days
from shared.forecasting.forecaster import FeatureGroup, Forecast, StoredParts, limited
from shared.forecasting.occasions import OccasionEffects, multiplier
from shared.payloads import require_keys

#: Share of a mean day's surprise by which each of the levels moves; the pooled trees see all of them.
LEVEL_RATES = (0.05, 0.1, 0.2, 0.4)

#: Days after a dish's first sale by which its level has been found.
SETTLED_AFTER_DAYS = 14

#: The level that forecasts: its position in LEVEL_RATES.
FORECAST_LEVEL = 1

#: Weeks after which a sale counts half in the weekday profile.
_PROFILE_HALFLIFE_WEEKS = 26.0

#: Weeks of sales at the usual level by which profiles are shrunk: that of all dishes together to a week whose days are
#: alike, and that of each dish to that of all.
_PROFILE_PRIOR_WEEKS = 1.5

#: Weeks after which a change of the days on which the restaurant opens is half known.
_OPENING_HALFLIFE_WEEKS = 2.0

#: A weekday on which next to nothing is sold must not blow up what is divided by its share.
_LEAST_PROFILE = 0.03

_HALF_WEEK = 3

#: Attributes of a `SmoothingState` that are stored as they are.
_STORED_ARRAYS = ("sold", "usual", "week_days", "levels", "seen", "week", "festive", "store_week")


class SmoothingState:
    """Levels and weekday profiles of D dishes after some day; `step` moves it on by one day.

    Args:
        dishes: D.
    """

    def __init__(self, dishes: int) -> None:
        #: Decayed sums of the sales of each weekday, and of the weekly means around those days, shape (D, 7).
        self.sold = np.zeros((dishes, 7))
        self.usual = np.zeros((dishes, 7))
        #: One for each of LEVEL_RATES, shape (D, 4); NaN before the first sale.
        self.levels = np.full((dishes, len(LEVEL_RATES)), np.nan)
        #: Open days of a week, as they were of late, shape (D,).
        self.week_days = np.full(dishes, 7.0)
        #: Open days so far that were neither public holidays nor occasions not seen before, shape (D,).
        self.seen = np.zeros(dishes)
        #: Sales of the last seven days without what their occasions are known to do, the latest last, shape (D, 7), and
        #: whether they were public holidays or occasions not seen before, shape (7,).
        self.week = np.full((dishes, 7), np.nan)
        self.festive = np.zeros(7, dtype=np.bool_)
        #: The profile of all dishes of the store, shape (7,); None where these are all of them.
        self.store_week: FloatArray | None = None
        #: What occasions are known to do.
        self.occasions = OccasionEffects.unknown(dishes)

    def step(self, sales: FloatArray, weekday: int, effect: FloatArray, *, is_holiday: bool) -> None:
        """Learns one more day.

        Args:
            sales: shape (D,), NaN where closed or not yet sold.
            weekday: of that day, 0 is Monday.
            effect: of its occasion, shape (D,), see `OccasionEffects.on`; what is known of it is no news.
            is_holiday: such a day says nothing about its weekday, nor about the level of the days to come; neither does
                an occasion that was not seen before.
        """
        is_festive = is_holiday or bool(np.isnan(effect).any())
        sales = sales / multiplier(effect)
        self.week = np.concatenate([self.week[:, 1:], sales[:, None]], axis=1)
        self.festive = np.append(self.festive[1:], is_festive)
        self._learn_profile((weekday - _HALF_WEEK) % 7)
        share = self.profile()[:, weekday]
        deseasonalised = sales / share
        known, started = np.isfinite(sales), np.isfinite(self.levels)
        # A dish first sold on a holiday has no other level yet; its first regular day replaces that.
        learnt = known & ~started[:, 0] if is_festive else known
        self.seen = self.seen + (0 if is_festive else known)
        rates = np.maximum(np.array(LEVEL_RATES)[None, :], 1.0 / np.maximum(self.seen, 1.0)[:, None])
        # What a day tells of the level grows with its share of the week, as the precision of a count does: a weekday
        # without sales tells nothing.
        rates = 1.0 - (1.0 - rates) ** share[:, None]
        before = np.where(started, self.levels, deseasonalised[:, None])
        moved = before + rates * (deseasonalised[:, None] - before)
        self.levels = np.where(learnt[:, None], moved, self.levels)

    def profile(self) -> FloatArray:
        """Sales of each weekday relative to a mean day, shape (D, 7); 1 on average."""
        return _shrunk_profile(self.sold, self.usual, _PROFILE_PRIOR_WEEKS * self._usual_level(), self._week_of_store())

    def _week_of_store(self) -> FloatArray:
        """The profile of all dishes together, shape (7,)."""
        if self.store_week is not None:
            return self.store_week
        sold, usual = self.sold.sum(axis=0, keepdims=True), self.usual.sum(axis=0, keepdims=True)
        level = self._usual_level().sum(axis=0, keepdims=True)
        week: FloatArray = _shrunk_profile(sold, usual, _PROFILE_PRIOR_WEEKS * level, np.ones(7))[0]
        return week

    def _usual_level(self) -> FloatArray:
        """Of each dish, 0 before its first sale, shape (D, 1)."""
        level: FloatArray = np.nan_to_num(self.levels[:, :1])
        return level

    def of(self, dish: int) -> "SmoothingState":
        """The state of one dish alone, at position `dish`."""
        one = SmoothingState(1)
        one.sold, one.usual = self.sold[dish : dish + 1].copy(), self.usual[dish : dish + 1].copy()
        one.week_days = self.week_days[dish : dish + 1].copy()
        one.levels, one.seen = self.levels[dish : dish + 1].copy(), self.seen[dish : dish + 1].copy()
        one.week, one.festive = self.week[dish : dish + 1].copy(), self.festive.copy()
        one.store_week = self._week_of_store()
        one.occasions = self.occasions.of(dish)
        return one

    def to_state(self) -> dict[str, Any]:
        """Plain arrays, to be stored."""
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
        """Learns the day in the middle of the week seen last, of which the three days after are known as well."""
        if self.festive[_HALF_WEEK]:
            return
        open_days = np.isfinite(self.week) & ~self.festive
        count = open_days.sum(axis=1)
        mean = np.where(open_days, self.week, 0.0).sum(axis=1) / np.maximum(count, 1)
        middle = self.week[:, _HALF_WEEK]
        # A week with few of its usual days says little of any of them.
        usable = np.isfinite(middle) & (count >= np.minimum(_HALF_WEEK + 1, np.round(self.week_days))) & (mean > 0)
        moved = self.week_days + (1.0 - 0.5 ** (1 / 7 / _OPENING_HALFLIFE_WEEKS)) * (count - self.week_days)
        self.week_days = np.where(count > 0, moved, self.week_days)
        decay = 0.5 ** (1 / _PROFILE_HALFLIFE_WEEKS)
        self.sold = self.sold.copy()
        self.usual = self.usual.copy()
        self.sold[usable, weekday] = decay * self.sold[usable, weekday] + middle[usable]
        self.usual[usable, weekday] = decay * self.usual[usable, weekday] + mean[usable]


def _shrunk_profile(sold: FloatArray, usual: FloatArray, weight: FloatArray, prior: FloatArray) -> FloatArray:
    """Ratios of what weekdays sold to what was usual, drawn to a prior; 1 on average, shape (D, 7).

    Args:
        sold, usual: see `SmoothingState`.
        weight: units of the prior, shape (D, 1).
        prior: profile, shape (7,).
    """
    expected = usual + weight
    ratio = np.where(expected > 0, (sold + weight * prior) / np.where(expected > 0, expected, 1.0), prior)
    mean = np.maximum(ratio.mean(axis=1, keepdims=True), _LEAST_PROFILE)
    profile: FloatArray = np.maximum(ratio / mean, _LEAST_PROFILE)
    return profile


@dataclass(frozen=True, slots=True)
class SmoothingForecaster:
    """Level times weekday profile.

    Args:
        state: of one dish after the last day of its history.
    """

    name: ClassVar[str] = "smoothing"

    state: SmoothingState

    def after(self, days: Days, sales_told: FloatArray) -> SmoothingState:
        """The state after the known ones among further days; a day without a figure leaves no trace in the level.

        Args:
            days: that follow the history.
            sales_told: their sales, NaN where unknown; nothing is learnt after the last known one.
        """
        state = self.state.of(0)
        learnt = np.flatnonzero(np.isfinite(sales_told))
        weekdays, is_holiday = days.weekdays, days.is_holiday
        effects = state.occasions.on(days.returning, weekdays)
        for day in range(int(learnt[-1]) + 1 if len(learnt) else 0):
            state.step(sales_told[day : day + 1], int(weekdays[day]), effects[:, day], is_holiday=bool(is_holiday[day]))
        return state

    def forecast(self, history: FloatArray, days: Days, sales_told: FloatArray, *, explain: bool = False) -> Forecast:
        """See `Forecaster.forecast`; `history` is not needed beyond what was learnt."""
        state = self.after(days, sales_told)
        level = float(np.nan_to_num(state.levels[0, FORECAST_LEVEL]))
        usual = level * state.profile()[0, days.weekdays]
        means = usual * multiplier(state.occasions.on(days.returning, days.weekdays)[0])
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

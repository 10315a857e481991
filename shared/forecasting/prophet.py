"""Prophet's forecast in closed form: trend, Fourier seasonalities, holidays and regressors from stored parameters.

The formulas are those of Taylor and Letham, "Forecasting at scale" (2018), as in the package `prophet`, which is
needed only to fit. A test holds both equal.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, ClassVar, Literal, TypeVar

import numpy as np

from shared.arrays import FloatArray, IntArray
from shared.forecasting.days import Days
from shared.forecasting.forecaster import FeatureGroup, Forecast, StoredParts, limited
from shared.payloads import require_keys

Mode = Literal["additive", "multiplicative"]


@dataclass(frozen=True, slots=True)
class Seasonality:
    """A Fourier series.

    Args:
        period: days.
        mode: adds to the trend, or multiplies it.
        beta: coefficients of sin and cos in turn, shape (2 * order,).
    """

    period: float
    mode: Mode
    beta: FloatArray


@dataclass(frozen=True, slots=True)
class HolidayEffect:
    """The effect of one public holiday, or of the day before or after one, by its name."""

    mode: Mode
    beta: float


@dataclass(frozen=True, slots=True)
class Regressor:
    """The effect of a column, standardised by the mean and deviation of its training span."""

    mode: Mode
    mean: float
    deviation: float
    beta: float


_Effect = TypeVar("_Effect", Seasonality, HolidayEffect, Regressor)


@dataclass(frozen=True, slots=True)
class ProphetForecaster:
    """Parameters of a fitted Prophet.

    Args:
        start: first day of the training span; t = (day - start) / t_scale.
        t_scale: days of the training span.
        y_scale: units that 1.0 stands for.
        k, m: rate and offset of the trend at the start; k is 0 for flat growth.
        changepoints: times t at which the rate changes, shape (c,).
        deltas: by how much, shape (c,).
        seasonalities, holidays, regressors: by name.
    """

    name: ClassVar[str] = "prophet"

    start: str
    t_scale: float
    y_scale: float
    k: float
    m: float
    changepoints: FloatArray
    deltas: FloatArray
    seasonalities: Mapping[str, Seasonality]
    holidays: Mapping[str, HolidayEffect]
    regressors: Mapping[str, Regressor]

    def components(self, days: Days) -> dict[FeatureGroup, FloatArray]:
        """Units that each group of features adds on each day; their sum is Prophet's yhat."""
        numbers = days.numbers
        trend = self._trend(numbers)
        groups = {FeatureGroup.LEVEL_AND_TREND: trend}

        def add(group: FeatureGroup, mode: Mode, effect: FloatArray) -> None:
            units = effect * (trend if mode == "multiplicative" else self.y_scale)
            groups[group] = groups[group] + units if group in groups else units

        for name, seasonality in self.seasonalities.items():
            group = FeatureGroup.WEEKDAY if name == "weekly" else FeatureGroup.SEASON
            add(group, seasonality.mode, _fourier(numbers, seasonality))
        for name, holiday in self.holidays.items():
            on_day = np.array([name in names for names in days.occasions], dtype=np.float64)
            add(FeatureGroup.HOLIDAY, holiday.mode, on_day * holiday.beta)
        for name, regressor in self.regressors.items():
            standardised = (days.columns[name] - regressor.mean) / regressor.deviation
            add(FeatureGroup.WEATHER, regressor.mode, standardised * regressor.beta)
        return groups

    def predict(self, days: Days) -> FloatArray:
        """Prophet's yhat, which can be negative; shape (len(days),)."""
        return total(self.components(days).values())

    def forecast(self, history: FloatArray, days: Days, sales_told: FloatArray, *, explain: bool = False) -> Forecast:
        """See `Forecaster.forecast`; Prophet knows nothing of sales after its training."""
        contributions = self.components(days)
        raw = total(contributions.values())
        yhat, contributions = limited(raw, days, contributions, explain=explain)
        return Forecast(yhat, prophet_yhat=raw, contributions=contributions)

    def to_state(self) -> dict[str, Any]:
        """See `Forecaster.to_state`."""
        return asdict(self)

    @classmethod
    def from_state(cls, state: Mapping[str, Any], parts: StoredParts) -> "ProphetForecaster":
        """See `Forecaster.from_state`."""
        _require_fields(state, cls, "parameters of Prophet")
        return cls(
            **{
                **state,
                "seasonalities": _effects(Seasonality, state["seasonalities"]),
                "holidays": _effects(HolidayEffect, state["holidays"]),
                "regressors": _effects(Regressor, state["regressors"]),
            }
        )

    def _trend(self, numbers: IntArray) -> FloatArray:
        t = (numbers - np.datetime64(self.start, "D").astype(np.int64)) / self.t_scale
        passed = (self.changepoints[None, :] <= t[:, None]) * self.deltas
        rate = self.k + passed.sum(axis=1)
        offset = self.m - (passed * self.changepoints).sum(axis=1)
        trend: FloatArray = (rate * t + offset) * self.y_scale
        return trend


def total(parts: Iterable[FloatArray]) -> FloatArray:
    """Element-wise sum of arrays of one shape."""
    result: FloatArray = np.sum(list(parts), axis=0)
    return result


def _fourier(numbers: IntArray, seasonality: Seasonality) -> FloatArray:
    order = np.arange(1, len(seasonality.beta) // 2 + 1)
    angles = 2 * np.pi * numbers[:, None] * order / seasonality.period
    waves = np.empty((len(numbers), len(seasonality.beta)))
    waves[:, 0::2], waves[:, 1::2] = np.sin(angles), np.cos(angles)
    return waves @ seasonality.beta


def _effects(kind: type[_Effect], stored: Mapping[str, Mapping[str, Any]]) -> dict[str, _Effect]:
    """Stored effects of one kind, by name."""
    for name, values in stored.items():
        _require_fields(values, kind, f"effect {name!r} of Prophet")
    return {name: kind(**values) for name, values in stored.items()}


def _require_fields(stored: Mapping[str, Any], kind: type[Any], what: str) -> None:
    """Refuses stored values that are not those of a dataclass; see `require_keys`."""
    require_keys(stored, (field.name for field in fields(kind)), what)

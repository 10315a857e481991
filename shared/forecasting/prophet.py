"""Prophet's forecast in closed form, from stored parameters: trend, Fourier seasonalities, holidays and regressors.

The formulas are those of Taylor and Letham, "Forecasting at scale" (2018), as in the package `prophet`. The package is
needed only to fit. A test compares the forecasts of both.
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
        period: Period, days.
        mode: Whether the series is added to the trend or multiplies it.
        beta: Coefficients of sine and cosine in turn, shape (2 * order,).
    """

    period: float
    mode: Mode
    beta: FloatArray


@dataclass(frozen=True, slots=True)
class HolidayEffect:
    """The effect of a public holiday, or of the day before or after one.

    Args:
        mode: Whether the effect is added to the trend or multiplies it.
        beta: Coefficient of the day.
    """

    mode: Mode
    beta: float


@dataclass(frozen=True, slots=True)
class Regressor:
    """The effect of a column of the days.

    Args:
        mode: Whether the effect is added to the trend or multiplies it.
        mean: Mean of the column over the training span, in the column's unit.
        deviation: Standard deviation of the column over the training span.
        beta: Coefficient of the standardised column.
    """

    mode: Mode
    mean: float
    deviation: float
    beta: float


_Effect = TypeVar("_Effect", Seasonality, HolidayEffect, Regressor)


@dataclass(frozen=True, slots=True)
class ProphetForecaster:
    """Parameters of a fitted Prophet.

    Args:
        start: First day of the training span, ISO 8601. The time of a day is t = (day - start) / t_scale.
        t_scale: Days of the training span.
        y_scale: Units that 1.0 stands for.
        k: Rate of the trend at the start, per unit of t; 0 for flat growth.
        m: Offset of the trend at the start.
        changepoints: Times t at which the rate changes, shape (c,).
        deltas: Change of the rate at each of these times, shape (c,).
        seasonalities: Fourier series, by name.
        holidays: Effects of holidays and of the days beside them, by name.
        regressors: Effects of columns of weather, by name.
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
        """Units of each group of features on each day, shape (len(days),); they add up to Prophet's yhat.

        Args:
            days: The days to forecast.
        """
        numbers = days.numbers
        trend = self._trend(numbers)
        groups = {FeatureGroup.LEVEL_AND_TREND: trend}

        def add(group: FeatureGroup, mode: Mode, effect: FloatArray) -> None:
            units = effect * (trend if mode == "multiplicative" else self.y_scale)
            groups[group] = groups[group] + units if group in groups else units

        for name, seasonality in self.seasonalities.items():
            group = FeatureGroup.WEEKDAY if name == "weekly" else FeatureGroup.SEASON
            # A worked weekend is forecast as the working day that it replaces.
            moved = days.usual_weekdays - days.weekdays if name == "weekly" else 0
            add(group, seasonality.mode, _fourier(numbers + moved, seasonality))
        if self.holidays:
            groups[FeatureGroup.HOLIDAY] = np.zeros(len(days))
        # A history has dozens of occasions, and the days to forecast have few of them.
        occurring = {name for names in days.occasions for name in names}
        for name, holiday in self.holidays.items():
            if name not in occurring:
                continue
            on_day = np.array([name in names for names in days.occasions], dtype=np.float64)
            add(FeatureGroup.HOLIDAY, holiday.mode, on_day * holiday.beta)
        for name, regressor in self.regressors.items():
            standardised = (days.columns[name] - regressor.mean) / regressor.deviation
            add(FeatureGroup.WEATHER, regressor.mode, standardised * regressor.beta)
        return groups

    def predict(self, days: Days) -> FloatArray:
        """Prophet's yhat, which can be negative, units, shape (len(days),)."""
        return total(self.components(days).values())

    def forecast(self, history: FloatArray, days: Days, sales_told: FloatArray, *, explain: bool = False) -> Forecast:
        """See `Forecaster.forecast`. Sales after the training change nothing."""
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


def waves(numbers: IntArray, period: float, order: int) -> FloatArray:
    """Sine and cosine in turn of a Fourier series, shape (n, 2 * order).

    Args:
        numbers: Days from 1970-01-01 to each day, shape (n,).
        period: Period, days.
        order: Number of frequencies.
    """
    angles = 2 * np.pi * numbers[:, None] * np.arange(1, order + 1) / period
    columns = np.empty((len(numbers), 2 * order))
    columns[:, 0::2], columns[:, 1::2] = np.sin(angles), np.cos(angles)
    return columns


def _fourier(numbers: IntArray, seasonality: Seasonality) -> FloatArray:
    # Sums of rows, not a product of a matrix: the last bit of such a product depends on the number of days, and the
    # forecast of a day must not.
    series: FloatArray = (waves(numbers, seasonality.period, len(seasonality.beta) // 2) * seasonality.beta).sum(axis=1)
    return series


def _effects(kind: type[_Effect], stored: Mapping[str, Mapping[str, Any]]) -> dict[str, _Effect]:
    """Stored effects of one kind, by name."""
    for name, values in stored.items():
        _require_fields(values, kind, f"effect {name!r} of Prophet")
    return {name: kind(**values) for name, values in stored.items()}


def _require_fields(stored: Mapping[str, Any], kind: type[Any], what: str) -> None:
    """Refuses stored values that are not those of a dataclass; see `require_keys`."""
    require_keys(stored, (field.name for field in fields(kind)), what)

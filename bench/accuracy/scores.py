"""Computes the figures by which forecasters are compared."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from shared.arrays import FloatArray

#: Levels of the quantiles that are compared. The levels 0.1 and 0.9 are the ends of the 80 % interval.
LEVELS = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)
_LOW, _HIGH = LEVELS.index(0.1), LEVELS.index(0.9)


@dataclass(slots=True)
class Score:
    """Sums over all forecasts of one forecaster, from which the figures are computed.

    Closed days count with sales of zero. They do not count for coverage: a forecaster that foresees a closed day is
    right without any risk.
    """

    absolute: float = 0.0
    error: float = 0.0
    sold: float = 0.0
    naive: float = 0.0
    pinball: float = 0.0
    covered: int = 0
    interval_days: int = 0
    quantile_values: int = 0
    cpu_seconds: float = 0.0
    dishes: int = 0
    by_day: FloatArray = field(default_factory=lambda: np.zeros((2, 14)))

    def add(self, actual: FloatArray, yhat: FloatArray, quantiles: FloatArray | None, naive_mae: float) -> None:
        """Adds the forecast of one dish from one cutoff.

        Args:
            actual: Sales in units, shape (n,); NaN on closed days.
            yhat: Forecast in units, shape (n,).
            quantiles: Quantiles at LEVELS in units, shape (n, len(LEVELS)); None if the forecaster has none.
            naive_mae: MAE of the seasonal naive forecast in the known part of the series, in units.
        """
        sales = np.nan_to_num(actual)
        self.absolute += float(np.abs(yhat - sales).sum())
        self.error += float((yhat - sales).sum())
        self.sold += float(sales.sum())
        self.naive += naive_mae * len(sales)
        self.dishes += 1
        self.by_day += np.array([np.abs(yhat - sales), sales])
        if quantiles is None:
            return
        is_open = np.isfinite(actual)
        inside = (quantiles[:, _LOW] <= sales) & (sales <= quantiles[:, _HIGH])
        self.covered += int(inside[is_open].sum())
        self.interval_days += int(is_open.sum())
        levels = np.array(LEVELS)
        missed = sales[:, None] - quantiles
        self.pinball += float(np.maximum(levels * missed, (levels - 1) * missed).mean(axis=1).sum())
        self.quantile_values += len(sales)

    def figures(self) -> dict[str, float | None]:
        """The figures of the forecaster; None where it gave no quantiles.

        WAPE, bias and pinball loss are relative to sales. WAPE plus the size of the bias is the score of the VN1
        competition (2024). The coverage is that of the 80 % interval. The CPU seconds
        are those of one dish at one cutoff.
        """
        has_quantiles = self.quantile_values > 0
        return {
            "wape": self.absolute / self.sold,
            "mase": self.absolute / self.naive if self.naive > 0 else None,
            "bias": self.error / self.sold,
            "wape_and_bias": (self.absolute + abs(self.error)) / self.sold,
            "pinball": self.pinball / self.sold if has_quantiles else None,
            "coverage_80": self.covered / self.interval_days if has_quantiles else None,
            "cpu_seconds_per_dish": self.cpu_seconds / max(self.dishes, 1),
        }


def seasonal_naive_mae(past: Sequence[float] | FloatArray) -> float:
    """MAE of the forecast that repeats the week before, within a known series.

    Args:
        past: Sales of consecutive days in units, shape (n,) with n > 7.
    """
    values = np.asarray(past, dtype=np.float64)
    return float(np.mean(np.abs(values[7:] - values[:-7])))


def table(scores: Mapping[str, Score]) -> list[dict[str, float | str | None]]:
    """One row for each forecaster, the lowest WAPE first."""
    rows: list[dict[str, float | str | None]] = [
        {"forecaster": name, **score.figures()} for name, score in scores.items()
    ]
    return sorted(rows, key=lambda row: float(row["wape"] or 0.0))

"""Figures that only the champion of a dish has: scores of its quantiles, errors by days ahead, and errors by fold."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from shared.arrays import BoolArray, FloatArray
from shared.forecasting.spread import error_scale
from shared.registry.manifest import FoldEntry, HorizonEntry
from training_service.learning.selection import ChampionFold
from training_service.learning.spreads import Errors, StoreSpread

#: Levels of the quantiles that are scored: 0.05 to 0.95 in steps of 0.05.
_LEVELS = np.round(np.arange(0.05, 0.96, 0.05), 2)

#: Positions of the levels 0.1 and 0.9, the ends of the 80 % interval.
_LOW, _HIGH = 1, 17


@dataclass(frozen=True, slots=True)
class Intervals:
    """Scores of the champion's quantiles on the m open days of all folds.

    Args:
        loss: Mean pinball loss of the quantiles 0.05 to 0.95 of each day, in units, shape (m,).
        inside: Whether the sales of each day lay inside the 80 % interval, shape (m,).
    """

    loss: FloatArray
    inside: BoolArray

    @classmethod
    def judge(cls, folds: Sequence[ChampionFold], store: StoreSpread) -> "Intervals":
        """Scores the quantiles of each fold, whose width comes from the other folds of the dish.

        A fold that set its own width would look better than the days to come. The shape of the quantiles comes from
        all folds of all dishes.

        Args:
            folds: Folds of the champion, at least one.
            store: What the errors of all dishes of the store have in common.
        """
        losses, inside = [], []
        for left_out, fold in enumerate(folds):
            others = [other.errors for position, other in enumerate(folds) if position != left_out]
            spread = store.of_dish(Errors.joined(others))
            quantiles = spread.quantiles(fold.forecast, fold.ahead.astype(np.float64), fold.widths, _LEVELS.tolist())
            missed = fold.actual[:, None] - quantiles
            losses.append(np.maximum(_LEVELS * missed, (_LEVELS - 1) * missed).mean(axis=1))
            inside.append((quantiles[:, _LOW] <= fold.actual) & (fold.actual <= quantiles[:, _HIGH]))
        return cls(np.concatenate(losses), np.concatenate(inside))

    def figures(self, days: slice | BoolArray = slice(None)) -> tuple[float, float]:
        """Mean pinball loss in units, and the share of days inside the 80 % interval.

        Args:
            days: Days to average over, a slice or a mask of shape (m,); all days by default.
        """
        return float(self.loss[days].mean()), float(self.inside[days].mean())


def expected_mae(folds: Sequence[ChampionFold], demand: FloatArray, widths: FloatArray) -> float | None:
    """The mean absolute error to expect in the days after the history, in units per day.

    The errors of the folds are scaled to the demand that is forecast, with the scale of the quantiles. So the figure
    grows where a season begins that sells more than the folds saw.

    Args:
        folds: Folds of the champion.
        demand: Forecast of the open days to come, in units, shape (n,).
        widths: Factor by which errors are wider on each of those days, see `error_widths`, shape (n,).

    Returns:
        None without folds or without open days.
    """
    if not folds or not len(demand):
        return None
    scaled = Errors.joined([fold.errors for fold in folds]).scaled(growth=0.0)
    return float(np.abs(scaled).mean() * (error_scale(demand) * widths).mean())


def horizon_entries(folds: Sequence[ChampionFold], intervals: Intervals | None) -> tuple[HorizonEntry, ...]:
    """Figures of the champion for each number of days ahead that was scored in any fold.

    Args:
        folds: Folds of the champion.
        intervals: Scores of the quantiles on the days of the folds; None where the store has no quantiles.
    """
    errors = Errors.joined([fold.errors for fold in folds])
    naive = np.concatenate([np.full(len(fold.ahead), fold.naive_mae) for fold in folds] or [np.empty(0)])
    entries = []
    for ahead in np.unique(errors.ahead):
        of_day = errors.ahead == ahead
        missed, forecast = errors.error[of_day], errors.forecast[of_day]
        absolute, sold = float(np.abs(missed).sum()), float((missed + forecast).sum())
        scale = float(naive[of_day].sum())
        pinball, coverage = intervals.figures(of_day) if intervals else (None, None)
        entries.append(
            HorizonEntry(
                days_ahead=int(ahead),
                mae=absolute / len(missed),
                wape=absolute / sold if sold > 0 else None,
                bias=-float(missed.sum()) / sold if sold > 0 else None,
                days=int(of_day.sum()),
                mase=absolute / scale if scale > 0 else None,
                pinball=pinball,
                coverage_80=coverage,
            )
        )
    return tuple(entries)


def fold_entries(folds: Sequence[ChampionFold], start: dt.date) -> tuple[FoldEntry, ...]:
    """Sums of errors and sales of each fold. Two versions are compared by the folds that both have.

    Args:
        folds: Folds of the champion.
        start: First day of the store's history.
    """
    return tuple(
        FoldEntry(
            cutoff=start + dt.timedelta(days=fold.cutoff - 1),
            absolute_error=float(np.abs(fold.actual - fold.forecast).sum()),
            sold=float(fold.actual.sum()),
            days=len(fold.actual),
        )
        for fold in folds
    )

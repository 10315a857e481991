"""What the backtest tells of a champion beyond its errors: how honest its quantiles are, and how it fades with the days
ahead."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from shared.arrays import BoolArray, FloatArray
from shared.forecasting.spread import error_scale
from shared.registry.manifest import FoldEntry, HorizonEntry
from training_service.learning.selection import ChampionFold
from training_service.learning.spreads import Errors, StoreSpread

_LEVELS = np.round(np.arange(0.05, 0.96, 0.05), 2)
_LOW, _HIGH = 1, 17  # positions of 0.1 and 0.9


@dataclass(frozen=True, slots=True)
class Intervals:
    """How honest the quantiles of m scored days were, fold by fold.

    Args:
        loss: mean pinball loss of the quantiles 0.05 to 0.95, in units, shape (m,).
        inside: whether sales lay inside the 80 % interval, shape (m,).
    """

    loss: FloatArray
    inside: BoolArray

    @classmethod
    def judge(cls, folds: Sequence[ChampionFold], store: StoreSpread) -> "Intervals":
        """Judges each fold by the width that the dish's other folds give; the shape is that of all folds of the store.

        Args:
            folds: at least one.
            store: what the dishes have in common.
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
        """Mean pinball loss (units), and the share of days inside the 80 % interval, of some of the days."""
        return float(self.loss[days].mean()), float(self.inside[days].mean())


def expected_mae(folds: Sequence[ChampionFold], demand: FloatArray, widths: FloatArray) -> float | None:
    """The mean absolute error to expect, in units per day, where the demand is forecast: that of the folds, with errors
    that grow with the demand as those of quantiles do. A season that begins brings larger errors than the folds saw.

    Args:
        folds: of the champion.
        demand: forecast of the open days to come, shape (n,).
        widths: of those days for their occasions, see `error_widths`, shape (n,).

    Returns:
        None without folds or open days.
    """
    if not folds or not len(demand):
        return None
    scaled = Errors.joined([fold.errors for fold in folds]).scaled(growth=0.0)
    return float(np.abs(scaled).mean() * (error_scale(demand) * widths).mean())


def horizon_entries(folds: Sequence[ChampionFold], intervals: Intervals | None) -> tuple[HorizonEntry, ...]:
    """Figures for each day ahead that was scored in any fold.

    Args:
        folds: of the champion.
        intervals: of their days; None where the store has no quantiles.
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
    """Sums of each fold, by which versions are compared.

    Args:
        folds: of the champion.
        start: first day of the store's history.
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

"""What the backtest tells of a champion beyond its errors: how honest its quantiles are, and how it fades with the days
ahead."""

import datetime as dt
from collections.abc import Sequence

import numpy as np

from shared.manifest import FoldEntry, HorizonEntry
from training_service.selection import ChampionFold
from training_service.spreads import Errors, StoreSpread

_LEVELS = np.round(np.arange(0.05, 0.96, 0.05), 2)
_LOW, _HIGH = 1, 17  # positions of 0.1 and 0.9


def interval_figures(folds: Sequence[ChampionFold], store: StoreSpread) -> tuple[float, float]:
    """Mean pinball loss (units) of the quantiles 0.05 to 0.95, and the share of days inside the 80 % interval.

    The width for each fold comes from the dish's other folds, as it would have before that fold was known.

    Args:
        folds: at least one.
        store: what the dishes have in common.
    """
    losses, inside = [], []
    for left_out, fold in enumerate(folds):
        others = [other.errors for position, other in enumerate(folds) if position != left_out]
        spread = store.of_dish(Errors.joined(others))
        quantiles = spread.quantiles(fold.forecast, fold.ahead.astype(np.float64), _LEVELS.tolist())
        missed = fold.actual[:, None] - quantiles
        losses.append(np.maximum(_LEVELS * missed, (_LEVELS - 1) * missed).mean(axis=1))
        inside.append((quantiles[:, _LOW] <= fold.actual) & (fold.actual <= quantiles[:, _HIGH]))
    return float(np.concatenate(losses).mean()), float(np.concatenate(inside).mean())


def horizon_entries(folds: Sequence[ChampionFold]) -> tuple[HorizonEntry, ...]:
    """Figures for each day ahead that was scored in any fold."""
    errors = Errors.joined([fold.errors for fold in folds])
    entries = []
    for ahead in np.unique(errors.ahead):
        of_day = errors.ahead == ahead
        missed, forecast = errors.error[of_day], errors.forecast[of_day]
        sold = float((missed + forecast).sum())
        entries.append(
            HorizonEntry(
                days_ahead=int(ahead),
                mae=float(np.abs(missed).mean()),
                wape=float(np.abs(missed).sum()) / sold if sold > 0 else None,
                bias=-float(missed.sum()) / sold if sold > 0 else None,
                days=int(of_day.sum()),
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

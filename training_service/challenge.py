"""Compares a new version with the one that is live, before it takes its place."""

from shared.manifest import Manifest
from training_service.run_models import Comparison


def compare(live: Manifest, new: Manifest, margin: float) -> Comparison | None:
    """Backtests of both versions on the folds that they have in common.

    Both were forecast from the same cutoffs with what was known there. A difference comes from what changed in between:
    settings, code, or corrected sales; without such a change there is none.

    Args:
        live: the version that serves.
        new: the one that is to replace it.
        margin: share by which the new WAPE may be higher.

    Returns:
        None where they have no fold of a dish in common, or nothing was sold in them.
    """
    errors = {"live": 0.0, "new": 0.0}
    sold = {"live": 0.0, "new": 0.0}
    dishes, days = 0, 0
    for dish, entry in new.dishes.items():
        if dish not in live.dishes or entry.artifact == live.dishes[dish].artifact:
            continue
        known = {(fold.cutoff, fold.days): fold for fold in live.dishes[dish].folds}
        common = [(known[fold.cutoff, fold.days], fold) for fold in entry.folds if (fold.cutoff, fold.days) in known]
        for before, after in common:
            errors["live"] += before.absolute_error
            sold["live"] += before.sold
            errors["new"] += after.absolute_error
            sold["new"] += after.sold
            days += after.days
        dishes += bool(common)
    if not (sold["live"] > 0 and sold["new"] > 0):
        return None
    return Comparison(
        live_version=live.version,
        live_wape=errors["live"] / sold["live"],
        new_wape=errors["new"] / sold["new"],
        dishes=dishes,
        days=days,
        margin=margin,
    )

"""Compares a new version with the one that is live, and decides whether it takes its place."""

from collections.abc import Collection

from shared.enumeration import enumerated
from shared.manifest import Manifest
from training_service.run_models import Comparison
from training_service.sales_source import SALES_FROM_FILE

#: Dishes that a warning names.
_NAMES_TOLD = 10


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


def objection_to(
    new: Manifest,
    live: str,
    before: Manifest | None,
    comparison: Comparison | None,
    *,
    parent: str,
    has_been_live: bool,
    force: bool,
) -> tuple[str, str] | None:
    """Why a new version is not to go live, as reason and message; None where nothing is against it.

    Args:
        new: the version.
        live: the one that is live now, or empty.
        before: its manifest; None where it is the new one, or cannot be read.
        comparison: of both.
        parent: the version that was live when the run was planned, or empty.
        has_been_live: whether the new version went live already: its publication is repeated.
        force: only the decision of a person is to count against it.
    """
    kept = f"version {new.version} is kept"
    if live != new.version and (live != parent or has_been_live):
        # Somebody rolled back while the run trained, or before it could say that its version had gone live.
        made = f"version {live or 'none'} was made live while this run trained"
        return "LIVE_VERSION_CHANGED", f"{made}; {kept}, and rolling back to it makes it live"
    if force:
        return None
    to_go_live = "force the training, or roll back to that version, to make it live"
    if comparison and comparison.is_worse:
        message = (
            f"its backtest is worse than that of the live version by more than {comparison.margin:.0%} "
            f"(WAPE {comparison.new_wape:.1%}, live {comparison.live_wape:.1%}): {kept}; {to_go_live}"
        )
        return "WORSE_THAN_LIVE", message
    is_stand_in = any(reason == SALES_FROM_FILE for reason, _ in new.warnings)
    if is_stand_in and before and before.dishes.keys().isdisjoint(new.dishes):
        # A moment's outage of a database must not exchange what is served for another restaurant's.
        message = (
            f"its sales come from a file, as the database gave none, and none of their dishes is in the live version "
            f"{live}: {kept}; {to_go_live}"
        )
        return "OTHER_DISHES", message
    return None


def dropped_dishes(before: Manifest | None, new: Manifest, skipped: Collection[str]) -> list[tuple[str, str]]:
    """Tells of dishes that were forecast until now and are not in the sales any more, as reason and message.

    Args:
        before: the version that was live; None where there was none.
        new: the version that took its place.
        skipped: dishes whose reason is told already.
    """
    gone = sorted(before.dishes.keys() - new.dishes.keys() - set(skipped)) if before else []
    if not gone:
        return []
    message = (
        f"{len(gone)} dishes of the version before are not in these sales and are no longer forecast: "
        f"{enumerated(gone[:_NAMES_TOLD], len(gone))}; if that is a mistake, roll back"
    )
    return [("DISHES_DROPPED", message)]

"""Compares a new version with the one that is live, and decides whether it takes its place."""

from collections.abc import Collection

from shared.names import enumerated
from shared.notices import Notice
from shared.registry.manifest import FoldEntry, Manifest
from training_service.outcomes import SALES_FROM_FILE, Comparison

#: A new version has to know at least this share of the open days that the live one knew.
_LEAST_SHARE_OF_HISTORY = 0.5

#: Corrected sales differ from those known before by no more than this factor.
_MOST_CHANGE = 2.0

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
    common = _common_folds(live, new)
    sold_before = sum(before.sold for _, before, _ in common)
    sold_after = sum(after.sold for _, _, after in common)
    if not (sold_before > 0 and sold_after > 0):
        return None
    return Comparison(
        live_version=live.version,
        live_wape=sum(before.absolute_error for _, before, _ in common) / sold_before,
        new_wape=sum(after.absolute_error for _, _, after in common) / sold_after,
        dishes=len({dish for dish, _, _ in common}),
        days=sum(after.days for _, _, after in common),
        margin=margin,
    )


def _common_folds(live: Manifest, new: Manifest) -> list[tuple[str, FoldEntry, FoldEntry]]:
    """Dish, its fold in the live version, and the same one in the new; without dishes that were taken over."""
    common = []
    for dish, entry in new.dishes.items():
        if dish not in live.dishes or entry.artifact == live.dishes[dish].artifact:
            continue
        known = {(fold.cutoff, fold.days): fold for fold in live.dishes[dish].folds}
        common += [
            (dish, known[fold.cutoff, fold.days], fold) for fold in entry.folds if (fold.cutoff, fold.days) in known
        ]
    return common


def objection_to(
    new: Manifest,
    live: str,
    before: Manifest | None,
    comparison: Comparison | None,
    *,
    parent: str,
    has_been_live: bool,
    force: bool,
) -> Notice | None:
    """Why a new version is not to go live; None where nothing is against it.

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
        return Notice("LIVE_VERSION_CHANGED", f"{made}; {kept}, and rolling back to it makes it live")
    if force:
        return None
    to_go_live = "force the training, or roll back to that version, to make it live"
    doubt = _doubtful_sales(new, before) if before else None
    if doubt:
        return Notice(doubt.reason, f"{doubt.message}: {kept}; if they are right, {to_go_live}")
    if comparison and comparison.is_worse:
        message = (
            f"its backtest is worse than that of the live version by more than {comparison.margin:.0%} "
            f"(WAPE {comparison.new_wape:.1%}, live {comparison.live_wape:.1%}): {kept}; {to_go_live}"
        )
        return Notice("WORSE_THAN_LIVE", message)
    is_stand_in = any(warning.reason == SALES_FROM_FILE for warning in new.warnings)
    if is_stand_in and before and before.dishes.keys().isdisjoint(new.dishes):
        # A moment's outage of a database must not exchange what is served for another restaurant's.
        message = (
            f"its sales come from a file, as the database gave none, and none of their dishes is in the live version "
            f"{live}: {kept}; {to_go_live}"
        )
        return Notice("OTHER_DISHES", message)
    return None


def _doubtful_sales(new: Manifest, before: Manifest) -> Notice | None:
    """What speaks against the sales that a new version learnt from: a file cut off, or of other
    units or another restaurant, must not take the place of years of sales by itself."""
    both = new.dishes.keys() & before.dishes.keys()
    known, learnt = (max((version.dishes[dish].history_days for dish in both), default=0) for version in (before, new))
    if learnt < known * _LEAST_SHARE_OF_HISTORY:
        return Notice(
            "LESS_HISTORY",
            f"its sales cover {learnt} open days, where those of the live version {before.version} covered {known}",
        )
    common = _common_folds(before, new)
    sold_before, sold_after = sum(fold.sold for _, fold, _ in common), sum(fold.sold for _, _, fold in common)
    if sold_before > 0 and not 1 / _MOST_CHANGE <= sold_after / sold_before <= _MOST_CHANGE:
        return Notice(
            "OTHER_SALES",
            f"on the same days its sales are {sold_after / sold_before:.2g} times those that the live version "
            f"{before.version} was trained on",
        )
    return None


def dropped_dishes(before: Manifest | None, new: Manifest, skipped: Collection[str]) -> list[Notice]:
    """Tells of dishes that were forecast until now and are not in the sales any more.

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
    return [Notice("DISHES_DROPPED", message)]

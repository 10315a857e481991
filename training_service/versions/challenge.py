"""Compares a new version with the live version, and decides whether the new version may go live."""

from collections.abc import Collection

from shared.names import enumerated
from shared.notices import Notice
from shared.registry.manifest import FoldEntry, Manifest
from training_service.outcomes import SALES_FROM_FILE, Comparison

#: Least share of the live version's open days that the sales of a new version must cover.
_LEAST_SHARE_OF_HISTORY = 0.5

#: Largest factor by which corrected sales may differ from the sales that were known before.
_MOST_CHANGE = 2.0

#: Number of dishes that a warning names at most.
_NAMES_TOLD = 10


def compare(live: Manifest, new: Manifest, margin: float) -> Comparison | None:
    """Compares the backtests of two versions on the folds that both have.

    Both versions forecast these folds from the same cutoffs, with what was known there. Their errors differ only where
    settings, code or past sales changed in between.

    Args:
        live: Manifest of the live version.
        new: Manifest of the version that is to replace the live version.
        margin: Share by which the WAPE of the new version may be higher.

    Returns:
        None where the versions have no fold of a dish in common, or nothing was sold in the common folds.
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
    """Folds that both versions have: name of the dish, fold of the live version, fold of the new version.

    Dishes that the new version has taken over from the live version are left out, because their model is the same.
    """
    common = []
    for dish, entry in new.dishes.items():
        if dish not in live.dishes or entry.artifact == live.dishes[dish].artifact:
            continue
        of_live = {(fold.cutoff, fold.days): fold for fold in live.dishes[dish].folds}
        common += [
            (dish, of_live[fold.cutoff, fold.days], fold) for fold in entry.folds if (fold.cutoff, fold.days) in of_live
        ]
    return common


def objection_to(
    new: Manifest,
    live_name: str,
    live: Manifest | None,
    comparison: Comparison | None,
    *,
    parent: str,
    has_been_live: bool,
    force: bool,
) -> Notice | None:
    """The reason why a new version is not made live; None where nothing speaks against it.

    Args:
        new: Manifest of the new version.
        live_name: Name of the version that is live now, or empty.
        live: Manifest of the version that is live now; None where the new version is live already, or the manifest
            cannot be read.
        comparison: Comparison of both versions; None where they cannot be compared.
        parent: Name of the version that was live when the run was planned, or empty.
        has_been_live: Whether the new version has been live before, because its publication is repeated.
        force: Whether only a rollback by a person in the meantime speaks against the version.
    """
    kept = f"version {new.version} is kept but not live"
    if live_name != new.version and (live_name != parent or has_been_live):
        # Somebody rolled back while the run trained, or before the run could say that its version had gone live.
        made = f"version {live_name} was made live" if live_name else "the live version was taken away"
        message = f"{made} while this run trained; {kept}: roll back to version {new.version} to make it live"
        return Notice("LIVE_VERSION_CHANGED", message)
    if force:
        return None
    to_go_live = f"to make it live, force the training, or roll back to version {new.version}"
    doubt = _doubtful_sales(new, live) if live else None
    if doubt:
        return Notice(doubt.reason, f"{doubt.message}: {kept}; check the sales; if they are right, {to_go_live}")
    if comparison and comparison.is_worse:
        message = (
            f"its backtest is worse than that of the live version by more than {comparison.margin:.0%} "
            f"(WAPE {comparison.new_wape:.1%}, live {comparison.live_wape:.1%}): {kept}; {to_go_live}"
        )
        return Notice("WORSE_THAN_LIVE", message)
    is_stand_in = any(warning.reason == SALES_FROM_FILE for warning in new.warnings)
    if is_stand_in and live and live.dishes.keys().isdisjoint(new.dishes):
        # While the database is away for a moment, the sales file of another restaurant must not replace the version.
        message = (
            f"its sales come from a file because the database gave none, and the live version {live_name} has none of "
            f"their dishes: {kept}; train again when the database answers; {to_go_live}"
        )
        return Notice("OTHER_DISHES", message)
    return None


def _doubtful_sales(new: Manifest, live: Manifest) -> Notice | None:
    """What speaks against the sales that a new version learnt from; None where nothing does.

    A file that was cut off, counts in other units or comes from another restaurant must not replace years of sales.
    """
    both = new.dishes.keys() & live.dishes.keys()
    covered_before = max((live.dishes[dish].history_days for dish in both), default=0)
    covered = max((new.dishes[dish].history_days for dish in both), default=0)
    if covered < covered_before * _LEAST_SHARE_OF_HISTORY:
        return Notice(
            "LESS_HISTORY",
            f"its sales cover {covered} open days, where those of the live version {live.version} covered "
            f"{covered_before}",
        )
    common = _common_folds(live, new)
    sold_before, sold_after = sum(fold.sold for _, fold, _ in common), sum(fold.sold for _, _, fold in common)
    if sold_before > 0 and not 1 / _MOST_CHANGE <= sold_after / sold_before <= _MOST_CHANGE:
        return Notice(
            "OTHER_SALES",
            f"on the same days its sales are {sold_after / sold_before:.2g} times those that the live version "
            f"{live.version} was trained on",
        )
    return None


def dropped_dishes(before: Manifest | None, new: Manifest, skipped: Collection[str]) -> list[Notice]:
    """The warning about dishes that the version before forecast and the new version does not; empty without any.

    Args:
        before: Manifest of the version that was live; None where there was none.
        new: Manifest of the version that took its place.
        skipped: Names of the dishes that the run has skipped, whose reason is told already.
    """
    gone = sorted(before.dishes.keys() - new.dishes.keys() - set(skipped)) if before else []
    if not gone:
        return []
    message = (
        f"{len(gone)} dishes of the version before are not in these sales and are no longer forecast: "
        f"{enumerated(gone[:_NAMES_TOLD], len(gone))}; if they are still sold, complete the sales and train again"
    )
    return [Notice("DISHES_DROPPED", message)]

"""Writes the sentences for people in the events of dishes."""

from training_service.outcomes import DishOutcome


def dish_started(dish: str) -> str:
    """Says that a worker begins to train a dish."""
    return f"{dish}: training"


def dish_done(dish: str, outcome: DishOutcome) -> str:
    """Says how the training of a dish ended.

    Args:
        dish: Name of the dish.
        outcome: Outcome of the dish.
    """
    if outcome.failure:
        return f"{dish}: not trained: {outcome.failure.message}"
    entry = outcome.success.entry if outcome.success else None
    if entry is None:
        return f"{dish}: done"
    # The figures of the champion come first; a short history has no figures, and one without sales has no WAPE.
    wape = entry.figures[0].wape if entry.figures else None
    return f"{dish}: trained, {entry.champion}" + ("" if wape is None else f", WAPE {100 * wape:.0f} %")

"""Makes the result of a run from the outcomes of its dishes."""

from collections.abc import Mapping, Sequence

from training_service.run_models import DishOutcome, RunResult, Skipped, Warned


def result_of(
    outcomes: Mapping[str, DishOutcome],
    version: str = "",
    *,
    published: bool = False,
    skipped: Sequence[Skipped] = (),
    warnings: Sequence[tuple[str, str]] = (),
) -> RunResult:
    """The result of a run.

    Args:
        outcomes: by dish.
        version: that was written, or empty.
        published: it was made live.
        skipped: those that were not to be trained.
        warnings: reason and message.
    """
    ordered = [outcomes[dish] for dish in sorted(outcomes)]
    return RunResult(
        version=version,
        published=published,
        successes=tuple(outcome.success for outcome in ordered if outcome.success),
        failures=tuple(outcome.failure for outcome in ordered if outcome.failure),
        skipped=tuple(skipped),
        warnings=tuple(Warned(reason=reason, message=message) for reason, message in warnings),
    )

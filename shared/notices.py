"""Defines the records of a warning and of a failed dish. Neither ends the call or the run."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Notice:
    """A warning: the call or the run succeeded, and the caller should know something about the result.

    Args:
        reason: Stable code in UPPER_SNAKE_CASE, for programs; docs/reasons.md lists the codes.
        message: What happened and what to do next, for people.
    """

    reason: str
    message: str


@dataclass(frozen=True, slots=True)
class DishFailure:
    """A dish that got no model from a run, or no forecast from a call, although the other dishes did.

    Args:
        dish: Name of the dish.
        reason: Stable code in UPPER_SNAKE_CASE, for programs; docs/reasons.md lists the codes.
        message: What happened, for people.
    """

    dish: str
    reason: str
    message: str

"""Sends the next messages of a run to the workers."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Outbox:
    """Sends the next steps of a run; messages carry names, never data.

    Args:
        train: Sends a message that trains dishes: takes the id of the run and the names of the dishes.
        publish: Sends a message that publishes a run: takes the id of the run.
    """

    train: Callable[[str, list[str]], object]
    publish: Callable[[str], object]

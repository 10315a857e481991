"""What a step of the pipeline sends on to the workers."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Outbox:
    """Sends the next steps of a run; messages carry names, never data.

    Args:
        train: takes the run and the dishes of one message.
        publish: takes the run.
    """

    train: Callable[[str, list[str]], object]
    publish: Callable[[str], object]

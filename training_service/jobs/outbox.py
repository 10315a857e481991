"""Sends the next messages of a run or of a group to the workers."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Outbox:
    """Sends the next steps of runs and groups; messages carry names, never data.

    Args:
        train: Sends a message that trains dishes: takes the id of the run and the names of the dishes.
        publish: Sends a message that publishes a run: takes the id of the run.
        plan: Sends a message that plans a run: takes the id of the run.
        read_group: Sends a message that reads the sales of a group: takes the id of the group.
        fit_group: Sends a message that fits trees of a group: takes the id of the group and the name of the trees.
    """

    train: Callable[[str, list[str]], object]
    publish: Callable[[str], object]
    plan: Callable[[str], object]
    read_group: Callable[[str], object]
    fit_group: Callable[[str, str], object]

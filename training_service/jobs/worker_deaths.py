"""What happens when a worker dies in the middle of its work.

A worker that is killed, or runs out of memory, reports nothing and acknowledges nothing:

1. Its message goes to another worker. Redis holds a message until it is acknowledged, and Dramatiq hands the messages
   of a worker that has sent no heartbeat for `worker_heartbeat_seconds` to another worker (see `broker.py`).
2. The other worker repeats the step. Every step may be stopped anywhere and repeated: Redis counts the outcome of a
   dish once, and a version that is written already is published as it is (see `pipeline.py`).
3. A step that kills every worker must not go on forever. `Attempts` counts in Redis that a step begins, and takes the
   count back when the step ends in any way that its process survives. So the count that stays is the number of deaths.
   After `max_attempts` deaths the step is not begun again: a dish fails with NEVER_ENDED and the other dishes go on; a
   plan or a publication ends its run.
4. A message may be lost together with its worker. Then the run is silent; the caretaker of the training service sends
   the run to the workers again, and the run goes on where it stands (see `caretaker.py`).

An error is no death. An error of the training fails the dish at once and is not tried again. After an error of the
machine Dramatiq tries the message again, and gives the message up after `message_max_retries`.
"""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import structlog

from shared.errors import Unavailable

log = structlog.get_logger(__name__)

#: The parts of a run whose attempts are counted; messages to users name them.
PLAN = "plan"
PUBLICATION = "publication"


class Counts(Protocol):
    """Keeps counts of attempts: `RunStore` of the parts of runs, `GroupStore` of the steps of groups."""

    def count_attempt(self, run_id: str, what: str, /) -> int:
        """Counts that a part begins; answers how often it was begun without coming to an end."""

    def uncount_attempt(self, run_id: str, what: str, /) -> None:
        """Takes one attempt back."""


@dataclass(frozen=True, slots=True)
class Attempts:
    """Counts how often a part of a run, or a step of a group, has killed its worker.

    Args:
        counts: Keeps the counts.
        max_attempts: How often a part is begun before it is given up.
    """

    counts: Counts
    max_attempts: int

    @contextlib.contextmanager
    def begin(self, run_id: str, what: str) -> Iterator[bool]:
        """Counts one attempt for as long as the context lasts, and yields whether the part may be begun.

        Args:
            run_id: Id of the run or of the group.
            what: Name of the part: `PLAN`, `PUBLICATION`, what `part_of_dish` gives, or a step of a group.
        """
        may_begin = self.counts.count_attempt(run_id, what) <= self.max_attempts
        try:
            yield may_begin
        finally:
            # A process that is killed never comes here, and its attempt stays counted.
            if may_begin:
                self._take_back(run_id, what)

    @property
    def never_ended(self) -> str:
        """The end of the sentence that tells users why a part was given up; the part is its beginning."""
        return (
            f"was begun {self.max_attempts} times and never came to an end: its worker died each time, often for "
            "lack of memory; see the log of the workers"
        )

    def _take_back(self, run_id: str, what: str) -> None:
        try:
            self.counts.uncount_attempt(run_id, what)
        except Unavailable as error:
            # The work is done and must not be lost; the outcome of a dish deletes the count of the dish as well.
            log.warning("an attempt stays counted although it ended", run=run_id, what=what, error=str(error))


def part_of_dish(dish: str) -> str:
    """Name of the part of a run that trains a dish; the Lua script that stores an outcome deletes this count."""
    return f"dish:{dish}"

"""Sends the train messages of a run lane by lane, so that runs of other stores come in between.

The plan lays the messages of a run into a few lanes. Each message sends the next one of its lane when it is done. So
the queue never holds more messages of one run than the run has lanes.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from training_service.jobs.outbox import Outbox
from training_service.runs.run_store import RunStore
from training_service.versions.planned_work import PlannedWork


@dataclass(frozen=True, slots=True)
class Lanes:
    """The lanes of one run.

    Args:
        run_id: Id of the run.
        work: Plan of the run.
        runs: State of all runs; knows which dishes are done.
        outbox: Takes the messages.
    """

    run_id: str
    work: PlannedWork
    runs: RunStore
    outbox: Outbox

    def send_first(self) -> bool:
        """Sends the first open message of every lane; False where no dish is left to train."""
        sent = [self._send_first_open(lane) for lane in self.work.lanes]
        return any(sent)

    def send_next(self, dishes: list[str]) -> None:
        """Sends the next open message of a lane. A message that is sent twice does no harm.

        Args:
            dishes: Dishes of the message that is done.
        """
        for lane in self.work.lanes:
            if dishes in lane:
                self._send_first_open(lane[lane.index(dishes) + 1 :])

    def _send_first_open(self, messages: Sequence[list[str]]) -> bool:
        """Sends the first of these messages that has a dish without outcome; False where there is none."""
        done = self.runs.done_among(self.run_id, [dish for dishes in messages for dish in dishes])
        following = next((dishes for dishes in messages if not done.issuperset(dishes)), None)
        if following is None:
            return False
        self.outbox.train(self.run_id, following)
        return True

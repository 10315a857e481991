"""The caretaker of the training service.

It reports the health of the service, sends runs to the workers again whose messages were lost, and deletes the folders
that ended runs have left behind.
"""

import asyncio
import datetime as dt
from collections.abc import Callable, Collection
from dataclasses import dataclass

import structlog

from shared.rpc.health import Health
from training_service.runs.run_models import Run, RunState
from training_service.runs.run_store import RunStore, UnknownRun
from training_service.runs.workspace import Workspaces

log = structlog.get_logger(__name__)


def _utc_now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


@dataclass(frozen=True, slots=True)
class Caretaker:
    """Looks after the runs of all stores.

    Args:
        runs: State of all runs.
        workspaces: Folders of the runs.
        send_plan: Sends a run to the workers; a run that has a plan goes on where it stands.
        waiting: Gives the ids of the runs and groups that have a message which no worker has taken yet.
        stalled_after: Silence of a run after which its messages count as lost, if none of them waits in a queue. A
            worker may hold one message while it works on another, so two messages must fit into this time.
        swept_after: Age from which the folder of a run is deleted, where the run has ended or is no longer kept.
        lost_after: Age from which a pending run whose message was never sent counts as lost: the process that accepted
            the run must have died before it sent the message.
        look_every: Time between two looks while Redis answers.
        retry_every: Time between two looks while Redis does not answer.
        sweep_every: Time between two deletions of folders.
        now: Clock; gives the present time in UTC.
    """

    runs: RunStore
    workspaces: Workspaces
    send_plan: Callable[[Run], object]
    waiting: Callable[[], Collection[str]]
    stalled_after: dt.timedelta
    swept_after: dt.timedelta
    lost_after: dt.timedelta = dt.timedelta(seconds=30)
    look_every: dt.timedelta = dt.timedelta(seconds=5)
    retry_every: dt.timedelta = dt.timedelta(seconds=1)
    sweep_every: dt.timedelta = dt.timedelta(hours=1)
    now: Callable[[], dt.datetime] = _utc_now

    async def look_after(self, health: Health) -> None:
        """Looks after the runs again and again, until it is cancelled.

        Args:
            health: Health of the service, which is set to ready while Redis answers.
        """
        ready: bool | None = None
        next_sweep = self.now()
        while True:
            try:
                await asyncio.to_thread(self.runs.ping)
                now_ready = True
            except Exception as error:  # noqa: BLE001 -- the next look tries again, whatever is wrong
                now_ready = False
                if ready is not False:
                    log.warning("the training service is not ready", reason=f"{type(error).__name__}: {error}")
            if now_ready != ready:
                ready = now_ready
                await health.ready(ready)
            if ready:
                try:
                    await asyncio.to_thread(self.send_lost_runs)
                    if self.now() >= next_sweep:
                        next_sweep = self.now() + self.sweep_every
                        await asyncio.to_thread(self.sweep)
                except Exception:  # the next look tries again
                    log.exception("the caretaker could not look after the runs")
            await asyncio.sleep((self.look_every if ready else self.retry_every).total_seconds())

    def send_lost_runs(self) -> None:
        """Sends runs whose messages are lost to the workers again.

        A message is lost where the process that accepted the run died before it sent the message, and where Redis
        handed the message to a worker that never received the answer.
        """
        now = self.now()
        for run in self.runs.live_runs():
            if run.sent is None and run.state is RunState.PENDING:
                is_lost = now - run.created > self.lost_after
            else:
                heard_of = max(run.updated, run.sent or run.created)
                names = {run.run_id, run.request.group}
                is_lost = now - heard_of > self.stalled_after and names.isdisjoint(self.waiting())
            if is_lost:
                log.warning("the plan of a run is sent again", run=run.run_id, state=run.state.value)
                self.send_plan(run)

    def sweep(self) -> None:
        """Deletes the folders that nobody needs any more.

        They are those of groups whose runs have ended, and those of runs whose process died after the end of the run
        and before it deleted the folder.
        """
        for run_id in self.workspaces.older_than(self.swept_after):
            try:
                is_over = self.runs.get(run_id, with_result=False).state.is_terminal
            except UnknownRun:
                is_over = self._group_is_over(run_id)
            if is_over:
                log.info("the workspace of an ended run is deleted", run=run_id)
                self.workspaces.delete(run_id)

    def _group_is_over(self, group_id: str) -> bool:
        """Whether all runs of a group have ended; True for a group that is no longer kept."""
        live = {run.request.group for run in self.runs.live_runs()}
        return group_id not in live

"""Looks after the training service: tells its health, sends runs again whose messages were lost, and clears away what
ended runs have left behind."""

import asyncio
import datetime as dt
from collections.abc import Callable, Collection
from dataclasses import dataclass

import structlog

from shared.rpc.server import Health
from training_service.runs.run_models import Run, RunState
from training_service.runs.run_store import RunStore, UnknownRun
from training_service.runs.workspace import Workspaces

log = structlog.get_logger(__name__)

_EVERY_SECONDS = 5.0

#: A run that is pending for longer and whose first message was not sent was accepted by a process that died then.
_LOST_AFTER = dt.timedelta(seconds=30)

_SWEEP_EVERY = dt.timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Caretaker:
    """What it needs.

    Args:
        runs: to look after.
        workspaces: of the runs.
        send_plan: sends a run to the workers; a run that has been planned goes on where it stands.
        waiting: runs with messages that no worker has taken yet.
        stalled_after: silence of a run after which its messages count as lost, if none of them is waiting: one may lie
            with a worker behind another, and both may take their time.
        swept_after: age from which the folder of a run that is not known or has ended is no longer of use.
    """

    runs: RunStore
    workspaces: Workspaces
    send_plan: Callable[[Run], object]
    waiting: Callable[[], Collection[str]]
    stalled_after: dt.timedelta
    swept_after: dt.timedelta

    async def look_after(self, health: Health) -> None:
        """Runs until it is cancelled.

        Args:
            health: is told whether Redis answers.
        """
        ready: bool | None = None
        next_sweep = dt.datetime.now(dt.UTC)
        while True:
            try:
                await asyncio.to_thread(self.runs.ping)
                now_ready = True
            except Exception as error:  # noqa: BLE001 -- whatever is wrong, the next look may find it mended
                now_ready = False
                if ready is not False:
                    log.warning("not ready", reason=f"{type(error).__name__}: {error}")
            if now_ready != ready:
                ready = now_ready
                await health.ready(ready)
            if ready:
                try:
                    await asyncio.to_thread(self.send_lost_runs)
                    if dt.datetime.now(dt.UTC) >= next_sweep:
                        next_sweep = dt.datetime.now(dt.UTC) + _SWEEP_EVERY
                        await asyncio.to_thread(self.sweep)
                except Exception:  # the next look tries again
                    log.exception("runs not looked after")
            await asyncio.sleep(_EVERY_SECONDS if ready else 1.0)

    def send_lost_runs(self) -> None:
        """Sends the runs that were accepted and not sent, and those whose messages were lost on their way: Redis may
        hand one out and the answer never arrive."""
        now = dt.datetime.now(dt.UTC)
        for run in self.runs.live_runs():
            if run.sent is None and run.state is RunState.PENDING:
                is_lost = now - run.created > _LOST_AFTER
            else:
                heard_of = max(run.updated, run.sent or run.created)
                is_lost = now - heard_of > self.stalled_after and run.run_id not in self.waiting()
            if is_lost:
                log.warning("sending again", run=run.run_id, state=run.state.value)
                self.send_plan(run)

    def sweep(self) -> None:
        """Deletes the folders of runs that ended without doing so: their process died in between."""
        for run_id in self.workspaces.older_than(self.swept_after):
            try:
                is_over = self.runs.get(run_id, with_result=False).state.is_terminal
            except UnknownRun:
                is_over = True
            if is_over:
                log.info("deleting what a run left behind", run=run_id)
                self.workspaces.delete(run_id)

"""Looks after the training service: tells its health, and sends runs again whose first message was lost."""

import asyncio
import datetime as dt
from collections.abc import Callable

import structlog

from shared.rpc.server import Health
from training_service.run_models import Run, RunState
from training_service.runs import RunStore

log = structlog.get_logger(__name__)

_EVERY_SECONDS = 5.0

#: A run that is pending for longer and whose first message was not sent was accepted by a process that died then.
_LOST_AFTER = dt.timedelta(seconds=30)


async def look_after(health: Health, runs: RunStore, send_plan: Callable[[Run], object]) -> None:
    """Runs until it is cancelled.

    Args:
        health: is told whether Redis answers.
        runs: to look after.
        send_plan: sends a run to the workers.
    """
    ready: bool | None = None
    while True:
        try:
            await asyncio.to_thread(runs.ping)
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
                await asyncio.to_thread(send_lost_runs, runs, send_plan)
            except Exception:
                log.exception("lost runs not looked for")
        await asyncio.sleep(_EVERY_SECONDS if ready else 1.0)


def send_lost_runs(runs: RunStore, send_plan: Callable[[Run], object]) -> None:
    """Sends the runs that were accepted and not sent.

    Args:
        runs: of all stores.
        send_plan: sends one to the workers.
    """
    now = dt.datetime.now(dt.UTC)
    for run in runs.live_runs():
        if run.state is RunState.PENDING and not run.is_sent and now - run.created > _LOST_AFTER:
            log.warning("sending again", run=run.run_id)
            send_plan(run)

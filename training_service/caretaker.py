"""Looks after the training service: tells its health, and sends runs again whose first message was lost."""

import asyncio
import datetime as dt

import structlog
from dramatiq.brokers.redis import RedisBroker

from shared.rpc.server import Health
from training_service.broker import nothing_waits, send
from training_service.run_models import RunState
from training_service.runs import RunStore

log = structlog.get_logger(__name__)

_EVERY_SECONDS = 5.0

#: A run that is pending for longer while no message waits was accepted by a process that died before sending it.
_LOST_AFTER = dt.timedelta(seconds=30)


async def look_after(health: Health, runs: RunStore, broker: RedisBroker) -> None:
    """Runs until it is cancelled."""
    ready: bool | None = None
    while True:
        try:
            await asyncio.to_thread(runs.ping)
            await asyncio.to_thread(_send_lost_runs, runs, broker)
            now_ready = True
        except Exception as error:  # noqa: BLE001 -- whatever is wrong, the next look may find it mended
            now_ready = False
            if ready is not False:
                log.warning("not ready", reason=f"{type(error).__name__}: {error}")
        if now_ready != ready:
            ready = now_ready
            await health.ready(ready)
        await asyncio.sleep(_EVERY_SECONDS if ready else 1.0)


def _send_lost_runs(runs: RunStore, broker: RedisBroker) -> None:
    now = dt.datetime.now(dt.UTC)
    lost = [run for run in runs.live_runs() if run.state is RunState.PENDING and now - run.created > _LOST_AFTER]
    if lost and nothing_waits(broker):
        for run in lost:
            log.warning("sending again", run=run.run_id)
            send(broker.get_actor("plan_training"), run.run_id)

"""Starts the training service."""

import asyncio
import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from shared.logs import configure_logging
from shared.messaging.announcements import Announcer
from shared.registry.registry import Registry
from shared.rpc.server import Server, run_to_the_end, stop_on_signals
from shared.settings import TrainingSettings, load_settings
from smartsuschef.forecast.v1 import training_pb2, training_pb2_grpc
from training_service.api.sales_import import SalesImport
from training_service.api.service import TrainingService
from training_service.jobs.actors import declare_actors, send_group, send_plan
from training_service.jobs.broker import create_broker, waiting_runs
from training_service.jobs.caretaker import Caretaker
from training_service.runs.live_version_lock import LiveVersionLock
from training_service.runs.run_store import RunStore
from training_service.runs.workspace import Workspaces
from training_service.sources.files.imported import ImportedSales
from training_service.sources.places import Places
from training_service.wiring import geocoder, pipeline_config, sales_database, sales_source

SERVICE = training_pb2.DESCRIPTOR.services_by_name["TrainingService"].full_name

#: Number of calls that ask a database or a geocoder at the same time, and number of sales files that are checked at the
#: same time. The questions and the checks of files have threads of their own, so that no
#: other call waits for them.
_ASKED_AT_ONCE, _FILES_READ_AT_ONCE = 8, 2

#: Seconds beyond the time limits of two messages after which a silent run counts as stalled: longer than a worker takes
#: to store the outcome of a message.
_MARGIN_SECONDS = 60.0


def main() -> None:
    """Reads the settings and serves until SIGTERM or SIGINT."""
    settings = load_settings(TrainingSettings)
    configure_logging(settings.log_level, settings.log_format)
    run_to_the_end(serve(settings))


async def serve(settings: TrainingSettings) -> None:
    """Serves until SIGTERM or SIGINT comes, then ends the open streams and the calls under way.

    Args:
        settings: Settings of the service.
    """
    stop = stop_on_signals()
    config = pipeline_config(settings)
    retention = dt.timedelta(hours=settings.run_retention_hours)
    runs = RunStore(settings.require_redis_url(), settings.redis_prefix, retention)
    broker = create_broker(settings)
    actors = declare_actors(broker, pipeline=None)
    draining = asyncio.Event()
    server = Server(settings.training_address, SERVICE, settings.training_metrics_address)
    await server.health.begin()
    await server.health.up()
    database, registry = sales_database(settings), Registry(settings.model_dir, settings.signing_key)
    source, places = sales_source(settings, config, database), Places(geocoder(settings), database, registry, config)
    readers = ThreadPoolExecutor(max_workers=_FILES_READ_AT_ONCE, thread_name_prefix="read-sales")
    service = TrainingService(
        runs=runs,
        source=source,
        places=places,
        registry=registry,
        workspaces=Workspaces(settings.work_dir),
        announcer=Announcer(runs.client, settings.redis_prefix),
        live_version_lock=LiveVersionLock(runs.client, settings.redis_prefix),
        send_plan=partial(send_plan, actors["plan_training"], runs),
        send_group=partial(send_group, actors["read_group"], runs),
        askers=ThreadPoolExecutor(max_workers=_ASKED_AT_ONCE, thread_name_prefix="ask"),
        readers=readers,
        draining=draining,
        sales_import=SalesImport(ImportedSales(settings.data_root), source, places, config, readers),
        config=config,
    )
    training_pb2_grpc.add_TrainingServiceServicer_to_server(service, server.grpc)

    async def end_streams() -> None:
        draining.set()

    caretaker = Caretaker(
        runs=runs,
        workspaces=service.workspaces,
        send_plan=service.send_plan,
        waiting=partial(waiting_runs, broker),
        stalled_after=dt.timedelta(seconds=2 * settings.dish_time_limit_seconds + _MARGIN_SECONDS),
        swept_after=retention,
    )
    looking_after = asyncio.create_task(caretaker.look_after(server.health))
    try:
        await server.run([end_streams], settings.shutdown_grace_seconds, stop)
    finally:
        looking_after.cancel()
        await asyncio.gather(looking_after, return_exceptions=True)
        for threads in (service.askers, service.readers):
            threads.shutdown(wait=False, cancel_futures=True)

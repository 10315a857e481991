"""The worker: `python -m training_service.worker` runs Dramatiq with one process per core and one thread each."""

import datetime as dt
import logging
import os
import sys

import dramatiq
import dramatiq.cli
from dramatiq.middleware import Shutdown

from shared.logs import configure_logging
from shared.settings import TrainingSettings, load_settings
from training_service.jobs.temporary_folder import temporary_folder


def main() -> None:
    """Runs the workers until SIGTERM or SIGINT."""
    settings = load_settings(TrainingSettings)
    settings.require_redis_url()
    # Each process fits one dish at a time on one core: threads of OpenMP or BLAS would only slow the other processes.
    os.environ |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "dramatiq_queue_prefetch": "1"}
    sys.argv = [
        "dramatiq",
        f"{__name__ if __name__ != '__main__' else 'training_service.worker'}:setup",
        f"--processes={settings.worker_processes or os.cpu_count() or 1}",
        "--threads=1",
        # A forked process would inherit the locks of libraries that have started threads, and could wait forever.
        "--use-spawn",
        "--skip-logging",
        f"--worker-shutdown-timeout={int(settings.shutdown_grace_seconds * 1000)}",
    ]
    with temporary_folder() as folder:
        os.environ["TMPDIR"] = str(folder)
        status = dramatiq.cli.main()  # type: ignore[no-untyped-call]
    sys.exit(status)


def setup() -> None:
    """Makes the broker, the actors and the pipeline; Dramatiq calls this function in every worker process."""
    settings = load_settings(TrainingSettings)
    configure_logging(settings.log_level, settings.log_format)
    logging.getLogger("dramatiq.worker.WorkerThread").addFilter(without_traceback_of_stops)
    # Imported here because they load Prophet, which takes seconds and logs through the logging configured above.
    from shared.messaging.announcements import Announcer
    from shared.registry.registry import Registry
    from training_service.jobs.actors import declare_actors
    from training_service.jobs.broker import create_broker
    from training_service.jobs.pipeline import Pipeline
    from training_service.learning.fitting.fits import require_fits
    from training_service.runs.group_store import GroupStore
    from training_service.runs.live_version_lock import LiveVersionLock
    from training_service.runs.run_store import RunStore
    from training_service.versions.planned_work import PlannedWorkspaces
    from training_service.wiring import pipeline_config, sales_database, sales_source

    config = pipeline_config(settings)
    require_fits(config)
    runs = RunStore(
        settings.require_redis_url(), settings.redis_prefix, dt.timedelta(hours=settings.run_retention_hours)
    )
    pipeline = Pipeline(
        runs=runs,
        groups=GroupStore(runs.client, settings.redis_prefix),
        source=sales_source(settings, config, sales_database(settings)),
        registry=Registry(settings.model_dir, settings.signing_key),
        workspaces=PlannedWorkspaces(settings.work_dir),
        config=config,
        announcer=Announcer(runs.client, settings.redis_prefix),
        live_version_lock=LiveVersionLock(runs.client, settings.redis_prefix),
        versions_kept=settings.versions_kept,
        max_attempts=settings.message_max_retries + 1,
        lanes=settings.run_messages_at_once,
    )
    broker = create_broker(settings)
    dramatiq.set_broker(broker)
    declare_actors(broker, pipeline)


def without_traceback_of_stops(record: logging.LogRecord) -> bool:
    """Logs a line instead of a traceback when a worker is asked to stop: the message did not fail."""
    if record.exc_info and isinstance(record.exc_info[1], Shutdown):
        record.msg, record.args, record.exc_info = "the worker stops; the message goes back to its queue", (), None
    return True


if __name__ == "__main__":
    main()

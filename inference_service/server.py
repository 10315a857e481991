"""Starts the inference service: reads the settings, puts the parts together, and serves until a signal comes."""

import asyncio
import os
import sys
from concurrent.futures import ThreadPoolExecutor

from inference_service.live_versions import LiveVersions
from inference_service.loaded_version import LoadedVersion
from inference_service.model_events import ModelEvents
from inference_service.prepared.prepared_forecasts import PreparedForecasts
from inference_service.reloader import follow_announcements, poll
from inference_service.service import InferenceService
from inference_service.warming import warm
from inference_service.weather_forecasts import WeatherForecasts
from shared.forecasting.loading import require_served_classes
from shared.logs import configure_logging
from shared.registry.registry import Registry
from shared.rpc.server import Server, run_to_the_end, stop_on_signals
from shared.settings import InferenceSettings, load_settings
from shared.weather_service import weather_service
from smartsuschef.forecast.v1 import inference_pb2, inference_pb2_grpc

SERVICE = inference_pb2.DESCRIPTOR.services_by_name["InferenceService"].full_name

#: Seconds after which a thread that loads or prepares lets the event loop go on. With Python's 0.005, a call waits that
#: long each time it needs the interpreter while a version is loaded.
_SWITCH_SECONDS = 0.0005


def main() -> None:
    """Reads the settings and serves until SIGTERM or SIGINT."""
    settings = load_settings(InferenceSettings)
    configure_logging(settings.log_level, settings.log_format)
    require_served_classes()
    sys.setswitchinterval(_SWITCH_SECONDS)
    run_to_the_end(serve(settings))


async def serve(settings: InferenceSettings) -> None:
    """Serves until SIGTERM or SIGINT, then lets the calls under way finish.

    Args:
        settings: Settings of the process.
    """
    stop = stop_on_signals()
    events = ModelEvents()
    prepared = PreparedForecasts(settings.prepared_forecasts_mb * 2**20)
    weather_forecasts = WeatherForecasts(weather_service(settings))

    def make_ready(version: LoadedVersion) -> None:
        warm(version)
        place = version.place_of_weather(None)
        prepared.prepare_next(version, weather_forecasts.at_hand(place) if place else None)

    live_versions = LiveVersions(Registry(settings.model_dir, settings.signing_key), events, warm=make_ready)
    threads = ThreadPoolExecutor(max_workers=os.cpu_count() or 1, thread_name_prefix="predict")
    draining = asyncio.Event()
    server = Server(settings.inference_address, SERVICE, settings.inference_metrics_address)
    await server.health.begin()
    service = InferenceService(
        live_versions=live_versions,
        events=events,
        threads=threads,
        weather_forecasts=weather_forecasts,
        prepared=prepared,
        heartbeat_seconds=settings.watch_heartbeat_seconds,
        draining=draining,
    )
    inference_pb2_grpc.add_InferenceServiceServicer_to_server(service, server.grpc)

    async def tell_health() -> None:
        # A deployment stops the old process once this one is up, so all live versions must be loaded before.
        if live_versions.is_up:
            await server.health.up()
        if live_versions.has_looked:
            await server.health.ready(bool(live_versions.by_store))

    async def end_streams() -> None:
        draining.set()

    tasks = [asyncio.create_task(poll(live_versions, settings.model_poll_seconds, tell_health))]
    if settings.redis_url:
        url = settings.redis_url.get_secret_value()
        tasks.append(asyncio.create_task(follow_announcements(live_versions, url, settings.redis_prefix, tell_health)))
    try:
        await server.run([end_streams], settings.shutdown_grace_seconds, stop)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await weather_forecasts.close()
        prepared.close()
        threads.shutdown(wait=False, cancel_futures=True)

"""The real services and workers, for a benchmark: on free ports, with a Redis and folders of their own."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import grpc

from local_stack.environment import free_port
from local_stack.processes import running_processes

_START_SECONDS = 120.0


@contextmanager
def running_stack(folder: Path, settings: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Runs everything; answers the addresses of the training and of the inference service when both can be called.

    Args:
        folder: for models, runs, sales files, Redis and what is printed (stack.log).
        settings: further environment of the processes.
    """
    redis_folder = folder / "redis"
    redis_folder.mkdir()
    redis_port = free_port()
    training, inference = f"127.0.0.1:{free_port()}", f"127.0.0.1:{free_port()}"
    environment = {
        **os.environ,
        "REDIS_URL": f"redis://127.0.0.1:{redis_port}/0",
        "LOCAL_REDIS_PORT": str(redis_port),
        "LOCAL_REDIS_DIR": str(redis_folder),
        "MODEL_DIR": str(folder / "models"),
        "WORK_DIR": str(folder / "runs"),
        "DATA_ROOT": str(folder),
        "WEATHER_SERVICE": "none",
        "GEOCODER_URL": "none",
        "TRAINING_ADDRESS": training,
        "INFERENCE_ADDRESS": inference,
        **settings,
    }
    with (folder / "stack.log").open("wb") as log, running_processes(environment, own_redis=True, log=log):
        for address in (training, inference):
            with grpc.insecure_channel(address) as channel:
                grpc.channel_ready_future(channel).result(_START_SECONDS)
        yield training, inference

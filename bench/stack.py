"""Runs the real services and workers for a benchmark, on free ports and with a Redis and folders of their own."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import grpc

from local_stack.environment import isolated_environment
from local_stack.processes import running_processes

#: Longest time in seconds until both services answer.
_START_SECONDS = 120.0


@contextmanager
def running_stack(folder: Path, settings: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Runs all processes for as long as the context lasts.

    Args:
        folder: Folder for models, runs, sales files, Redis and the output of the processes (stack.log).
        settings: Environment variables of the processes, beside those that isolate the processes.

    Yields:
        The addresses of the training service and of the inference service, when both can be called.
    """
    environment = {**isolated_environment(folder, folder), **settings}
    training, inference = environment["TRAINING_ADDRESS"], environment["INFERENCE_ADDRESS"]
    with (
        (folder / "stack.log").open("wb") as log,
        running_processes(environment, own_redis=True, log=log, folder=folder),
    ):
        for address in (training, inference):
            with grpc.insecure_channel(address) as channel:
                grpc.channel_ready_future(channel).result(_START_SECONDS)
        yield training, inference

"""Makes the environment variables that the processes of a local stack run with."""

import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from local_stack.settings_check import check_addresses, prepare_folders
from shared.settings import InferenceSettings, TrainingSettings

#: Hosts of a listening address that mean every network interface of this machine.
_EVERY_INTERFACE = ("", "0.0.0.0", "[::]")  # noqa: S104 -- compared with, not listened on


@dataclass(frozen=True, slots=True)
class LocalEnvironment:
    """What a local stack runs with.

    Args:
        variables: The environment variables of its processes.
        own_redis: Whether the stack starts a redis-server of its own.
        training_address: The host:port where the training service listens.
        inference_address: The host:port where the inference service listens.
    """

    variables: Mapping[str, str]
    own_redis: bool
    training_address: str
    inference_address: str


def local_environment(folder: Path, training: TrainingSettings, inference: InferenceSettings) -> LocalEnvironment:
    """Makes the folders of a local stack, and its environment: that of this machine, with a Redis where none is set.

    Args:
        folder: The folder below which the stack's own Redis keeps its data.
        training: The settings of the training service.
        inference: The settings of the inference service.

    Raises:
        WrongSetting: The stack cannot run with these settings.
    """
    check_addresses(training, inference)
    prepare_folders(training)
    variables = dict(os.environ)
    own_redis = training.redis_url is None
    if own_redis:
        redis_folder = folder / "redis"
        redis_folder.mkdir(parents=True, exist_ok=True)
        port = free_port()
        variables |= {
            "REDIS_URL": f"redis://127.0.0.1:{port}/0",
            "LOCAL_REDIS_PORT": str(port),
            "LOCAL_REDIS_DIR": str(redis_folder.resolve()),
        }
    return LocalEnvironment(variables, own_redis, training.training_address, inference.inference_address)


def isolated_environment(folder: Path, data_root: Path) -> dict[str, str]:
    """Makes the environment of a stack that ignores all settings of this machine and calls nothing outside of it.

    The processes of the stack must run in a folder without a file `.env`.

    Args:
        folder: The folder for everything that the stack writes.
        data_root: The folder of the sales files.
    """
    folder = folder.resolve()
    redis_folder = folder / "redis"
    redis_folder.mkdir()
    redis_port = free_port()
    training, inference = f"127.0.0.1:{free_port()}", f"127.0.0.1:{free_port()}"
    ours = set(TrainingSettings.model_fields) | set(InferenceSettings.model_fields)
    return {
        # The services read their settings in upper and lower case.
        **{name: value for name, value in os.environ.items() if name.lower() not in ours},
        "REDIS_URL": f"redis://127.0.0.1:{redis_port}/0",
        "LOCAL_REDIS_PORT": str(redis_port),
        "LOCAL_REDIS_DIR": str(redis_folder),
        "MODEL_DIR": str(folder / "models"),
        "WORK_DIR": str(folder / "runs"),
        "DATA_ROOT": str(data_root.resolve()),
        "WEATHER_SERVICE": "none",
        "GEOCODER_URL": "none",
        "TRAINING_ADDRESS": training,
        "INFERENCE_ADDRESS": inference,
        "SUSCHEF_TRAINING_ADDRESS": training,
        "SUSCHEF_INFERENCE_ADDRESS": inference,
        # A proxy that the environment names would take calls away from this machine.
        "no_grpc_proxy": "127.0.0.1",
    }


def reachable(address: str) -> str:
    """Returns the address under which this machine reaches a server.

    Args:
        address: The host:port where the server listens; a host that means every interface becomes the loopback.
    """
    host, _, port = address.rpartition(":")
    return f"127.0.0.1:{port}" if host in _EVERY_INTERFACE else address


def free_port() -> int:
    """Returns a port of the loopback that no process uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port

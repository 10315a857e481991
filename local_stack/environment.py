"""The environment that the processes of a local stack run in."""

import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from local_stack.settings_check import check_addresses, prepare_folders
from shared.settings import InferenceSettings, TrainingSettings

_EVERY_INTERFACE = ("", "0.0.0.0", "[::]")  # noqa: S104 -- compared with, not listened on


@dataclass(frozen=True, slots=True)
class LocalEnvironment:
    """What a local stack runs with.

    Args:
        variables: the environment of its processes.
        own_redis: whether the stack starts a redis-server of its own.
        training_address, inference_address: where the services listen.
    """

    variables: Mapping[str, str]
    own_redis: bool
    training_address: str
    inference_address: str


def local_environment(folder: Path, training: TrainingSettings, inference: InferenceSettings) -> LocalEnvironment:
    """Completes the settings with what a local stack brings: folders, and a Redis where none is set.

    Args:
        folder: where the own Redis keeps its data.
        training, inference: the settings of both services.

    Raises:
        WrongSetting: the stack cannot run with them.
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
    """The environment of a stack of its own: of the machine's settings it has none, and nothing leads out of it.

    Its processes have to run where there is no `.env`.

    Args:
        folder: for everything that the stack writes.
        data_root: where its sales files are.
    """
    folder = folder.resolve()
    redis_folder = folder / "redis"
    redis_folder.mkdir()
    redis_port = free_port()
    training, inference = f"127.0.0.1:{free_port()}", f"127.0.0.1:{free_port()}"
    ours = set(TrainingSettings.model_fields) | set(InferenceSettings.model_fields)
    return {
        # Settings are read whatever their case.
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
        # Whatever proxy the environment names: calls stay on this machine.
        "no_grpc_proxy": "127.0.0.1",
    }


def reachable(address: str) -> str:
    """Where this machine reaches what listens on an address: on the loopback where that means every interface."""
    host, _, port = address.rpartition(":")
    return f"127.0.0.1:{port}" if host in _EVERY_INTERFACE else address


def free_port() -> int:
    """A port of the loopback that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port

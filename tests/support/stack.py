"""Runs the whole system in processes, on free ports and in a temporary folder, and stops all of them afterwards."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

from local_stack.redis_binary import find_redis_server

INFERENCE = "smartsuschef.forecast.v1.InferenceService"
TRAINING = "smartsuschef.forecast.v1.TrainingService"

#: Longest wait for a process to be ready or to end, in seconds: far longer than a process needs on a busy machine.
PATIENCE = 90.0


def free_port() -> int:
    """A port of the loopback on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_for_health(address: str, service: str, *, serving: bool = True) -> None:
    """Waits until a service says that it is (or is not) serving."""
    wanted = health_pb2.HealthCheckResponse.SERVING
    with grpc.insecure_channel(address) as channel:
        stub = health_pb2_grpc.HealthStub(channel)
        request = health_pb2.HealthCheckRequest(service=service)
        for answer in stub.Watch(request, timeout=PATIENCE, wait_for_ready=True):
            if (answer.status == wanted) is serving:
                return


@dataclass
class Stack:
    """Redis, both services and workers, each started and stopped when a test says so.

    Args:
        folder: Folder of data, models and logs.
        settings: Settings of all processes that differ from those of `environment`.
    """

    folder: Path
    settings: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.redis_port, training_port, inference_port = free_port(), free_port(), free_port()
        self.training_address = f"127.0.0.1:{training_port}"
        self.inference_address = f"127.0.0.1:{inference_port}"
        self.redis_url = f"redis://127.0.0.1:{self.redis_port}/0"
        self.data = self.folder / "data"
        self.models = self.folder / "models"
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.data.mkdir(parents=True)

    @property
    def environment(self) -> dict[str, str]:
        """Environment of the processes, without any settings of this machine."""
        inherited = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "PYTHONPATH") if name in os.environ}
        return {
            **inherited,
            "REDIS_URL": self.redis_url,
            "MODEL_DIR": str(self.models),
            "WORK_DIR": str(self.folder / "runs"),
            "DATA_ROOT": str(self.data),
            "TRAINING_ADDRESS": self.training_address,
            "INFERENCE_ADDRESS": self.inference_address,
            "MODEL_POLL_SECONDS": "1",
            "WATCH_HEARTBEAT_SECONDS": "1",
            "WORKER_PROCESSES": "2",
            "WORKER_HEARTBEAT_SECONDS": "5",
            "SHUTDOWN_GRACE_SECONDS": "5",
            # Tests use no internet.
            "WEATHER_SERVICE": "none",
            "GEOCODER_URL": "none",
            **self.settings,
        }

    def start_redis(self) -> None:
        """Starts a redis-server that keeps its data across a restart."""
        folder = self.folder / "redis"
        folder.mkdir(exist_ok=True)
        options = f"--port {self.redis_port} --bind 127.0.0.1 --save '' --appendonly yes --appendfsync always".replace(
            "''", ""
        )
        self._start("redis", [str(find_redis_server()), *options.split(" "), "--dir", str(folder)])
        with contextlib.closing(socket.socket()) as probe:
            while probe.connect_ex(("127.0.0.1", self.redis_port)):
                assert self.processes["redis"].poll() is None, self.log("redis")

    def start_training(self) -> None:
        """Starts the training service and waits until it serves."""
        self._start("training", [sys.executable, "-m", "training_service"])
        wait_for_health(self.training_address, TRAINING)

    def start_workers(self) -> None:
        """Starts the workers and does not wait for them: they take messages as soon as they are up."""
        self._start("workers", [sys.executable, "-m", "training_service.worker"])

    def start_inference(self) -> None:
        """Starts the inference service and waits until it is up, with or without models."""
        self._start("inference", [sys.executable, "-m", "inference_service"])
        wait_for_health(self.inference_address, "")

    def start(self) -> "Stack":
        """Starts Redis, the workers and both services."""
        self.start_redis()
        self.start_workers()
        self.start_training()
        self.start_inference()
        return self

    def stop(self, name: str, how: signal.Signals = signal.SIGTERM) -> int:
        """Stops one process and answers its exit status.

        Args:
            name: "redis", "training", "workers" or "inference".
            how: Signal; SIGKILL goes to the whole process group.
        """
        process = self.processes.pop(name)
        if how == signal.SIGKILL:
            os.killpg(process.pid, how)
        else:
            process.send_signal(how)
        return process.wait(PATIENCE)

    def stop_all(self) -> None:
        """Stops all processes, Redis last, as the others need Redis."""
        for name in sorted(self.processes, key=lambda n: n == "redis"):
            process = self.processes[name]
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(PATIENCE)
            finally:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
        self.processes.clear()

    def log(self, name: str) -> str:
        """Output of a process so far."""
        return (self.folder / f"{name}.log").read_text()

    def _start(self, name: str, command: list[str]) -> None:
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                command, env=self.environment, stdout=log, stderr=log, start_new_session=True
            )


@contextlib.contextmanager
def running_stack(folder: Path, **settings: str) -> Iterator[Stack]:
    """Starts a whole stack and stops it at the end of the context."""
    stack = Stack(folder, settings)
    try:
        yield stack.start()
    finally:
        stack.stop_all()

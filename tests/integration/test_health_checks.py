"""The health checks that containers run."""

import contextlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from shared.registry.registry import Registry
from shared.rpc.healthcheck import ask_health
from smartsuschef.client import ForecastClient
from smartsuschef.forecast.v1 import inference_pb2
from tests.support.stack import INFERENCE, TRAINING, Stack, free_port, wait_for_health
from tests.support.versions import publish
from training_service.worker_check import worker_processes


def run(*arguments: str, **variables: str) -> "subprocess.CompletedProcess[str]":
    environment = {**os.environ, **variables}
    return subprocess.run(
        [sys.executable, "-m", *arguments], capture_output=True, text=True, env=environment, check=False
    )


def test_a_server_that_serves_is_healthy(stack: Stack) -> None:
    assert run("shared.rpc.healthcheck", stack.inference_address).returncode == 0
    assert run("shared.rpc.healthcheck", stack.training_address, TRAINING).returncode == 0


@pytest.mark.parametrize("service", ["", INFERENCE])
def test_a_server_that_is_not_there_is_not_healthy(service: str) -> None:
    checked = run("shared.rpc.healthcheck", f"127.0.0.1:{free_port()}", *([service] if service else []))

    assert checked.returncode == 1
    assert "UNAVAILABLE" in checked.stderr


def test_a_server_that_can_load_no_version_is_not_up_until_a_version_comes_that_it_can_load(tmp_path: Path) -> None:
    stack = Stack(tmp_path / "stack", {"REDIS_URL": ""})
    registry = Registry(str(stack.models))
    publish(registry, "north", "v1")
    manifest = stack.models / "north" / "versions" / "v1.json"
    manifest.write_text(manifest.read_text().replace('"fingerprint": "', '"fingerprint": "f'))
    address = stack.inference_address
    try:
        stack._start("inference", [sys.executable, "-m", "inference_service"])
        wait_for_health(address, "", serving=False)
        with ForecastClient(inference_address=address) as client, client.watch_models() as events:
            failed = heartbeats = 0
            while not (failed and heartbeats >= 3):  # long after the first look
                event = next(events)
                failed += len(event.snapshot.failed) + (event.change.state == inference_pb2.MODEL_STATE_FAILED)
                heartbeats += event.kind == inference_pb2.MODEL_EVENT_KIND_HEARTBEAT
        assert ask_health(address, "") == "NOT_SERVING"

        publish(registry, "north", "v2")
        wait_for_health(address, "")
    finally:
        stack.stop_all()


def test_an_unknown_service_is_not_healthy(stack: Stack) -> None:
    checked = run("shared.rpc.healthcheck", stack.inference_address, "no.such.Service")

    assert checked.returncode == 1
    assert "NOT_FOUND" in checked.stderr


def test_workers_are_healthy_while_all_of_their_processes_live(stack: Stack, tmp_path: Path) -> None:
    # Other stacks may run on this machine, as beside other containers: only the processes of this stack are counted.
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(ProcessLookupError):
            if os.getsid(int(process.name)) == stack.processes["workers"].pid:
                (tmp_path / process.name).symlink_to(process)
    assert worker_processes(tmp_path) == 2

    assert run("training_service.worker_check", WORKER_PROCESSES="2").returncode == 0

    too_few = run("training_service.worker_check", WORKER_PROCESSES="99")

    assert too_few.returncode == 1
    assert "of 99 worker processes are alive" in too_few.stderr

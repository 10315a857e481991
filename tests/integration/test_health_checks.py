"""The checks that containers are judged by."""

import os
import subprocess
import sys

import pytest

from tests.support.stack import INFERENCE, TRAINING, Stack, free_port


def run(*arguments: str, **variables: str) -> "subprocess.CompletedProcess[str]":
    environment = {**os.environ, **variables}
    return subprocess.run(
        [sys.executable, "-m", *arguments], capture_output=True, text=True, env=environment, check=False
    )


def test_a_server_that_serves_is_healthy(stack: Stack) -> None:
    assert run("shared.rpc.healthcheck", stack.inference_address).returncode == 0
    assert run("shared.rpc.healthcheck", stack.training_address, TRAINING).returncode == 0


@pytest.mark.parametrize("service", ["", INFERENCE])
def test_a_server_that_is_not_there_is_not(service: str) -> None:
    checked = run("shared.rpc.healthcheck", f"127.0.0.1:{free_port()}", *([service] if service else []))

    assert checked.returncode == 1
    assert "UNAVAILABLE" in checked.stderr


def test_an_unknown_service_is_not_healthy(stack: Stack) -> None:
    checked = run("shared.rpc.healthcheck", stack.inference_address, "no.such.Service")

    assert checked.returncode == 1
    assert "NOT_FOUND" in checked.stderr


def test_workers_are_healthy_while_as_many_live_as_should(stack: Stack) -> None:
    assert run("training_service.worker_check", WORKER_PROCESSES="2").returncode == 0

    too_few = run("training_service.worker_check", WORKER_PROCESSES="99")

    assert too_few.returncode == 1
    assert "of 99 worker processes are alive" in too_few.stderr

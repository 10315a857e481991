"""The TypeScript examples of docs/clients.md call running services."""

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from smartsuschef.client import ForecastClient
from tests.support.stack import Stack, running_stack
from tests.support.waiting import trained_version


class Programs:
    """Runs the compiled examples against a stack.

    Args:
        folder: Folder of the compiled examples.
        stack: Services that the examples call.
    """

    def __init__(self, folder: Path, stack: Stack) -> None:
        self._folder = folder
        self._environment = {
            "PATH": os.environ["PATH"],
            "INFERENCE_ADDRESS": stack.inference_address,
            "TRAINING_ADDRESS": stack.training_address,
        }

    def run(self, program: str, *arguments: str) -> list[dict[str, Any]]:
        """The lines that a program prints until its end."""
        ended = subprocess.run(
            ["node", f"{program}.js", *arguments],
            cwd=self._folder,
            env=self._environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert ended.returncode == 0, ended.stdout + ended.stderr
        return [json.loads(line) for line in ended.stdout.splitlines()]

    @contextmanager
    def running(self, program: str, *arguments: str) -> Iterator[Iterator[dict[str, Any]]]:
        """The lines of a program that goes on until it is ended."""
        process = subprocess.Popen(
            ["node", f"{program}.js", *arguments],
            cwd=self._folder,
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert process.stdout is not None
        try:
            yield (json.loads(line) for line in process.stdout)
        finally:
            process.terminate()
            process.wait(30)
            process.stdout.close()


@pytest.fixture
def programs(typescript: Path, stack: Stack) -> Programs:
    """The examples, calling the stack that all tests share."""
    return Programs(typescript, stack)


def test_a_store_is_trained_and_forecast(programs: Programs, sales_file: Callable[..., str]) -> None:
    *events, last, result = programs.run("train", "typescript", "DE", sales_file(dishes=2))

    assert [event["sequence"] for event in (*events, last)] == list(range(1, len(events) + 2))
    assert last["state"] == "SUCCEEDED"
    assert all(event["message"] for event in events)
    assert result["published"] is True

    days = programs.run("predict", "typescript", "dish-0")
    assert len(days) == 7
    for day in days:
        assert day["low"] <= day["yhat"] <= day["high"] or day["yhat"] == 0
        # A number, as JSON can hold it, and no BigInt.
        assert isinstance(day["prepare"], int)


def test_errors_tell_their_reason_their_fields_and_who_ended_the_call(
    programs: Programs, client: ForecastClient, sales_file: Callable[..., str]
) -> None:
    trained_version(client, store="typescript-errors", source=sales_file(dishes=1))

    wrong, unknown, late, taken_back = programs.run("errors", "typescript-errors")

    assert wrong["code"] == "InvalidArgument"
    assert {violation["field"] for violation in wrong["violations"]} == {"horizon_days", "start_date"}
    assert (unknown["code"], unknown["reason"]) == ("NotFound", "UNKNOWN_DISH")
    assert unknown["metadata"]["dish"] == "No such dish"
    assert late["code"] == "DeadlineExceeded"
    assert taken_back["code"] == "Canceled"


def test_a_watcher_sees_a_change_that_comes_after_the_service_was_restarted(
    typescript: Path, tmp_path: Path, sales_file: Callable[..., str], stack: Stack
) -> None:
    with running_stack(tmp_path) as own:
        (own.data / "sales.csv").write_bytes((stack.data / sales_file(dishes=1)).read_bytes())
        with Programs(typescript, own).running("watch", "restarted") as lines:
            assert next(lines) == {"live": [], "reset": False}
            own.stop("inference")
            own.start_inference()
            with ForecastClient(
                training_address=own.training_address, inference_address=own.inference_address
            ) as client:
                version = trained_version(client, store="restarted", source="sales.csv")
            active = {"store": "restarted", "version": version, "state": "ACTIVE"}
            assert active in _until_active(lines)


def _until_active(lines: Iterator[dict[str, Any]]) -> list[dict[str, Any]]:
    """The lines up to the first that says that a version answers."""
    seen = []
    for line in lines:
        seen.append(line)
        if line.get("state") == "ACTIVE":
            break
    return seen

"""The Python examples of docs/clients.md call running services."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from tests.support.sales_files import write_sales
from tests.support.stack import Stack

EXAMPLES = Path(__file__).parents[2] / "examples" / "python"


def example(stack: Stack, *arguments: str, program: str = "forecasts.py") -> "subprocess.CompletedProcess[str]":
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(sys.path),
        "TRAINING_ADDRESS": stack.training_address,
        "INFERENCE_ADDRESS": stack.inference_address,
    }
    command = [sys.executable, str(EXAMPLES / program), *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)


def test_a_store_is_trained_and_forecast(stack: Stack, sales_file: Callable[..., str]) -> None:
    ended = example(stack, "python-example", "DE", sales_file(dishes=1))

    assert ended.returncode == 0, ended.stderr
    lines = ended.stdout.splitlines()
    assert "dish-0: training" in "\n".join(lines)
    days = [line.split() for line in lines if line.startswith("dish-0 ")]
    assert len(days) == 14
    assert all(float(yhat) <= int(portions) for _, _, yhat, portions in days)


def test_an_error_is_told_with_its_reason_and_its_fields(stack: Stack) -> None:
    ended = example(stack, "python-example", "Atlantis", "none.csv")

    assert ended.returncode == 1
    assert "reason INVALID_INPUT" in ended.stderr
    assert "location.country: expected an ISO 3166-1 alpha-2 code" in ended.stderr


def test_a_chain_is_trained_together(stack: Stack) -> None:
    lines = ["date,dish,quantity,store"]
    for store in ("Hafen", "Bahnhof"):
        write_sales(stack.data / "store.csv", dishes=1, days=60)
        _, *rows = (stack.data / "store.csv").read_text().splitlines()
        lines += [f"{row},{store}" for row in rows]
    (stack.data / "chain.csv").write_text("\n".join(lines) + "\n")

    ended = example(stack, "DE", "chain.csv", "Hafen", "Bahnhof", program="chain.py")

    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.splitlines() == ["Hafen succeeded", "Bahnhof succeeded"]

"""The metrics that a server gives to Prometheus."""

import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from shared.registry.registry import Registry
from shared.rpc.metrics import CallMetrics
from smartsuschef.client import ForecastClient, ForecastServiceError
from tests.support.stack import Stack, free_port
from tests.support.versions import publish

PREDICT = "smartsuschef.forecast.v1.InferenceService/Predict"


def test_calls_are_counted_by_store_and_status(tmp_path: Path) -> None:
    address = f"127.0.0.1:{free_port()}"
    stack = Stack(tmp_path / "stack", {"REDIS_URL": "", "INFERENCE_METRICS_ADDRESS": address})
    publish(Registry(str(stack.models), None), "north", "v1")
    try:
        stack.start_inference()
        with ForecastClient(inference_address=stack.inference_address) as client:
            client.predict(store="north")
            client.predict(store="north")
            for store in ("south", 'Joe\'s "Diner" \\ Café', "two\nlines", ""):
                with pytest.raises(ForecastServiceError):
                    client.predict(store=store)
        told = httpx.get(f"http://{address}/metrics", trust_env=False).text
    finally:
        stack.stop_all()

    samples = [sample for family in text_string_to_metric_families(told) for sample in family.samples]
    assert {
        (sample.labels["code"], sample.labels["store"]): sample.value
        for sample in samples
        if sample.name == "suschef_calls_total"
    } == {
        ("OK", "north"): 2,
        ("FAILED_PRECONDITION", "south"): 1,
        ("FAILED_PRECONDITION", 'Joe\'s "Diner" \\ Café'): 1,
        ("INVALID_ARGUMENT", "_others"): 1,
        ("FAILED_PRECONDITION", "default"): 1,
    }
    timed = {sample.labels["method"]: sample.value for sample in samples if sample.name == "suschef_call_seconds_count"}
    assert timed == {PREDICT: 6}, "failures take time too"


def test_a_metrics_address_that_is_taken_stops_the_start_with_a_sentence(tmp_path: Path) -> None:
    address = f"127.0.0.1:{free_port()}"
    stack = Stack(tmp_path / "stack", {"REDIS_URL": "", "INFERENCE_METRICS_ADDRESS": address})
    command = [sys.executable, "-m", "inference_service"]

    with CallMetrics().served(address):
        ended = subprocess.run(command, env=stack.environment, capture_output=True, text=True, timeout=60, check=False)

    assert ended.returncode == 1
    assert ended.stderr.splitlines()[-1].startswith(f"cannot listen on {address} for metrics")


@pytest.mark.parametrize("host", ["[::1]", "[::]"])
def test_metrics_are_served_on_an_address_of_ipv6(host: str) -> None:
    port = free_port()
    with socket.socket(socket.AF_INET6) as probe:
        try:
            probe.bind(("::1", port))
        except OSError as error:
            pytest.skip(f"no IPv6 on this machine ({error.strerror})")

    with CallMetrics().served(f"{host}:{port}"):
        told = httpx.get(f"http://[::1]:{port}/metrics", trust_env=False)

    assert "suschef_calls" in told.text


def test_stores_above_the_limit_are_counted_together() -> None:
    metrics = CallMetrics(stores_max=2)

    for store in ("a", "b", "c", "d", "a"):
        metrics.count_call("/test/Beyond", "OK", store)

    counted = [metrics.calls("test/Beyond", "OK", store) for store in ("a", "b", "c", "d", "_others")]
    assert counted == [2, 1, 0, 0, 2]

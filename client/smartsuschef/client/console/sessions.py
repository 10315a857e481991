"""A client for the length of one command, whose failures end the command in the same way everywhere."""

from collections.abc import Iterator
from contextlib import contextmanager

from smartsuschef.client.console.failures import failures_shown
from smartsuschef.client.console.notes import notes_shown
from smartsuschef.client.sync_client import ForecastClient


@contextmanager
def inference_session(address: str, *, as_json: bool) -> Iterator[ForecastClient]:
    """A client that calls the inference service only."""
    with (
        failures_shown("inference", address, as_json=as_json),
        notes_shown(as_json=as_json),
        ForecastClient(inference_address=address) as client,
    ):
        yield client


@contextmanager
def training_session(address: str, *, as_json: bool) -> Iterator[ForecastClient]:
    """A client that calls the training service only."""
    with (
        failures_shown("training", address, as_json=as_json),
        notes_shown(as_json=as_json),
        ForecastClient(training_address=address) as client,
    ):
        yield client

"""Makes the client of one command. A failed call prints why, and sets the exit code of the command."""

from collections.abc import Iterator
from contextlib import contextmanager

from smartsuschef.client.console.failures import failures_shown
from smartsuschef.client.console.notes import notes_shown
from smartsuschef.client.sync_client import ForecastClient


@contextmanager
def inference_session(address: str, *, as_json: bool) -> Iterator[ForecastClient]:
    """Yields a client that calls the inference service.

    Args:
        address: The host:port of the inference service.
        as_json: Whether to print failures and warnings as JSON.

    Raises:
        typer.Exit: A call failed; the exception has the exit code of the failure.
    """
    with (
        failures_shown("inference", address, as_json=as_json),
        notes_shown(as_json=as_json),
        ForecastClient(inference_address=address) as client,
    ):
        yield client


@contextmanager
def training_session(address: str, *, as_json: bool) -> Iterator[ForecastClient]:
    """Yields a client that calls the training service.

    Args:
        address: The host:port of the training service.
        as_json: Whether to print failures and warnings as JSON.

    Raises:
        typer.Exit: A call failed; the exception has the exit code of the failure.
    """
    with (
        failures_shown("training", address, as_json=as_json),
        notes_shown(as_json=as_json),
        ForecastClient(training_address=address) as client,
    ):
        yield client

"""The options that several commands share."""

import os
import re
from typing import Annotated

import typer

from client.channels import DEFAULT_INFERENCE_ADDRESS, DEFAULT_TRAINING_ADDRESS

STORE = "default"
INFERENCE = DEFAULT_INFERENCE_ADDRESS
TRAINING = DEFAULT_TRAINING_ADDRESS

_INFERENCE_VARIABLE = "SUSCHEF_INFERENCE_ADDRESS"
_TRAINING_VARIABLE = "SUSCHEF_TRAINING_ADDRESS"


def _host_and_port(address: str) -> str:
    if not re.fullmatch(r"\S+:\d{1,5}", address):
        raise typer.BadParameter(f"expected host:port, such as {TRAINING}, got {address!r}")
    return address


Store = Annotated[str, typer.Option(help="The restaurant.")]
InferenceAddress = Annotated[
    str, typer.Option(envvar=_INFERENCE_VARIABLE, callback=_host_and_port, help="Inference service, host:port.")
]
TrainingAddress = Annotated[
    str, typer.Option(envvar=_TRAINING_VARIABLE, callback=_host_and_port, help="Training service, host:port.")
]
Json = Annotated[bool, typer.Option("--json", help="For machines: JSON, one object a line.")]
RunId = Annotated[str, typer.Argument(help="The run, as `suschef runs` lists it.", show_default=False)]


def next_command(command: str, training_address: str, store: str) -> str:
    """A command to go on with, such as `suschef watch 01JD`, for the same restaurant and service as this one."""
    parts = [f"suschef {command}"]
    if store != STORE:
        parts.append(f"--store {store}")
    if training_address != os.environ.get(_TRAINING_VARIABLE, TRAINING):
        parts.append(f"--training-address {training_address}")
    return " ".join(parts)

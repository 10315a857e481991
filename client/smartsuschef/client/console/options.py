"""The options that several commands share."""

import os
from typing import Annotated, Any

import typer

from smartsuschef.client.addresses import is_host_and_port
from smartsuschef.client.channels import DEFAULT_INFERENCE_ADDRESS, DEFAULT_TRAINING_ADDRESS

STORE = "default"
INFERENCE = DEFAULT_INFERENCE_ADDRESS
TRAINING = DEFAULT_TRAINING_ADDRESS

_INFERENCE_VARIABLE = "SUSCHEF_INFERENCE_ADDRESS"
_TRAINING_VARIABLE = "SUSCHEF_TRAINING_ADDRESS"

#: For who has no model yet: without a country, the holidays would be those of another place.
FIRST_TRAINING = "train --country XX"


def _host_and_port(parameter: typer.CallbackParam, address: str) -> str:
    if not is_host_and_port(address):
        raise typer.BadParameter(f"expected host:port, such as {parameter.default}, got {address!r}")
    return address


def flag(name: str, told: str) -> Any:
    """An option that takes no value; left to itself, its help would show that it takes a bool."""
    return typer.Option(name, metavar="", help=told)


def not_empty(context: typer.Context, parameter: typer.CallbackParam, text: str) -> str:
    """Refuses a text that is given and empty, such as a script's variable that is not set: it is no left out one."""
    source = context.get_parameter_source(parameter.name or "")
    if not text.strip() and source and source.name != "DEFAULT":
        raise typer.BadParameter("it is empty")
    return text


Store = Annotated[str, typer.Option(callback=not_empty, help="The restaurant.")]
InferenceAddress = Annotated[
    str, typer.Option(envvar=_INFERENCE_VARIABLE, callback=_host_and_port, help="Inference service, host:port.")
]
TrainingAddress = Annotated[
    str, typer.Option(envvar=_TRAINING_VARIABLE, callback=_host_and_port, help="Training service, host:port.")
]
Json = Annotated[bool, flag("--json", "For machines: JSON, one object a line.")]
RunId = Annotated[
    str, typer.Argument(callback=not_empty, help="The run, as `suschef runs` lists it.", show_default=False)
]


def next_command(command: str, training_address: str, store: str) -> str:
    """A command to go on with, such as `suschef watch 01JD`, for the same restaurant and service as this one."""
    parts = [f"suschef {command}"]
    if store != STORE:
        parts.append(f"--store {store}")
    if training_address != os.environ.get(_TRAINING_VARIABLE, TRAINING):
        parts.append(f"--training-address {training_address}")
    return " ".join(parts)

"""Options that several commands share."""

import os
import shlex
from typing import Annotated, Any

import typer

from smartsuschef.client.addresses import is_host_and_port
from smartsuschef.client.channels import DEFAULT_INFERENCE_ADDRESS, DEFAULT_TRAINING_ADDRESS

STORE = "default"
INFERENCE = DEFAULT_INFERENCE_ADDRESS
TRAINING = DEFAULT_TRAINING_ADDRESS

_INFERENCE_VARIABLE = "SUSCHEF_INFERENCE_ADDRESS"
_TRAINING_VARIABLE = "SUSCHEF_TRAINING_ADDRESS"

#: The command for a store without a model. Without a country, the store would get the holidays of another place.
FIRST_TRAINING = "train --country XX"


def _host_and_port(parameter: typer.CallbackParam, address: str) -> str:
    if not is_host_and_port(address):
        raise typer.BadParameter(f"expected host:port, such as {parameter.default}, got {address!r}")
    return address


def flag(name: str, told: str) -> Any:
    """Makes an option without a value. By default, typer would show a value of type bool in the help.

    Args:
        name: Name of the option, such as "--json".
        told: Text of the help.
    """
    return typer.Option(name, metavar="", help=told)


def not_empty(context: typer.Context, parameter: typer.CallbackParam, text: str) -> str:
    """Refuses an option with an empty text, such as an unset variable of a script. An option may be left out instead.

    Args:
        context: The context of the command.
        parameter: The option or argument.
        text: The value of the option.

    Raises:
        BadParameter: The text is empty, and is not the default.
    """
    source = context.get_parameter_source(parameter.name or "")
    if not text.strip() and source and source.name != "DEFAULT":
        raise typer.BadParameter("it is empty")
    return text


Store = Annotated[str, typer.Option(callback=not_empty, help="Name of the restaurant.")]
InferenceAddress = Annotated[
    str, typer.Option(envvar=_INFERENCE_VARIABLE, callback=_host_and_port, help="host:port of the inference service.")
]
TrainingAddress = Annotated[
    str, typer.Option(envvar=_TRAINING_VARIABLE, callback=_host_and_port, help="host:port of the training service.")
]
Json = Annotated[bool, flag("--json", "Print JSON for programs, one object on each line.")]
RunId = Annotated[
    str, typer.Argument(callback=not_empty, help="Id of the run; `suschef runs` lists the ids.", show_default=False)
]


def next_command(command: str, training_address: str, store: str) -> str:
    """Returns a command to suggest, with the store and the address of the present command.

    Args:
        command: The command without `suschef`, such as "watch 01JD".
        training_address: The host:port of the training service.
        store: Name of the store.
    """
    parts = [f"suschef {command}"]
    if store != STORE:
        parts.append(f"--store {shlex.quote(store)}")
    if training_address != os.environ.get(_TRAINING_VARIABLE, TRAINING):
        parts.append(f"--training-address {training_address}")
    return " ".join(parts)

"""Ends a command whose call failed: prints why and what to do next, and exits with the code of the failure."""

import re
import shlex
from collections.abc import Iterator
from contextlib import contextmanager

import grpc
import typer
from rich.text import Text

from smartsuschef.client.console.field_options import option_of, with_options
from smartsuschef.client.console.options import FIRST_TRAINING, STORE, next_command
from smartsuschef.client.console.output import err, write_json
from smartsuschef.client.errors import ForecastServiceError

DONE = 0
FAILED = 1
WRONG_USE = 2
UNREACHABLE = 3
INTERRUPTED = 130
#: The reader of the output has closed its end: 128 + SIGPIPE, as a shell reports other programs in this case.
OUTPUT_CLOSED = 141

_EXIT_CODES = {
    grpc.StatusCode.INVALID_ARGUMENT: WRONG_USE,
    grpc.StatusCode.NOT_FOUND: WRONG_USE,
    grpc.StatusCode.FAILED_PRECONDITION: WRONG_USE,
    grpc.StatusCode.ALREADY_EXISTS: WRONG_USE,
    grpc.StatusCode.OUT_OF_RANGE: WRONG_USE,
    grpc.StatusCode.UNAVAILABLE: UNREACHABLE,
    # A service that stops answers CANCELLED.
    grpc.StatusCode.CANCELLED: UNREACHABLE,
    grpc.StatusCode.RESOURCE_EXHAUSTED: UNREACHABLE,
    grpc.StatusCode.DEADLINE_EXCEEDED: UNREACHABLE,
}

#: The command for each call that a message of a service may name. Predict is missing: its command has the same name.
_COMMANDS = {
    "WatchModels": "models --watch",
    "ListModels": "models",
    "GetModel": "models DISH",
    "StartTraining": FIRST_TRAINING,
    "StartGroupTraining": "train --group",
    "WatchTraining": "watch",
    "GetTraining": "runs RUN",
    "ListTrainings": "runs",
    "CancelTraining": "cancel",
    "ListVersions": "versions",
    "RollbackVersion": "rollback",
    "ListStores": "train --all-stores",
}


def exit_code(error: ForecastServiceError) -> int:
    """Returns the exit code of a command whose call failed.

    Args:
        error: The error of the call.
    """
    return _EXIT_CODES.get(error.code, FAILED)


def in_commands(message: str) -> str:
    """Translates a message of a service into the words of the console: commands for calls, and options for fields.

    Args:
        message: The message, which a service writes for all kinds of callers.
    """
    return re.sub(
        r"\b\w+\b",
        lambda word: f"`suschef {_COMMANDS[word[0]]}`" if word[0] in _COMMANDS else word[0],
        with_options(message),
    )


@contextmanager
def failures_shown(server: str, address: str, *, as_json: bool) -> Iterator[None]:
    """Ends the command if a call in the `with` block fails, and prints on standard error why and what to do next.

    Args:
        server: The server that the block calls, "inference" or "training".
        address: The host:port of the server.
        as_json: Whether to print the failure as one JSON object.

    Raises:
        typer.Exit: A call failed; the exception has the exit code of the failure.
    """
    try:
        yield
    except ForecastServiceError as error:
        if as_json:
            write_json(_as_dict(error), to_stderr=True)
        else:
            _show(error, server, address)
        raise typer.Exit(exit_code(error)) from error


def _show(error: ForecastServiceError, server: str, address: str) -> None:
    console = err()
    stranger = _without_service(error, server, address)
    # Other errors than those of a wrong request name fields too; their message says all that the fields do.
    violations = error.violations if error.code is grpc.StatusCode.INVALID_ARGUMENT else ()
    refused = "the request is wrong" if violations else in_commands(error.message) or error.code.name
    console.print(Text.assemble(("Error: ", "bold red"), stranger[0] if stranger else refused))
    for violation in violations:
        console.print(
            Text.assemble("  ", (option_of(violation.field), "bold"), f": {in_commands(violation.description)}")
        )
    if stranger:
        console.print(Text(f"  {error.message}", style="dim"))
    for line in [stranger[1]] if stranger else _next_steps(error, address):
        console.print(line, soft_wrap=True)


def _without_service(error: ForecastServiceError, server: str, address: str) -> tuple[str, str] | None:
    """Says what happened and what to do where the answer has no reason, so that the service did not give the answer."""
    if error.reason:
        return None
    if exit_code(error) == UNREACHABLE:
        return f"The {server} service at {address} does not answer.", "Is the stack running? `make up` starts it."
    if error.code is grpc.StatusCode.UNIMPLEMENTED:
        variable = f"SUSCHEF_{server.upper()}_ADDRESS"
        return (
            f"{address} answers, but is not the {server} service.",
            f"Name the address of the {server} service: --{server}-address, or {variable} in the environment.",
        )
    return None


def _next_steps(error: ForecastServiceError, address: str) -> list[str]:
    run_id = error.metadata.get("run_id")
    if error.code is grpc.StatusCode.ALREADY_EXISTS and run_id:
        return [
            f"Watch it: {next_command(f'watch {run_id}', address, error.metadata.get('store', STORE))}",
            f"Stop it:  {next_command(f'cancel {run_id}', address, error.metadata.get('store', STORE))}",
        ]
    if error.reason == "UNKNOWN_RUN":
        return ["See the runs of a restaurant: suschef runs --store STORE"]
    if error.reason == "NO_MODEL" and error.code is grpc.StatusCode.FAILED_PRECONDITION:
        store = error.metadata.get("store", STORE)
        return [f"Train one: suschef {FIRST_TRAINING}{'' if store == STORE else f' --store {shlex.quote(store)}'}"]
    if error.retry_after is not None:
        return [f"Try again in {error.retry_after:g} s."]
    return []


def _as_dict(error: ForecastServiceError) -> dict[str, object]:
    return {
        "code": error.code.name,
        "message": error.message,
        "reason": error.reason,
        "violations": [{"field": v.field, "description": v.description} for v in error.violations],
        "metadata": error.metadata,
        "retry_after": error.retry_after,
    }

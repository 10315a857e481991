"""`suschef health`: shows whether both services serve."""

from dataclasses import asdict

import typer
from rich.text import Text

from smartsuschef.client.console.failures import DONE, FAILED, UNREACHABLE
from smartsuschef.client.console.options import (
    FIRST_TRAINING,
    INFERENCE,
    TRAINING,
    InferenceAddress,
    Json,
    TrainingAddress,
)
from smartsuschef.client.console.output import err, out, write_json
from smartsuschef.client.console.tables import show_table, table
from smartsuschef.client.health import CHECKED, ServiceHealth
from smartsuschef.client.sync_client import ForecastClient

_NOT_SERVING = "NOT_SERVING"
_INFERENCE, _TRAINING = (services[-1] for services in CHECKED.values())

#: The usual reason why a service does not serve, and what to do.
_HINTS = {
    _INFERENCE: f"The inference service has no model yet: suschef {FIRST_TRAINING}",
    _TRAINING: "The Redis of the training service does not answer: check that Redis runs, and the setting REDIS_URL.",
}


def health(
    inference_address: InferenceAddress = INFERENCE,
    training_address: TrainingAddress = TRAINING,
    as_json: Json = False,
) -> None:
    """Ask both services whether they serve."""
    with ForecastClient(inference_address=inference_address, training_address=training_address) as client:
        found = client.health()
    if as_json:
        for answer in found:
            write_json(asdict(answer))
    else:
        _show(found)
    raise typer.Exit(_exit_code(found))


def _show(found: tuple[ServiceHealth, ...]) -> None:
    made = table("Server", "Address", "Service", "Status")
    for answer in found:
        style = "green" if answer.serving else "bold red"
        made.add_row(
            answer.server,
            answer.address,
            answer.service.rpartition(".")[2] or "the server",
            Text(answer.status, style=style),
        )
    show_table(out(), made)
    for answer in found:
        if answer.status == _NOT_SERVING and (hint := _HINTS.get(answer.service)):
            err().print(hint, soft_wrap=True)
    if not all(answer.reachable for answer in found):
        err().print("Is the stack running? `make up` starts it.")


def _exit_code(found: tuple[ServiceHealth, ...]) -> int:
    if not all(answer.reachable for answer in found):
        return UNREACHABLE
    return DONE if all(answer.serving for answer in found) else FAILED
